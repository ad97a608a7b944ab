package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/rollback"
)

var downFails = &Rule{
	Name:     "down-fails",
	Title:    "PostgreSQL refuses a statement of the down migration",
	Category: Rollback,
	Severity: Error,
	Since:    "0.1",
	Check: On(func(p *Pass, m *rollback.Migration) {
		failure := m.Failure
		if !undoable(m) || failure == nil || failure.Raised || failure.Statement.Err != nil {
			return // raising-down and syntax-error speak
		}
		s := failure.Statement
		f := Finding{At: s.Span, Message: fmt.Sprintf("the down fails with %s: %s", failure.SQLState, failure.Message)}
		switch {
		case s.Refused == nil:
			f.Message += ", as soon as the table has a row"
		case s.Refused.Since > 0:
			f.Message += fmt.Sprintf(", and the server has %d", p.PGVersion)
		}
		if step := failure.Step(); step != nil {
			f.At = step.Op.Span()
		}
		f.Message += ", so a rollback stops here"
		p.Report(f)
	}),
}
