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
	Used:     true,
	Check: On(func(p *Pass, c *catalog.RelationDropped) {
		view := p.known(c.Relation)
		if view == nil || view.Kind != catalog.View || view.Extension != "" || p.schemaGoes(view.Schema) {
			return
		}
		if p.successor(view) != nil {
			return // made anew: change-view-columns and change-view compare them
		}
		p.noLongerNamed(view, c.Cascade, "statements of the previous version that name it fail with 42P01")
	}),
}

// noLongerNamed reports a relation that is dropped: for certain, with what that
// means, or if it is there at all.
func (p *Pass) noLongerNamed(r *catalog.Relation, cascade, consequence string) {
	f := Finding{
		At:       p.Op.Span(),
		Relation: r.String(),
		Related:  createdAt(r.Created, r.Assumed),
		Message:  fmt.Sprintf("%s is dropped%s, so %s", describe(r), with(cascade), consequence),
	}
	if p.guessed(r) {
		f.Severity = Warning
		f.Message = fmt.Sprintf("%s is dropped if it exists, which this history does not show, and then statements of the previous version that name it fail with 42P01", describe(r))
	}
	p.Report(f)
}
