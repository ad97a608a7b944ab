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
		if !newColumn(p, c) || !discriminators[c.Attribute.Name] || c.Attribute.Default == nil || c.Attribute.Default.Null {
			return
		}
		p.Report(Finding{
			At: p.Op.Span(), Relation: c.Relation.String(), Object: c.Attribute.Name,
			Message: fmt.Sprintf("new column %q of table %q has the name that object-relational mappers use for single-table inheritance: with its default %s, the previous version looks for a class of that name in rows it reads", c.Attribute.Name, c.Relation, c.Attribute.Default.Text),
		})
	}),
}

// discriminators are the default names of Active Record and Hibernate.
var discriminators = map[string]bool{"type": true, "dtype": true}
