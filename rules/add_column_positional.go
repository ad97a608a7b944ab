package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var addColumnPositional = &Rule{
	Name:     "add-column-positional",
	Title:    "A new column breaks code that takes a table's columns as they come",
	Category: Compat,
	Severity: Note,
	Since:    "0.1",
	Check: On(func(p *Pass, c *catalog.ColumnAdded) {
		if !newColumn(p, c) {
			return
		}
		p.Report(Finding{
			At: p.Op.Span(), Relation: c.Relation.String(), Object: c.Attribute.Name,
			Message: fmt.Sprintf("new column %q of table %q: INSERT INTO … SELECT * from it, UNION with it, triggers that copy NEW.* and COPY without a column list fail in the previous version", c.Attribute.Name, c.Relation),
		})
	}),
}
