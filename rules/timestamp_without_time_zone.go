package rules

import "github.com/migracheck/migracheck/analyzer/catalog"

var timestampWithoutTimeZone = &Rule{
	Name:     "timestamp-without-time-zone",
	Title:    "A new column is timestamp without time zone",
	Category: Practice,
	Severity: Note,
	Since:    "0.1",
	Check: onBornTypes(func(_ *Pass, t catalog.Type) string {
		if !isType(t, "timestamp") {
			return ""
		}
		return "so which moment a value means depends on the TimeZone of the session that wrote it, which is not stored"
	}),
}
