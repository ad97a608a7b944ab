package rules

import (
	"slices"

	"github.com/migracheck/migracheck/analyzer/compat"
)

var staleCopy = &Rule{
	Name:     "stale-copy",
	Title:    "CopyFrom of pgx in the previous version sends values in the format of the old type",
	Category: Compat,
	Severity: Error,
	Since:    "0.1",
	Check: On(func(p *Pass, b *compat.Break) {
		if b.Hazard == nil || !slices.Contains([]compat.HazardClass{compat.CopyStale}, b.Hazard.Class) {
			return
		}
		f := Finding{Message: hazard(b)}
		if !b.Hazard.Certain {
			f.Severity = Warning
		}
		p.placed(b, f)
	}),
}
