package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var dropView = &Rule{
	Name:     "drop-view",
	Title:    "A view that the previous version reads is dropped",
	Category: Compat,
	Severity: Error,
	Since:    "0.1",
	Check: On(func(p *Pass, c *catalog.RelationDropped) {
		if c.Relation.Kind != catalog.View || !p.Window.RelationExisted(c.Relation) {
			return
		}
		if p.Window.End.Relation(c.Relation.QualifiedName()) != nil {
			return // made anew: change-view-columns compares them
		}
		p.Report(Finding{
			At: p.Op.Span(), Relation: c.Relation.String(), Related: createdAt(c.Relation.Created, false),
			Message: fmt.Sprintf("view %q is dropped%s, so statements of the previous version that use it fail with 42P01", c.Relation, with(c.Cascade)),
		})
	}),
}
