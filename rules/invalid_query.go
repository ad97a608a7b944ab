package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/compat"
)

var invalidQuery = &Rule{
	Name:     "invalid-query",
	Title:    "A query of the new version fails on the new schema",
	Category: Compat,
	Severity: Error,
	Since:    "0.1",
	Check: On(func(p *Pass, b *compat.Break) {
		if b.Effect != compat.Invalid {
			return
		}
		for _, j := range b.Judgements {
			one := *b
			one.Judgements = []*compat.Judgement{j}
			p.placed(&one, Finding{Message: fmt.Sprintf("%s fails with %s on the schema that the migrations make: %s", subject(&one, true), b.Error.SQLState, because(b.Error))})
		}
	}),
}
