package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var dropView = &Rule{
	Name:     "drop-view",
	Title:    "A view that the previous version may use is dropped",
	Category: Compat,
	Severity: Error,
	Since:    "0.1",
	Check: On(func(p *Pass, c *catalog.RelationDropped) {
		view := p.known(c.Relation)
		if view == nil || view.Kind != catalog.View || view.Extension != "" || p.schemaGoes(view.Schema) {
			return
		}
		if p.successor(view) != nil {
			return // made anew: change-view-columns and change-view compare them
		}
		f := Finding{
			At:       p.Op.Span(),
			Relation: view.String(),
			Related:  createdAt(view.Created, view.Assumed),
			Message:  fmt.Sprintf("%s is dropped%s, so statements of the previous version that name it fail with 42P01", describe(view), with(c.Cascade)),
		}
		if p.guessed(view) {
			f.Severity = Warning
			f.Message = fmt.Sprintf("%s is dropped if it exists, which this history does not show, and then statements of the previous version that name it fail with 42P01", describe(view))
		}
		p.Report(f)
	}),
}
