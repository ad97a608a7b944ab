package catalog

import (
	"slices"

	"github.com/migracheck/migracheck/parser/ddl"
)

// constraintContext says where a constraint comes from.
type constraintContext struct {
	// fresh: with a new table; nothing is listed in changes.
	fresh bool
	// column: with a new column of a table that was there.
	column *Attribute
	// only: ALTER TABLE ONLY.
	only bool
}

// newConstraint adds a constraint of its definition to a table that the editor
// owns, and to the tables that inherit it. NOT NULL becomes part of the column.
func (e *editor) newConstraint(t *Relation, c *ddl.Constraint, ctx constraintContext) *Error {
	if n := c.Name.Name; n != "" {
		indexed := c.Kind == ddl.PrimaryKey || c.Kind == ddl.Unique || c.Kind == ddl.Exclude
		if indexed && c.Index.Name == "" && e.relationNamed(ddl.Name{Schema: t.Schema, Name: n}) != nil {
			return refuse(duplicateTable, "relation %q already exists", n)
		}
		if t.Constraint(n) != nil && c.Kind == ddl.Check && ctx.fresh {
			return refuse(duplicateObject, "check constraint %q already exists", n)
		}
		if t.Constraint(n) != nil {
			return refuse(duplicateObject, "constraint %q for relation %q already exists", n, t.Name)
		}
	}
	switch c.Kind {
	case ddl.Check:
		_, err := e.newCheck(t, c, ctx)
		return err
	case ddl.ForeignKey:
		_, err := e.newForeignKey(t, c, ctx)
		return err
	case ddl.PrimaryKey, ddl.Unique, ddl.Exclude:
		_, err := e.newKey(t, c, ctx)
		return err
	case ddl.NotNull:
		for _, col := range c.Columns {
			t2, a, err := e.attribute(t, col.Name)
			if err != nil {
				return err
			}
			t = e.own(t2)
			e.notNull(t, a.Num, notNullMark{name: c.Name.Name, invalid: c.NotValid, silent: ctx.fresh, only: ctx.only || c.NoInherit})
		}
	}
	return nil
}

// attachConstraint enters a constraint that has its OID and name.
func (e *editor) attachConstraint(t *Relation, c *Constraint) {
	t.Constraints = append(slices.Clip(t.Constraints), c)
	e.conname(t.Schema, c.Name, 1)
	dep := Address{OID: t.OID, Part: PartConstraint, ID: uint32(c.OID)}
	e.dependExpr(dep, c.Check)
	if c.Kind != ddl.ForeignKey {
		return
	}
	e.depend(c.References, Dependency{Dependent: dep})
	for _, n := range c.ReferencedColumns {
		e.depend(c.References, Dependency{Dependent: dep, Column: n})
	}
	if ref := e.RelationByOID(c.References); ref != nil {
		if x := e.keyIndex(ref, c.ReferencedColumns); x != nil && x.OID != 0 {
			e.depend(x.OID, Dependency{Dependent: dep})
		}
	}
}

func (e *editor) added(t *Relation, c *Constraint, ctx constraintContext, promoted *Relation) {
	if ctx.fresh {
		return
	}
	e.changed(&ConstraintAdded{Relation: t, Constraint: c, Column: ctx.column, Promoted: promoted})
}

// newCheck adds a CHECK.
func (e *editor) newCheck(t *Relation, c *ddl.Constraint, ctx constraintContext) (*Constraint, *Error) {
	t2, nums, err := e.exprColumns(t, c.Check)
	if err != nil {
		return nil, err
	}
	if c.Check != nil && len(c.Check.Subqueries) > 0 {
		return nil, refuse(featureNotSupported, "cannot use subquery in check constraint")
	}
	t = e.own(t2)
	if c.NoInherit && t.Kind == PartitionedTable {
		return nil, refuse(invalidTableDefinition, "cannot add NO INHERIT constraint to partitioned table %q", t.Name)
	}
	name := c.Name.Name
	if name == "" {
		column := ""
		if len(nums) == 1 {
			column = t.AttributeByNum(nums[0]).Name
		}
		name = e.chooseConstraintName(t.Schema, t.Name, column, "check")
	}
	k := &Constraint{
		OID: e.newOID(), Name: name, Kind: ddl.Check, Created: c.At, Columns: nums, Check: c.Check,
		Valid: !c.NotEnforced && (!c.NotValid || ctx.fresh), Enforced: !c.NotEnforced, NoInherit: c.NoInherit, Local: true, Def: c,
	}
	if ctx.only && len(t.Children) > 0 && !c.NoInherit {
		return nil, refuse(invalidTableDefinition, "constraint must be added to child tables too")
	}
	e.attachConstraint(t, k)
	e.added(t, k, ctx, nil)
	if c.NoInherit {
		return k, nil
	}
	for _, oid := range t.Children {
		if err := e.inheritCheck(t, e.RelationByOID(oid), k, ctx); err != nil {
			return nil, err
		}
	}
	return k, nil
}

// inheritCheck gives a child the CHECK of a parent, or merges it with one of
// that name.
func (e *editor) inheritCheck(p, child *Relation, k *Constraint, ctx constraintContext) *Error {
	if child == nil {
		return nil
	}
	child = e.own(child)
	if old := child.Constraint(k.Name); old != nil {
		if old.Kind != ddl.Check {
			return refuse(duplicateObject, "constraint %q for relation %q already exists", k.Name, child.Name)
		}
		if old.NoInherit {
			return refuse(invalidObjectDefinition, "constraint %q conflicts with non-inherited constraint on relation %q", k.Name, child.Name)
		}
		if !sameText(old.Check, k.Check) {
			return refuse(duplicateObject, "check constraint %q already exists", k.Name)
		}
		merged := *old
		merged.Inherited++
		e.replaceConstraint(child, &merged)
		return nil
	}
	d := *k
	d.OID, d.Inherited, d.Local = e.newOID(), 1, false
	_, d.Columns = e.columnsByName(p, child, k.Columns)
	e.attachConstraint(child, &d)
	e.added(child, &d, ctx, nil)
	for _, oid := range child.Children {
		if err := e.inheritCheck(child, e.RelationByOID(oid), &d, ctx); err != nil {
			return err
		}
	}
	return nil
}

// inheritChecks gives a new child all CHECK constraints of a parent.
func (e *editor) inheritChecks(t, p *Relation) *Error {
	if p == nil {
		return nil
	}
	for _, c := range p.Constraints {
		if c.Kind != ddl.Check || c.NoInherit {
			continue
		}
		if err := e.inheritCheck(p, t, c, constraintContext{fresh: true}); err != nil {
			return err
		}
	}
	return nil
}

func sameText(a, b *ddl.Expr) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Text == b.Text
}

// replaceConstraint replaces, in a relation that the editor owns, the
// constraint of c's OID.
func (e *editor) replaceConstraint(t *Relation, c *Constraint) {
	t.Constraints = slices.Clone(t.Constraints)
	for i, old := range t.Constraints {
		if old.OID != c.OID {
			continue
		}
		if old.Name != c.Name {
			e.conname(t.Schema, old.Name, -1)
			e.conname(t.Schema, c.Name, 1)
		}
		t.Constraints[i] = c
	}
}

// newKey adds a primary key, unique or exclusion constraint and its index.
func (e *editor) newKey(t *Relation, c *ddl.Constraint, ctx constraintContext) (*Constraint, *Error) {
	if c.WithoutOverlaps && len(c.Columns) < 2 {
		return nil, refuse(syntaxError, "constraint using WITHOUT OVERLAPS needs at least two columns")
	}
	if t.Kind == ForeignTable {
		return nil, refuse(featureNotSupported, "%s constraints are not supported on foreign tables", keyWords[c.Kind])
	}
	if c.Kind == ddl.PrimaryKey && t.PrimaryKey() != nil {
		return nil, refuse(invalidTableDefinition, "multiple primary keys for table %q are not allowed", t.Name)
	}
	if c.Index.Name != "" {
		return e.promoteIndex(t, c, ctx)
	}
	spec := indexSpec{
		name: c.Name.Name, kind: c.Kind, include: c.Include, method: c.Method, unique: c.Kind != ddl.Exclude || c.WithoutOverlaps,
		primary: c.Kind == ddl.PrimaryKey, exclusion: c.Kind == ddl.Exclude, nullsNotDistinct: c.NullsNotDistinct, where: c.Where,
		elements: c.Elements, options: c.Options, tablespace: c.Tablespace, valid: true, at: c.At,
	}
	var seen []string
	for _, col := range c.Columns {
		if slices.Contains(seen, col.Name) {
			return nil, refuse(duplicateColumn, "column %q appears twice in %s constraint", col.Name, keyWords[c.Kind])
		}
		seen = append(seen, col.Name)
		spec.elements = append(spec.elements, ddl.IndexElement{Column: col.Name, At: col.At})
		t2, _, err := e.attribute(t, col.Name)
		if err != nil {
			return nil, refuse(undefinedColumn, "column %q named in key does not exist", col.Name)
		}
		t = e.own(t2)
	}
	if err := validNotNull(t, c); err != nil {
		return nil, err
	}
	x, err := e.makeIndex(t, spec)
	if err != nil {
		return nil, err
	}
	t = e.own(t)
	k := &Constraint{
		OID: e.newOID(), Name: x.Name, Kind: c.Kind, Created: c.At, Columns: nonZero(x.Index.Columns), Index: x.OID,
		Valid: true, Enforced: true, Deferrable: c.Deferrable, InitiallyDeferred: c.InitiallyDeferred,
		NullsNotDistinct: c.NullsNotDistinct, Period: c.WithoutOverlaps, Local: true, Def: c,
	}
	x.Index.Constraint = k.OID
	e.attachConstraint(t, k)
	e.changed(&RelationCreated{Relation: x})
	if c.Kind == ddl.PrimaryKey {
		e.keyNotNull(t, k, ctx)
	}
	e.added(t, k, ctx, nil)
	if t.Kind == PartitionedTable && !ctx.only {
		return k, e.indexPartitions(t, x, ctx)
	}
	return k, nil
}

// validNotNull refuses a primary key over columns whose NOT NULL is NOT VALID.
func validNotNull(t *Relation, c *ddl.Constraint) *Error {
	if c.Kind != ddl.PrimaryKey {
		return nil
	}
	for _, col := range c.Columns {
		if a := t.Attribute(col.Name); a != nil && a.NotNullInvalid {
			return refuse(objectNotInPrerequisite, "cannot create primary key on column %q", col.Name)
		}
	}
	return nil
}

// nonZero returns the columns of an index key that are not expressions.
func nonZero(key []int) []int {
	var nums []int
	for _, n := range key {
		if n != 0 && !slices.Contains(nums, n) {
			nums = append(nums, n)
		}
	}
	return nums
}

var keyWords = map[ddl.ConstraintKind]string{ddl.PrimaryKey: "primary key", ddl.Unique: "unique", ddl.Exclude: "exclusion"}

// keyNotNull makes the columns of a primary key NOT NULL.
func (e *editor) keyNotNull(t *Relation, k *Constraint, ctx constraintContext) {
	for _, n := range k.Columns {
		e.notNull(t, n, notNullMark{silent: ctx.fresh, implied: k.Name, only: ctx.only})
	}
}

// promoteIndex is ADD … USING INDEX: the index takes the constraint's name.
func (e *editor) promoteIndex(t *Relation, c *ddl.Constraint, ctx constraintContext) (*Constraint, *Error) {
	x := e.relationNamed(ddl.Name{Schema: t.Schema, Name: c.Index.Name})
	if x == nil {
		name := ddl.Name{Schema: t.Schema, Name: c.Index.Name}
		if !t.Assumed || !e.mayExist(name) {
			return nil, refuse(undefinedObject, "index %q does not exist", c.Index.Name)
		}
		x = e.assume(name, Index)
		x = e.own(x)
		x.Index = &IndexData{Table: t.OID, Unique: true, Valid: true}
		t = e.own(t)
		t.Indexes = append(slices.Clip(t.Indexes), x.OID)
	}
	d := x.Index
	switch {
	case t.Kind == PartitionedTable:
		return nil, refuse(featureNotSupported, "ALTER TABLE / ADD CONSTRAINT USING INDEX is not supported on partitioned tables")
	case d == nil || x.Kind == PartitionedIndex:
		return nil, refuse(wrongObjectType, "%q is not an index", x.Name)
	case d.Constraint != 0:
		return nil, refuse(objectNotInPrerequisite, "index %q is already associated with a constraint", x.Name)
	case d.Table != t.OID && d.Table != 0:
		return nil, refuse(objectNotInPrerequisite, "index %q does not belong to table %q", x.Name, t.Name)
	case !d.Valid:
		return nil, refuse(objectNotInPrerequisite, "index %q is not valid", x.Name)
	case !d.Unique:
		return nil, refuse(wrongObjectType, "%q is not a unique index", x.Name)
	case slices.Contains(d.Columns, 0):
		return nil, refuse(wrongObjectType, "index %q contains expressions", x.Name)
	case d.Where != nil:
		return nil, refuse(wrongObjectType, "%q is a partial index", x.Name)
	case d.Method != "" && d.Method != "btree":
		return nil, refuse(wrongObjectType, "index %q is not a btree", x.Name)
	}
	for _, el := range d.Elements {
		if el.Desc || el.NullsFirst || el.OpClass.Name != "" || el.Collation.Name != "" {
			return nil, refuse(wrongObjectType, "index %q column number %d does not have default sorting behavior", x.Name, slices.IndexFunc(d.Elements, func(f ddl.IndexElement) bool { return f.At == el.At })+1)
		}
	}
	before := x
	x = e.own(x)
	x.Index.Table = t.OID
	if n := c.Name.Name; n != "" && n != x.Name {
		if e.relationNamed(ddl.Name{Schema: t.Schema, Name: n}) != nil {
			return nil, refuse(duplicateTable, "relation %q already exists", n)
		}
		e.rename(x, n)
		e.changed(&RelationRenamed{Before: before, After: x})
	}
	if t.Constraint(x.Name) != nil {
		return nil, refuse(duplicateObject, "constraint %q for relation %q already exists", x.Name, t.Name)
	}
	t = e.own(t)
	k := &Constraint{
		OID: e.newOID(), Name: x.Name, Kind: c.Kind, Created: c.At, Columns: x.Index.Columns, Index: x.OID, Valid: true, Enforced: true,
		Deferrable: c.Deferrable, InitiallyDeferred: c.InitiallyDeferred, NullsNotDistinct: x.Index.NullsNotDistinct, Local: true, Def: c,
	}
	x.Index.Constraint, x.Index.Primary = k.OID, c.Kind == ddl.PrimaryKey
	e.attachConstraint(t, k)
	if c.Kind == ddl.PrimaryKey {
		e.keyNotNull(t, k, ctx)
	}
	e.added(t, k, ctx, before)
	return k, nil
}

// rename gives a relation that the editor owns another name in its schema.
func (e *editor) rename(r *Relation, name string) {
	e.relname = e.relname.delete(r.QualifiedName())
	e.gone = e.gone.set(r.QualifiedName(), snapshot(r))
	r.Name = name
	e.relname = e.relname.set(r.QualifiedName(), r.OID)
}

func (e *editor) addConstraint(op *ddl.AddConstraint) *Error {
	t, err := e.altered(op.Altered, "ADD CONSTRAINT", Table, PartitionedTable, ForeignTable)
	if t == nil || err != nil {
		return err
	}
	t = e.own(t)
	if op.Only && t.Kind == PartitionedTable && op.Constraint.Kind == ddl.ForeignKey {
		return refuse(wrongObjectType, "cannot use ONLY for foreign key on partitioned table %q referencing relation %q", t.Name, op.Constraint.References.Name.Name)
	}
	err = e.newConstraint(t, op.Constraint, constraintContext{only: op.Only})
	return err
}

func (e *editor) dropConstraint(op *ddl.DropConstraint) *Error {
	t, err := e.altered(op.Altered, "DROP CONSTRAINT", Table, PartitionedTable, ForeignTable)
	if t == nil || err != nil {
		return err
	}
	name := op.Constraint.Name
	c := t.Constraint(name)
	if c == nil {
		return e.dropOtherConstraint(t, op)
	}
	if c.Inherited > 0 {
		return refuse(invalidTableDefinition, "cannot drop inherited constraint %q of relation %q", name, t.Name)
	}
	if c.Trigger {
		return refuse(dependentObjectsStill, "cannot drop constraint %s on table %s because trigger %s on table %s requires it", name, t.Name, name, t.Name)
	}
	targets := []Address{{OID: t.OID, Part: PartConstraint, ID: uint32(c.OID)}}
	if c.Index == 0 && !c.NoInherit {
		if op.Only && t.Kind == PartitionedTable && len(t.Children) > 0 {
			return refuse(invalidTableDefinition, "cannot remove constraint from only the partitioned table when partitions exist")
		}
		targets = e.disinheritConstraint(t, c, op.Only, targets)
	}
	return e.drop(targets, t.String()+"."+name, op.Cascade)
}

// disinheritConstraint takes a parent's constraint from its children, and
// returns those of them that go.
func (e *editor) disinheritConstraint(t *Relation, c *Constraint, only bool, targets []Address) []Address {
	for _, oid := range t.Children {
		child := e.RelationByOID(oid)
		if child == nil {
			continue
		}
		k := child.Constraint(c.Name)
		if k == nil || k.Kind != c.Kind || k.Inherited == 0 {
			continue
		}
		if !only && k.Inherited == 1 && !k.Local {
			targets = append(targets, Address{OID: oid, Part: PartConstraint, ID: uint32(k.OID)})
			targets = e.disinheritConstraint(child, k, false, targets)
			continue
		}
		d := *k
		d.Inherited--
		d.Local = d.Local || only
		e.replaceConstraint(e.own(child), &d)
	}
	return targets
}

// dropOtherConstraint drops what is not among the table's constraints: a NOT
// NULL constraint, or one that an assumed table had before the history.
func (e *editor) dropOtherConstraint(t *Relation, op *ddl.DropConstraint) *Error {
	name := op.Constraint.Name
	for _, a := range t.Attributes {
		if a.NotNull && a.NotNullName == name {
			return e.nullable(t, a, op.Only)
		}
	}
	if t.Assumed {
		k := &Constraint{Name: name, Created: t.Created}
		e.changed(&ConstraintDropped{Relation: t, Constraint: k})
		return nil
	}
	if op.ConstraintExists {
		return nil
	}
	return refuse(undefinedObject, "constraint %q of relation %q does not exist", name, t.Name)
}

func (e *editor) validateConstraint(op *ddl.ValidateConstraint) *Error {
	t, err := e.altered(op.Altered, "VALIDATE CONSTRAINT", Table, PartitionedTable, ForeignTable)
	if t == nil || err != nil {
		return err
	}
	name := op.Constraint.Name
	c := t.Constraint(name)
	if c == nil {
		return e.validateOther(t, name)
	}
	if c.Kind != ddl.ForeignKey && c.Kind != ddl.Check {
		return refuse(wrongObjectType, "cannot validate constraint %q of relation %q", name, t.Name)
	}
	if !c.Enforced {
		return refuse(wrongObjectType, "cannot validate NOT ENFORCED constraint")
	}
	if c.Valid {
		return nil
	}
	if op.Only && c.Kind == ddl.Check && !c.NoInherit && len(t.Children) > 0 {
		return refuse(invalidTableDefinition, "constraint must be validated on child tables too")
	}
	e.validate(t, c)
	return nil
}

func (e *editor) validate(t *Relation, c *Constraint) {
	if !c.Valid {
		d := *c
		d.Valid = true
		t = e.own(t)
		e.replaceConstraint(t, &d)
		e.changed(&ConstraintValidated{Relation: t, Constraint: &d})
	}
	for _, oid := range t.Children {
		child := e.RelationByOID(oid)
		if child == nil {
			continue
		}
		if k := child.Constraint(c.Name); k != nil && k.Kind == c.Kind && k.Inherited > 0 {
			e.validate(child, k)
		}
	}
}

// validateOther validates a NOT NULL constraint, or one that an assumed table
// had before the history.
func (e *editor) validateOther(t *Relation, name string) *Error {
	for _, a := range t.Attributes {
		if !a.NotNull || a.NotNullName != name {
			continue
		}
		if !a.NotNullInvalid {
			return nil
		}
		b := *a
		b.NotNullInvalid = false
		t = e.own(t)
		setAttribute(t, &b)
		e.changed(&NullabilityChanged{Relation: t, Before: a, After: &b})
		return nil
	}
	if t.Assumed {
		e.changed(&ConstraintValidated{Relation: t, Constraint: &Constraint{Name: name, Created: t.Created, Valid: true, Enforced: true}})
		return nil
	}
	return refuse(undefinedObject, "constraint %q of relation %q does not exist", name, t.Name)
}

func (e *editor) alterConstraint(op *ddl.AlterConstraint) *Error {
	t, err := e.altered(op.Altered, "ALTER CONSTRAINT", Table, PartitionedTable)
	if t == nil || err != nil {
		return err
	}
	name := op.Constraint.Name
	c := t.Constraint(name)
	if c == nil {
		if t.Assumed || slices.ContainsFunc(t.Attributes, func(a *Attribute) bool { return a.NotNullName == name && op.Inherit != nil }) {
			return nil
		}
		return refuse(undefinedObject, "constraint %q of relation %q does not exist", name, t.Name)
	}
	if c.Kind != ddl.ForeignKey {
		return refuse(wrongObjectType, "constraint %q of relation %q is not a foreign key constraint", name, t.Name)
	}
	if c.Inherited > 0 {
		return refuse(featureNotSupported, "cannot alter constraint %q on relation %q", name, t.Name)
	}
	e.setConstraintFlags(t, c, op)
	return nil
}

func (e *editor) setConstraintFlags(t *Relation, c *Constraint, op *ddl.AlterConstraint) {
	d := *c
	if op.Deferrable != nil {
		d.Deferrable = *op.Deferrable
		d.InitiallyDeferred = d.InitiallyDeferred && d.Deferrable
	}
	if op.InitiallyDeferred != nil {
		d.InitiallyDeferred = *op.InitiallyDeferred
		d.Deferrable = d.Deferrable || d.InitiallyDeferred
	}
	if op.Enforced != nil {
		d.Enforced, d.Valid = *op.Enforced, *op.Enforced
	}
	t = e.own(t)
	e.replaceConstraint(t, &d)
	e.changed(&ConstraintAltered{Relation: t, Before: c, After: &d})
	for _, oid := range t.Children {
		child := e.RelationByOID(oid)
		if child == nil {
			continue
		}
		if k := child.Constraint(c.Name); k != nil && k.Kind == c.Kind && k.Inherited > 0 {
			e.setConstraintFlags(child, k, op)
		}
	}
}

func (e *editor) renameConstraint(op *ddl.RenameConstraint) *Error {
	if op.Kind == ddl.Domain {
		return e.renameDomainConstraint(op)
	}
	t, err := e.altered(op.Altered, "RENAME CONSTRAINT", Table, PartitionedTable, ForeignTable)
	if t == nil || err != nil {
		return err
	}
	name, to := op.Constraint.Name, op.NewName.Name
	c := t.Constraint(name)
	if c == nil {
		return e.renameOther(t, name, to)
	}
	if c.Inherited > 0 {
		return refuse(invalidTableDefinition, "cannot rename inherited constraint %q", name)
	}
	if op.Only && len(t.Children) > 0 && c.Kind == ddl.Check && !c.NoInherit {
		return refuse(invalidTableDefinition, "inherited constraint %q must be renamed in child tables too", name)
	}
	return e.renameConstraintTo(t, c, to)
}

// renameConstraintTo renames a constraint, its index, and those of the
// children that inherit it.
func (e *editor) renameConstraintTo(t *Relation, c *Constraint, to string) *Error {
	x := e.RelationByOID(c.Index)
	if x != nil && e.relationNamed(ddl.Name{Schema: x.Schema, Name: to}) != nil {
		return refuse(duplicateTable, "relation %q already exists", to)
	}
	if t.Constraint(to) != nil {
		return refuse(duplicateObject, "constraint %q for relation %q already exists", to, t.Name)
	}
	if x != nil {
		before := x
		x = e.own(x)
		e.rename(x, to)
		e.changed(&RelationRenamed{Before: before, After: x})
	}
	d := *c
	d.Name = to
	t = e.own(t)
	e.replaceConstraint(t, &d)
	e.changed(&ConstraintRenamed{Relation: t, Before: c, After: &d})
	if c.Kind != ddl.Check {
		return nil
	}
	for _, oid := range t.Children {
		child := e.RelationByOID(oid)
		if child == nil {
			continue
		}
		if k := child.Constraint(c.Name); k != nil && k.Kind == c.Kind && k.Inherited > 0 {
			if err := e.renameConstraintTo(child, k, to); err != nil {
				return err
			}
		}
	}
	return nil
}

func (e *editor) renameOther(t *Relation, name, to string) *Error {
	for _, a := range t.Attributes {
		if a.NotNull && a.NotNullName == name {
			b := *a
			b.NotNullName = to
			setAttribute(e.own(t), &b)
			return nil
		}
	}
	if t.Assumed {
		before := &Constraint{Name: name, Created: t.Created, Local: true}
		after := &Constraint{Name: to, Created: t.Created, Local: true}
		e.changed(&ConstraintRenamed{Relation: t, Before: before, After: after})
		return nil
	}
	return refuse(undefinedObject, "constraint %q for table %q does not exist", name, t.Name)
}
