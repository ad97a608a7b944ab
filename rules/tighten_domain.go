package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var tightenDomain = &Rule{
	Name:     "tighten-domain",
	Title:    "A domain refuses values that the previous version writes",
	Category: Compat,
	Severity: Warning,
	Since:    "0.1",
	Check: On(func(p *Pass, c *catalog.DomainChanged) {
		if !p.Window.Existed(c.Before.OID) && !c.Before.Assumed {
			return
		}
		f := Finding{At: p.Op.Span(), Relation: c.After.String(), Related: createdAt(c.Before.Created, false)}
		switch c.Action {
		case "add constraint":
			if c.Constraint == nil {
				return
			}
			f.Object = c.Constraint.Name
			f.Message = fmt.Sprintf("constraint %q of domain %q refuses values that the previous version may write, with 23514, in every column of the domain", c.Constraint.Name, c.After)
		case "set not null":
			if c.Before.NotNull {
				return
			}
			f.Message = fmt.Sprintf("domain %q becomes NOT NULL, so writes of NULL of the previous version fail with 23502 in every column of the domain", c.After)
		default:
			return
		}
		p.Report(f)
	}),
}
