package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var wideIndex = &Rule{
	Name:     "wide-index",
	Title:    "A new index has many columns",
	Category: Practice,
	Severity: Note,
	Since:    "0.1",
	Off:      true,
	Options:  []Option{{Name: "columns", Help: "how many key columns an index may have, if it is not that of a constraint", Default: 3}},
	Check: onBornIndexes(func(p *Pass, t, x *catalog.Relation) {
		most := option[int](p, "columns")
		if x.Index.Constraint != 0 || x.Index.Unique || len(x.Index.Elements) <= most {
			return
		}
		p.Report(Finding{
			At:       p.Op.Span(),
			Relation: t.String(),
			Object:   x.Name,
			Message:  fmt.Sprintf("index %s of %s has %d key columns, more than %d: it is large, every change of any of them writes to it, and the later ones rarely narrow a search", quoted(x.Name), describe(t), len(x.Index.Elements), most),
		})
	}),
}
