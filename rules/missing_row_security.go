package rules

import (
	"fmt"
	"slices"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var missingRowSecurity = &Rule{
	Name:     "missing-row-security",
	Title:    "A new table has no row security",
	Category: Practice,
	Severity: Note,
	Since:    "0.1",
	Off:      true,
	Options:  []Option{{Name: "schemas", Help: "the schemas whose tables need it", Default: []string{"public"}}},
	Check: onBornTables(func(p *Pass, t *catalog.Relation) {
		if t.RowSecurity || !slices.Contains(option[[]string](p, "schemas"), t.Schema) {
			return
		}
		p.Report(Finding{
			At:       p.within(t.Created),
			Relation: t.String(),
			Message:  fmt.Sprintf("%s has no row security, so whoever may SELECT from it reads the rows of everybody", describe(t)),
		})
	}),
}
