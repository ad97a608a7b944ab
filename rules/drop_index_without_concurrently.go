package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/analyzer/lock"
	"github.com/migracheck/migracheck/parser/ddl"
)

var dropIndexWithoutConcurrently = &Rule{
	Name:     "drop-index-without-concurrently",
	Title:    "DROP INDEX locks the whole table against reads and writes for a moment",
	Category: Lock,
	Severity: Note,
	Since:    "0.1",
	Brief:    true,
	Check: On(func(p *Pass, c *catalog.IndexDropped) {
		op, ok := p.Op.(*ddl.DropRelation)
		if !ok || op.Kind != ddl.Index || op.Concurrently {
			return
		}
		index, table := p.known(c.Index), p.known(c.Table)
		if index == nil || table == nil || index.Kind != catalog.Index || !holdsData(table) {
			return
		}
		if p.locksAnyway(table) {
			return // then one more wait makes no difference
		}
		f := Finding{
			At:       op.Span(),
			Relation: table.String(),
			Object:   index.Name,
			Related:  createdAt(index.Created, index.Assumed),
			Message: fmt.Sprintf("dropping index %s takes an ACCESS EXCLUSIVE lock on %s, which waits for every query of it that runs, and all later reads and writes wait behind it",
				quoted(index.Name), describe(table)),
		}
		if len(op.Relations) == 1 && !op.Cascade {
			f.Fixes = p.concurrently(p.Step, op.At, dropIndexHead, "Drop the index with CONCURRENTLY")
		}
		p.Report(f)
	}),
}

// locksAnyway reports whether something else in the transaction locks the table
// in ACCESS EXCLUSIVE mode, or it is gone at the end.
func (p *Pass) locksAnyway(table *catalog.Relation) bool {
	if p.end(table) == nil || exclusive(p.Held, table.OID) {
		return true
	}
	for _, s := range p.later() {
		if drops, ok := s.Op.(*ddl.DropRelation); ok && drops.Kind == ddl.Index {
			continue
		}
		if exclusive(s.Locks, table.OID) {
			return true
		}
	}
	return false
}

func exclusive(locks []lock.Acquisition, oid catalog.OID) bool {
	return atLeast(locks, oid, lock.AccessExclusive)
}

// atLeast reports whether one of the locks is on a relation in the mode or in a
// stronger one.
func atLeast(locks []lock.Acquisition, oid catalog.OID, m lock.Mode) bool {
	for _, a := range locks {
		if a.Relation == oid && a.Mode >= m {
			return true
		}
	}
	return false
}
