package rules

import (
	"fmt"
	"strings"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var addTrigger = &Rule{
	Name:     "add-trigger",
	Title:    "A trigger runs in the previous version's writes",
	Category: Compat,
	Severity: Warning,
	Since:    "0.1",
	Check: Any(
		On(func(p *Pass, c *catalog.TriggerCreated) {
			if !p.Window.RelationExisted(c.Relation) || c.Before != nil && sameTrigger(c.Before, c.Trigger) {
				return
			}
			if base := p.Window.Base.RelationByOID(c.Relation.OID); base != nil && hasTrigger(base, c.Trigger) {
				return // dropped and made anew
			}
			p.Report(Finding{
				At: p.Op.Span(), Relation: c.Relation.String(), Object: c.Trigger.Name,
				Message: fmt.Sprintf("trigger %q runs %s every %s of the previous version on table %q too, and what it raises makes those fail", c.Trigger.Name, c.Trigger.Timing, strings.ToUpper(strings.Join(c.Trigger.Events, " and ")), c.Relation),
			})
		}),
		On(func(p *Pass, c *catalog.TriggerChanged) {
			if c.Before.State != "disable" || c.After.State == "disable" || !p.Window.RelationExisted(c.Relation) {
				return
			}
			if base := p.Window.Base.RelationByOID(c.Relation.OID); base != nil && enabledIn(base, c.Before) {
				return // disabled for the time of the migration
			}
			p.Report(Finding{
				At: p.Op.Span(), Relation: c.Relation.String(), Object: c.Before.Name,
				Message: fmt.Sprintf("trigger %q of table %q is enabled, so it runs in every write of the previous version, and what it raises makes those fail", c.Before.Name, c.Relation),
			})
		}),
	),
}

// hasTrigger reports whether r has a trigger that does the same.
func hasTrigger(r *catalog.Relation, t *catalog.Trigger) bool {
	for _, old := range r.Triggers {
		if sameTrigger(old, t) {
			return true
		}
	}
	return false
}

func enabledIn(r *catalog.Relation, t *catalog.Trigger) bool {
	for _, old := range r.Triggers {
		if old.OID == t.OID {
			return old.State != "disable"
		}
	}
	return false
}
