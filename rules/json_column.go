package rules

import "github.com/migracheck/migracheck/analyzer/catalog"

var jsonColumn = &Rule{
	Name:     "json-column",
	Title:    "A new column is json and not jsonb",
	Category: Practice,
	Severity: Note,
	Since:    "0.1",
	Off:      true,
	Check: onBornTypes(func(_ *Pass, t catalog.Type) string {
		if !isType(t, "json") {
			return ""
		}
		return "so every access parses its text, and DISTINCT, GROUP BY and = fail with 42883"
	}),
}
