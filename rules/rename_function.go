package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var renameFunction = &Rule{
	Name:     "rename-function",
	Title:    "A function or procedure that the previous version calls is renamed",
	Category: Compat,
	Severity: Error,
	Since:    "0.1",
	Check: On(func(p *Pass, c *catalog.FunctionRenamed) {
		f := p.knownFunction(c.Before)
		if f == nil || f.Name != c.Before.Name || c.After.Name == c.Before.Name {
			return // renamed before in this window, or moved: move-table
		}
		if p.Window.End.FunctionByOID(f.OID) == nil || replacement(p.Window.End, f) != nil {
			return // dropped after all, or the old name still answers
		}
		p.Report(Finding{
			At:       p.Op.Span(),
			Relation: f.QualifiedName().String(),
			Related:  createdAt(f.Created, false),
			Message:  fmt.Sprintf("%s %s is renamed to %s, so statements of the previous version that call it fail with 42883", f.Kind, quoted(f.Signature()), quoted(c.After.Name)),
		})
	}),
}
