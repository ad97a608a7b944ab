package lock

import (
	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
)

func (t *taker) createTable(op *ddl.CreateTable) {
	if op.IfNotExists && t.before.Relation(op.Table.Name) != nil {
		return
	}
	for _, l := range op.Likes {
		t.lock(t.relation(l.Source.Name), AccessShare)
	}
	for _, p := range op.Inherits {
		t.lock(t.relation(p.Name), ShareUpdateExclusive)
	}
	if op.PartitionOf != nil {
		t.createPartition(op)
	}
	if op.OfType != nil {
		t.lock(t.relation(op.OfType.Name), AccessShare)
	}
	r := t.after.Relation(op.Table.Name)
	if r == nil {
		return
	}
	for _, c := range r.Constraints {
		if c.Kind == ddl.ForeignKey {
			t.references(c)
		}
	}
}

// createPartition locks what a new partition restricts.
func (t *taker) createPartition(op *ddl.CreateTable) {
	parent := t.relation(op.PartitionOf.Name)
	t.lock(parent, AccessExclusive)
	if parent == nil {
		return
	}
	for _, x := range t.indexes(parent) {
		t.lockFor(x, ShareUpdateExclusive, causeIndex)
	}
	t.restrictDefault(parent, op.Bound)
}

func (t *taker) createTableAs(op *ddl.CreateTableAs) {
	if op.IfNotExists && t.before.Relation(op.Table.Name) != nil {
		return
	}
	if op.WithNoData {
		t.parsed(op.Query)
		return
	}
	t.query(op.Query)
}

func (t *taker) createView(op *ddl.CreateView) {
	if r := t.before.Relation(op.View.Name); r != nil && op.Replace {
		t.lock(r, AccessExclusive)
	}
	t.parsed(op.Query)
}

func (t *taker) dropRelation(op *ddl.DropRelation) {
	if op.Concurrently {
		for _, n := range op.Relations {
			x := t.relation(n.Name)
			t.lock(x, ShareUpdateExclusive)
			if x != nil && x.Index != nil {
				t.lock(t.byOID(x.Index.Table), ShareUpdateExclusive)
			}
		}
		return
	}
	for _, n := range op.Relations {
		t.lock(t.relation(n.Name), AccessExclusive)
	}
	t.drop()
}

// drop locks what goes with what is dropped: the catalog knows what that is.
func (t *taker) drop() {
	for _, c := range t.changes {
		t.dropped(c)
	}
}

// dropped locks what one thing that goes is or belongs to.
func (t *taker) dropped(c catalog.Change) {
	switch c := any(c).(type) { // any: of all changes, those by which something goes
	case *catalog.RelationDropped:
		t.lockFor(c.Relation, AccessExclusive, cascade(c.Cascade))
		t.droppedTable(c.Relation)
	case *catalog.ColumnDropped:
		t.lockFor(c.Relation, AccessExclusive, cascade(c.Cascade))
		t.ownedSequence(c.Attribute)
	case *catalog.ConstraintDropped:
		t.lockFor(c.Relation, AccessExclusive, cascade(c.Cascade))
		t.droppedConstraint(c.Constraint)
	case *catalog.IndexDropped:
		t.lockFor(c.Index, AccessExclusive, cascade(c.Cascade))
		t.lockFor(c.Table, AccessExclusive, cascade(c.Cascade))
	case *catalog.TriggerDropped:
		t.lockFor(c.Relation, AccessExclusive, cascade(c.Cascade))
	case *catalog.RuleDropped:
		t.lockFor(c.Relation, AccessExclusive, cascade(c.Cascade))
	case *catalog.PolicyChanged:
		t.lockFor(c.Relation, AccessExclusive, cascade(c.Cascade))
	case *catalog.DefaultChanged:
		t.lockFor(c.Relation, AccessExclusive, causeCascade)
	}
}

// cascade is the cause of a lock on what a statement does not name.
func cascade(named string) string {
	if named == "" {
		return ""
	}
	return causeCascade
}

// droppedTable locks what a table that goes is tied to.
func (t *taker) droppedTable(r *catalog.Relation) {
	for _, x := range t.indexes(r) {
		t.lockFor(x, AccessExclusive, causeIndex)
	}
	for _, a := range r.Attributes {
		t.ownedSequence(a)
	}
	for _, c := range r.Constraints {
		t.droppedConstraint(c)
	}
	if r.Partition != nil {
		for _, oid := range r.Parents {
			parent := t.byOID(oid)
			t.lockFor(parent, AccessExclusive, causeParent)
			t.lockFor(t.defaultPartition(parent), AccessExclusive, causeDefault)
		}
	}
	if r.Index != nil {
		t.lock(t.byOID(r.Index.Table), AccessExclusive)
	}
}

func (t *taker) ownedSequence(a *catalog.Attribute) {
	if a != nil && a.Sequence != 0 {
		t.lockFor(t.byOID(a.Sequence), AccessExclusive, causeCascade)
	}
}

// droppedConstraint locks the index of a constraint that goes, and the table
// that a foreign key refers to, which has triggers of it.
func (t *taker) droppedConstraint(c *catalog.Constraint) {
	t.lockFor(t.byOID(c.Index), AccessExclusive, causeIndex)
	if c.Kind == ddl.ForeignKey && c.Inherited == 0 {
		t.lockFor(t.byOID(c.References), AccessExclusive, causeReferenced)
	}
}

func (t *taker) truncate(op *ddl.Truncate) {
	named := map[catalog.OID]bool{}
	var all []*catalog.Relation
	for _, n := range op.Tables {
		all = append(all, t.named(n)...)
	}
	for _, r := range all {
		named[r.OID] = true
	}
	if op.Cascade {
		for i := 0; i < len(all); i++ {
			for _, r := range t.referring(all[i]) {
				if !named[r.OID] {
					named[r.OID] = true
					all = append(all, t.family(r)...)
				}
			}
		}
	}
	for _, r := range all {
		t.lock(r, AccessExclusive)
		t.rewrite(r)
		if r.Partition != nil && t.version < 14 {
			for _, oid := range r.Parents {
				t.lockFor(t.byOID(oid), AccessShare, causeParent)
			}
		}
		if op.RestartIdentity {
			for _, a := range r.Attributes {
				t.ownedSequence(a)
			}
		}
	}
}

// referring returns the tables with a foreign key to r.
func (t *taker) referring(r *catalog.Relation) []*catalog.Relation {
	var list []*catalog.Relation
	for _, d := range t.before.Dependents(r.OID) {
		if d.Dependent.Part != catalog.PartConstraint {
			continue
		}
		from := t.byOID(d.Dependent.OID)
		if from == nil {
			continue
		}
		if c := from.ConstraintByOID(catalog.OID(d.Dependent.ID)); c != nil && c.Kind == ddl.ForeignKey && c.References == r.OID {
			list = append(list, from)
		}
	}
	return list
}

func (t *taker) lockTable(op *ddl.LockTable) {
	for _, n := range op.Tables {
		for _, r := range t.named(n) {
			t.lock(r, modeNamed(op.Mode))
			if r.Kind == catalog.View {
				t.viewed(r, modeNamed(op.Mode))
			}
		}
	}
}

func (t *taker) renameRelation(op *ddl.RenameRelation) {
	mode := AccessExclusive
	if op.Kind == ddl.Index {
		mode = ShareUpdateExclusive
	}
	now := op.Relation.Name
	now.Name = op.NewName.Name
	t.lock(t.mentioned(op.Altered, now), mode)
}

// mentioned returns the relation that an ALTER names, which may be the first to
// tell of it, and leaves it under another name.
func (t *taker) mentioned(a ddl.Altered, now ddl.Name) *catalog.Relation {
	if r := t.target(a); r != nil {
		return r
	}
	return t.relation(now)
}

func (t *taker) moveRelation(op *ddl.MoveRelation) {
	r := t.mentioned(op.Altered, ddl.Name{Schema: op.Schema, Name: op.Relation.Name.Name})
	t.lock(r, AccessExclusive)
	if r == nil {
		return
	}
	for _, a := range r.Attributes {
		t.ownedSequence(a)
	}
}
