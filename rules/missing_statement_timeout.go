package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/analyzer/replay"
)

var missingStatementTimeout = &Rule{
	Name:     "missing-statement-timeout",
	Title:    "Nothing ends a statement that works on a whole table while requests wait for it",
	Category: Lock,
	Severity: Note,
	Since:    "0.1",
	// Where whoever runs the migrations sets it, every migration would have one.
	Off: true,
	Check: On(func(p *Pass, s *replay.Statement) {
		table, step, work := p.endless(s)
		if table == nil {
			return
		}
		first := p.first(s.Script, func(each *replay.Statement) bool {
			table, _, _ := p.endless(each)
			return table != nil
		})
		if first != s {
			return
		}
		p.Report(Finding{
			At:       step.Op.Span(),
			Relation: table.String(),
			Message:  fmt.Sprintf("no statement_timeout is in effect for %s, in which %s while %s of %s wait, so nothing ends that where it takes longer than requests can wait", s.Kind, work, waitingFor(s, table), describe(table)),
		})
	}),
}

// endless returns a table that requests wait for while a statement works for a
// time that grows with a table, without a limit; nil where there is none.
func (p *Pass) endless(s *replay.Statement) (table *catalog.Relation, step *replay.Step, work string) {
	if s.Down {
		return nil, nil, ""
	}
	work = p.long(s)
	if work == "" {
		return nil, nil, ""
	}
	for _, a := range s.Locks() {
		table, ok := p.busy(s, a)
		step := taking(s, a)
		if !ok || step == nil {
			continue
		}
		if _, limited := p.timeout("statement_timeout", step); !limited {
			return table, step, work
		}
	}
	return nil, nil, ""
}

// waitingFor says who waits for the lock of a statement on a table.
func waitingFor(s *replay.Statement, table *catalog.Relation) string {
	for _, a := range s.Locks() {
		if a.Relation == table.OID {
			return waiting(a.Mode)
		}
	}
	return "writes"
}
