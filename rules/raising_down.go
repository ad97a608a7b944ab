package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/rollback"
)

var raisingDown = &Rule{
	Name:     "raising-down",
	Title:    "The down migration raises an error on purpose: there is no way back",
	Category: Rollback,
	Severity: Warning,
	Since:    "0.1",
	Check: On(func(p *Pass, m *rollback.Migration) {
		if !undoable(m) || m.Failure == nil || !m.Failure.Raised {
			return
		}
		why := ""
		if m.Failure.Message != "" {
			why = fmt.Sprintf(" (%s)", oneLine(m.Failure.Message))
		}
		p.Report(Finding{
			At:      m.Failure.Statement.Span,
			Message: fmt.Sprintf("the down of migration %s raises an error on purpose%s, so a rollback stops at it", quoted(m.ID), why),
		})
	}),
}
