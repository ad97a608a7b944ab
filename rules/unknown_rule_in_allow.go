package rules

import (
	"fmt"
	"maps"
	"slices"
)

var unknownRuleInAllow = &Rule{
	Name:           "unknown-rule-in-allow",
	Title:          "An allowance names a rule that does not exist",
	Category:       Process,
	Severity:       Error,
	Since:          "0.1",
	Unsuppressible: true,
	Check: On(func(p *Pass, a *Allowance) {
		for _, i := range slices.Sorted(maps.Keys(a.Unknown)) {
			message := fmt.Sprintf("there is no rule %s, so it allows nothing", quoted(a.Rules[i]))
			if near := a.Unknown[i]; near != "" {
				message += "; did you mean " + near
			}
			p.Report(Finding{At: a.RuleAt[i], Message: message})
		}
	}),
}
