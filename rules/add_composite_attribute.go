package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var addCompositeAttribute = &Rule{
	Name:     "add-composite-attribute",
	Title:    "A composite type gets an attribute that values of the previous version lack",
	Category: Compat,
	Severity: Warning,
	Since:    "0.1",
	Check: On(func(p *Pass, c *catalog.ColumnAdded) {
		t, end := p.known(c.Relation), p.endColumn(c.Relation, c.Attribute)
		if t == nil || t.Kind != catalog.CompositeType || end == nil {
			return
		}
		p.Report(Finding{
			At:       p.Op.Span(),
			Relation: t.String(),
			Object:   end.Name,
			Related:  createdAt(t.Created, t.Assumed),
			Message:  fmt.Sprintf("new attribute %s of %s: values that the previous version writes lack it, so ROW(…) fails with 42846 and a quoted row with 22P02", quoted(end.Name), describe(t)),
		})
	}),
}
