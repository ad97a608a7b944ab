package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/pattern"
)

var addTrigger = &Rule{
	Name:     "add-trigger",
	Title:    "A trigger runs in the previous version's writes",
	Category: Compat,
	Severity: Warning,
	Since:    "0.1",
	Check: Any(
		On(func(p *Pass, c *catalog.TriggerCreated) {
			table, end := p.known(c.Relation), p.end(c.Relation)
			if table == nil || end == nil || hasTrigger(p.before(table), c.Trigger) || !hasTrigger(end, c.Trigger) {
				return // made anew, or not there at the end
			}
			if p.replacesTrigger(table, end, c.Trigger) {
				return // drop-trigger speaks
			}
			if len(c.Trigger.Events) == 1 && p.onlyNew(c.Relation, c.Trigger.Columns) {
				return // the previous version does not write these columns
			}
			p.trigger(table, c.Trigger, fmt.Sprintf("new trigger %s runs %s every %s of the previous version on %s", quoted(c.Trigger.Name), c.Trigger.Timing, events(c.Relation, c.Trigger), describe(table)))
		}),
		On(func(p *Pass, c *catalog.TriggerChanged) {
			table, end := p.known(c.Relation), p.end(c.Relation)
			if table == nil || end == nil || !disabled(c.Before) || disabled(c.After) || !hasTrigger(end, c.After) || hasTrigger(p.before(table), c.After) {
				return // for the time of the migration
			}
			p.trigger(table, c.After, fmt.Sprintf("trigger %s is enabled and runs %s every %s of the previous version on %s", quoted(c.After.Name), c.After.Timing, events(c.Relation, c.After), describe(table)))
		}),
	),
}

func (p *Pass) trigger(table *catalog.Relation, t *catalog.Trigger, message string) {
	if t.When != nil {
		message += " that meets its WHEN condition"
	}
	f := Finding{
		At:       p.Op.Span(),
		Relation: table.String(),
		Object:   t.Name,
		Message:  message + ": what it raises makes them fail, and what it changes they do not expect",
	}
	if p.harmless(t) {
		f.Severity = Note
		f.Message = message + ": what it changes they do not expect"
	}
	p.Report(f)
}

// raises and skips match what a PL/pgSQL function refuses a row with; only what
// runs before or instead of the write can skip it.
var (
	raises = pattern.New(`(?i)\braise\s+(?:exception|sqlstate|'|;|[a-z_]+\s*;)|\braise\s*$|\bassert\b`)
	skips  = pattern.New(`(?i)\breturn\s+null\b`)
)

// harmless reports whether the body of the trigger function can be seen and
// refuses no row.
func (p *Pass) harmless(t *catalog.Trigger) bool {
	f := p.Window.End.FunctionByOID(t.Function)
	if f == nil || f.Language != "plpgsql" || f.Body == "" || raises.MatchString(f.Body) {
		return false
	}
	return t.Timing == "after" || !skips.MatchString(f.Body)
}

// hasTrigger reports whether r has an enabled trigger that does the same.
func hasTrigger(r *catalog.Relation, t *catalog.Trigger) bool {
	return slices.ContainsFunc(r.Triggers, func(old *catalog.Trigger) bool { return sameTrigger(old, t) && !disabled(old) })
}

// replacesTrigger reports whether the previous version knows an enabled trigger
// of that name, which has no equal at the end of the window.
func (p *Pass) replacesTrigger(table, end *catalog.Relation, t *catalog.Trigger) bool {
	return slices.ContainsFunc(p.before(table).Triggers, func(old *catalog.Trigger) bool {
		return old.Name == t.Name && !disabled(old) && !hasTrigger(end, old)
	})
}

func disabled(t *catalog.Trigger) bool { return t.State == "disable" || t.State == "replica" }

// events are a trigger's, for a message.
func events(r *catalog.Relation, t *catalog.Trigger) string {
	words := make([]string, len(t.Events))
	for i, e := range t.Events {
		words[i] = strings.ToUpper(e)
		if e == "update" && len(t.Columns) > 0 {
			words[i] += " OF " + list(columnNames(r, t.Columns))
		}
	}
	return sentence(words)
}
