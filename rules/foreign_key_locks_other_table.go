package rules

import (
	"fmt"
	"slices"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/analyzer/lock"
	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/parser/ddl"
)

var foreignKeyLocksOtherTable = &Rule{
	Name:     "foreign-key-locks-other-table",
	Title:    "A foreign key that comes or goes locks the table at its other end",
	Category: Lock,
	Severity: Note,
	Since:    "0.1",
	Brief:    true,
	Check: On(func(p *Pass, a *Acquired) {
		others, mode := p.otherEnds(p.Step)
		if len(others) == 0 || others[0].OID != a.Relation.OID {
			return
		}
		doing := "adding a foreign key"
		if mode.BlocksReads() {
			doing = "dropping a foreign key" // adding one never takes more than SHARE ROW EXCLUSIVE
		}
		if _, ok := p.Op.(*ddl.AlterColumnType); ok {
			words, _ := effort{Step: p.Step}.doing()
			doing = words + ", which makes a foreign key again,"
		}
		until := " until the transaction ends"
		if p.Transaction == 0 {
			until = ""
		}
		p.Report(Finding{
			At:       p.Op.Span(),
			Relation: others[0].String(),
			Related:  createdAt(others[0].Created, others[0].Assumed),
			Message: fmt.Sprintf("%s also locks %s in %s mode%s, so %s %s wait, and the statement waits for those that run",
				doing, describeAll(others), mode.SQL(), until, waiting(mode), ofThem(others)),
		})
	}),
}

// otherEnds returns the tables at the other end of the foreign keys that an
// operation adds or drops, as far as others wait for its lock on them and it was
// not held before; and that lock.
func (p *Pass) otherEnds(step *replay.Step) (others []*catalog.Relation, mode lock.Mode) {
	if step == nil {
		return nil, 0
	}
	ends := foreignKeyEnds(step.Changes)
	var read []*catalog.Relation
	// Where reading the rows is what takes long, another rule speaks.
	switch e := p.effort(step); op := step.Op.(type) {
	case *ddl.AlterColumnType:
		ends = remadeEnds(step, op)
		if e.labour == rewriting {
			read = p.readBesides(e)
		}
	default:
		if e.labour != none {
			return nil, 0
		}
	}
	for _, a := range step.Locks {
		if !ends[a.Relation] || !a.Mode.BlocksWrites() || atLeast(step.Held, a.Relation, a.Mode) {
			continue
		}
		r := p.known(relation(step, a.Relation))
		if r == nil || p.end(r) == nil {
			continue
		}
		r, _ = p.whole(step, r, a.Mode)
		if names(step.Op, relation(step, r.OID)) || slices.ContainsFunc(slices.Concat(others, read), func(t *catalog.Relation) bool { return t.OID == r.OID }) {
			continue
		}
		others, mode = append(others, r), max(mode, a.Mode)
	}
	return others, mode
}

// foreignKeyEnds returns the tables at both ends of the foreign keys that come
// or go.
func foreignKeyEnds(changes []catalog.Change) map[catalog.OID]bool {
	ends := map[catalog.OID]bool{}
	add := func(r *catalog.Relation, list ...*catalog.Constraint) {
		for _, c := range list {
			if c.Kind == ddl.ForeignKey {
				ends[r.OID], ends[c.References] = true, true
			}
		}
	}
	for _, c := range changes {
		switch c := c.(type) {
		case *catalog.ConstraintAdded:
			add(c.Relation, c.Constraint)
		case *catalog.ConstraintDropped:
			add(c.Relation, c.Constraint)
		case *catalog.RelationCreated:
			add(c.Relation, c.Relation.Constraints...)
		case *catalog.RelationDropped:
			add(c.Relation, c.Relation.Constraints...)
		}
	}
	return ends
}

// remadeEnds returns the tables at the other end of the foreign keys that a
// change of a column's type makes again: of all tables, only those are locked
// besides the column's own.
func remadeEnds(step *replay.Step, op *ddl.AlterColumnType) map[catalog.OID]bool {
	ends := map[catalog.OID]bool{}
	own := step.Before.Relation(op.Relation.Name)
	if own == nil {
		return ends
	}
	for _, a := range step.Locks {
		if refersTo(step.Before, a.Relation, own.OID) || refersTo(step.Before, own.OID, a.Relation) {
			ends[a.Relation] = true
		}
	}
	return ends
}

// names reports whether the operation is on the relation itself.
func names(op ddl.Op, r *catalog.Relation) bool {
	switch op := op.(type) {
	case *ddl.AddColumn:
		return isNamed(r, op.Relation)
	case *ddl.AlterColumnType:
		return isNamed(r, op.Relation)
	case *ddl.DropColumn:
		return isNamed(r, op.Relation)
	case *ddl.AddConstraint:
		return isNamed(r, op.Relation)
	case *ddl.DropConstraint:
		return isNamed(r, op.Relation)
	case *ddl.DropRelation:
		return slices.ContainsFunc(op.Relations, func(n ddl.Ref) bool { return isNamed(r, n) })
	}
	return false
}

func isNamed(r *catalog.Relation, n ddl.Ref) bool {
	return r != nil && r.Name == n.Name.Name && (n.Name.Schema == "" || n.Name.Schema == r.Schema)
}
