package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var addColumnPositional = &Rule{
	Name:     "add-column-positional",
	Title:    "A new column breaks code that takes all columns as they come",
	Category: Compat,
	Severity: Note,
	Since:    "0.1",
	Check: onNewColumns(func(p *Pass, r *catalog.Relation, names []string) {
		message := fmt.Sprintf("new column %s of %s: INSERT INTO … SELECT * from it and UNION of SELECT * with it fail with 42601 in the previous version, and so do COPY FROM without a column list (22P04) and triggers that insert NEW.*", list(names), describe(r))
		if r.Kind == catalog.View {
			message = fmt.Sprintf("new column %s of %s: INSERT INTO … SELECT * from it and UNION of SELECT * with it fail with 42601 in the previous version", list(names), describe(r))
		}
		p.Report(Finding{
			At:       p.Op.Span(),
			Relation: r.String(),
			Object:   names[0],
			Message:  message,
		})
	}),
}
