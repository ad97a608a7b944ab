package rules

import "github.com/migracheck/migracheck/analyzer/flaggate"

var mismatchedFlag = &Rule{
	Name:     "mismatched-flag",
	Title:    "Code uses what the release adds behind another flag than the one named for it",
	Category: Gate,
	Severity: Error,
	Since:    "0.2",
	Check:    gated(flaggate.Mismatched),
}
