package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var addColumn = &Rule{
	Name:     "add-column",
	Title:    "A new column breaks code that takes the columns of a table as they come",
	Category: Compat,
	Severity: Note,
	Since:    "0.1",
	Check: onNewColumns(func(p *Pass, r *catalog.Relation, names []string) {
		what := "new column"
		if len(names) > 1 {
			what = "new columns"
		}
		f := Finding{
			At:       p.Op.Span(),
			Relation: r.String(),
			Object:   names[0],
			Message:  fmt.Sprintf("%s %s of %s: in the previous version a prepared SELECT * or RETURNING * fails with 0A000 until it is prepared anew, INSERT INTO … SELECT * and UNION of SELECT * with 42601, and so do COPY FROM without a column list (22P04) and triggers that insert NEW.*", what, list(names), describe(r)),
		}
		if r.Kind == catalog.View {
			f.Message = fmt.Sprintf("%s %s of %s: in the previous version a prepared SELECT * fails with 0A000 until it is prepared anew, INSERT INTO … SELECT * and UNION of SELECT * with 42601", what, list(names), describe(r))
		}
		p.Report(f)
	}),
}
