package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var rewriteRule = &Rule{
	Name:     "rewrite-rule",
	Title:    "A new rewrite rule, where a trigger would do",
	Category: Practice,
	Severity: Note,
	Since:    "0.1",
	Off:      true,
	Check: On(func(p *Pass, c *catalog.RuleCreated) {
		r := p.end(c.Relation)
		if r == nil || c.Before != nil || !hasRule(r, c.Rule) {
			return
		}
		p.Report(Finding{
			At:       p.Op.Span(),
			Relation: r.String(),
			Object:   c.Rule.Name,
			Message:  fmt.Sprintf("rule %s rewrites statements on %s before they run: what they compute is computed twice where the rule names it, and COPY passes it by", quoted(c.Rule.Name), describe(r)),
		})
	}),
}
