package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var renameColumn = &Rule{
	Name:     "rename-column",
	Title:    "A column that the previous version may use is renamed",
	Category: Compat,
	Severity: Error,
	Since:    "0.1",
	Used:     true,
	Check: On(func(p *Pass, c *catalog.ColumnRenamed) {
		table, column := p.known(c.Relation), p.knownColumn(c.Relation, c.Before)
		if column == nil || column.Name != c.Before.Name || p.followsParent(c.Relation) {
			return // new, or renamed before in this window
		}
		if end := p.endColumn(c.Relation, c.After); end == nil || end.Name == column.Name {
			return // dropped after all, or has its old name back
		}
		if p.missingWithTable(table, column) {
			return // what became of the table is a finding, which says so
		}
		f := Finding{
			At:       p.Op.Span(),
			Relation: table.String(),
			Object:   column.Name,
			Related:  createdAt(column.Created, column.Assumed),
			Message:  fmt.Sprintf("%s is renamed to %s, so statements of the previous version that name it fail with 42703", describeColumn(table, column), quoted(c.After.Name)),
		}
		if now := p.offered(table, column); now != nil {
			if sameType(column, now) {
				return
			}
			f.Severity = Warning
			f.Message = fmt.Sprintf("%s is renamed to %s and one of type %s has its name now, so statements of the previous version that expect %s may fail", describeColumn(table, column), quoted(c.After.Name), now.Type, column.Type)
		}
		p.Report(f)
	}),
}
