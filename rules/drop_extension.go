package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var dropExtension = &Rule{
	Name:     "drop-extension",
	Title:    "The previous version loses the functions and types of an extension",
	Category: Compat,
	Severity: Error,
	Since:    "0.1",
	Check: On(func(p *Pass, c *catalog.ExtensionDropped) {
		if !p.Window.Existed(c.Extension.OID) && !c.Extension.Created.IsZero() {
			return // born in the window
		}
		if p.Window.End.Extension(c.Extension.Name) != nil {
			return // made anew
		}
		p.Report(Finding{
			At: p.Op.Span(), Relation: c.Extension.Name, Related: createdAt(c.Extension.Created, false),
			Message: fmt.Sprintf("extension %q is dropped, so statements of the previous version that use its functions, operators or types fail with 42883 or 42704", c.Extension.Name),
		})
	}),
}
