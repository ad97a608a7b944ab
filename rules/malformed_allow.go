package rules

import "fmt"

var malformedAllow = &Rule{
	Name:           "malformed-allow",
	Title:          "An allowance has no rule, no reason, or a date that cannot be read, and does nothing",
	Category:       Process,
	Severity:       Error,
	Since:          "0.1",
	Unsuppressible: true,
	Check: On(func(p *Pass, a *Allowance) {
		if a.Err == "" {
			return
		}
		p.Report(Finding{At: a.At, Message: fmt.Sprintf("this %s allows nothing: %s", a.what(), a.Err)})
	}),
}
