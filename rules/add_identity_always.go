package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var addIdentityAlways = &Rule{
	Name:     "add-identity-always",
	Title:    "A column becomes GENERATED ALWAYS AS IDENTITY while the previous version still writes it",
	Category: Compat,
	Severity: Error,
	Since:    "0.1",
	Check: On(func(p *Pass, c *catalog.IdentityChanged) {
		if c.After.Identity != "always" || c.Before.Identity == "always" || !p.Window.ColumnExisted(c.Relation, c.Before) {
			return
		}
		f := Finding{
			At: p.Op.Span(), Relation: c.Relation.String(), Object: c.Before.Name, Related: createdAt(c.Before.Created, false),
			Message: fmt.Sprintf("column %q of table %q becomes GENERATED ALWAYS, so INSERTs of the previous version that give it a value fail with 428C9", c.Before.Name, c.Relation),
		}
		if c.Before.HasDefault() || c.Before.Assumed {
			f.Severity = Warning // they need not give one
		}
		p.Report(f)
	}),
}
