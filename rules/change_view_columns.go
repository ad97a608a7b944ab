package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var changeViewColumns = &Rule{
	Name:     "change-view-columns",
	Title:    "A view is made anew without a column that the previous version reads, or with another type",
	Category: Compat,
	Severity: Error,
	Since:    "0.1",
	Used:     true,
	Check: On(func(p *Pass, c *catalog.RelationDropped) {
		view := p.known(c.Relation)
		if view == nil || view.Kind != catalog.View {
			return
		}
		now := p.successor(view)
		if now == nil || now.OID == view.OID {
			return // drop-view
		}
		if missing := p.missing(view, now); len(missing) > 0 {
			p.Report(Finding{
				At:       p.Op.Span(),
				Relation: view.String(),
				Object:   missing[0],
				Related:  createdAt(now.Created, false),
				Message:  fmt.Sprintf("%s is made anew without %s, so statements of the previous version that name it fail with 42703", describe(view), list(missing)),
			})
		}
		for _, before := range view.Attributes {
			after := now.Attribute(before.Name)
			if after == nil || before.Type.IsZero() || after.Type.IsZero() || sameTypeName(before.Type, after.Type) {
				continue
			}
			p.Report(Finding{
				At:       p.Op.Span(),
				Severity: Warning,
				Relation: view.String(),
				Object:   before.Name,
				Related:  createdAt(now.Created, false),
				Message:  fmt.Sprintf("%s has type %s instead of %s now, so statements of the previous version that expect %s may fail, prepared ones with 0A000", describeColumn(view, before), after.Type, before.Type, before.Type),
			})
		}
	}),
}
