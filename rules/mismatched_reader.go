package rules

import (
	"slices"

	"github.com/migracheck/migracheck/analyzer/compat"
)

var mismatchedReader = &Rule{
	Name:     "mismatched-reader",
	Title:    "The rows or parameters of a query no longer fit the Go values of the previous version",
	Category: Compat,
	Severity: Error,
	Since:    "0.1",
	Check: On(func(p *Pass, b *compat.Break) {
		if b.Hazard == nil || !slices.Contains([]compat.HazardClass{compat.StarScan, compat.NullRead, compat.TypeRead, compat.ParamType}, b.Hazard.Class) {
			return
		}
		f := Finding{Message: hazard(b)}
		if !b.Hazard.Certain || b.Hazard.Silent {
			f.Severity = Warning
		}
		p.placed(b, f)
	}),
}
