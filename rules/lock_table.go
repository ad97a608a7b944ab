package rules

import (
	"fmt"
	"slices"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/analyzer/lock"
	"github.com/migracheck/migracheck/parser/ddl"
)

var lockTable = &Rule{
	Name:     "lock-table",
	Title:    "LOCK TABLE keeps reads or writes of a table waiting until the transaction ends",
	Category: Lock,
	Severity: Warning,
	Since:    "0.1",
	Check: On(func(p *Pass, op *ddl.LockTable) {
		mode := lock.Mode(0)
		var tables []*catalog.Relation
		early := true
		for _, a := range p.Locks {
			r := p.known(relation(p.Step, a.Relation))
			if r == nil || !a.Mode.BlocksWrites() {
				continue
			}
			mode = max(mode, a.Mode)
			if r, _ = p.whole(p.Step, r, a.Mode); !slices.ContainsFunc(tables, func(t *catalog.Relation) bool { return t.OID == r.OID }) {
				tables = append(tables, r)
			}
			early = early && p.nextLocks(r, a.Mode)
		}
		if len(tables) == 0 || early {
			return // the next statement would wait for the same lock
		}
		p.Report(Finding{
			At:       op.Span(),
			Relation: tables[0].String(),
			Related:  createdAt(tables[0].Created, tables[0].Assumed),
			Message:  fmt.Sprintf("LOCK TABLE holds %s in %s mode until the transaction ends, so %s wait for all that it does", describeAll(tables), mode.SQL(), waiting(mode)),
		})
	}),
}

// nextLocks reports whether the next statement of the transaction takes the lock
// on the relation anyway.
func (p *Pass) nextLocks(r *catalog.Relation, m lock.Mode) bool {
	later := p.later()
	return len(later) > 0 && atLeast(later[0].Statement.Locks(), r.OID, m)
}
