package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/analyzer/rollback"
)

var partialUp = &Rule{
	Name:     "partial-up",
	Title:    "The down migration does not undo an up that stops halfway",
	Category: Rollback,
	Severity: Warning,
	Since:    "0.1",
	Off:      true,
	Check: On(func(p *Pass, m *rollback.Migration) {
		if !undoes(m) || !certain(m.Up) || !certain(m.Down) {
			return
		}
		for _, stop := range m.Stops {
			f := Finding{At: stop.After.Span}
			switch {
			case stop.Failure != nil:
				f.Message = fmt.Sprintf("if the up stops after this statement, which stays, the down fails with %s: %s, so the migration can be neither finished nor undone", stop.Failure.SQLState, stop.Failure.Message)
				f.Related = []Related{{At: stop.Failure.Statement.Span, Message: "the down fails here"}}
			case len(sure(m)) == 0 && len(sureOf(stop.Differences)) > 0:
				f.Message = fmt.Sprintf("if the up stops after this statement, which stays, the down does not end with the schema of the previous version: %s", differs(sureOf(stop.Differences)[0]))
			default:
				continue
			}
			p.Report(f)
			return // the first place says it
		}
	}),
}

// differs says in what two snapshots differ.
func differs(d catalog.Difference) string {
	switch {
	case isLeft(d):
		return object(d) + " is left"
	case isMissing(d):
		return object(d) + " is missing"
	}
	return otherwise([]catalog.Difference{d})
}
