package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var renameSchema = &Rule{
	Name:     "rename-schema",
	Title:    "A schema that the previous version may use is renamed",
	Category: Compat,
	Severity: Error,
	Since:    "0.1",
	Used:     true,
	Check: On(func(p *Pass, c *catalog.SchemaRenamed) {
		if !p.schemaExisted(c.Before) || p.schemaStandsIn(c.Before) {
			return
		}
		p.Report(Finding{
			At:       p.Op.Span(),
			Relation: c.Before.Name,
			Related:  createdAt(c.Before.Created, c.Before.Assumed),
			Message:  fmt.Sprintf("schema %s is renamed to %s, so statements of the previous version that use it fail with 42P01 or 3F000", quoted(c.Before.Name), quoted(c.After.Name)),
		})
	}),
}

// schemaStandsIn reports whether a schema of the name, at the end of the
// window, has all tables and views that the previous version knows in it.
func (p *Pass) schemaStandsIn(s *catalog.Schema) bool {
	end := p.Window.End.Schema(s.Name)
	if end == nil {
		return false
	}
	if end.OID == s.OID {
		return true // has its old name back
	}
	some := false
	for r := range p.Window.Base.Relations() {
		if r.Schema != s.Name || !holdsRows(r) && r.Kind != catalog.View {
			continue
		}
		now := p.successor(r)
		if now == nil || len(p.missing(r, now)) > 0 {
			return false
		}
		some = true
	}
	return some
}
