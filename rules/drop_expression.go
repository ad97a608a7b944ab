package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var dropExpression = &Rule{
	Name:     "drop-expression",
	Title:    "A generated column becomes an ordinary one, which the previous version does not write",
	Category: Compat,
	Severity: Warning,
	Since:    "0.1",
	Check: On(func(p *Pass, c *catalog.GenerationChanged) {
		table, column := p.known(c.Relation), p.knownColumn(c.Relation, c.Before)
		end := p.endColumn(c.Relation, c.After)
		if column == nil || end == nil || p.followsParent(c.Relation) {
			return
		}
		if c.After.Generated != nil || end.Generated != nil || column.Generated == nil && !column.Assumed {
			return
		}
		p.Report(Finding{
			At:       p.Op.Span(),
			Relation: table.String(),
			Object:   column.Name,
			Related:  createdAt(column.Created, column.Assumed),
			Message:  fmt.Sprintf("%s is no longer generated, so rows that the previous version inserts leave it NULL, and those that it updates leave it as it was", describeColumn(table, column)),
		})
	}),
}
