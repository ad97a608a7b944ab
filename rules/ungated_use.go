package rules

import "github.com/migracheck/migracheck/analyzer/flaggate"

var ungatedUse = &Rule{
	Name:     "ungated-use",
	Title:    "Code uses what the release adds without a feature flag",
	Category: Gate,
	Severity: Error,
	Since:    "0.2",
	Check:    gated(flaggate.Ungated),
}
