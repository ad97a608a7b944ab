package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var changeColumnType = &Rule{
	Name:     "change-column-type",
	Title:    "A column gets another type under statements of the previous version",
	Category: Compat,
	Severity: Error,
	Since:    "0.1",
	Used:     true,
	Check: On(func(p *Pass, c *catalog.ColumnTypeChanged) {
		t, ok := p.typeChange(c)
		if !ok {
			return
		}
		f := Finding{
			At:       p.Op.Span(),
			Relation: t.table.String(),
			Object:   t.before.Name,
			Related:  createdAt(t.before.Created, t.before.Assumed),
		}
		column := describeColumn(t.table, t.before)
		switch t.kind {
		case catalog.OtherType:
			f.Message = fmt.Sprintf("type of %s changes from %s to %s, so statements of the previous version that write, compare or read it as %s fail, with 42883 or 42804 among others", column, t.before.Type, t.after.Type, t.before.Type)
		case catalog.UnknownConversion:
			f.Severity = Warning
			f.Message = fmt.Sprintf("type of %s changes to %s from one that this history does not show, so values that the previous version writes may be refused", column, t.after.Type)
			if !t.before.Type.IsZero() {
				f.Message = fmt.Sprintf("type of %s changes from %s to %s, and what that means is not known here, so values that the previous version writes may be refused", column, t.before.Type, t.after.Type)
			}
		case catalog.Widening:
			f.Severity = Note
			how := fmt.Sprintf("changes from %s to %s", t.before.Type, t.after.Type)
			if t.before.Type.String() == t.after.Type.String() {
				how = "is made anew"
			}
			f.Message = fmt.Sprintf("type of %s %s, so a statement that the previous version has prepared and that returns it fails once per connection with 0A000", column, how)
		default:
			return // narrow-column-type speaks
		}
		p.Report(f)
	}),
}
