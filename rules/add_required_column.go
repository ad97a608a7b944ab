package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var addRequiredColumn = &Rule{
	Name:     "add-required-column",
	Title:    "A new NOT NULL column without a default refuses the INSERTs of the previous version",
	Category: Compat,
	Severity: Error,
	Since:    "0.1",
	Used:     true,
	Check: On(func(p *Pass, c *catalog.ColumnAdded) {
		table := p.known(c.Relation)
		if table == nil || !holdsRows(table) || p.followsParent(c.Relation) {
			return
		}
		end := p.endColumn(c.Relation, c.Attribute)
		if end == nil || !p.required(end) {
			return // dropped again, nullable, or with a default
		}
		why := "has no default"
		if c.Attribute.HasDefault() {
			why = "has lost its default by the end of the release"
		}
		f := Finding{
			At:       p.Op.Span(),
			Relation: table.String(),
			Object:   end.Name,
			Message:  fmt.Sprintf("new column %s of %s is NOT NULL and %s, so INSERTs of the previous version, which do not name it, fail with 23502", quoted(end.Name), describe(table), why),
		}
		fails := p.required(c.Attribute)
		if old := p.replaced(c); old != nil {
			f.Severity = Warning
			f.Message = fmt.Sprintf("column %s of %s is made anew, is NOT NULL and %s, so INSERTs of the previous version that do not name it fail with 23502", quoted(end.Name), describe(table), why)
			if p.required(old) {
				if !fails {
					return // the previous version has to name it, too
				}
				f.Message = fmt.Sprintf("column %s of %s is made anew as NOT NULL without a default, so the statement fails with 23502 on a table with rows", quoted(end.Name), describe(table))
				fails = false
			}
		}
		if fails {
			f.Message += ", and the statement itself fails on a table with rows"
		}
		p.Report(f)
	}),
}

// required reports whether an INSERT must name the column.
func (p *Pass) required(a *catalog.Attribute) bool {
	if a.HasDefault() {
		return false
	}
	if a.NotNull {
		return true
	}
	domain := p.Window.End.TypeByOID(a.Type.Def)
	return domain != nil && a.Type.Dims == 0 && domain.Kind == catalog.Domain && domain.NotNull && (domain.Default == nil || domain.Default.Null)
}
