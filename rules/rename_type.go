package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var renameType = &Rule{
	Name:     "rename-type",
	Title:    "A type that the previous version names is renamed or moved",
	Category: Compat,
	Severity: Error,
	Since:    "0.1",
	Check: On(func(p *Pass, c *catalog.TypeRenamed) {
		if !p.Window.Existed(c.Before.OID) && !c.Before.Assumed {
			return
		}
		if p.Window.End.Type(c.Before.QualifiedName()) != nil {
			return // another type has the name now: what it means is the columns' business
		}
		p.Report(Finding{
			At: p.Op.Span(), Relation: c.Before.String(), Related: createdAt(c.Before.Created, false),
			Message: fmt.Sprintf("%s %q becomes %q: columns follow, but casts and parameters of the previous version that name it fail with 42704", c.Before.Kind, c.Before, c.After),
		})
	}),
}
