package catalog

import (
	"slices"

	"github.com/migracheck/migracheck/parser/ddl"
)

func (e *editor) addColumn(op *ddl.AddColumn) *Error {
	t, err := e.altered(op.Altered, "ADD COLUMN", Table, PartitionedTable, ForeignTable, CompositeType)
	if t == nil || err != nil {
		return err
	}
	if t.OfType != 0 {
		return refuse(wrongObjectType, "cannot add column to typed table")
	}
	if t.Partition != nil {
		return refuse(wrongObjectType, "cannot add column to a partition")
	}
	name := op.Column.Name.Name
	if t.Attribute(name) != nil {
		if op.IfNotExists {
			return nil
		}
		return refuse(duplicateColumn, "column %q of relation %q already exists", name, t.Name)
	}
	if len(t.Attributes) >= maxColumns {
		return refuse(tooManyColumns, "tables can have at most %d columns", maxColumns)
	}
	if op.Only && len(t.Children) > 0 {
		return refuse(invalidTableDefinition, "column must be added to child tables too")
	}
	if !op.Cascade {
		if err := e.hasTyped(t); err != nil {
			return err
		}
	}
	t = e.own(t)
	a, err := e.newAttribute(t, op.Column)
	if err != nil {
		return err
	}
	if err := e.usesItself(t, a.Type); err != nil {
		return err
	}
	e.addAttribute(t, a)
	if err := e.columnExtras(t, a, op.Column); err != nil {
		return err
	}
	if err := e.checkGenerated(t, a); err != nil {
		return err
	}
	added := &ColumnAdded{Relation: t, Attribute: a}
	e.changed(added)
	if err := e.inheritColumn(t, a); err != nil {
		return err
	}
	ctx := constraintContext{column: a}
	for rank := range 5 {
		for i, c := range op.Column.Constraints {
			if constraintRank(c.Kind) != rank || redundantKey(op.Column.Constraints, i) {
				continue
			}
			if err := e.newConstraint(e.own(t), c, ctx); err != nil {
				return err
			}
		}
	}
	// A primary key made it NOT NULL: that is part of how it was added.
	added.Relation = e.RelationByOID(t.OID)
	added.Attribute = added.Relation.AttributeByNum(a.Num)
	e.changes = slices.DeleteFunc(e.changes, func(c Change) bool {
		n, ok := c.(*NullabilityChanged)
		return ok && n.After.Num == a.Num && n.Relation.OID == t.OID
	})
	return nil
}

// usesItself refuses a column of the table's own row type.
func (e *editor) usesItself(t *Relation, typ Type) *Error {
	if typ.Def == t.OID {
		return refuse(invalidTableDefinition, "composite type %s cannot be made a member of itself", t.Name)
	}
	return nil
}

// inheritColumn gives a new column to the children.
func (e *editor) inheritColumn(t *Relation, a *Attribute) *Error {
	for _, oid := range t.Children {
		child := e.RelationByOID(oid)
		if child == nil {
			continue
		}
		child = e.own(child)
		if old := child.Attribute(a.Name); old != nil {
			if !old.Type.IsZero() && !old.Type.Equal(a.Type) {
				return refuse(datatypeMismatch, "child table %q has different type for column %q", child.Name, a.Name)
			}
			b := *old
			b.Inherited++
			setAttribute(child, &b)
			continue
		}
		b := *a
		b.Inherited, b.Local, b.Comment, b.ACL = 1, false, "", nil
		if child.Partition == nil {
			b.Identity, b.Sequence = "", 0
		}
		e.addAttribute(child, &b)
		e.dependDefault(child, &b)
		e.changed(&ColumnAdded{Relation: child, Attribute: &b})
		if err := e.inheritColumn(child, &b); err != nil {
			return err
		}
	}
	return nil
}

func (e *editor) dropColumn(op *ddl.DropColumn) *Error {
	t, err := e.altered(op.Altered, "DROP COLUMN", Table, PartitionedTable, ForeignTable, CompositeType)
	if t == nil || err != nil {
		return err
	}
	if t.OfType != 0 {
		return refuse(wrongObjectType, "cannot drop column from typed table")
	}
	name := op.Column.Name
	if systemColumns[name] && t.Attribute(name) == nil {
		return refuse(featureNotSupported, "cannot drop system column %q", name)
	}
	t, a, err := e.attribute(t, name)
	if err != nil {
		if op.ColumnExists {
			return nil
		}
		return err
	}
	if a.Inherited > 0 {
		return refuse(invalidTableDefinition, "cannot drop inherited column %q", name)
	}
	if inPartitionKey(t, a.Num) {
		return refuse(invalidTableDefinition, "cannot drop column %q because it is part of the partition key of relation %q", name, t.Name)
	}
	if t.Kind == PartitionedTable && op.Only && len(t.Children) > 0 {
		return refuse(invalidTableDefinition, "cannot drop column from only the partitioned table when partitions exist")
	}
	targets := []Address{{OID: t.OID, Part: PartColumn, ID: uint32(a.Num)}}
	for _, typed := range e.typedTables(t) {
		if !op.Cascade {
			return e.hasTyped(t)
		}
		if ta := typed.Attribute(name); ta != nil {
			targets = append(targets, Address{OID: typed.OID, Part: PartColumn, ID: uint32(ta.Num)})
		}
	}
	targets, err = e.disinheritColumn(t, a, op.Only, targets)
	if err != nil {
		return err
	}
	return e.drop(targets, t.String()+"."+name, op.Cascade)
}

// typedTables returns the tables of a composite type.
func (e *editor) typedTables(t *Relation) []*Relation {
	if t.Kind != CompositeType {
		return nil
	}
	d := e.typeNamed(t.QualifiedName())
	if d == nil {
		return nil
	}
	var tables []*Relation
	for _, dep := range e.Dependents(d.OID) {
		r := e.RelationByOID(dep.Dependent.OID)
		if r != nil && r.OfType == d.OID && !slices.Contains(tables, r) {
			tables = append(tables, r)
		}
	}
	return tables
}

// hasTyped refuses a change of a composite type without CASCADE where tables
// are of it.
func (e *editor) hasTyped(t *Relation) *Error {
	if len(e.typedTables(t)) == 0 {
		return nil
	}
	return refuse(dependentObjectsStill, "cannot alter type %q because it is the type of a typed table", t.Name)
}

func inPartitionKey(t *Relation, num int) bool {
	return t.PartitionKey != nil && (slices.Contains(t.PartitionKey.Columns, num) || slices.Contains(t.PartitionKey.Refs, num))
}

// disinheritColumn takes a parent's column from its children, and returns those
// of them that go.
func (e *editor) disinheritColumn(t *Relation, a *Attribute, only bool, targets []Address) ([]Address, *Error) {
	for _, oid := range t.Children {
		child := e.RelationByOID(oid)
		if child == nil {
			continue
		}
		ca := child.Attribute(a.Name)
		if ca == nil || ca.Inherited == 0 {
			continue
		}
		if inPartitionKey(child, ca.Num) {
			return nil, refuse(invalidTableDefinition, "cannot drop column %q because it is part of the partition key of relation %q", a.Name, child.Name)
		}
		if !only && ca.Inherited == 1 && !ca.Local {
			targets = append(targets, Address{OID: oid, Part: PartColumn, ID: uint32(ca.Num)})
			var err *Error
			if targets, err = e.disinheritColumn(child, ca, false, targets); err != nil {
				return nil, err
			}
			continue
		}
		b := *ca
		b.Inherited--
		b.Local = b.Local || only
		setAttribute(e.own(child), &b)
	}
	return targets, nil
}

func (e *editor) renameColumn(op *ddl.RenameColumn) *Error {
	t, a, err := e.alteredColumn(op.Altered, op.Column.Name, "RENAME COLUMN",
		Table, PartitionedTable, ForeignTable, CompositeType, View, MaterializedView, Index, PartitionedIndex)
	if err != nil && err.SQLState == undefinedColumn {
		return refuse(undefinedColumn, "column %q does not exist", op.Column.Name)
	}
	if t == nil || err != nil {
		return err
	}
	if a.Inherited > 0 {
		return refuse(invalidTableDefinition, "cannot rename inherited column %q", a.Name)
	}
	if t.OfType != 0 {
		return refuse(wrongObjectType, "cannot rename column of typed table")
	}
	if op.Only && len(t.Children) > 0 {
		return refuse(invalidTableDefinition, "inherited column %q must be renamed in child tables too", a.Name)
	}
	inheriting, err := e.inheriting(t, a.Name, "rename")
	if err != nil {
		return err
	}
	for _, r := range inheriting {
		if err := e.renameAttribute(r, r.Attribute(a.Name), op.NewName.Name); err != nil {
			return err
		}
	}
	return nil
}

// inheriting returns a table and its descendants that have a column from it,
// parents first. It refuses where one of them has the column from elsewhere
// too: what is done to the column could not be done there.
func (e *editor) inheriting(t *Relation, column, action string) ([]*Relation, *Error) {
	family := []*Relation{t}
	member := map[OID]bool{t.OID: true}
	for i := 0; i < len(family); i++ {
		for _, oid := range family[i].Children {
			child := e.RelationByOID(oid)
			if child == nil || member[oid] {
				continue
			}
			if a := child.Attribute(column); a != nil && a.Inherited > 0 {
				family, member[oid] = append(family, child), true
			}
		}
	}
	for _, r := range family[1:] {
		inside := 0
		for _, p := range r.Parents {
			if member[p] {
				inside++
			}
		}
		if r.Attribute(column).Inherited > inside {
			return nil, refuse(invalidTableDefinition, "cannot %s inherited column %q", action, column)
		}
	}
	return family, nil
}

// renameAttribute renames a column. What refers to it does so by number.
func (e *editor) renameAttribute(t *Relation, a *Attribute, to string) *Error {
	if t.Attribute(to) != nil {
		return refuse(duplicateColumn, "column %q of relation %q already exists", to, t.Name)
	}
	if systemColumns[to] && t.hasRowType() && t.Kind != View && t.Kind != CompositeType {
		return refuse(duplicateColumn, "column name %q conflicts with a system column name", to)
	}
	b := *a
	b.Name = to
	t = e.own(t)
	setAttribute(t, &b)
	t.DroppedColumns = append(slices.DeleteFunc(slices.Clone(t.DroppedColumns), func(s string) bool { return s == to }), a.Name)
	e.changed(&ColumnRenamed{Relation: t, Before: a, After: &b})
	for _, oid := range t.Indexes {
		e.renameElements(e.RelationByOID(oid), a.Num, to)
	}
	return nil
}

func (e *editor) renameElements(x *Relation, num int, to string) {
	if x == nil || x.Index == nil || !slices.Contains(x.Index.Columns, num) {
		return
	}
	x = e.own(x)
	x.Index.Elements = slices.Clone(x.Index.Elements)
	for i, n := range x.Index.Columns {
		if n == num && i < len(x.Index.Elements) {
			x.Index.Elements[i].Column = to
		}
	}
}

// defaultKinds are those that SET and DROP DEFAULT apply to.
var defaultKinds = []RelKind{Table, PartitionedTable, View, ForeignTable}

func (e *editor) setDefault(op *ddl.SetDefault) *Error {
	return e.changeDefault(op.Altered, op.Column.Name, op.Default)
}

func (e *editor) dropDefault(op *ddl.DropDefault) *Error {
	return e.changeDefault(op.Altered, op.Column.Name, nil)
}

func (e *editor) changeDefault(alter ddl.Altered, column string, x *ddl.Expr) *Error {
	t, a, err := e.alteredColumn(alter, column, "ALTER COLUMN ... SET DEFAULT", defaultKinds...)
	if t == nil || err != nil {
		return err
	}
	if a.Identity != "" {
		return refuse(syntaxError, "column %q of relation %q is an identity column", a.Name, t.Name)
	}
	if a.Generated != nil {
		return refuse(syntaxError, "column %q of relation %q is a generated column", a.Name, t.Name)
	}
	if err := e.defaultFits(a.Type, x); err != nil {
		return err
	}
	e.putDefault(t, a, e.stored(x, a.Type), alter.Only)
	return nil
}

// defaultFits checks what can be told of a default: that it names no column and
// no sequence that does not exist, and, of an enum, that it is one of its values.
func (e *editor) defaultFits(t Type, x *ddl.Expr) *Error {
	if x == nil {
		return nil
	}
	if len(x.Columns) > 0 {
		return refuse(featureNotSupported, "cannot use column reference in DEFAULT expression")
	}
	if d := e.TypeByOID(t.Def); d != nil && d.Kind == Enum && !d.Assumed && t.Dims == 0 && x.Constant && !x.Null && !slices.Contains(d.Labels, x.Literal) {
		return refuse(invalidTextRepresentation, "invalid input value for enum %s: %q", d.Name, x.Literal)
	}
	return e.sequencesOf(x)
}

// sequencesOf resolves the sequences that nextval and its kin name.
func (e *editor) sequencesOf(x *ddl.Expr) *Error {
	for _, call := range x.Calls {
		switch call.Name.Name {
		case "nextval", "currval", "setval":
			if call.Literal == "" {
				continue
			}
			if _, err := e.relation(parseName(call.Literal), Sequence); err != nil {
				return err
			}
		}
	}
	return nil
}

func (e *editor) putDefault(t *Relation, a *Attribute, x *ddl.Expr, only bool) {
	if x != nil || a.Default != nil || a.Assumed {
		b := *a
		b.Default = x
		t = e.own(t)
		setAttribute(t, &b)
		e.undepend(Address{OID: t.OID, Part: PartDefault, ID: uint32(a.Num)})
		e.dependDefault(t, &b)
		e.changed(&DefaultChanged{Relation: t, Before: a, After: &b})
	}
	if only || t.Kind == View {
		return
	}
	e.eachChildColumn(t, a.Name, func(child *Relation, ca *Attribute) {
		e.putDefault(child, ca, x, false)
	})
}

func (e *editor) eachChildColumn(t *Relation, name string, f func(*Relation, *Attribute)) {
	for _, oid := range t.Children {
		child := e.RelationByOID(oid)
		if child == nil {
			continue
		}
		if a := child.Attribute(name); a != nil {
			f(child, a)
		}
	}
}

func (e *editor) setExpression(op *ddl.SetExpression) *Error {
	t, a, err := e.alteredColumn(op.Altered, op.Column.Name, "ALTER COLUMN ... SET EXPRESSION", Table, PartitionedTable, ForeignTable)
	if t == nil || err != nil {
		return err
	}
	if a.Generated == nil && !a.Assumed {
		return refuse(objectNotInPrerequisite, "column %q of relation %q is not a generated column", a.Name, t.Name)
	}
	return e.putExpression(t, a, op.Expression, op.Only)
}

func (e *editor) putExpression(t *Relation, a *Attribute, x *ddl.Expr, only bool) *Error {
	b := *a
	b.Generated = x
	t = e.own(t)
	setAttribute(t, &b)
	e.undepend(Address{OID: t.OID, Part: PartDefault, ID: uint32(a.Num)})
	if err := e.checkGenerated(t, &b); err != nil {
		return err
	}
	e.changed(&GenerationChanged{Relation: t, Before: a, After: &b})
	if only {
		return nil
	}
	var failed *Error
	e.eachChildColumn(t, a.Name, func(child *Relation, ca *Attribute) {
		if err := e.putExpression(child, ca, x, false); err != nil {
			failed = err
		}
	})
	return failed
}

func (e *editor) dropExpression(op *ddl.DropExpression) *Error {
	t, a, err := e.alteredColumn(op.Altered, op.Column.Name, "ALTER COLUMN ... DROP EXPRESSION", Table, PartitionedTable, ForeignTable)
	if t == nil || err != nil {
		return err
	}
	if a.Generated == nil && !a.Assumed {
		if op.ColumnExists {
			return nil
		}
		return refuse(objectNotInPrerequisite, "column %q of relation %q is not a stored generated column", a.Name, t.Name)
	}
	if a.Virtual {
		return refuse(featureNotSupported, "ALTER TABLE / DROP EXPRESSION is not supported for virtual generated columns")
	}
	if a.Inherited > 0 {
		return refuse(invalidTableDefinition, "cannot drop generation expression from inherited column")
	}
	if op.Only && len(t.Children) > 0 {
		return refuse(invalidTableDefinition, "ALTER TABLE / DROP EXPRESSION must be applied to child tables too")
	}
	e.stopGenerating(t, a)
	return nil
}

func (e *editor) stopGenerating(t *Relation, a *Attribute) {
	b := *a
	b.Generated = nil
	t = e.own(t)
	setAttribute(t, &b)
	e.undepend(Address{OID: t.OID, Part: PartDefault, ID: uint32(a.Num)})
	e.changed(&GenerationChanged{Relation: t, Before: a, After: &b})
	e.eachChildColumn(t, a.Name, e.stopGenerating)
}

func (e *editor) addIdentity(op *ddl.AddIdentity) *Error {
	t, a, err := e.alteredColumn(op.Altered, op.Column.Name, "ALTER COLUMN ... ADD IDENTITY", Table, PartitionedTable, ForeignTable)
	if t == nil || err != nil {
		return err
	}
	if t.Partition != nil {
		return refuse(invalidTableDefinition, "cannot add identity to a column of a partition")
	}
	if a.Identity != "" {
		return refuse(objectNotInPrerequisite, "column %q of relation %q is already an identity column", a.Name, t.Name)
	}
	if a.Default != nil {
		return refuse(objectNotInPrerequisite, "column %q of relation %q already has a default value", a.Name, t.Name)
	}
	if !a.NotNull && !a.Assumed && !t.Assumed {
		return refuse(objectNotInPrerequisite, "column %q of relation %q must be declared NOT NULL before identity can be added", a.Name, t.Name)
	}
	typ := a.Type
	if !isInteger(typ) {
		if typ.Name.Schema == pgCatalog {
			return refuse(invalidParameter, "identity column type must be smallint, integer, or bigint")
		}
		typ = builtin("int8")
	}
	t = e.own(t)
	b := *a
	if b.Identity = "by default"; op.Always {
		b.Identity = "always"
	}
	seq, err := e.columnSequence(t, &b, typ, op.Options, true)
	if err != nil {
		return err
	}
	b.Sequence = seq.OID
	setAttribute(t, &b)
	e.changed(&IdentityChanged{Relation: t, Before: a, After: &b})
	return nil
}

func (e *editor) setIdentity(op *ddl.SetIdentity) *Error {
	t, a, err := e.alteredColumn(op.Altered, op.Column.Name, "ALTER COLUMN ... SET", Table, PartitionedTable, ForeignTable)
	if t == nil || err != nil {
		return err
	}
	if a.Identity == "" && !a.Assumed {
		return refuse(objectNotInPrerequisite, "column %q of relation %q is not an identity column", a.Name, t.Name)
	}
	b := *a
	if op.Generated != "" {
		b.Identity = op.Generated
	}
	t = e.own(t)
	setAttribute(t, &b)
	e.changed(&IdentityChanged{Relation: t, Before: a, After: &b})
	seq := e.RelationByOID(a.Sequence)
	if len(op.Options) == 0 || seq == nil || seq.Sequence == nil {
		return nil
	}
	data, err := seq.Sequence.with(op.Options)
	if err != nil {
		return err
	}
	before := seq
	seq = e.own(seq)
	seq.Sequence = data
	e.changed(&SequenceChanged{Before: before, After: seq})
	return nil
}

func (e *editor) dropIdentity(op *ddl.DropIdentity) *Error {
	t, a, err := e.alteredColumn(op.Altered, op.Column.Name, "ALTER COLUMN ... DROP IDENTITY", Table, PartitionedTable, ForeignTable)
	if t == nil || err != nil {
		return err
	}
	if a.Identity == "" && !a.Assumed {
		if op.ColumnExists {
			return nil
		}
		return refuse(objectNotInPrerequisite, "column %q of relation %q is not an identity column", a.Name, t.Name)
	}
	seq := e.RelationByOID(a.Sequence)
	b := *a
	b.Identity, b.Sequence = "", 0
	t = e.own(t)
	setAttribute(t, &b)
	e.changed(&IdentityChanged{Relation: t, Before: a, After: &b})
	if seq == nil {
		return nil
	}
	return e.drop([]Address{{OID: seq.OID}}, t.String()+"."+a.Name, false)
}

func (e *editor) setColumnOption(op *ddl.SetColumnOption) *Error {
	t, err := e.altered(op.Altered, "ALTER COLUMN ... SET", Table, PartitionedTable, MaterializedView, ForeignTable, Index, PartitionedIndex)
	if t == nil || err != nil {
		return err
	}
	if t.Index != nil || t.Kind == Index {
		e.option(t, op.Option, func(*Relation) {})
		return nil
	}
	before := t
	t, a, err := e.attribute(t, op.Column.Name)
	if err != nil {
		return err
	}
	b := *a
	switch op.Option {
	case "statistics":
		b.Statistics = op.Value
	case "storage":
		b.Storage = op.Value
	case "compression":
		b.Compression = op.Value
	case "set", "options":
		b.Options = mergeOptions(a.Options, op.Options, false)
	case "reset":
		b.Options = mergeOptions(a.Options, op.Options, true)
	}
	t = e.own(t)
	setAttribute(t, &b)
	e.changed(&RelationOptionChanged{Before: before, After: t, What: op.Option})
	return nil
}
