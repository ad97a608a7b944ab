package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var dropExpression = &Rule{
	Name:     "drop-expression",
	Title:    "A generated column becomes an ordinary one that the previous version does not write",
	Category: Compat,
	Severity: Warning,
	Since:    "0.1",
	Check: On(func(p *Pass, c *catalog.GenerationChanged) {
		if c.Before.Generated == nil || c.After.Generated != nil || !p.Window.ColumnExisted(c.Relation, c.Before) {
			return
		}
		p.Report(Finding{
			At: p.Op.Span(), Relation: c.Relation.String(), Object: c.Before.Name, Related: createdAt(c.Before.Created, false),
			Message: fmt.Sprintf("column %q of table %q is no longer generated, so rows that the previous version writes leave it NULL or stale", c.Before.Name, c.Relation),
		})
	}),
}
