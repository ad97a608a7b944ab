package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var dropTrigger = &Rule{
	Name:     "drop-trigger",
	Title:    "The previous version loses a trigger that its writes rely on",
	Category: Compat,
	Severity: Warning,
	Since:    "0.1",
	Check: Any(
		On(func(p *Pass, c *catalog.TriggerDropped) {
			if !p.Window.RelationExisted(c.Relation) || p.After.RelationByOID(c.Relation.OID) == nil {
				return // the table went: drop-table
			}
			base := p.Window.Base.RelationByOID(c.Relation.OID)
			if base != nil && !hasTrigger(base, c.Trigger) {
				return // born in the window
			}
			if end := p.Window.End.RelationByOID(c.Relation.OID); end == nil || hasTrigger(end, c.Trigger) {
				return
			}
			p.Report(Finding{
				At: p.Op.Span(), Relation: c.Relation.String(), Object: c.Trigger.Name, Related: createdAt(c.Trigger.Created, false),
				Message: fmt.Sprintf("trigger %q of table %q is dropped%s, so writes of the previous version no longer do what it did (a column kept in step, a log entry, a check)", c.Trigger.Name, c.Relation, with(c.Cascade)),
			})
		}),
		On(func(p *Pass, c *catalog.TriggerChanged) {
			if c.Before.State == "disable" || c.After.State != "disable" || !p.Window.RelationExisted(c.Relation) {
				return
			}
			end := p.Window.End.RelationByOID(c.Relation.OID)
			if end == nil || enabledIn(end, c.After) {
				return // disabled for the time of the migration
			}
			p.Report(Finding{
				At: p.Op.Span(), Relation: c.Relation.String(), Object: c.Before.Name, Related: createdAt(c.Before.Created, false),
				Message: fmt.Sprintf("trigger %q of table %q is disabled, so writes of the previous version no longer do what it did", c.Before.Name, c.Relation),
			})
		}),
	),
}
