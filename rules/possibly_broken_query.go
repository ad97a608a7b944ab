package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/compat"
)

var possiblyBrokenQuery = &Rule{
	Name:     "possibly-broken-query",
	Title:    "A query of the previous version fails on the new schema for some rows",
	Category: Compat,
	Severity: Warning,
	Since:    "0.1",
	Check: On(func(p *Pass, b *compat.Break) {
		if b.Effect != compat.MayFail {
			return
		}
		p.placed(b, Finding{Message: fmt.Sprintf("%s may fail with %s: %s", subject(b, false), b.Error.SQLState, because(b.Error))})
	}),
}
