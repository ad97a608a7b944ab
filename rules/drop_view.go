package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
)

var dropView = &Rule{
	Name:     "drop-view",
	Title:    "A view that the previous version may use is dropped",
	Category: Compat,
	Severity: Error,
	Since:    "0.1",
	Check: Any(
		On(func(p *Pass, c *catalog.RelationDropped) {
			view := p.known(c.Relation)
			if view == nil || view.Kind != catalog.View || view.Extension != "" || p.schemaGoes(view.Schema) {
				return
			}
			if p.successor(view) != nil {
				return // made anew: change-view-columns and change-view compare them
			}
			p.Report(Finding{
				At:       p.Op.Span(),
				Relation: view.String(),
				Related:  createdAt(view.Created, view.Assumed),
				Message:  fmt.Sprintf("%s is dropped%s, so statements of the previous version that name it fail with 42P01", describe(view), with(c.Cascade)),
			})
		}),
		On(func(p *Pass, op *ddl.DropRelation) { p.dropUnknown(op, ddl.View) }),
	),
}

// dropUnknown reports DROP … IF EXISTS of a relation that the history does not
// show, but that may have been there before it.
func (p *Pass) dropUnknown(op *ddl.DropRelation, kind ddl.Kind) {
	if op.Kind != kind || !op.IfExists || p.RolledBack || p.Before.Complete() {
		return
	}
	for _, r := range op.Relations {
		if p.Before.Relation(r.Name) != nil || p.Window.End.Relation(r.Name) != nil {
			continue
		}
		p.Report(Finding{
			At:       op.Span(),
			Severity: Warning,
			Relation: r.Name.String(),
			Message:  fmt.Sprintf("%s %s is dropped if it exists, which this history does not show, so statements of the previous version that name it fail with 42P01", op.Kind, quoted(r.Name.String())),
		})
	}
}
