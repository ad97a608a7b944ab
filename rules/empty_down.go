package rules

import (
	"fmt"
	"slices"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/analyzer/rollback"
)

var emptyDown = &Rule{
	Name:     "empty-down",
	Title:    "The down migration does nothing, although the up changes the schema",
	Category: Rollback,
	Severity: Error,
	Since:    "0.1",
	Check: On(func(p *Pass, m *rollback.Migration) {
		if !undoable(m) || m.Failure != nil || !doesNothing(m.Down) || !certain(m.Up) {
			return
		}
		all := slices.DeleteFunc(sure(m), func(d catalog.Difference) bool { return len(moreLabels(m, d)) > 0 })
		if len(all) == 0 {
			return // nothing is to be undone, or nothing can be: enum-value-left
		}
		what := fmt.Sprintf("%s stays as the up made it", property(all[0]))
		switch only := slices.DeleteFunc(slices.Clone(all), func(d catalog.Difference) bool { return !isLeft(d) }); {
		case len(only) > 0:
			what = objects(only) + " stays"
			if len(only) > 1 {
				what = objects(only) + " stay"
			}
		case isMissing(all[0]):
			what = object(all[0]) + " stays away"
		}
		f := Finding{Severity: Warning}
		if !slices.ContainsFunc(all, func(d catalog.Difference) bool { return !shared(d) && !isAttribute(d) }) {
			f.Severity = Note
		}
		f.At, f.Related = startOfDown(m)
		f.Message = fmt.Sprintf("the down of migration %s does nothing, so a rollback forgets the migration while %s", quoted(m.ID), what)
		if words, at := again(m); words != "" {
			f.Severity = Error
			f.Message += ", and " + words
			f.Related = append(f.Related, at...)
		}
		p.Report(f)
	}),
}

// property names what differs of an object that both sides have.
func property(d catalog.Difference) string { return fmt.Sprintf("%s of %s", d.Kind, quoted(d.Object)) }
