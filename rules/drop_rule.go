package rules

import (
	"fmt"
	"slices"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
)

var dropRule = &Rule{
	Name:     "drop-rule",
	Title:    "The previous version loses a rewrite rule that its statements rely on",
	Category: Compat,
	Severity: Warning,
	Since:    "0.1",
	Check: Any(
		On(func(p *Pass, c *catalog.RuleDropped) {
			if p.After.RelationByOID(c.Relation.OID) != nil {
				p.lostRule(c.Relation, c.Rule, "is dropped"+with(c.Cascade))
			}
		}),
		On(func(p *Pass, c *catalog.RelationOptionChanged) {
			for _, after := range c.After.Rules {
				if before := ruleByOID(c.Before, after.OID); before != nil && ruleApplies(before) && !ruleApplies(after) {
					p.lostRule(c.After, before, "is disabled")
				}
			}
		}),
		On(func(p *Pass, op *ddl.DropPart) {
			if op.Kind != ddl.Rule {
				return
			}
			table, ok := p.predates(op, func(r *catalog.Relation) bool {
				return slices.ContainsFunc(r.Rules, func(rule *catalog.Rule) bool { return rule.Name == op.Name.Name })
			})
			if ok {
				p.noLongerRewrites(table, &catalog.Rule{Name: op.Name.Name}, "is dropped")
			}
		}),
	),
}

func (p *Pass) lostRule(r *catalog.Relation, rule *catalog.Rule, how string) {
	table, end := p.known(r), p.end(r)
	if table == nil || end == nil || !hasRule(p.before(table), rule) || hasRule(end, rule) {
		return
	}
	p.noLongerRewrites(table, rule, how)
}

func (p *Pass) noLongerRewrites(table *catalog.Relation, rule *catalog.Rule, how string) {
	f := Finding{
		At:       p.Op.Span(),
		Relation: table.String(),
		Object:   rule.Name,
		Related:  createdAt(rule.Created, false),
		Message:  fmt.Sprintf("rule %s of %s %s, so statements of the previous version no longer do what it made of them", quoted(rule.Name), describe(table), how),
	}
	if table.Kind == catalog.View && rule.Instead {
		f.Message += ", and writes to the view may fail with 55000"
	}
	p.Report(f)
}
