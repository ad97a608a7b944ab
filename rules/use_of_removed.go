package rules

import "github.com/migracheck/migracheck/analyzer/flaggate"

var useOfRemoved = &Rule{
	Name:     "use-of-removed",
	Title:    "Code uses what the release takes away",
	Category: Gate,
	Severity: Error,
	Since:    "0.2",
	Check:    gated(flaggate.UseOfRemoved),
}
