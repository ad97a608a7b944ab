package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var renameFunction = &Rule{
	Name:     "rename-function",
	Title:    "A function, procedure or aggregate that the previous version calls is renamed or moved",
	Category: Compat,
	Severity: Error,
	Since:    "0.1",
	Used:     true,
	Check: On(func(p *Pass, c *catalog.FunctionRenamed) {
		f := p.knownFunction(c.Before)
		if f == nil || f.QualifiedName() != c.Before.QualifiedName() || p.schemaRenamed() {
			return // renamed before in this window, or with its schema
		}
		if p.Window.End.FunctionByOID(f.OID) == nil || replacement(p.Window.End, f) != nil {
			return // dropped after all, or the old name still answers
		}
		how := "renamed to " + quoted(c.After.Name)
		if c.After.Schema != f.Schema {
			how = "moved to schema " + quoted(c.After.Schema)
		}
		p.Report(Finding{
			At:       p.Op.Span(),
			Relation: f.QualifiedName().String(),
			Related:  createdAt(f.Created, false),
			Message:  fmt.Sprintf("%s %s is %s, so statements of the previous version that call it fail with 42883", f.Kind, quoted(f.Signature()), how),
		})
	}),
}
