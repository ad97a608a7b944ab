package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var addRule = &Rule{
	Name:     "add-rule",
	Title:    "A rewrite rule changes what statements of the previous version do",
	Category: Compat,
	Severity: Warning,
	Since:    "0.1",
	Check: Any(
		On(func(p *Pass, c *catalog.RuleCreated) { p.rewrites(c.Relation, c.Rule, "new rule") }),
		On(func(p *Pass, c *catalog.RelationOptionChanged) {
			for _, after := range c.After.Rules {
				if before := ruleByOID(c.Before, after.OID); before != nil && !ruleApplies(before) && ruleApplies(after) {
					p.rewrites(c.After, after, "enabled rule")
				}
			}
		}),
	),
}

func (p *Pass) rewrites(r *catalog.Relation, rule *catalog.Rule, what string) {
	table, end := p.known(r), p.end(r)
	if table == nil || end == nil || hasRule(p.before(table), rule) || !hasRule(end, rule) {
		return // made anew, or not there at the end
	}
	event := strings.ToUpper(rule.Event)
	does := "does more"
	if rule.Instead {
		does = "does something else"
	}
	fails := "in WITH or MERGE"
	if rule.Event == "insert" || rule.Event == "update" {
		fails = "in WITH, MERGE or INSERT … ON CONFLICT"
	}
	if rule.Instead {
		fails = "with RETURNING, " + fails
	}
	p.Report(Finding{
		At:       p.Op.Span(),
		Relation: table.String(),
		Object:   rule.Name,
		Message:  fmt.Sprintf("%s %s rewrites every %s of the previous version on %s, which then %s, and %s may fail with 0A000", what, quoted(rule.Name), event, describe(table), does, fails),
	})
}

// hasRule reports whether a relation has the rule in force, by whatever name, or
// one of its name that is the same as far as is known.
func hasRule(r *catalog.Relation, rule *catalog.Rule) bool {
	return slices.ContainsFunc(r.Rules, func(old *catalog.Rule) bool {
		return (old.OID == rule.OID || old.Name == rule.Name) && sameRule(old, rule) && ruleApplies(old)
	})
}

func ruleApplies(r *catalog.Rule) bool { return r.State != "disable" && r.State != "replica" }

func ruleByOID(r *catalog.Relation, oid catalog.OID) *catalog.Rule {
	i := slices.IndexFunc(r.Rules, func(rule *catalog.Rule) bool { return rule.OID == oid })
	if i < 0 {
		return nil
	}
	return r.Rules[i]
}
