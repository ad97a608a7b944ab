package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var renameFunction = &Rule{
	Name:     "rename-function",
	Title:    "A function or procedure that the previous version calls is renamed or moved",
	Category: Compat,
	Severity: Error,
	Since:    "0.1",
	Check: On(func(p *Pass, c *catalog.FunctionRenamed) {
		if !p.Window.Existed(c.Before.OID) || !callable(c.Before) {
			return
		}
		if replacement(p.Window.End, c.Before) != nil {
			return // the old name still answers
		}
		verb := "renamed to " + c.After.Name
		if c.Before.Schema != c.After.Schema {
			verb = "moved to schema " + c.After.Schema
		}
		p.Report(Finding{
			At: p.Op.Span(), Relation: c.Before.QualifiedName().String(), Related: createdAt(c.Before.Created, false),
			Message: fmt.Sprintf("%s %s is %s, so statements of the previous version that call it fail with 42883", c.Before.Kind, c.Before.Signature(), verb),
		})
	}),
}
