package rules

import (
	"slices"

	"github.com/migracheck/migracheck/analyzer/compat"
)

var changedMeaning = &Rule{
	Name:     "changed-meaning",
	Title:    "A query of the previous version reads or writes something else than before",
	Category: Compat,
	Severity: Error,
	Since:    "0.1",
	Check: On(func(p *Pass, b *compat.Break) {
		if b.Hazard == nil || !slices.Contains([]compat.HazardClass{compat.InsertPositional, compat.NameCapture, compat.NaturalJoin, compat.WholeRow}, b.Hazard.Class) {
			return
		}
		f := Finding{Message: hazard(b)}
		if !b.Hazard.Certain || b.Hazard.Class == compat.WholeRow {
			f.Severity = Warning
		}
		p.placed(b, f)
	}),
}
