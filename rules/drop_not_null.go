package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var dropNotNull = &Rule{
	Name:     "drop-not-null",
	Title:    "A column that the previous version reads as NOT NULL may become NULL",
	Category: Compat,
	Severity: Warning,
	Since:    "0.1",
	Used:     true,
	Check: On(func(p *Pass, c *catalog.NullabilityChanged) {
		if c.After.NotNull {
			return
		}
		table, column := p.known(c.Relation), p.knownColumn(c.Relation, c.Before)
		if column == nil || !column.NotNull && !column.Assumed || p.followsParent(c.Relation) {
			return
		}
		end := p.endColumn(c.Relation, c.After)
		if end == nil || end.NotNull || provedNotNull(p.end(c.Relation), end.Name) {
			return
		}
		p.Report(Finding{
			At:       p.Op.Span(),
			Relation: table.String(),
			Object:   column.Name,
			Related:  createdAt(column.Created, column.Assumed),
			Message:  fmt.Sprintf("%s may be NULL from now on, so the previous version, which need not expect it, may read NULL", describeColumn(table, column)),
		})
	}),
}
