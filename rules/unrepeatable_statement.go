package rules

import (
	"fmt"
	"slices"

	"github.com/migracheck/migracheck/analyzer/replay"
)

var unrepeatableStatement = &Rule{
	Name:     "unrepeatable-statement",
	Title:    "A statement stays when a later one of its script fails, and then stands in the way of another run",
	Category: Process,
	Severity: Note,
	Since:    "0.1",
	Check: On(func(p *Pass, s *replay.Statement) {
		if !p.release.alone[s.Script] || !p.unrepeatable(s) {
			return
		}
		var risk *replay.Statement
		after := false
		for _, o := range p.script() {
			switch {
			case o == s:
				after = true
			case !after && p.unrepeatable(o):
				return // said of the first one
			case after && risk == nil && slices.ContainsFunc(o.Ops, runsAlone):
				risk = o
			}
		}
		if risk == nil {
			return
		}
		p.Report(Finding{
			At:      s.Span,
			Message: fmt.Sprintf("%s runs in no transaction, so it stays where %s after it fails, and PostgreSQL then refuses it when the script runs again", alone(s), alone(risk)),
			Related: []Related{{At: risk.Span, Message: "this can fail"}},
		})
	}),
}

// unrepeatable reports whether a statement of an up script runs alone, and
// PostgreSQL refuses to perform it twice.
func (p *Pass) unrepeatable(s *replay.Statement) bool {
	if s.Down || s.Transaction != 0 || s.Refused != nil || p.wrapped(s.Span) {
		return false
	}
	return slices.ContainsFunc(s.Steps, func(step *replay.Step) bool {
		if step.RolledBack || step.Op.Facts().Conditional || !step.Call.IsZero() || len(step.Changes) == 0 {
			return false
		}
		_, _, refusal := step.After.Fork().Apply(step.Op)
		return refusal != nil
	})
}
