package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var addColumnPreparedStar = &Rule{
	Name:     "add-column-prepared-star",
	Title:    "A new column changes the result of SELECT * that is already prepared",
	Category: Compat,
	Severity: Note,
	Since:    "0.1",
	Check: onNewColumns(func(p *Pass, r *catalog.Relation, names []string) {
		p.Report(Finding{
			At:       p.Op.Span(),
			Relation: r.String(),
			Object:   names[0],
			Message:  fmt.Sprintf("new column %s of %s: SELECT * and RETURNING * that a connection of the previous version has prepared fail with 0A000 until they are prepared anew", list(names), describe(r)),
		})
	}),
}
