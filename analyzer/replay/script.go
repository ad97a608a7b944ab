package replay

import (
	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/migration"
)

// A Run is one script that was replayed by itself.
type Run struct {
	Statements []*Statement
	Steps      []*Step
	// Start and End are the catalogs around the script.
	Start, End *catalog.Catalog
	// Commits are the statements after which what was done so far stays, if
	// one that follows fails; in order, without the end of the script.
	Commits []Commit
}

// A Commit is a place in a script where PostgreSQL keeps what was done.
type Commit struct {
	// After is the last statement that is kept, and Catalog what is there then.
	After   *Statement
	Catalog *catalog.Catalog
}

// Refused returns the first statement that PostgreSQL would refuse or cannot
// read, or nil.
func (r *Run) Refused() *Statement {
	for _, s := range r.Statements {
		if s.Refused != nil || s.Err != nil {
			return s
		}
	}
	return nil
}

// Append adds a run that begins where this one ends.
func (r *Run) Append(next *Run) {
	r.Statements = append(r.Statements, next.Statements...)
	r.Steps = append(r.Steps, next.Steps...)
	r.Commits = append(r.Commits, next.Commits...)
	r.End = next.End
}

// Script performs one script of a migration on a catalog, as its tool would run
// it: the up script, or, with what it made, the down script.
func Script(from *catalog.Catalog, m *migration.Migration, s *migration.Script, options Options) *Run {
	r := &replayer{
		timeline: &Timeline{},
		now:      from,
		certain:  options.Complete,
		version:  options.PGVersion,
	}
	r.current = &Window{Migrations: []*migration.Migration{m}, Base: from, Reported: true}
	r.timeline.Windows = []*Window{r.current}
	if opaque := s.Opaque; opaque != "" {
		r.unknown()
	}
	r.script(m, s)
	r.current.End = r.now
	run := &Run{Statements: r.timeline.Statements, Steps: r.timeline.Steps, Start: from, End: r.now}
	for i, st := range run.Statements {
		st.Down = s == m.Down
		if i+1 == len(run.Statements) || len(st.Steps) == 0 {
			continue
		}
		if next := run.Statements[i+1]; st.Transaction == 0 || st.Transaction != next.Transaction {
			run.Commits = append(run.Commits, Commit{After: st, Catalog: st.Steps[len(st.Steps)-1].After.EndTransaction()})
		}
	}
	return run
}
