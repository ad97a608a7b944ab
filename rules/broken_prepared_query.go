package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/compat"
)

var brokenPreparedQuery = &Rule{
	Name:     "broken-prepared-query",
	Title:    "A query fails in sessions that prepared it on the old schema",
	Category: Compat,
	Severity: Error,
	Since:    "0.1",
	Check: On(func(p *Pass, b *compat.Break) {
		switch {
		case b.Effect == compat.PreparedFails:
			may := ""
			if !b.Error.Certain {
				may = "may "
			}
			p.placed(b, Finding{Severity: Warning, Message: fmt.Sprintf("%s %s%s with %s in each session that prepared it on the old schema: %s", subject(b, false), may, verb(b, "fail"), b.Error.SQLState, because(b.Error))})
		case b.Hazard != nil && b.Hazard.Class == compat.CachedPlan:
			f := Finding{Message: hazard(b)}
			if b.Hazard.Once || !b.Hazard.Certain {
				f.Severity = Warning
			}
			p.placed(b, f)
		}
	}),
}
