package rules

import "github.com/migracheck/migracheck/analyzer/flaggate"

var useOfRetyped = &Rule{
	Name:     "use-of-retyped",
	Title:    "Code uses a column whose type the release changes",
	Category: Gate,
	Severity: Warning,
	Since:    "0.2",
	Check:    gated(flaggate.UseOfRetyped),
}
