package lock

import (
	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
)

func (t *taker) attachPartition(op *ddl.AttachPartition) {
	parent, part := t.target(op.Altered), t.relation(op.Partition.Name)
	if parent == nil || part == nil {
		t.lock(parent, ShareUpdateExclusive)
		t.lock(part, AccessExclusive)
		return
	}
	t.lock(parent, ShareUpdateExclusive)
	if parent.Index != nil || part.Index != nil {
		t.lock(part, AccessExclusive)
		for _, x := range []*catalog.Relation{parent, part} {
			if x.Index != nil {
				t.lock(t.byOID(x.Index.Table), AccessShare)
			}
		}
		return
	}
	for _, each := range t.tree(part, AccessExclusive) {
		if !implies(each, parent, op.Bound) {
			t.scan(each, AccessExclusive)
		}
	}
	t.restrictDefault(parent, op.Bound)
	for _, c := range parent.Constraints {
		if c.Kind == ddl.ForeignKey {
			t.references(c, true)
			t.validate(part, AccessExclusive)
		}
	}
	if now := t.after.RelationByOID(part.OID); now != nil && len(now.Indexes) > len(part.Indexes) {
		t.index(part)
	}
}

// restrictDefault reads the default partition for rows that belong to a new
// one.
func (t *taker) restrictDefault(parent *catalog.Relation, bound *ddl.PartitionBound) {
	d := t.defaultPartition(parent)
	if d == nil || bound != nil && bound.Default {
		return
	}
	for _, each := range t.family(d) {
		t.lockFor(each, AccessExclusive, causeDefault)
		t.scan(each, AccessExclusive)
	}
}

// defaultPartition returns the default partition of a table, or nil.
func (t *taker) defaultPartition(parent *catalog.Relation) *catalog.Relation {
	if parent == nil || parent.Kind != catalog.PartitionedTable {
		return nil
	}
	for _, oid := range parent.Children {
		if c := t.byOID(oid); c != nil && c.Partition != nil && c.Partition.Default {
			return c
		}
	}
	return nil
}

// implies reports whether the CHECK constraints of a table prove that its rows
// are within a partition's bound.
func implies(part, parent *catalog.Relation, bound *ddl.PartitionBound) bool { return false }

func (t *taker) detachPartition(op *ddl.DetachPartition) {
	parent, part := t.target(op.Altered), t.relation(op.Partition.Name)
	if op.Concurrently || op.Finalize {
		t.lock(parent, ShareUpdateExclusive)
		t.lock(part, AccessExclusive)
		return
	}
	t.lock(parent, AccessExclusive)
	mode := AccessExclusive
	if t.version < 14 {
		mode = ShareUpdateExclusive
	}
	t.lock(part, mode)
	if d := t.defaultPartition(parent); d != part {
		t.lockFor(d, AccessExclusive, causeDefault)
	}
}

func (t *taker) setInherit(op *ddl.SetInherit) {
	t.lock(t.target(op.Altered), AccessExclusive)
	mode := ShareUpdateExclusive
	if op.Remove {
		mode = AccessShare
	}
	t.lock(t.relation(op.Parent.Name), mode)
}
