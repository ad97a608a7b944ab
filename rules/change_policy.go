package rules

import (
	"fmt"
	"slices"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
)

var changePolicy = &Rule{
	Name:     "change-policy",
	Title:    "A changed policy hides rows from the previous version, or shows it others",
	Category: Compat,
	Severity: Warning,
	Since:    "0.1",
	Check: Any(
		On(func(p *Pass, c *catalog.PolicyChanged) {
			table, end := p.known(c.Relation), p.end(c.Relation)
			if table == nil || end == nil || !table.Assumed && (!table.RowSecurity || !end.RowSecurity) {
				return // no policy was in force, or none is: enable- and disable-row-security
			}
			switch {
			case c.Before == nil:
				p.newPolicy(table, end, c.After)
			case !hasPolicy(p.before(table), c.Before):
				return // born in the window
			case c.After == nil:
				if hasPolicy(end, c.Before) {
					return // made anew
				}
				message := fmt.Sprintf("policy %s of %s is dropped%s, so rows that only it allows vanish from the queries of the previous version, and writes of them fail with 42501", quoted(c.Before.Name), describe(table), with(c.Cascade))
				if c.Before.Restrictive {
					message = fmt.Sprintf("restrictive policy %s of %s is dropped%s, so queries of the previous version return and change rows that it hid", quoted(c.Before.Name), describe(table), with(c.Cascade))
				}
				p.policy(table, c.Before, Warning, message)
			case !samePolicy(c.Before, c.After) && !hasPolicy(end, c.Before):
				p.policy(table, c.After, Warning, fmt.Sprintf("policy %s of %s changes, and with it the rows that the previous version sees and may write; writes of others fail with 42501", quoted(c.After.Name), describe(table)))
			}
		}),
		On(func(p *Pass, op *ddl.DropPart) {
			if op.Kind != ddl.Policy {
				return
			}
			table, ok := p.predates(op, func(r *catalog.Relation) bool {
				return slices.ContainsFunc(r.Policies, func(y *catalog.Policy) bool { return y.Name == op.Name.Name })
			})
			if ok {
				p.policy(table, &catalog.Policy{Name: op.Name.Name}, Warning, fmt.Sprintf("policy %s of %s is dropped, and with it the rows change that the previous version sees and may write", quoted(op.Name.Name), describe(table)))
			}
		}),
	),
}

func (p *Pass) newPolicy(table, end *catalog.Relation, y *catalog.Policy) {
	if hasPolicy(p.before(table), y) || !hasPolicy(end, y) {
		return // made anew, or not there at the end
	}
	if y.Restrictive {
		p.policy(table, y, Warning, fmt.Sprintf("new restrictive policy %s of %s applies to the previous version: it hides rows from its queries, and writes of them fail with 42501", quoted(y.Name), describe(table)))
		return
	}
	if slices.ContainsFunc(p.before(table).Policies, func(old *catalog.Policy) bool { return old.Name == y.Name }) {
		return // takes the place of a dropped one, which is reported
	}
	p.policy(table, y, Note, fmt.Sprintf("new policy %s of %s applies to the previous version, too: its queries may return and change more rows", quoted(y.Name), describe(table)))
}

func (p *Pass) policy(table *catalog.Relation, y *catalog.Policy, severity Severity, message string) {
	p.Report(Finding{
		At:       p.Op.Span(),
		Severity: severity,
		Relation: table.String(),
		Object:   y.Name,
		Message:  message,
	})
}

// hasPolicy reports whether a table has a policy that allows the same.
func hasPolicy(r *catalog.Relation, y *catalog.Policy) bool {
	return slices.ContainsFunc(r.Policies, func(other *catalog.Policy) bool { return samePolicy(other, y) })
}
