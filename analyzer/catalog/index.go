package catalog

import (
	"slices"

	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/source"
)

// indexSpec is what an index is made of, whatever statement makes it.
type indexSpec struct {
	// name is empty where PostgreSQL chooses; kind is that of the constraint
	// it belongs to, or 0.
	name                       string
	kind                       ddl.ConstraintKind
	elements                   []ddl.IndexElement
	include                    []string
	method                     string
	unique, primary, exclusion bool
	nullsNotDistinct           bool
	where                      *ddl.Expr
	options                    []ddl.Option
	tablespace                 string
	valid                      bool
	parent                     OID
	at                         source.Span
}

func (e *editor) createIndex(op *ddl.CreateIndex) *Error {
	t, err := e.relation(op.Table.Name, Table)
	if err != nil {
		return err
	}
	switch t.Kind {
	case Table, PartitionedTable, MaterializedView:
	case View, ForeignTable, Index, PartitionedIndex, Sequence, CompositeType:
		if !t.Assumed {
			return refuse(wrongObjectType, "cannot create index on relation %q", t.Name)
		}
	}
	if op.Concurrently && t.Kind == PartitionedTable {
		return refuse(featureNotSupported, "cannot create index on partitioned table %q concurrently", t.Name)
	}
	if n := op.Index.Name; n != "" && op.IfNotExists && e.relationNamed(ddl.Name{Schema: t.Schema, Name: n}) != nil {
		return nil
	}
	spec := indexSpec{
		name: op.Index.Name, elements: op.Elements, include: op.Include, method: op.Method, unique: op.Unique,
		nullsNotDistinct: op.NullsNotDistinct, where: op.Where, options: op.Options, tablespace: op.Tablespace, valid: true, at: e.at(),
	}
	if op.Only && t.Kind == PartitionedTable && len(t.Children) > 0 {
		spec.valid = false // until every partition's index is attached
	}
	x, err := e.makeIndex(e.own(t), spec)
	if err != nil {
		return err
	}
	e.changed(&RelationCreated{Relation: x})
	t = e.RelationByOID(t.OID)
	e.changed(&IndexCreated{Index: x, Table: t})
	if t.Kind == PartitionedTable && !op.Only {
		return e.indexPartitions(t, x, constraintContext{})
	}
	return nil
}

// makeIndex enters an index on a table that the editor owns.
func (e *editor) makeIndex(t *Relation, s indexSpec) (*Relation, *Error) {
	d := &IndexData{
		Table: t.OID, Elements: s.elements, Method: s.method, Unique: s.unique, Primary: s.primary, Exclusion: s.exclusion,
		NullsNotDistinct: s.nullsNotDistinct, Where: s.where, Valid: s.valid, Parent: s.parent,
	}
	if d.Method == "" {
		d.Method = "btree"
		if s.exclusion {
			d.Method = "gist"
		}
	}
	current := t
	column := func(name string) (int, *Error) {
		r, a, err := e.attribute(current, name)
		if err != nil {
			return 0, refuse(undefinedColumn, "column %q does not exist", name)
		}
		current = r
		return a.Num, nil
	}
	refs := func(x *ddl.Expr) *Error {
		r, nums, err := e.exprColumns(current, x)
		if err != nil {
			return err
		}
		current = r
		for _, n := range nums {
			if !slices.Contains(d.Refs, n) {
				d.Refs = append(d.Refs, n)
			}
		}
		return nil
	}
	for i, el := range s.elements {
		if el.Column == "" && el.Expr != nil && el.Expr.Bare && len(el.Expr.Columns) == 1 && !el.Expr.Columns[0].Star {
			// A column in parentheses is a column.
			s.elements = slices.Clone(s.elements)
			el.Column, el.Expr = el.Expr.Columns[0].Column, nil
			s.elements[i] = el
			d.Elements = s.elements
		}
		if el.Column == "" {
			if el.Expr != nil && len(el.Expr.Subqueries) > 0 {
				return nil, refuse(featureNotSupported, "cannot use subquery in index expression")
			}
			d.Columns = append(d.Columns, 0)
			if err := refs(el.Expr); err != nil {
				return nil, err
			}
			continue
		}
		if systemColumns[el.Column] {
			return nil, refuse(featureNotSupported, "index creation on system columns is not supported")
		}
		n, err := column(el.Column)
		if err != nil {
			return nil, err
		}
		d.Columns = append(d.Columns, n)
	}
	for _, name := range s.include {
		n, err := column(name)
		if err != nil {
			return nil, err
		}
		d.Include = append(d.Include, n)
	}
	if err := refs(s.where); err != nil {
		return nil, err
	}
	t = e.own(current)
	if err := e.methodFits(t, d); err != nil {
		return nil, err
	}
	if err := e.coversPartitionKey(t, d); err != nil {
		return nil, err
	}
	name := s.name
	if name == "" {
		name = e.chooseIndexName(t, indexColumnNames(s.elements, s.include), s.kind)
	}
	x := &Relation{
		OID: e.newOID(), Schema: t.Schema, Name: name, Kind: Index, Created: s.at, Temporary: t.Temporary, Unlogged: t.Unlogged,
		Owner: t.Owner, Index: d, Options: s.options, Tablespace: s.tablespace, AccessMethod: d.Method, Populated: true,
	}
	if t.Kind == PartitionedTable {
		x.Kind = PartitionedIndex
	}
	if e.relationNamed(x.QualifiedName()) != nil {
		return nil, refuse(duplicateTable, "relation %q already exists", name)
	}
	e.enter(x)
	t.Indexes = append(slices.Clip(t.Indexes), x.OID)
	dep := Address{OID: x.OID}
	for _, el := range s.elements {
		e.dependExpr(dep, el.Expr)
	}
	e.dependExpr(dep, s.where)
	if s.parent != 0 {
		e.attachIndex(x, s.parent)
	}
	return x, nil
}

// coversPartitionKey checks that a unique index on a partitioned table has all
// columns of the partition key.
func (e *editor) coversPartitionKey(t *Relation, d *IndexData) *Error {
	if t.Kind != PartitionedTable || t.PartitionKey == nil || !d.Unique && !d.Exclusion {
		return nil
	}
	word := "unique constraint"
	if d.Primary {
		word = "PRIMARY KEY constraint"
	} else if d.Exclusion {
		word = "EXCLUDE constraint"
	}
	for _, n := range t.PartitionKey.Columns {
		if n == 0 {
			return refuse(featureNotSupported, "unsupported %s with partition key definition", word)
		}
		if !slices.Contains(d.Columns, n) {
			return refuse(featureNotSupported, "unique constraint on partitioned table must include all partitioning columns")
		}
	}
	return nil
}

// attachIndex makes an index of a partition part of the partitioned one.
func (e *editor) attachIndex(x *Relation, parent OID) {
	x = e.own(x)
	x.Index.Parent = parent
	x.Parents = []OID{parent}
	p := e.RelationByOID(parent)
	if p == nil {
		return
	}
	p = e.own(p)
	if !slices.Contains(p.Children, x.OID) {
		p.Children = append(slices.Clip(p.Children), x.OID)
	}
}

// indexPartitions gives every partition of a table an index like x.
func (e *editor) indexPartitions(t, x *Relation, ctx constraintContext) *Error {
	for _, oid := range t.Children {
		child := e.RelationByOID(oid)
		if child == nil || child.Partition == nil {
			continue
		}
		if err := e.indexPartition(t, x, child, ctx); err != nil {
			return err
		}
	}
	return nil
}

// indexPartition attaches a partition's equal index, or makes one.
func (e *editor) indexPartition(t, x, child *Relation, ctx constraintContext) *Error {
	if child.Kind == ForeignTable {
		if x.Index.Unique {
			return refuse(wrongObjectType, "cannot create unique index on partitioned table %q", t.Name)
		}
		return nil
	}
	for _, oid := range child.Indexes {
		own := e.RelationByOID(oid)
		if own == nil || own.Index == nil || own.Index.Parent != 0 || !e.sameIndex(t, x, child, own) {
			continue
		}
		e.attachIndex(own, x.OID)
		if k := child.ConstraintByOID(own.Index.Constraint); k != nil {
			d := *k
			d.Inherited, d.Local = 1, false
			e.replaceConstraint(e.own(child), &d)
		}
		return nil
	}
	y, k, err := e.cloneIndex(t, x, child, x.OID)
	if err != nil {
		return err
	}
	child = e.RelationByOID(child.OID)
	switch {
	case ctx.fresh:
	case k != nil:
		e.added(child, k, ctx, nil)
	default:
		e.changed(&IndexCreated{Index: y, Table: child})
	}
	if child.Kind == PartitionedTable {
		return e.indexPartitions(child, y, ctx)
	}
	return nil
}

// sameIndex reports whether an index of a partition can serve as x's part.
func (e *editor) sameIndex(t, x, child, own *Relation) bool {
	a, b := x.Index, own.Index
	ok, columns := e.columnsByName(t, child, a.Columns)
	okInclude, include := e.columnsByName(t, child, a.Include)
	if !ok || !okInclude || a.Unique != b.Unique || a.Method != b.Method || a.Primary && !b.Primary || a.NullsNotDistinct != b.NullsNotDistinct ||
		(a.Constraint != 0) && (b.Constraint == 0) || !sameText(a.Where, b.Where) ||
		!slices.Equal(columns, b.Columns) || !slices.Equal(include, b.Include) {
		return false
	}
	return slices.EqualFunc(a.Elements, b.Elements, func(p, q ddl.IndexElement) bool {
		return sameText(p.Expr, q.Expr) && p.OpClass == q.OpClass && p.Collation == q.Collation && p.Desc == q.Desc && p.NullsFirst == q.NullsFirst
	})
}

// cloneIndex makes, on another table, an index like x under a chosen name,
// with its constraint where it has one.
func (e *editor) cloneIndex(from, x, to *Relation, parent OID) (*Relation, *Constraint, *Error) {
	old := from.ConstraintByOID(x.Index.Constraint)
	s := indexSpec{
		elements: x.Index.Elements, method: x.Index.Method, unique: x.Index.Unique, primary: x.Index.Primary, exclusion: x.Index.Exclusion,
		nullsNotDistinct: x.Index.NullsNotDistinct, where: x.Index.Where, options: x.Options, valid: true, parent: parent, at: e.at(),
	}
	for _, n := range x.Index.Include {
		if a := from.AttributeByNum(n); a != nil {
			s.include = append(s.include, a.Name)
		}
	}
	if old != nil {
		s.kind = old.Kind
	}
	y, err := e.makeIndex(e.own(to), s)
	if err != nil {
		return nil, nil, err
	}
	e.changed(&RelationCreated{Relation: y})
	if old == nil {
		return y, nil, nil
	}
	to = e.own(to)
	k := *old
	k.OID, k.Name, k.Created, k.Index, k.Columns = e.newOID(), y.Name, e.at(), y.OID, nonZero(y.Index.Columns)
	k.Inherited, k.Local = 0, true
	if parent != 0 {
		k.Inherited, k.Local = 1, false
	}
	y.Index.Constraint = k.OID
	e.attachConstraint(to, &k)
	if k.Kind == ddl.PrimaryKey {
		e.keyNotNull(to, &k, constraintContext{fresh: true})
	}
	return y, &k, nil
}

// inheritIndexes gives a new partition what its parent's indexes and foreign
// keys say.
func (e *editor) inheritIndexes(p, t *Relation) *Error {
	if p == nil {
		return nil
	}
	for _, oid := range p.Indexes {
		x := e.RelationByOID(oid)
		if x == nil || x.Index == nil {
			continue
		}
		if err := e.indexPartition(p, x, e.RelationByOID(t.OID), constraintContext{fresh: true}); err != nil {
			return err
		}
	}
	for _, k := range p.Constraints {
		if k.Kind == ddl.ForeignKey {
			e.inheritForeignKey(p, e.RelationByOID(t.OID), k, constraintContext{fresh: true})
		}
	}
	return nil
}
