package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var hashIndex = &Rule{
	Name:     "hash-index",
	Title:    "A new index is a hash index",
	Category: Practice,
	Severity: Note,
	Since:    "0.1",
	Off:      true,
	Check: onBornIndexes(func(p *Pass, t, x *catalog.Relation) {
		if x.Index.Method != "hash" {
			return
		}
		p.Report(Finding{
			At:       p.Op.Span(),
			Relation: t.String(),
			Object:   x.Name,
			Message:  fmt.Sprintf("hash index %s of %s finds rows by = only: it serves no range, no ORDER BY and no index-only scan, and cannot be unique", quoted(x.Name), describe(t)),
		})
	}),
}
