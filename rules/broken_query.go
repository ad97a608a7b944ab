package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/compat"
)

var brokenQuery = &Rule{
	Name:     "broken-query",
	Title:    "A query of the previous version fails on the new schema",
	Category: Compat,
	Severity: Error,
	Since:    "0.1",
	Check: On(func(p *Pass, b *compat.Break) {
		if b.Effect != compat.Failing {
			return
		}
		p.placed(b, Finding{Message: fmt.Sprintf("%s %s with %s: %s", subject(b, false), verb(b, "fail"), b.Error.SQLState, because(b.Error))})
	}),
}
