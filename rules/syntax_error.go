package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/replay"
)

var syntaxError = &Rule{
	Name:     "syntax-error",
	Title:    "A statement is not SQL that PostgreSQL's grammar knows",
	Category: Process,
	Severity: Error,
	Since:    "0.1",
	Check: On(func(p *Pass, s *replay.Statement) {
		if s.Err == nil {
			return
		}
		at := s.Err.At
		if at.IsZero() {
			at = s.Span
		}
		what := s.Err.Message
		if near := at.Text(); what == "syntax error" && !s.Err.At.IsZero() && near != "" {
			what += " at or near " + quoted(near)
		}
		message := fmt.Sprintf("PostgreSQL refuses the statement: %s (42601)", what)
		if s.Err.Hint != "" {
			message += "; " + s.Err.Hint
		}
		p.Report(Finding{At: at, Message: message})
	}),
}
