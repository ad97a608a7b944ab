package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/rollback"
)

var enumValueLeft = &Rule{
	Name:     "enum-value-left",
	Title:    "An enum value stays after the down migration, as PostgreSQL removes none",
	Category: Rollback,
	Severity: Error,
	Since:    "0.1",
	Check: On(func(p *Pass, m *rollback.Migration) {
		if !undoable(m) || m.Failure != nil || !certain(m.Up) || !certain(m.Down) {
			return
		}
		for _, d := range sure(m) {
			labels := moreLabels(m, d)
			if len(labels) == 0 {
				continue
			}
			f := Finding{Severity: Note, Relation: d.Object, Object: labels[0]}
			f.At, f.Related = startOfDown(m)
			if step := doer(m.Up, d); step != nil {
				f.Related = append(f.Related, Related{At: step.Op.Span(), Message: "added here"})
			}
			noun, pronoun := "value", "it"
			if len(labels) > 1 {
				noun, pronoun = "values", "them"
			}
			f.Message = fmt.Sprintf("the down leaves %s %s of enum %s, so after a rollback the previous version still meets rows with %s", noun, list(labels), quoted(d.Object), pronoun)
			if m.Again != nil && m.Again.SQLState == "42710" {
				words, at := again(m)
				f.Severity = Error
				f.Message += ", and " + words
				f.Related = append(f.Related, at...)
			}
			p.Report(f)
		}
	}),
}
