package rules

import (
	"fmt"
	"slices"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
)

var dropTrigger = &Rule{
	Name:     "drop-trigger",
	Title:    "The previous version loses a trigger that its writes rely on",
	Category: Compat,
	Severity: Warning,
	Since:    "0.1",
	Check: Any(
		On(func(p *Pass, c *catalog.TriggerDropped) {
			if p.After.RelationByOID(c.Relation.OID) != nil {
				p.lostTrigger(c.Relation, c.Trigger, "is dropped"+with(c.Cascade))
			}
		}),
		On(func(p *Pass, c *catalog.TriggerChanged) {
			if !disabled(c.Before) && disabled(c.After) {
				p.lostTrigger(c.Relation, c.Before, "is disabled")
			}
		}),
		On(func(p *Pass, c *catalog.TriggerCreated) {
			if c.Before != nil && !sameTrigger(c.Before, c.Trigger) {
				p.lostTrigger(c.Relation, c.Before, "is replaced")
			}
		}),
		On(func(p *Pass, op *ddl.DropPart) {
			if op.Kind != ddl.Trigger {
				return
			}
			table, ok := p.predates(op, func(r *catalog.Relation) bool {
				return slices.ContainsFunc(r.Triggers, func(t *catalog.Trigger) bool { return t.Name == op.Name.Name })
			})
			if ok {
				p.noLongerTriggers(table, &catalog.Trigger{Name: op.Name.Name}, "is dropped")
			}
		}),
	),
}

// lostTrigger reports a trigger that the previous version knows and that has no
// equal at the end of the window.
func (p *Pass) lostTrigger(r *catalog.Relation, t *catalog.Trigger, how string) {
	table, end := p.known(r), p.end(r)
	if table == nil || end == nil || !hasTrigger(p.before(table), t) || hasTrigger(end, t) {
		return
	}
	if slices.ContainsFunc(end.Triggers, func(now *catalog.Trigger) bool { return now.Name == t.Name && !disabled(now) }) {
		how = "is replaced by one that does something else or at another time"
	}
	p.noLongerTriggers(table, t, how)
}

func (p *Pass) noLongerTriggers(table *catalog.Relation, t *catalog.Trigger, how string) {
	p.Report(Finding{
		At:       p.Op.Span(),
		Relation: table.String(),
		Object:   t.Name,
		Related:  createdAt(t.Created, false),
		Message:  fmt.Sprintf("trigger %s of %s %s, so writes of the previous version no longer do what it did (fill a column, keep one in step, log, check)", quoted(t.Name), describe(table), how),
	})
}
