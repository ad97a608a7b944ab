package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var addDiscriminatorColumn = &Rule{
	Name:     "add-discriminator-column",
	Title:    "An object-relational mapper of the previous version may take a new column for its discriminator",
	Category: Compat,
	Severity: Note,
	Since:    "0.1",
	Check: On(func(p *Pass, c *catalog.ColumnAdded) {
		table, column := p.newColumn(c)
		if column == nil || !discriminators[column.Name] || c.Attribute.Default == nil || c.Attribute.Default.Null {
			return
		}
		p.Report(Finding{
			At:       p.Op.Span(),
			Relation: table.String(),
			Object:   column.Name,
			Message:  fmt.Sprintf("new column %s of %s has the name that object-relational mappers use for single-table inheritance: they look for a class that the default %s names in every row, which the previous version does not have", quoted(column.Name), describe(table), oneLine(c.Attribute.Default.Text)),
		})
	}),
}

// discriminators are the default names of Active Record and of Hibernate.
var discriminators = map[string]bool{"type": true, "dtype": true}
