package rules

import (
	"fmt"
	"slices"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var addEnumValue = &Rule{
	Name:     "add-enum-value",
	Title:    "The previous version may read an enum value that it does not know",
	Category: Compat,
	Severity: Note,
	Since:    "0.1",
	Check: On(func(p *Pass, c *catalog.EnumValueAdded) {
		t, end := p.knownType(c.Type), p.Window.End.TypeByOID(c.Type.OID)
		if t == nil || end == nil || !slices.Contains(end.Labels, c.Value) {
			return
		}
		p.Report(Finding{
			At:       p.Op.Span(),
			Relation: t.String(),
			Object:   c.Value,
			Related:  createdAt(t.Created, t.Assumed),
			Message:  fmt.Sprintf("enum %s gets the value '%s': the previous version, which has no case for it, may read it as soon as the new version writes it", quoted(t.String()), c.Value),
		})
	}),
}
