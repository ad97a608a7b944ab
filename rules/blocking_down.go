package rules

import (
	"fmt"
	"slices"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/analyzer/rollback"
)

var blockingDown = &Rule{
	Name:     "blocking-down",
	Title:    "The down migration works through a whole table while requests of it wait",
	Category: Rollback,
	Severity: Warning,
	Since:    "0.1",
	Off:      true,
	Grows:    true,
	Check: On(func(p *Pass, m *rollback.Migration) {
		if !undoable(m) || m.Failure != nil {
			return
		}
		down := *p
		down.Window = &replay.Window{Migrations: p.Window.Migrations, Base: p.Window.Base, End: m.Down.End, Reported: true}
		down.statements, down.release = m.Down.Statements, newRelease(m.Down.Statements)
		for _, s := range m.Down.Statements {
			if e, ok := down.heaviest(s); ok {
				doing, _ := e.doing()
				p.Report(e.finding(fmt.Sprintf("the down, %s, %s all of %s under %s, so during a rollback %s wait until that is done",
					doing, e.labour.verb(), describeAll(e.tables), e.under(), e.waiters())))
			}
		}
	}),
}

// heaviest returns the gravest effort of a statement of the down on tables that
// were there before the up, and that the down does not empty.
func (p *Pass) heaviest(s *replay.Statement) (effort, bool) {
	var found effort
	p.Step = &replay.Step{Statement: s}
	for _, a := range s.Locks() {
		r := s.Relation(a.Relation)
		if r == nil || !a.Mode.BlocksWrites() {
			continue
		}
		for _, l := range []labour{rewriting, indexing, reading} {
			for _, e := range p.efforts(&Acquired{Relation: r, Acquisition: a}, l) {
				if e.labour > found.labour && !slices.ContainsFunc(e.tables, func(t *catalog.Relation) bool { return p.hasFew(s, t) }) {
					found = e
				}
			}
		}
	}
	return found, found.labour != none
}

// hasFew reports whether the team knows a table to be small.
func (p *Pass) hasFew(s *replay.Statement, r *catalog.Relation) bool {
	return sizeOf(p.tables, &replay.Step{Statement: s}, r) == Small
}

// verb says what a labour does to a table.
func (l labour) verb() string {
	if l == rewriting {
		return "rewrites"
	}
	return "reads"
}
