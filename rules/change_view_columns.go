package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var changeViewColumns = &Rule{
	Name:     "change-view-columns",
	Title:    "A view is made anew without a column that the previous version reads",
	Category: Compat,
	Severity: Error,
	Since:    "0.1",
	Check: On(func(p *Pass, c *catalog.RelationDropped) {
		if c.Relation.Kind != catalog.View || !p.Window.RelationExisted(c.Relation) || c.Relation.Assumed {
			return // of an assumed view the columns are not known
		}
		again := p.Window.End.Relation(c.Relation.QualifiedName())
		if again == nil || again.OID == c.Relation.OID {
			return // drop-view
		}
		for _, before := range c.Relation.Attributes {
			after := again.Attribute(before.Name)
			switch {
			case after == nil:
				p.Report(Finding{
					At: p.Op.Span(), Relation: c.Relation.String(), Object: before.Name, Related: createdAt(again.Created, false),
					Message: fmt.Sprintf("view %q is made anew without column %q, so statements of the previous version that name it fail with 42703", c.Relation, before.Name),
				})
			case !before.Type.IsZero() && !after.Type.IsZero() && !before.Type.Equal(after.Type):
				p.Report(Finding{
					At: p.Op.Span(), Relation: c.Relation.String(), Object: before.Name, Severity: Warning, Related: createdAt(again.Created, false),
					Message: fmt.Sprintf("column %q of view %q changes its type from %s to %s, so the previous version reads values of another type", before.Name, c.Relation, before.Type, after.Type),
				})
			}
		}
	}),
}
