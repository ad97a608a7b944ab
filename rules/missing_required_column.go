package rules

import (
	"fmt"
	"slices"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var missingRequiredColumn = &Rule{
	Name:     "missing-required-column",
	Title:    "A new table lacks a column that every table has",
	Category: Practice,
	Severity: Note,
	Since:    "0.1",
	Off:      true,
	Options:  []Option{{Name: "columns", Help: "the columns that every table has", Default: []string{"created_at", "updated_at"}}},
	Check: onBornTables(func(p *Pass, t *catalog.Relation) {
		missing := slices.DeleteFunc(slices.Clone(option[[]string](p, "columns")), func(name string) bool { return t.Attribute(name) != nil })
		if len(missing) == 0 {
			return
		}
		p.Report(Finding{
			At:       p.within(t.Created),
			Relation: t.String(),
			Message:  fmt.Sprintf("%s has no %s, which every table of this project has: what relies on that fails here", describe(t), list(missing)),
		})
	}),
}
