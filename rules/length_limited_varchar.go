package rules

import "github.com/migracheck/migracheck/analyzer/catalog"

var lengthLimitedVarchar = &Rule{
	Name:     "length-limited-varchar",
	Title:    "A new column is varchar(n) and not text",
	Category: Practice,
	Severity: Note,
	Since:    "0.1",
	Off:      true,
	Check: onBornTypes(func(_ *Pass, t catalog.Type) string {
		if !isType(t, "varchar") || len(t.Mods) == 0 {
			return ""
		}
		return "so longer values fail with 22001, and another limit is a change of type, which breaks cached plans with 0A000"
	}),
}
