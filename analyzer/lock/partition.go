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
	proved := t.implied(part, parent, op.Bound)
	for _, each := range t.tree(part, AccessExclusive) {
		if !proved && !t.implied(each, parent, op.Bound) {
			t.scan(each, AccessExclusive)
		}
	}
	t.restrictDefault(parent, op.Bound)
	for _, c := range parent.Constraints {
		if c.Kind == ddl.ForeignKey {
			t.references(c)
			t.validateKey(part, t.byOID(c.References), AccessExclusive, ShareRowExclusive)
		}
	}
	for _, x := range t.indexes(parent) {
		t.lockFor(x, ShareUpdateExclusive, causeIndex)
	}
	for _, each := range t.family(part) {
		t.newIndexes(each, AccessExclusive)
	}
}

// newIndexes builds the indexes that a partition has only afterwards; one that
// it had and that is attached is only locked.
func (t *taker) newIndexes(r *catalog.Relation, m Mode) {
	now := t.after.RelationByOID(r.OID)
	if now == nil {
		return
	}
	for _, oid := range now.Indexes {
		x, y := t.before.RelationByOID(oid), t.after.RelationByOID(oid)
		switch {
		case x == nil:
			t.index(r)
		case x.Index != nil && y != nil && y.Index != nil && x.Index.Parent != y.Index.Parent:
			t.lockFor(x, m, causeIndex)
		}
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
		if !excluded(d, parent, bound) {
			t.scan(each, AccessExclusive)
		}
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
	if part != nil {
		for _, x := range t.indexes(part) {
			if x.Index != nil && x.Index.Parent != 0 {
				t.lockFor(x, AccessExclusive, causeIndex)
			}
		}
		for _, c := range part.Constraints {
			if c.Kind == ddl.ForeignKey {
				t.references(c)
			}
		}
	}
	t.lockFor(t.defaultPartition(parent), AccessExclusive, causeDefault)
}

func (t *taker) setInherit(op *ddl.SetInherit) {
	t.lock(t.target(op.Altered), AccessExclusive)
	mode := ShareUpdateExclusive
	if op.Remove {
		mode = AccessShare
	}
	t.lock(t.relation(op.Parent.Name), mode)
}
