package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var dropSchema = &Rule{
	Name:     "drop-schema",
	Title:    "A schema that the previous version may use is dropped",
	Category: Compat,
	Severity: Error,
	Since:    "0.1",
	Used:     true,
	Check: On(func(p *Pass, c *catalog.SchemaDropped) {
		if !p.schemaExisted(c.Schema) {
			return
		}
		p.Report(Finding{
			At:       p.Op.Span(),
			Relation: c.Schema.Name,
			Related:  createdAt(c.Schema.Created, c.Schema.Assumed),
			Message:  fmt.Sprintf("schema %s is dropped with all that is in it, so statements of the previous version that use it fail with 42P01 or 3F000", quoted(c.Schema.Name)),
		})
	}),
}

// schemaExisted reports whether the schema was there before the window.
func (p *Pass) schemaExisted(s *catalog.Schema) bool {
	if s.Assumed {
		return true
	}
	before := p.Window.Base.Schema(s.Name)
	return before != nil && before.OID == s.OID
}
