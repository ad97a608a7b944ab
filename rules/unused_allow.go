package rules

import "fmt"

var unusedAllow = &Rule{
	Name:           "unused-allow",
	Title:          "An allowance names a rule that finds nothing where it applies",
	Category:       Process,
	Severity:       Warning,
	Since:          "0.1",
	Unsuppressible: true,
	Check: On(func(p *Pass, a *Allowance) {
		if a.Err != "" {
			return // malformed-allow speaks
		}
		for _, i := range a.Unused {
			message := fmt.Sprintf("%s finds nothing in the statement that this comment is bound to, so it allows nothing", a.Rules[i])
			switch {
			case a.Migration == nil:
				message = fmt.Sprintf("%s finds nothing that this entry applies to, so it allows nothing", a.Rules[i])
			case a.Statement.IsZero():
				message = fmt.Sprintf("no statement follows this comment, so it allows no %s", a.Rules[i])
			}
			p.Report(Finding{At: a.RuleAt[i], Message: message})
		}
		for _, i := range a.Barred {
			p.Report(Finding{At: a.RuleAt[i], Message: fmt.Sprintf("nothing can allow %s, so this %s does not", a.Rules[i], a.what())})
		}
	}),
}
