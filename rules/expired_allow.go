package rules

import "fmt"

var expiredAllow = &Rule{
	Name:           "expired-allow",
	Title:          "An allowance is past its date and no longer allows anything",
	Category:       Process,
	Severity:       Error,
	Since:          "0.1",
	Unsuppressible: true,
	Check: On(func(p *Pass, a *Allowance) {
		if a.Expired {
			p.Report(Finding{At: a.At, Message: fmt.Sprintf("this %s allowed its rules until %s and no longer does", a.what(), a.Until)})
		}
	}),
}
