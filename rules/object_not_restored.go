package rules

import (
	"fmt"
	"slices"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/analyzer/rollback"
	"github.com/migracheck/migracheck/parser/ddl"
)

var objectNotRestored = &Rule{
	Name:     "object-not-restored",
	Title:    "The down migration does not bring back what the up drops",
	Category: Rollback,
	Severity: Error,
	Since:    "0.1",
	Check: On(func(p *Pass, m *rollback.Migration) {
		if !comparable(m) {
			return
		}
		all := slices.DeleteFunc(sure(m), func(d catalog.Difference) bool { return !isMissing(d) || !dropped(m, d) })
		if len(all) == 0 {
			return
		}
		f := Finding{Severity: Warning, Relation: all[0].Object}
		f.At, f.Related = startOfDown(m)
		if step := doer(m.Up, all[0]); step != nil {
			f.Related = append(f.Related, Related{At: step.Op.Span(), Message: "gone from here on"})
		}
		f.Message = fmt.Sprintf("the down does not bring back %s, which the up takes away", objects(all))
		words, at := again(m)
		needed := slices.IndexFunc(all, func(d catalog.Difference) bool { return needs(m, d) != "" })
		switch {
		case needed >= 0:
			f.Severity = Error
			f.Message += fmt.Sprintf(", so after a rollback %s", needs(m, all[needed]))
		case words != "":
			f.Severity = Error
			f.Message += ", so after a rollback " + words
			f.Related = append(f.Related, at...)
		default:
			f.Message += ", so a rollback does not end with the schema of the previous version"
		}
		p.Report(f)
	}),
}

// needs says which requests of the previous version fail without an object that
// was there; "" where none does for certain.
func needs(m *rollback.Migration, d catalog.Difference) string {
	fails := func(code string) string {
		return fmt.Sprintf("requests of the previous version that use %s fail with %s", object(d), code)
	}
	switch d.Kind {
	case "table", "view", "materialized view", "foreign table", "sequence":
		return fails("42P01")
	case "column":
		return fails("42703")
	case "function", "procedure", "aggregate":
		return fails("42883")
	case "enum", "domain", "range", "composite type":
		return fails("42704")
	case "index", "constraint":
		r := m.Up.Start.RelationByOID(d.Relation)
		if r == nil {
			return ""
		}
		unique := r.Index != nil && r.Index.Unique
		for _, c := range r.Constraints {
			unique = unique || d.Object == r.String()+"."+catalog.Quoted(c.Name) && (c.Kind == ddl.PrimaryKey || c.Kind == ddl.Unique || c.Kind == ddl.Exclude)
		}
		if unique {
			return fmt.Sprintf("duplicates get in, and INSERT … ON CONFLICT of the previous version that relies on %s fails with 42P10", object(d))
		}
	}
	return ""
}
