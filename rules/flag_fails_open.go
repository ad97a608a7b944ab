package rules

import "github.com/migracheck/migracheck/analyzer/flaggate"

var flagFailsOpen = &Rule{
	Name:     "flag-fails-open",
	Title:    "A feature flag counts as on when its provider does not answer",
	Category: Gate,
	Severity: Warning,
	Since:    "0.2",
	Check:    gated(flaggate.FailsOpen),
}
