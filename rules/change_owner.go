package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var changeOwner = &Rule{
	Name:     "change-owner",
	Title:    "The role of the previous version may lose the rights of an owner",
	Category: Compat,
	Severity: Warning,
	Since:    "0.1",
	Check: On(func(p *Pass, c *catalog.OwnerChanged) {
		if c.Target != 0 && !p.Window.Existed(c.Target) || c.Before == c.After {
			return
		}
		p.Report(Finding{
			At: p.Op.Span(), Relation: c.Object.Name.Name.String(), Object: c.After,
			Message: fmt.Sprintf("%s %q gets the owner %q: a previous version that runs as the old owner fails with 42501 unless it was granted what it uses", c.Object.Kind, c.Object.Name.Name, c.After),
		})
	}),
}
