package rules

import (
	"fmt"
	"strings"

	"github.com/migracheck/migracheck/parser/migration"
)

var editedAfterRelease = &Rule{
	Name:     "edited-after-release",
	Title:    "A migration that was released has been changed since",
	Category: Process,
	Severity: Error,
	Since:    "0.1",
	Check: On(func(p *Pass, e *migration.Edit) {
		if p.repeatable(e.Migration) {
			return // written to be changed
		}
		t := p.tool()
		f := Finding{At: e.At}
		name, ref := quoted(e.Migration.ID), short(e.Ref)
		switch {
		case e.Kind == migration.Renumbered:
			f.Message = fmt.Sprintf("migration %s was %s in %s, so where it ran under that version %s takes it for a new one", name, quoted(e.Before[0]), ref, p.toolName())
		case e.Kind == migration.Changed && t.sums != "":
			f.Message = fmt.Sprintf("migration %s is in %s already and its statements have changed, so where it ran %s refuses to go on: %s differs from what it recorded", name, ref, p.toolName(), t.sums)
		case e.Kind == migration.Changed:
			f.Message = fmt.Sprintf("migration %s is in %s already and its statements have changed: where it ran they are not run again, and the schema stays as it was made then", name, ref)
		case e.Kind == migration.Reworded && t.wording:
			f.Message = fmt.Sprintf("the text of migration %s, which is in %s already, has changed, so where it ran %s refuses to go on: %s differs from what it recorded", name, ref, p.toolName(), t.sums)
		default:
			return
		}
		p.Report(f)
	}),
}

// short is a ref for a message: of a commit, the first digits.
func short(ref string) string {
	const enough = 12
	if len(ref) == 40 && strings.Trim(ref, "0123456789abcdef") == "" {
		return ref[:enough]
	}
	return ref
}
