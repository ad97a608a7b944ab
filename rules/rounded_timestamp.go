package rules

import (
	"slices"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var roundedTimestamp = &Rule{
	Name:     "rounded-timestamp",
	Title:    "A new column rounds the times that are written to it",
	Category: Practice,
	Severity: Note,
	Since:    "0.1",
	Off:      true,
	Check: onBornTypes(func(_ *Pass, t catalog.Type) string {
		if !isType(t, "timestamp", "timestamptz", "time", "timetz") || len(t.Mods) == 0 || slices.Contains(t.Mods, "6") {
			return ""
		}
		return "so what is written is rounded, upwards too: now() may be stored as a moment that is yet to come"
	}),
}
