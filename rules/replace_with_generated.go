package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var replaceWithGenerated = &Rule{
	Name:     "replace-with-generated",
	Title:    "A column becomes a generated one while the previous version still writes it",
	Category: Compat,
	Severity: Error,
	Since:    "0.1",
	Used:     true,
	Check: On(func(p *Pass, c *catalog.ColumnAdded) {
		column, end := p.replaced(c), p.endColumn(c.Relation, c.Attribute)
		if column == nil || end == nil || end.Generated == nil || column.Generated != nil || p.followsParent(c.Relation) {
			return
		}
		table := p.known(c.Relation)
		p.Report(Finding{
			At:       p.Op.Span(),
			Relation: table.String(),
			Object:   column.Name,
			Related:  createdAt(column.Created, column.Assumed),
			Message:  fmt.Sprintf("%s becomes a generated column, so INSERTs and UPDATEs of the previous version that give it a value fail with 428C9", describeColumn(table, column)),
		})
	}),
}
