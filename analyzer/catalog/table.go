package catalog

import (
	"slices"

	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/source"
)

// createTable is CREATE TABLE and CREATE FOREIGN TABLE. What belongs to the new
// table is not listed in changes of its own, except its sequences and indexes,
// which are relations.
func (e *editor) createTable(op *ddl.CreateTable) *Error {
	name, err := e.creationName(op.Table.Name, op.Temporary)
	if err != nil {
		return err
	}
	if taken, err := e.nameTaken(name, op.IfNotExists); taken || err != nil {
		return err
	}
	t := &Relation{
		OID: e.newOID(), Schema: name.Schema, Name: name.Name, Kind: Table, Created: e.at(),
		Temporary: name.Schema == tempSchema, Unlogged: op.Unlogged, Server: op.Foreign,
		Options: op.Options, Tablespace: op.Tablespace, AccessMethod: op.AccessMethod, Populated: true,
		Owner: e.role(), ACL: e.defaultPrivileges(ddl.Table, name.Schema),
	}
	switch {
	case op.Foreign != "":
		t.Kind = ForeignTable
	case op.PartitionBy != nil:
		t.Kind = PartitionedTable
	}
	e.enter(t)
	e.created(t)
	e.onCommit(t, op.OnCommit)
	if err := e.tableParents(t, op); err != nil {
		return err
	}
	if err := e.tableColumns(t, op); err != nil {
		return err
	}
	if op.PartitionBy != nil {
		if err := e.setPartitionKey(t, op.PartitionBy); err != nil {
			return err
		}
	}
	for _, oid := range t.Parents {
		if err := e.inheritChecks(t, e.RelationByOID(oid)); err != nil {
			return err
		}
	}
	if err := e.tableConstraints(t, op); err != nil {
		return err
	}
	for _, like := range op.Likes {
		if err := e.likeIndexes(t, like); err != nil {
			return err
		}
	}
	if t.Partition != nil {
		return e.inheritIndexes(e.RelationByOID(t.Parents[0]), t)
	}
	return nil
}

// tableParents makes the table a child of those of INHERITS, PARTITION OF and
// OF, with their columns.
func (e *editor) tableParents(t *Relation, op *ddl.CreateTable) *Error {
	if op.OfType != nil {
		typ, err := e.resolveType(*op.OfType)
		if err != nil {
			return err
		}
		row := e.rowOf(typ)
		if row == nil && typ.Def != 0 || row != nil && row.Kind != CompositeType {
			return refuse(wrongObjectType, "type %s is not a composite type", typ)
		}
		t.OfType = typ.Def
		e.depend(typ.Def, Dependency{Dependent: Address{OID: t.OID}})
		if row == nil {
			t.Assumed = true
			return nil
		}
		for _, a := range row.Attributes {
			e.addAttribute(t, &Attribute{Name: a.Name, Type: a.Type, Collation: a.Collation, Created: e.at(), Local: true})
		}
		return nil
	}
	parents := op.Inherits
	if op.PartitionOf != nil {
		parents = []ddl.Ref{*op.PartitionOf}
		t.Partition = op.Bound
		if t.Partition == nil {
			t.Partition = &ddl.PartitionBound{Default: true, At: e.at()}
		}
	}
	for _, ref := range parents {
		p, err := e.relation(ref.Name, Table)
		if err != nil {
			return err
		}
		p = e.own(p)
		if op.PartitionOf != nil && p.Kind != PartitionedTable {
			if !p.Assumed {
				return refuse(invalidObjectDefinition, "%q is not partitioned", p.Name)
			}
			p.Kind = PartitionedTable
		}
		if t.Partition != nil && t.Partition.Default {
			if err := e.defaultPartition(p, t); err != nil {
				return err
			}
		}
		if op.PartitionOf == nil && p.Kind == PartitionedTable {
			return refuse(wrongObjectType, "cannot inherit from partitioned table %q", p.Name)
		}
		if op.PartitionOf == nil && p.Kind != Table && p.Kind != ForeignTable && !p.Assumed {
			return refuse(wrongObjectType, "inherited relation %q is not a table or foreign table", p.Name)
		}
		if slices.Contains(t.Parents, p.OID) {
			return refuse(duplicateTable, "relation %q would be inherited from more than once", p.Name)
		}
		if err := e.inheritColumns(t, p); err != nil {
			return err
		}
		t.Assumed = t.Assumed || p.Assumed
		t.Parents = append(t.Parents, p.OID)
		p.Children = append(slices.Clip(p.Children), t.OID)
	}
	return nil
}

// inheritColumns copies a parent's columns, or merges them with those that
// there are.
func (e *editor) inheritColumns(t, p *Relation) *Error {
	for _, pa := range p.Attributes {
		if a := t.Attribute(pa.Name); a != nil {
			if !a.Type.IsZero() && !pa.Type.IsZero() && !a.Type.Equal(pa.Type) {
				return refuse(datatypeMismatch, "column %q has a type conflict", a.Name)
			}
			b := *a
			b.Inherited++
			b.NotNull = b.NotNull || pa.NotNull
			if pa.Default != nil {
				b.Default = pa.Default
			}
			setAttribute(t, &b)
			continue
		}
		a := &Attribute{
			Name: pa.Name, Type: pa.Type, Assumed: pa.Assumed, Created: e.at(), NotNull: pa.NotNull, NotNullName: pa.NotNullName,
			Default: pa.Default, Generated: pa.Generated, Virtual: pa.Virtual, Collation: pa.Collation,
			Storage: pa.Storage, Compression: pa.Compression, Inherited: 1,
		}
		if t.Partition != nil {
			a.Identity, a.Sequence = pa.Identity, pa.Sequence
		}
		e.addAttribute(t, a)
	}
	e.copyDefaults(p, t)
	return nil
}

// addAttribute appends a column to a relation that the editor owns, and gives
// it its number.
func (e *editor) addAttribute(t *Relation, a *Attribute) {
	t.LastNum++
	a.Num = t.LastNum
	t.Attributes = append(slices.Clip(t.Attributes), a)
	e.dependType(Address{OID: t.OID, Part: PartColumn, ID: uint32(a.Num)}, a.Type)
	if a.Collation.Name != "" {
		if o := e.Object(ddl.Collation, e.qualified(a.Collation)); o != nil {
			e.depend(o.OID, Dependency{Dependent: Address{OID: t.OID, Part: PartColumn, ID: uint32(a.Num)}})
		}
	}
}

// maxColumns is how many columns a row can have. Dropped ones count on the
// server and not here.
const maxColumns = 1600

// tableColumns adds the columns and those of LIKE, in the order of the text.
func (e *editor) tableColumns(t *Relation, op *ddl.CreateTable) *Error {
	type element struct {
		at     source.Span
		column *ddl.Column
		like   *ddl.Like
	}
	if len(op.Columns) > maxColumns {
		return refuse(tooManyColumns, "tables can have at most %d columns", maxColumns)
	}
	elements := make([]element, 0, len(op.Columns)+len(op.Likes))
	for _, c := range op.Columns {
		elements = append(elements, element{at: c.At, column: c})
	}
	for i := range op.Likes {
		elements = append(elements, element{at: op.Likes[i].Source.At, like: &op.Likes[i]})
	}
	if len(op.Likes) > 0 {
		slices.SortStableFunc(elements, func(a, b element) int { return a.at.Start - b.at.Start })
	}
	written := make([]string, 0, len(op.Columns))
	for _, el := range elements {
		if el.like != nil {
			if err := e.likeColumns(t, *el.like); err != nil {
				return err
			}
			continue
		}
		if slices.Contains(written, el.column.Name.Name) {
			return refuse(duplicateColumn, "column %q specified more than once", el.column.Name.Name)
		}
		written = append(written, el.column.Name.Name)
		if err := e.tableColumn(t, op, el.column); err != nil {
			return err
		}
	}
	// The generation expressions may name columns further down.
	for _, c := range op.Columns {
		if c.Generated == nil {
			continue
		}
		if err := e.checkGenerated(t, t.Attribute(c.Name.Name)); err != nil {
			return err
		}
	}
	return nil
}

func (e *editor) tableColumn(t *Relation, op *ddl.CreateTable, c *ddl.Column) *Error {
	old := t.Attribute(c.Name.Name)
	if op.PartitionOf != nil || op.OfType != nil {
		if old == nil && t.Assumed {
			old = &Attribute{Name: c.Name.Name, Assumed: true, Created: c.At, Inherited: 1}
			e.addAttribute(t, old)
		}
		if old == nil {
			return refuse(undefinedColumn, "column %q does not exist", c.Name.Name)
		}
	}
	if old == nil {
		a, err := e.newAttribute(t, c)
		if err != nil {
			return err
		}
		e.addAttribute(t, a)
		return e.columnExtras(t, a, c)
	}
	if old.Local && op.OfType == nil {
		return refuse(duplicateColumn, "column %q specified more than once", c.Name.Name)
	}
	b := *old
	b.Local = true
	if c.Type.Name.Name != "" {
		a, err := e.newAttribute(t, c)
		if err != nil {
			return err
		}
		if !old.Type.IsZero() && !a.Type.Equal(old.Type) {
			return refuse(datatypeMismatch, "column %q has a type conflict", c.Name.Name)
		}
		b.Type = a.Type
	}
	b.NotNull = b.NotNull || c.NotNull
	if c.Default != nil {
		b.Default = e.stored(c.Default, b.Type)
	}
	setAttribute(t, &b)
	return e.columnExtras(t, &b, c)
}

// newAttribute makes a column of its definition, without number, sequence and
// constraints.
func (e *editor) newAttribute(t *Relation, c *ddl.Column) (*Attribute, *Error) {
	if systemColumns[c.Name.Name] && t.Kind != CompositeType {
		return nil, refuse(duplicateColumn, "column name %q conflicts with a system column name", c.Name.Name)
	}
	typ, err := e.resolveType(c.Type)
	if err != nil {
		return nil, err
	}
	if typ.Name.Schema == pgCatalog && pseudoTypes[typ.Name.Name] {
		return nil, refuse(invalidTableDefinition, "column %q has pseudo-type %s", c.Name.Name, typ)
	}
	if c.Default != nil && c.Identity != "" {
		return nil, refuse(syntaxError, "both default and identity specified for column %q of table %q", c.Name.Name, t.Name)
	}
	if c.Default != nil && c.Serial() != "" {
		return nil, refuse(syntaxError, "multiple default values specified for column %q of table %q", c.Name.Name, t.Name)
	}
	if c.Default != nil && c.Generated != nil {
		return nil, refuse(syntaxError, "both default and generation expression specified for column %q of table %q", c.Name.Name, t.Name)
	}
	if c.Identity != "" && c.Generated != nil {
		return nil, refuse(syntaxError, "both identity and generation expression specified for column %q of table %q", c.Name.Name, t.Name)
	}
	if c.Identity != "" && !isInteger(typ) && typ.Name.Schema == pgCatalog {
		return nil, refuse(invalidParameter, "identity column type must be smallint, integer, or bigint")
	}
	if err := e.defaultFits(typ, c.Default); err != nil {
		return nil, err
	}
	return &Attribute{
		Name: c.Name.Name, Type: typ, Created: c.At, NotNull: c.NotNull || c.Identity != "" || c.Serial() != "", NotNullName: c.NotNullName,
		Default: e.stored(c.Default, typ), Identity: c.Identity, Generated: c.Generated, Virtual: c.Virtual, Collation: c.Collation,
		Storage: c.Storage, Compression: c.Compression, Options: c.Options, Local: true,
	}, nil
}

// stored returns a default as the server keeps it. It does not enter NULL, unless
// the type makes an expression of it, as a length, a precision and a domain do:
// DEFAULT NULL of a varchar(10) is a default, NULL::character varying.
func (e *editor) stored(x *ddl.Expr, typ Type) *ddl.Expr {
	if x == nil || !x.Null || e.coercesNull(typ) {
		return x
	}
	if slices.ContainsFunc(x.Casts, func(t ddl.TypeName) bool { return !e.ResolveType(t).Equal(typ) }) {
		return x
	}
	return nil
}

// coercesNull reports whether NULL becomes a value of the type in a step of its
// own. An interval takes its precision at once.
func (c *Catalog) coercesNull(t Type) bool {
	if t.Dims == 0 {
		if d := c.TypeByOID(t.Def); d != nil && d.Kind == Domain {
			return true
		}
		if t.Name == builtin("interval").Name {
			return false
		}
	}
	return len(t.Mods) > 0
}

// pseudoTypes cannot be columns.
var pseudoTypes = setOf(`record cstring any anyarray void trigger event_trigger language_handler internal anyelement anynonarray
	anyenum fdw_handler index_am_handler tsm_handler table_am_handler anyrange anycompatible anycompatiblearray
	anycompatiblenonarray anycompatiblerange anymultirange anycompatiblemultirange`)

func isInteger(t Type) bool {
	if t.Dims > 0 || t.Name.Schema != pgCatalog {
		return false
	}
	return t.Name.Name == "int2" || t.Name.Name == "int4" || t.Name.Name == "int8"
}

// columnExtras gives a new column, which has its number now, its sequence, the
// name of its NOT NULL constraint, and the dependencies of its default. Nobody
// but the editor has seen the column yet.
func (e *editor) columnExtras(t *Relation, a *Attribute, c *ddl.Column) *Error {
	if a.NotNull && a.NotNullName == "" {
		a.NotNullName = e.chooseNotNullName(t, a.Name)
	}
	serial := c.Serial() != ""
	if serial || c.Identity != "" {
		typ := a.Type
		if !isInteger(typ) {
			typ = builtin("int8")
		}
		seq, err := e.columnSequence(t, a, typ, c.IdentityOptions, c.Identity != "")
		if err != nil {
			return err
		}
		a.Sequence = seq.OID
		if serial {
			a.Default = nextval(seq, c.At)
		}
	}
	if a.Generated == nil {
		e.dependDefault(t, a)
	}
	return nil
}

// nextval is the default of a serial column.
func nextval(seq *Relation, at source.Span) *ddl.Expr {
	name := seq.QualifiedName()
	if name.Schema == "public" || name.Schema == tempSchema {
		name.Schema = ""
	}
	x := &ddl.Expr{Text: "nextval('" + name.String() + "'::regclass)", At: at}
	x.Calls = append(x.Calls, nextvalCall(seq.QualifiedName()))
	return x
}

// dependDefault records what a column's default or generation expression
// refers to.
func (e *editor) dependDefault(t *Relation, a *Attribute) {
	dep := Address{OID: t.OID, Part: PartDefault, ID: uint32(a.Num)}
	e.dependExpr(dep, a.Default)
	if a.Generated == nil {
		return
	}
	e.dependExpr(dep, a.Generated)
	_, nums, err := e.exprColumns(t, a.Generated)
	if err != nil {
		return
	}
	for _, n := range nums {
		e.depend(t.OID, Dependency{Dependent: dep, Column: n})
	}
}

// checkGenerated checks the columns that a generation expression names, and
// records what it refers to.
func (e *editor) checkGenerated(t *Relation, a *Attribute) *Error {
	if a == nil || a.Generated == nil {
		return nil
	}
	_, nums, err := e.exprColumns(t, a.Generated)
	if err != nil {
		return err
	}
	for _, n := range nums {
		b := t.AttributeByNum(n)
		if n == a.Num || b != nil && b.Generated != nil {
			return refuse(invalidObjectDefinition, "cannot use generated column %q in column generation expression", b.Name)
		}
	}
	e.dependDefault(t, a)
	return nil
}

// tableConstraints adds the constraints of a new table, in the order in which
// PostgreSQL does and names them: checks, the primary key, other indexes, then
// foreign keys.
func (e *editor) tableConstraints(t *Relation, op *ddl.CreateTable) *Error {
	var all []*ddl.Constraint
	for _, c := range op.Columns {
		all = append(all, c.Constraints...)
	}
	all = append(all, op.Constraints...)
	slices.SortStableFunc(all, func(a, b *ddl.Constraint) int { return a.At.Start - b.At.Start })
	for rank := range 5 {
		for i, c := range all {
			if constraintRank(c.Kind) != rank || redundantKey(all, i) {
				continue
			}
			if err := e.newConstraint(t, c, constraintContext{fresh: true}); err != nil {
				return err
			}
		}
	}
	for _, like := range op.Likes {
		if err := e.likeChecks(t, like); err != nil {
			return err
		}
	}
	return nil
}

func constraintRank(k ddl.ConstraintKind) int {
	switch k {
	case ddl.Check:
		return 0
	case ddl.NotNull:
		return 1
	case ddl.PrimaryKey:
		return 2
	case ddl.Unique, ddl.Exclude:
		return 3
	case ddl.ForeignKey:
		return 4
	}
	return 4
}

// redundantKey reports whether a unique constraint repeats another key of the
// same statement, as in UNIQUE PRIMARY KEY: PostgreSQL makes one index of them.
func redundantKey(all []*ddl.Constraint, i int) bool {
	c := all[i]
	if c.Kind != ddl.Unique {
		return false
	}
	for j, d := range all {
		earlier := d.Kind == ddl.PrimaryKey || d.Kind == ddl.Unique && j < i
		if !earlier || !slices.EqualFunc(c.Columns, d.Columns, func(a, b ddl.Ident) bool { return a.Name == b.Name }) {
			continue
		}
		if slices.Equal(c.Include, d.Include) && c.Deferrable == d.Deferrable && c.InitiallyDeferred == d.InitiallyDeferred && c.NullsNotDistinct == d.NullsNotDistinct {
			return c.Name.Name == "" || d.Name.Name == "" || c.Name.Name == d.Name.Name
		}
	}
	return false
}
