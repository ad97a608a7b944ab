package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var addEnumValue = &Rule{
	Name:     "add-enum-value",
	Title:    "The previous version may read an enum value that it does not know",
	Category: Compat,
	Severity: Note,
	Since:    "0.1",
	Check: On(func(p *Pass, c *catalog.EnumValueAdded) {
		if !p.Window.Existed(c.Type.OID) && !c.Type.Assumed {
			return
		}
		p.Report(Finding{
			At: p.Op.Span(), Relation: c.Type.String(), Object: c.Value, Related: createdAt(c.Type.Created, false),
			Message: fmt.Sprintf("enum %q gets the value '%s': code of the previous version that reads it has no case for it, so write it only behind a feature flag", c.Type, c.Value),
		})
	}),
}
