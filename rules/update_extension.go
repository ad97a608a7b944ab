package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var updateExtension = &Rule{
	Name:     "update-extension",
	Title:    "An extension is updated under the previous version",
	Category: Compat,
	Severity: Warning,
	Since:    "0.1",
	Check: On(func(p *Pass, c *catalog.ExtensionUpdated) {
		to := "its default version"
		if c.After.Version != "" {
			to = "version " + c.After.Version
		}
		p.Report(Finding{
			At: p.Op.Span(), Relation: c.After.Name,
			Message: fmt.Sprintf("extension %q is updated to %s, which may change or remove functions that the previous version calls, and extensions cannot be downgraded", c.After.Name, to),
		})
	}),
}
