package rules

import (
	"fmt"
	"slices"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var renameEnumValue = &Rule{
	Name:     "rename-enum-value",
	Title:    "An enum value that the previous version may use is renamed",
	Category: Compat,
	Severity: Error,
	Since:    "0.1",
	Used:     true,
	Check: On(func(p *Pass, c *catalog.EnumValueRenamed) {
		before := p.Window.Base.TypeByOID(c.Type.OID)
		if before == nil && !c.Type.Assumed {
			return // born in the window
		}
		if before != nil && !before.Assumed && !slices.Contains(before.Labels, c.Before) {
			return // the value was
		}
		if end := p.Window.End.TypeByOID(c.Type.OID); end == nil || slices.Contains(end.Labels, c.Before) {
			return // the type is gone, or the value is back
		}
		p.Report(Finding{
			At:       p.Op.Span(),
			Relation: c.Type.String(),
			Object:   c.Before,
			Related:  createdAt(c.Type.Created, c.Type.Assumed),
			Message:  fmt.Sprintf("value %s of enum %s is renamed to %s, so statements of the previous version that use it fail with 22P02, and it reads a value that it does not know", quoted(c.Before), quoted(c.Type.String()), quoted(c.After)),
		})
	}),
}
