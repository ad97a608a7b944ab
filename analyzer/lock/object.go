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

// comment locks what it is on; of what belongs to a table, only a column is
// locked more than for reading.
func (t *taker) comment(op *ddl.Comment) {
	mode := ShareUpdateExclusive
	switch op.Object.Kind { //nolint:exhaustive // the others are locked alike
	case ddl.TableConstraint, ddl.Trigger, ddl.Policy, ddl.Rule:
		mode = AccessShare
	}
	t.object(op.Object, mode)
}

// tables locks the tables that statistics or a publication are made of.
func (t *taker) tables(tables []ddl.Ref) {
	for _, n := range tables {
		r := t.relation(n.Name)
		if r != nil && r.Kind == catalog.Table {
			for _, each := range t.named(n) {
				t.lock(each, ShareUpdateExclusive)
			}
			continue
		}
		t.lock(r, ShareUpdateExclusive)
	}
}

func (t *taker) alterObject(op *ddl.AlterObject) {
	if op.Object.Kind != ddl.Publication {
		return
	}
	t.tables(op.Tables)
	if o := t.trackedObject(op.Object); o != nil && op.Action == "set" {
		for _, oid := range o.Tables {
			t.lock(t.byOID(oid), ShareUpdateExclusive)
		}
	}
}

// trackedObject finds an object that the catalog tracks by name.
func (t *taker) trackedObject(o ddl.Object) *catalog.Object {
	if found := t.before.Object(o.Kind, o.Name.Name); found != nil || o.Name.Schema != "" {
		return found
	}
	for _, schema := range t.before.SearchPath() {
		if found := t.before.Object(o.Kind, ddl.Name{Schema: schema, Name: o.Name.Name.Name}); found != nil {
			return found
		}
	}
	return nil
}

func (t *taker) dropObject(op *ddl.DropObject) {
	t.drop()
	for _, n := range op.Objects {
		o := t.trackedObject(n)
		if o == nil || n.Kind != ddl.Statistics {
			continue
		}
		for _, oid := range o.Tables {
			t.lock(t.byOID(oid), ShareUpdateExclusive)
		}
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

func (t *taker) reassignOwned() {
	for _, c := range t.changes {
		if c, ok := c.(*catalog.OwnerChanged); ok {
			t.lock(t.byOID(c.Target), AccessExclusive)
		}
	}
}

func (t *taker) createTrigger(op *ddl.CreateTrigger) {
	r := t.relation(op.Table.Name)
	t.lock(r, ShareRowExclusive)
	t.lock(t.relation(op.References.Name), AccessShare)
	if r == nil || !op.ForEachRow {
		return
	}
	for _, each := range t.partitions(r) {
		t.lock(each, ShareRowExclusive)
	}
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
