package rules

import (
	"fmt"
	"regexp"
	"slices"
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
			table, end := p.known(c.Relation), p.end(c.Relation)
			if table == nil || end == nil || hasTrigger(table, c.Trigger) || !hasTrigger(end, c.Trigger) {
				return // made anew, or not there at the end
			}
			if p.onlyNew(c.Relation, c.Trigger.Columns) {
				return // the previous version does not write these columns
			}
			p.trigger(table, c.Trigger, fmt.Sprintf("new trigger %s runs %s every %s of the previous version on %s", quoted(c.Trigger.Name), c.Trigger.Timing, events(c.Trigger), describe(table)))
		}),
		On(func(p *Pass, c *catalog.TriggerChanged) {
			table, end := p.known(c.Relation), p.end(c.Relation)
			if table == nil || end == nil || !disabled(c.Before) || disabled(c.After) || !hasTrigger(end, c.After) || hasTrigger(table, c.After) {
				return // for the time of the migration
			}
			p.trigger(table, c.After, fmt.Sprintf("trigger %s is enabled and runs %s every %s of the previous version on %s", quoted(c.After.Name), c.After.Timing, events(c.After), describe(table)))
		}),
	),
}

func (p *Pass) trigger(table *catalog.Relation, t *catalog.Trigger, message string) {
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

// refuses matches what a trigger function refuses a row with.
var refuses = regexp.MustCompile(`(?i)\braise\s+(?:exception|sqlstate|'|;|[a-z_]+\s*;)|\braise\s*$|\bassert\b|\breturn\s+null\b`)

// harmless reports whether the body of the trigger function can be seen and
// refuses no row.
func (p *Pass) harmless(t *catalog.Trigger) bool {
	f := p.Window.End.FunctionByOID(t.Function)
	return f != nil && f.Language == "plpgsql" && f.Body != "" && !refuses.MatchString(f.Body)
}

// hasTrigger reports whether r has an enabled trigger that does the same.
func hasTrigger(r *catalog.Relation, t *catalog.Trigger) bool {
	return slices.ContainsFunc(r.Triggers, func(old *catalog.Trigger) bool { return sameTrigger(old, t) && !disabled(old) })
}

func disabled(t *catalog.Trigger) bool { return t.State == "disable" || t.State == "replica" }

// events are a trigger's, for a message.
func events(t *catalog.Trigger) string {
	return strings.ToUpper(strings.Join(t.Events, " and "))
}
