package rules

import (
	"slices"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var missingComment = &Rule{
	Name:     "missing-comment",
	Title:    "A new table or column has no comment",
	Category: Practice,
	Severity: Note,
	Since:    "0.1",
	Off:      true,
	Options:  []Option{{Name: "kinds", Help: "which need a comment: table, column", Default: []string{"table", "column"}}},
	Check: Any(
		onBornTables(func(p *Pass, t *catalog.Relation) {
			if t.Comment == "" && slices.Contains(option[[]string](p, "kinds"), "table") {
				p.Report(Finding{At: p.within(t.Created), Relation: t.String(), Message: describe(t) + " has no comment, so what its rows are is not said where those look who query it"})
			}
		}),
		onBornColumns(func(p *Pass, t *catalog.Relation, a *catalog.Attribute) {
			if a.Comment == "" && slices.Contains(option[[]string](p, "kinds"), "column") {
				p.Report(Finding{At: p.within(a.Created), Relation: t.String(), Object: a.Name, Message: describeColumn(t, a) + " has no comment, so what it means is not said where those look who query it"})
			}
		}),
	),
}
