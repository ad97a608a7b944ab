package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/compat"
)

var earlyQuery = &Rule{
	Name:     "early-query",
	Title:    "A query of the new version fails on the schema before the release",
	Category: Compat,
	Severity: Note,
	Since:    "0.1",
	Check: On(func(p *Pass, b *compat.Break) {
		if b.Effect != compat.Early {
			return
		}
		p.placed(b, Finding{Message: fmt.Sprintf("%s %s with %s until this has run, and after it is undone: %s", subject(b, true), verb(b, "fail"), b.Error.SQLState, because(b.Error))})
	}),
}
