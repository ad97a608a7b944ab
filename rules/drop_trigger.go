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
			if lost := p.lostAlong(c); len(lost) > 1 && slices.Contains(lost, c) {
				if lost[0] == c {
					p.triggersGo(lost)
				}
				return
			}
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
				p.triggerGoes(table, &catalog.Trigger{Name: op.Name.Name}, "is dropped")
			}
		}),
	),
}

// lostTrigger reports a trigger that the previous version knows and that has no
// equal at the end of the window.
func (p *Pass) lostTrigger(r *catalog.Relation, t *catalog.Trigger, how string) {
	if !p.losesTrigger(r, t) {
		return
	}
	if p.triggersAnew(r, t) {
		how = "is replaced by one that does something else or at another time"
	}
	p.triggerGoes(p.known(r), t, how)
}

func (p *Pass) losesTrigger(r *catalog.Relation, t *catalog.Trigger) bool {
	table, end := p.known(r), p.end(r)
	return table != nil && end != nil && hasTrigger(p.before(table), t) && !hasTrigger(end, t)
}

// triggersAnew reports whether the table has, at the end of the window,
// another trigger of that name.
func (p *Pass) triggersAnew(r *catalog.Relation, t *catalog.Trigger) bool {
	return slices.ContainsFunc(p.end(r).Triggers, func(now *catalog.Trigger) bool { return now.Name == t.Name && !disabled(now) })
}

// lostAlong returns the triggers that a CASCADE dropped together with this one,
// and that the previous version loses for good; nil where there was none.
func (p *Pass) lostAlong(c *catalog.TriggerDropped) []*catalog.TriggerDropped {
	var all []*catalog.TriggerDropped
	for _, change := range p.Changes {
		other, ok := change.(*catalog.TriggerDropped)
		if ok && c.Cascade != "" && other.Cascade == c.Cascade && p.After.RelationByOID(other.Relation.OID) != nil &&
			p.losesTrigger(other.Relation, other.Trigger) && !p.triggersAnew(other.Relation, other.Trigger) {
			all = append(all, other)
		}
	}
	return all
}

// triggersGo reports triggers that one CASCADE drops.
func (p *Pass) triggersGo(lost []*catalog.TriggerDropped) {
	const shown = 5
	var names []string
	for _, c := range lost[:min(len(lost), shown)] {
		names = append(names, fmt.Sprintf("%s of %s", quoted(c.Trigger.Name), quoted(p.known(c.Relation).String())))
	}
	if more := len(lost) - shown; more > 0 {
		names = append(names, fmt.Sprintf("%d more", more))
	}
	p.Report(Finding{
		At:       p.Op.Span(),
		Relation: p.known(lost[0].Relation).String(),
		Object:   lost[0].Trigger.Name,
		Message:  fmt.Sprintf("triggers %s are dropped%s, so writes of the previous version no longer do what they did (fill a column, keep one in step, log, check)", sentence(names), with(lost[0].Cascade)),
	})
}

func (p *Pass) triggerGoes(table *catalog.Relation, t *catalog.Trigger, how string) {
	p.Report(Finding{
		At:       p.Op.Span(),
		Relation: table.String(),
		Object:   t.Name,
		Related:  createdAt(t.Created, false),
		Message:  fmt.Sprintf("trigger %s of %s %s, so writes of the previous version no longer do what it did (fill a column, keep one in step, log, check)", quoted(t.Name), describe(table), how),
	})
}
