package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var renameType = &Rule{
	Name:     "rename-type",
	Title:    "A type or domain that the previous version names is renamed or moved",
	Category: Compat,
	Severity: Error,
	Since:    "0.1",
	Used:     true,
	Check: On(func(p *Pass, c *catalog.TypeRenamed) {
		t := p.knownType(c.Before)
		if t == nil || t.QualifiedName() != c.Before.QualifiedName() || p.schemaRenamed() {
			return // renamed before in this window, or with its schema
		}
		if p.Window.End.TypeByOID(t.OID) == nil || p.Window.End.Type(t.QualifiedName()) != nil {
			return // dropped after all, or another type has the name now
		}
		how := "renamed to " + quoted(c.After.Name)
		if c.After.Schema != t.Schema {
			how = "moved to schema " + quoted(c.After.Schema)
		}
		p.Report(Finding{
			At:       p.Op.Span(),
			Relation: t.String(),
			Related:  createdAt(t.Created, t.Assumed),
			Message:  fmt.Sprintf("%s %s is %s: columns follow, but casts and parameters of the previous version that name it fail with 42704", typeWord(t), quoted(t.String()), how),
		})
	}),
}
