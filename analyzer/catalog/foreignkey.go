package catalog

import (
	"slices"

	"github.com/migracheck/migracheck/parser/ddl"
)

// newForeignKey adds a foreign key.
func (e *editor) newForeignKey(t *Relation, c *ddl.Constraint, ctx constraintContext) (*Constraint, *Error) {
	var cols []int
	var names []string
	for _, col := range c.Columns {
		t2, a, err := e.attribute(t, col.Name)
		if err != nil {
			return nil, refuse(undefinedColumn, "column %q referenced in foreign key constraint does not exist", col.Name)
		}
		t = e.own(t2)
		cols, names = append(cols, a.Num), append(names, col.Name)
	}
	ref, err := e.relation(c.References.Name, Table)
	if err != nil {
		return nil, err
	}
	if ref.Kind != Table && ref.Kind != PartitionedTable {
		return nil, refuse(wrongObjectType, "referenced relation %q is not a table", ref.Name)
	}
	if err := persistence(t, ref); err != nil {
		return nil, err
	}
	k := &Constraint{
		Name: c.Name.Name, Kind: ddl.ForeignKey, Created: c.At, Columns: cols, References: ref.OID,
		OnDelete: c.OnDelete, OnUpdate: c.OnUpdate, OnDeleteColumns: c.OnDeleteColumns, Match: c.Match, Period: c.Period,
		Valid: !c.NotEnforced && (!c.NotValid || ctx.fresh), Enforced: !c.NotEnforced,
		Deferrable: c.Deferrable || c.InitiallyDeferred, InitiallyDeferred: c.InitiallyDeferred, Local: true, Def: c,
	}
	if k.ReferencedColumns, err = e.referencedColumns(ref, c); err != nil {
		return nil, err
	}
	ref = e.RelationByOID(ref.OID)
	t = e.own(t)
	if len(k.ReferencedColumns) > 0 && len(k.ReferencedColumns) != len(cols) {
		return nil, refuse(invalidForeignKey, "number of referencing and referenced columns for foreign key disagree")
	}
	if k.Name == "" {
		k.Name = e.chooseConstraintName(t.Schema, t.Name, joinNames(names), "fkey")
	}
	for i, n := range k.ReferencedColumns {
		from, to := t.AttributeByNum(cols[i]), ref.AttributeByNum(n)
		if from != nil && to != nil && !e.hasEquality(from.Type, to.Type) {
			return nil, refuse(datatypeMismatch, "foreign key constraint %q cannot be implemented", k.Name)
		}
	}
	k.OID = e.newOID()
	e.attachConstraint(t, k)
	e.added(t, k, ctx, nil)
	if t.Kind == PartitionedTable {
		for _, oid := range t.Children {
			e.inheritForeignKey(t, e.RelationByOID(oid), k, ctx)
		}
	}
	return k, nil
}

// persistence checks that a foreign key does not refer to what goes away
// before the table does.
func persistence(t, ref *Relation) *Error {
	switch {
	case t.Temporary != ref.Temporary && t.Temporary:
		return refuse(invalidTableDefinition, "constraints on temporary tables may reference only temporary tables")
	case ref.Temporary && !t.Temporary:
		return refuse(invalidTableDefinition, "constraints on permanent tables may reference only permanent tables")
	case ref.Unlogged && !t.Unlogged && !t.Assumed && !t.Temporary:
		return refuse(invalidTableDefinition, "constraints on permanent tables may reference only permanent tables")
	}
	return nil
}

// referencedColumns returns the columns that a foreign key refers to; none
// where an assumed table's primary key is meant that is not known.
func (e *editor) referencedColumns(ref *Relation, c *ddl.Constraint) ([]int, *Error) {
	if len(c.ReferencedColumns) == 0 {
		pk := ref.PrimaryKey()
		if pk == nil {
			if ref.Assumed {
				return nil, nil
			}
			return nil, refuse(undefinedObject, "there is no primary key for referenced table %q", ref.Name)
		}
		if pk.Deferrable {
			return nil, refuse(objectNotInPrerequisite, "cannot use a deferrable primary key for referenced table %q", ref.Name)
		}
		return pk.Columns, nil
	}
	var nums []int
	for _, col := range c.ReferencedColumns {
		r, a, err := e.attribute(ref, col.Name)
		if err != nil {
			return nil, refuse(undefinedColumn, "column %q referenced in foreign key constraint does not exist", col.Name)
		}
		ref = r
		nums = append(nums, a.Num)
	}
	if ref.Assumed || len(nums) != len(c.Columns) {
		return nums, nil
	}
	x := e.keyIndex(ref, nums)
	if x == nil {
		return nil, refuse(invalidForeignKey, "there is no unique constraint matching given keys for referenced table %q", ref.Name)
	}
	if k := ref.ConstraintByOID(x.Index.Constraint); k != nil && k.Deferrable {
		return nil, refuse(objectNotInPrerequisite, "cannot use a deferrable unique constraint for referenced table %q", ref.Name)
	}
	return nums, nil
}

// keyIndex returns the unique index on exactly those columns, in any order,
// that a foreign key can refer to; nil where there is none. Where there are
// several, one that is not deferrable is taken.
func (e *editor) keyIndex(r *Relation, nums []int) *Relation {
	var found *Relation
	for _, oid := range r.Indexes {
		x := e.RelationByOID(oid)
		if x == nil || x.Index == nil || !x.Index.Unique || !x.Index.Valid || x.Index.Where != nil || len(x.Index.Columns) != len(nums) {
			continue
		}
		if slices.ContainsFunc(nums, func(n int) bool { return !slices.Contains(x.Index.Columns, n) }) {
			continue
		}
		if k := r.ConstraintByOID(x.Index.Constraint); k != nil && k.Deferrable {
			found = x
			continue
		}
		return x
	}
	return found
}

// inheritForeignKey gives a partition the foreign key of its parent, or
// merges it with an equal one.
func (e *editor) inheritForeignKey(p, child *Relation, k *Constraint, ctx constraintContext) {
	if child == nil {
		return
	}
	child = e.own(child)
	ok, cols := e.columnsByName(p, child, k.Columns)
	if !ok {
		return
	}
	for _, old := range child.Constraints {
		if old.Kind == ddl.ForeignKey && old.Inherited == 0 && old.References == k.References && slices.Equal(old.Columns, cols) &&
			slices.Equal(old.ReferencedColumns, k.ReferencedColumns) && old.OnDelete == k.OnDelete && old.OnUpdate == k.OnUpdate &&
			old.Deferrable == k.Deferrable && old.InitiallyDeferred == k.InitiallyDeferred {
			merged := *old
			merged.Inherited, merged.Local = 1, false
			e.replaceConstraint(child, &merged)
			return
		}
	}
	d := *k
	d.OID, d.Columns, d.Inherited, d.Local = e.newOID(), cols, 1, false
	if child.Constraint(d.Name) != nil {
		var names []string
		for _, n := range cols {
			names = append(names, child.AttributeByNum(n).Name)
		}
		d.Name = e.chooseConstraintName(child.Schema, child.Name, joinNames(names), "fkey")
	}
	e.attachConstraint(child, &d)
	e.added(child, &d, ctx, nil)
	for _, oid := range child.Children {
		e.inheritForeignKey(child, e.RelationByOID(oid), &d, ctx)
	}
}

// base returns the type below a domain.
func (c *Catalog) base(t Type) Type {
	for range 32 {
		d := c.TypeByOID(t.Def)
		if t.Dims > 0 || d == nil || d.Kind != Domain {
			return t
		}
		t = d.Base
	}
	return t
}
