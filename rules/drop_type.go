package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var dropType = &Rule{
	Name:     "drop-type",
	Title:    "A type that the previous version names is dropped",
	Category: Compat,
	Severity: Error,
	Since:    "0.1",
	Check: On(func(p *Pass, c *catalog.TypeDropped) {
		if !p.Window.Existed(c.Type.OID) && !c.Type.Assumed || c.Type.Kind == catalog.Multirange {
			return
		}
		if p.Window.End.Type(c.Type.QualifiedName()) != nil {
			return // made anew
		}
		p.Report(Finding{
			At: p.Op.Span(), Relation: c.Type.String(), Related: createdAt(c.Type.Created, false),
			Message: fmt.Sprintf("%s %q is dropped%s, so casts, parameters and prepared statements of the previous version that name it fail with 42704", c.Type.Kind, c.Type, with(c.Cascade)),
		})
	}),
}
