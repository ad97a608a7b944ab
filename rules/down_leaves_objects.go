package rules

import (
	"fmt"
	"slices"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/analyzer/rollback"
)

var downLeavesObjects = &Rule{
	Name:     "down-leaves-objects",
	Title:    "The down migration leaves objects that the up creates",
	Category: Rollback,
	Severity: Error,
	Since:    "0.1",
	Check: On(func(p *Pass, m *rollback.Migration) {
		if !comparable(m) {
			return
		}
		all := slices.DeleteFunc(sure(m), func(d catalog.Difference) bool { return !isLeft(d) })
		for _, miss := range misses(m) {
			all = slices.DeleteFunc(all, func(d catalog.Difference) bool { return slices.Contains(miss.left, d) })
		}
		made := slices.DeleteFunc(slices.Clone(all), func(d catalog.Difference) bool { return doer(m.Up, d) == nil })
		own := slices.DeleteFunc(all, func(d catalog.Difference) bool { return slices.Contains(made, d) })
		if len(made) > 0 {
			f := Finding{Message: fmt.Sprintf("the down leaves %s, which the up creates", objects(made))}
			f.At, f.Related = startOfDown(m)
			f.Related = append(f.Related, Related{At: doer(m.Up, made[0]).Op.Span(), Message: "made here"})
			p.leftover(m, f, made)
		}
		if len(own) > 0 {
			f := Finding{Message: fmt.Sprintf("the down makes %s, which was not there before the up", objects(own))}
			if len(own) > 1 {
				f.Message = fmt.Sprintf("the down makes %s, which were not there before the up", objects(own))
			}
			f.At, f.Related = startOfDown(m)
			if step := doer(m.Down, own[0]); step != nil {
				f.At, f.Related = step.Op.Span(), nil
			}
			p.leftover(m, f, own)
		}
	}),
}

// leftover reports objects that are there after a rollback only, with what comes
// of them.
func (p *Pass) leftover(m *rollback.Migration, f Finding, all []catalog.Difference) {
	f.Severity, f.Relation = Warning, all[0].Object
	if !slices.ContainsFunc(all, func(d catalog.Difference) bool { return !shared(d) }) {
		f.Severity = Note
	}
	words, at := again(m)
	switch column := required(m, all); {
	case words != "":
		f.Severity = Error
		f.Message += ", so after a rollback " + words
		f.Related = append(f.Related, at...)
	case column != nil:
		f.Severity = Error
		f.Message += fmt.Sprintf(", so after a rollback an INSERT that does not name %s fails with 23502", quoted(column.Object))
	default:
		f.Message += ", so a rollback does not end with the schema of the previous version"
	}
	p.Report(f)
}

// shared reports whether others may have come to use what is left: a down does
// well to leave it.
func shared(d catalog.Difference) bool {
	return isLeft(d) && (d.Kind == "extension" || d.Kind == "schema")
}

// required returns a column that is left and that no INSERT of the previous
// version gives a value, though it needs one; nil where there is none.
func required(m *rollback.Migration, all []catalog.Difference) *catalog.Difference {
	for i, d := range all {
		r := m.Down.End.RelationByOID(d.Relation)
		if d.Kind != "column" || r == nil || !holdsData(r) {
			continue
		}
		for _, a := range r.Attributes {
			if d.Object == r.String()+"."+catalog.Quoted(a.Name) && a.NotNull && !a.HasDefault() {
				return &all[i]
			}
		}
	}
	return nil
}
