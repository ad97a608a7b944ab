package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var narrowColumnType = &Rule{
	Name:     "narrow-column-type",
	Title:    "A column gets a type that refuses or alters values that the previous version may write",
	Category: Compat,
	Severity: Error,
	Since:    "0.1",
	Used:     true,
	Check: On(func(p *Pass, c *catalog.ColumnTypeChanged) {
		t, ok := p.typeChange(c)
		if !ok || t.kind != catalog.Narrowing && t.kind != catalog.Altering || p.losesAsWritten(c, t) {
			return // change-column-type or lossy-type-change speaks
		}
		f := Finding{
			At:       p.Op.Span(),
			Relation: t.table.String(),
			Object:   t.before.Name,
			Related:  createdAt(t.before.Created, t.before.Assumed),
			Message:  fmt.Sprintf("type of %s narrows from %s to %s, so values that the previous version may write fail with %s", describeColumn(t.table, t.before), t.before.Type, t.after.Type, p.refusal(t.after.Type)),
		}
		if lost := p.lostLabels(t); len(lost) > 0 {
			f.Message = fmt.Sprintf("type of %s is made anew without %s, so statements of the previous version that write or compare that fail with 22P02", describeColumn(t.table, t.before), literals(lost))
		}
		if t.kind == catalog.Altering {
			f.Severity = Warning
			f.Message = fmt.Sprintf("type of %s changes from %s to %s, so some values that the previous version writes are stored or read back otherwise", describeColumn(t.table, t.before), t.before.Type, t.after.Type)
		}
		p.Report(f)
	}),
}

// refusal returns the code with which a type refuses a value: that of a
// domain's constraint, or of its base.
func (p *Pass) refusal(t catalog.Type) string {
	if d := p.Window.End.TypeByOID(t.Def); d != nil && d.Kind == catalog.Domain {
		if d.NotNull && len(d.Constraints) == 0 {
			return "23502"
		}
		return "23514"
	}
	return refusing(t)
}

// lostLabels returns the values of an enum that is made anew without them.
func (p *Pass) lostLabels(t typeChange) []string {
	from, to := p.Window.Base.TypeByOID(t.before.Type.Def), p.Window.End.TypeByOID(t.after.Type.Def)
	if from == nil || to == nil || from.Kind != catalog.Enum || to.Kind != catalog.Enum {
		return nil
	}
	return lacking(from.Labels, to.Labels)
}
