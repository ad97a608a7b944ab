package catalog

import (
	"slices"

	"github.com/migracheck/migracheck/parser/ddl"
)

// setPartitionKey resolves PARTITION BY.
func (e *editor) setPartitionKey(t *Relation, k *ddl.PartitionKey) *Error {
	key := &PartitionKey{Strategy: k.Strategy, Elements: k.Elements}
	for _, el := range k.Elements {
		if el.Column == "" {
			key.Columns = append(key.Columns, 0)
			_, nums, err := e.exprColumns(t, el.Expr)
			if err != nil {
				return err
			}
			key.Refs = append(key.Refs, nums...)
			e.dependExpr(Address{OID: t.OID}, el.Expr)
			continue
		}
		_, a, err := e.attribute(t, el.Column)
		if err != nil {
			return refuse(undefinedColumn, "column %q named in partition key does not exist", el.Column)
		}
		t = e.own(t)
		key.Columns = append(key.Columns, a.Num)
	}
	t = e.own(t)
	t.PartitionKey = key
	return nil
}

func (e *editor) attachPartition(op *ddl.AttachPartition) *Error {
	if op.Kind == ddl.Index {
		return e.attachPartitionIndex(op)
	}
	p, err := e.altered(op.Altered, "ATTACH PARTITION", PartitionedTable, PartitionedIndex, Table)
	if p == nil || err != nil {
		return err
	}
	if p.Kind == PartitionedIndex {
		return e.attachPartitionIndex(op)
	}
	if p.Kind != PartitionedTable && !p.Assumed {
		return refuse(wrongObjectType, "ALTER action ATTACH PARTITION cannot be performed on relation %q", p.Name)
	}
	t, err := e.relation(op.Partition.Name, Table)
	if err != nil {
		return err
	}
	if t.Kind != Table && t.Kind != PartitionedTable && t.Kind != ForeignTable {
		return refuse(wrongObjectType, "ALTER action ATTACH PARTITION cannot be performed on relation %q", t.Name)
	}
	switch {
	case t.Partition != nil:
		return refuse(wrongObjectType, "%q is already a partition", t.Name)
	case t.OfType != 0:
		return refuse(wrongObjectType, "cannot attach a typed table as partition")
	case len(t.Parents) > 0:
		return refuse(wrongObjectType, "cannot attach inheritance child as partition")
	case len(t.Children) > 0 && t.Kind == Table:
		return refuse(wrongObjectType, "cannot attach inheritance parent as partition")
	case p.Temporary != t.Temporary && !p.Assumed && !t.Assumed:
		return refuse(wrongObjectType, "cannot attach a permanent relation as partition of temporary relation %q", p.Name)
	}
	if op.Bound == nil || op.Bound.Default {
		if err := e.defaultPartition(p, t); err != nil {
			return err
		}
	}
	p, t = e.own(p), e.own(t)
	p.Kind = PartitionedTable
	if !p.Assumed && !t.Assumed {
		for _, a := range t.Attributes {
			if p.Attribute(a.Name) == nil {
				return refuse(datatypeMismatch, "table %q contains column %q not found in parent %q", t.Name, a.Name, p.Name)
			}
		}
	}
	if t.Partition = op.Bound; t.Partition == nil {
		t.Partition = &ddl.PartitionBound{Default: true, At: e.at()}
	}
	if err := e.adopt(p, t); err != nil {
		return err
	}
	if err := e.inheritIndexes(p, t); err != nil {
		return err
	}
	e.changed(&InheritanceChanged{Parent: e.RelationByOID(p.OID), Child: e.RelationByOID(t.OID), Partition: true})
	return nil
}

// defaultPartition refuses a second default partition.
func (e *editor) defaultPartition(p, t *Relation) *Error {
	for _, oid := range p.Children {
		if c := e.RelationByOID(oid); c != nil && c.OID != t.OID && c.Partition != nil && c.Partition.Default {
			return refuse(invalidObjectDefinition, "partition %q conflicts with existing default partition %q", t.Name, c.Name)
		}
	}
	return nil
}

// adopt makes an existing table a child: MergeAttributesIntoExisting and
// MergeConstraintsIntoExisting.
func (e *editor) adopt(p, t *Relation) *Error {
	for _, pa := range p.Attributes {
		a := t.Attribute(pa.Name)
		if a == nil {
			if t.Assumed || p.Assumed {
				continue
			}
			return refuse(datatypeMismatch, "child table is missing column %q", pa.Name)
		}
		if !a.Type.IsZero() && !pa.Type.IsZero() && !a.Type.Equal(pa.Type) {
			return refuse(datatypeMismatch, "child table %q has different type for column %q", t.Name, a.Name)
		}
		if pa.NotNull && !a.NotNull && !a.Assumed {
			return refuse(datatypeMismatch, "column %q in child table %q must be marked NOT NULL", a.Name, t.Name)
		}
		if (pa.Generated == nil) != (a.Generated == nil) && !a.Assumed && !pa.Assumed {
			if pa.Generated != nil {
				return refuse(datatypeMismatch, "column %q in child table must be a generated column", a.Name)
			}
			return refuse(datatypeMismatch, "column %q in child table must not be a generated column", a.Name)
		}
		b := *a
		b.Inherited++
		if t.Partition != nil {
			b.Local = false
			b.Identity, b.Sequence = pa.Identity, max(b.Sequence, pa.Sequence)
		}
		setAttribute(t, &b)
	}
	for _, pc := range p.Constraints {
		if pc.Kind != ddl.Check || pc.NoInherit {
			continue
		}
		c := t.Constraint(pc.Name)
		if c == nil || c.Kind != ddl.Check {
			if t.Assumed {
				continue
			}
			return refuse(datatypeMismatch, "child table is missing constraint %q", pc.Name)
		}
		if c.NoInherit {
			return refuse(invalidObjectDefinition, "constraint %q conflicts with non-inherited constraint on child table %q", c.Name, t.Name)
		}
		d := *c
		d.Inherited++
		if t.Partition != nil {
			d.Local = false
		}
		e.replaceConstraint(t, &d)
	}
	t.Parents = append(slices.Clip(t.Parents), p.OID)
	p.Children = append(slices.Clip(p.Children), t.OID)
	return nil
}

func (e *editor) attachPartitionIndex(op *ddl.AttachPartition) *Error {
	x, err := e.altered(op.Altered, "ATTACH PARTITION", PartitionedIndex)
	if x == nil || err != nil {
		return err
	}
	y, err := e.relation(op.Partition.Name, Index)
	if err != nil {
		return err
	}
	if x.Index == nil || y.Index == nil {
		if x.Assumed || y.Assumed {
			return nil
		}
		return refuse(wrongObjectType, "%q is not an index", y.Name)
	}
	if y.Index.Parent == x.OID {
		return nil
	}
	if y.Index.Parent != 0 {
		return refuse(objectNotInPrerequisite, "cannot attach index %q as a partition of index %q", y.Name, x.Name)
	}
	t, child := e.RelationByOID(x.Index.Table), e.RelationByOID(y.Index.Table)
	if t == nil || child == nil {
		return nil
	}
	if !slices.Contains(t.Children, child.OID) || !e.sameIndex(t, x, child, y) {
		return refuse(invalidObjectDefinition, "cannot attach index %q as a partition of index %q", y.Name, x.Name)
	}
	e.attachIndex(y, x.OID)
	if k := child.ConstraintByOID(y.Index.Constraint); k != nil && x.Index.Constraint != 0 {
		d := *k
		d.Inherited, d.Local = 1, false
		e.replaceConstraint(e.own(child), &d)
	}
	// Valid as soon as every partition has its index.
	attached := 0
	x = e.own(x)
	for _, oid := range x.Children {
		if z := e.RelationByOID(oid); z != nil && z.Index != nil && z.Index.Valid {
			attached++
		}
	}
	x.Index.Valid = x.Index.Valid || attached >= len(t.Children)
	e.changed(&InheritanceChanged{Parent: x, Child: e.RelationByOID(y.OID), Partition: true})
	return nil
}

func (e *editor) detachPartition(op *ddl.DetachPartition) *Error {
	p, err := e.altered(op.Altered, "DETACH PARTITION", PartitionedTable)
	if p == nil || err != nil {
		return err
	}
	t, err := e.relation(op.Partition.Name, Table)
	if err != nil {
		return err
	}
	if !slices.Contains(t.Parents, p.OID) {
		if t.Assumed {
			p, t = e.own(p), e.own(t)
			e.changed(&InheritanceChanged{Parent: p, Child: t, Removed: true, Partition: true})
			return nil
		}
		return refuse(undefinedTable, "relation %q is not a partition of relation %q", t.Name, p.Name)
	}
	if op.Finalize {
		// Only one that was interrupted is pending, and here none is.
		return refuse(objectNotInPrerequisite, "cannot complete detaching partition %q", t.Name)
	}
	if op.Concurrently && slices.ContainsFunc(p.Children, func(o OID) bool {
		c := e.RelationByOID(o)
		return c != nil && c.Partition != nil && c.Partition.Default
	}) {
		return refuse(objectNotInPrerequisite, "cannot detach partitions concurrently when a default partition exists")
	}
	p, t = e.own(p), e.own(t)
	e.orphan(p, t)
	t.Partition = nil
	for _, oid := range t.Indexes {
		x := e.RelationByOID(oid)
		if x == nil || x.Index == nil || x.Index.Parent == 0 {
			continue
		}
		parent := e.RelationByOID(x.Index.Parent)
		x = e.own(x)
		x.Index.Parent, x.Parents = 0, nil
		if parent != nil {
			parent = e.own(parent)
			parent.Children = slices.DeleteFunc(slices.Clone(parent.Children), func(o OID) bool { return o == x.OID })
		}
	}
	for _, c := range t.Constraints {
		if c.Inherited > 0 && (c.Index != 0 || c.Kind == ddl.ForeignKey) {
			d := *c
			d.Inherited, d.Local = 0, true
			e.replaceConstraint(t, &d)
		}
	}
	for _, a := range t.Attributes {
		if a.Identity != "" {
			b := *a
			b.Identity, b.Sequence = "", 0
			setAttribute(t, &b)
		}
	}
	e.changed(&InheritanceChanged{Parent: p, Child: t, Removed: true, Partition: true})
	return nil
}

// orphan undoes adopt: what the child has from the parent stays, as its own.
func (e *editor) orphan(p, t *Relation) {
	for _, pa := range p.Attributes {
		if a := t.Attribute(pa.Name); a != nil && a.Inherited > 0 {
			b := *a
			if b.Inherited--; b.Inherited == 0 {
				b.Local = true
			}
			setAttribute(t, &b)
		}
	}
	for _, pc := range p.Constraints {
		if c := t.Constraint(pc.Name); pc.Kind == ddl.Check && c != nil && c.Inherited > 0 {
			d := *c
			if d.Inherited--; d.Inherited == 0 {
				d.Local = true
			}
			e.replaceConstraint(t, &d)
		}
	}
	t.Parents = slices.DeleteFunc(slices.Clone(t.Parents), func(o OID) bool { return o == p.OID })
	p.Children = slices.DeleteFunc(slices.Clone(p.Children), func(o OID) bool { return o == t.OID })
}

func (e *editor) setInherit(op *ddl.SetInherit) *Error {
	t, err := e.altered(op.Altered, "INHERIT", Table, PartitionedTable, ForeignTable)
	if t == nil || err != nil {
		return err
	}
	p, err := e.relation(op.Parent.Name, Table)
	if err != nil {
		return err
	}
	if t.Partition != nil {
		return refuse(wrongObjectType, "cannot change inheritance of a partition")
	}
	if op.Remove {
		if !slices.Contains(t.Parents, p.OID) && !t.Assumed {
			return refuse(undefinedTable, "relation %q is not a parent of relation %q", p.Name, t.Name)
		}
		p, t = e.own(p), e.own(t)
		e.orphan(p, t)
		e.changed(&InheritanceChanged{Parent: p, Child: t, Removed: true})
		return nil
	}
	switch {
	case t.OfType != 0:
		return refuse(wrongObjectType, "cannot change inheritance of typed table")
	case t.Kind == PartitionedTable:
		return refuse(wrongObjectType, "cannot change inheritance of partitioned table")
	case p.Kind == PartitionedTable:
		return refuse(wrongObjectType, "cannot inherit from partitioned table %q", p.Name)
	case p.Kind != Table && p.Kind != ForeignTable && !p.Assumed:
		return refuse(wrongObjectType, "ALTER action INHERIT cannot be performed on relation %q", p.Name)
	case slices.Contains(t.Parents, p.OID):
		return refuse(duplicateTable, "relation %q would be inherited from more than once", p.Name)
	case p.OID == t.OID || e.descends(p, t.OID):
		return refuse(duplicateTable, "circular inheritance not allowed")
	}
	p, t = e.own(p), e.own(t)
	if err := e.adopt(p, t); err != nil {
		return err
	}
	e.changed(&InheritanceChanged{Parent: p, Child: t})
	return nil
}

// descends reports whether a relation has an ancestor.
func (e *editor) descends(r *Relation, ancestor OID) bool {
	for _, oid := range r.Parents {
		if oid == ancestor {
			return true
		}
		if p := e.RelationByOID(oid); p != nil && e.descends(p, ancestor) {
			return true
		}
	}
	return false
}
