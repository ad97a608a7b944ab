package lock

import (
	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
)

// object locks the relation that an object is or belongs to.
func (t *taker) object(o ddl.Object, m Mode) {
	switch o.Kind { //nolint:exhaustive // the others are no relations
	case ddl.Table, ddl.View, ddl.MaterializedView, ddl.Index, ddl.Sequence, ddl.ForeignTable,
		ddl.TableColumn, ddl.TableConstraint, ddl.Trigger, ddl.Policy, ddl.Rule:
		t.lock(t.relation(o.Name.Name), m)
	}
}

func (t *taker) renameObject(op *ddl.RenameObject) { t.object(op.Object, AccessExclusive) }

func (t *taker) setOwner(op *ddl.SetOwner) {
	t.object(op.Object, AccessExclusive)
	r := t.relation(op.Object.Name.Name)
	if r == nil {
		return
	}
	for _, x := range t.indexes(r) {
		t.lockFor(x, AccessExclusive, causeIndex)
	}
	for _, a := range r.Attributes {
		t.ownedSequence(a)
	}
}

// tables locks the tables that statistics or a publication are made of.
func (t *taker) tables(kind ddl.Kind, tables []ddl.Ref) {
	for _, n := range tables {
		r := t.relation(n.Name)
		if kind == ddl.Publication && r != nil {
			t.tree(r, ShareUpdateExclusive)
			continue
		}
		t.lock(r, ShareUpdateExclusive)
	}
}

func (t *taker) grant(op *ddl.Grant) {
	if t.version < 18 {
		return
	}
	for _, o := range op.Objects {
		switch op.Kind { //nolint:exhaustive // the others are no relations
		case ddl.Table, ddl.View, ddl.Sequence, ddl.MaterializedView, ddl.ForeignTable:
			t.lock(t.relation(o.Name.Name), AccessShare)
		}
	}
}

func (t *taker) reassignOwned(op *ddl.ReassignOwned) {
	_, changes, refusal := t.before.Apply(op)
	if refusal != nil {
		return
	}
	for _, c := range changes {
		if c, ok := c.(*catalog.OwnerChanged); ok {
			t.lock(t.byOID(c.Target), AccessExclusive)
		}
	}
}

func (t *taker) createTrigger(op *ddl.CreateTrigger) {
	t.lock(t.relation(op.Table.Name), ShareRowExclusive)
	t.lock(t.relation(op.References.Name), AccessShare)
}

func (t *taker) alterSequence(op *ddl.AlterSequence) {
	t.lock(t.target(op.Altered), ShareRowExclusive)
	t.lock(t.relation(op.OwnedBy.Name), AccessShare)
}

// alterDomain reads every table that has a column of the domain, where the
// domain gets stricter.
func (t *taker) alterDomain(op *ddl.AlterDomain) {
	switch op.Action {
	case "add constraint":
		if op.Constraint != nil && op.Constraint.NotValid {
			return
		}
	case "set not null", "validate constraint":
	default:
		return
	}
	d := t.before.Type(op.Domain.Name)
	if d == nil {
		return
	}
	seen := map[catalog.OID]bool{d.OID: true}
	for queue := []catalog.OID{d.OID}; len(queue) > 0; queue = queue[1:] {
		for _, dep := range t.before.Dependents(queue[0]) {
			if r := t.before.RelationByOID(dep.Dependent.OID); r != nil {
				if dep.Dependent.Part == catalog.PartColumn && hasStorage(r) {
					t.lockFor(r, Share, causeDomain)
					t.validate(r, Share)
				}
				continue
			}
			if n := t.before.TypeByOID(dep.Dependent.OID); n != nil && !seen[n.OID] {
				seen[n.OID] = true
				queue = append(queue, n.OID)
			}
		}
	}
}
