package rules

import "github.com/migracheck/migracheck/analyzer/catalog"

var charColumn = &Rule{
	Name:     "char-column",
	Title:    "A new column is character(n), padded with spaces",
	Category: Practice,
	Severity: Note,
	Since:    "0.1",
	Off:      true,
	Check: onBornTypes(func(_ *Pass, t catalog.Type) string {
		if !isType(t, "bpchar") || len(t.Mods) == 0 {
			return ""
		}
		return "so values are padded with spaces, which LIKE sees and = does not, and another length rewrites the table"
	}),
}
