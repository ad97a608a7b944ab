package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
)

var changePublication = &Rule{
	Name:     "change-publication",
	Title:    "Subscribers of the previous version lose a publication or its tables",
	Category: Compat,
	Severity: Warning,
	Since:    "0.1",
	Check: On(func(p *Pass, c *catalog.ObjectChanged) {
		if c.Before == nil || c.Before.Kind != ddl.Publication {
			return // a new publication has no subscribers yet
		}
		if !p.Window.Existed(c.Before.OID) {
			return // born in the window
		}
		name := c.Before.Name.Name
		f := Finding{At: p.Op.Span(), Relation: name}
		switch {
		case c.After == nil:
			f.Message = fmt.Sprintf("publication %q is dropped, so subscriptions and change-data-capture consumers of it stop with an error", name)
		case c.After.Name != c.Before.Name:
			f.Message = fmt.Sprintf("publication %q is renamed to %q, so subscriptions and change-data-capture consumers of it stop with an error", name, c.After.Name.Name)
		case c.After.Owner != c.Before.Owner || c.After.Comment != c.Before.Comment:
			return
		default:
			f.Message = fmt.Sprintf("publication %q changes, so its subscribers get other tables or other changes than before", name)
		}
		p.Report(f)
	}),
}
