package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var constrainedDomain = &Rule{
	Name:     "constrained-domain",
	Title:    "A new domain has a constraint",
	Category: Practice,
	Severity: Note,
	Since:    "0.1",
	Off:      true,
	Check: On(func(p *Pass, c *catalog.TypeCreated) {
		t := p.Window.End.TypeByOID(c.Type.OID)
		if t == nil || t.Kind != catalog.Domain || !t.NotNull && len(t.Constraints) == 0 {
			return
		}
		p.Report(Finding{
			At:       p.Op.Span(),
			Relation: t.String(),
			Message:  fmt.Sprintf("new domain %s has a constraint, so adding a column of it rewrites the table, and a stricter constraint reads every table that uses it while their writes wait", quoted(t.String())),
		})
	}),
}
