package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var replaceWithGenerated = &Rule{
	Name:     "replace-with-generated",
	Title:    "A column becomes a generated one while the previous version still writes it",
	Category: Compat,
	Severity: Error,
	Since:    "0.1",
	Check: On(func(p *Pass, c *catalog.ColumnAdded) {
		if c.Attribute.Generated == nil || !p.Window.RelationExisted(c.Relation) {
			return
		}
		base := p.Window.Base.RelationByOID(c.Relation.OID)
		var old *catalog.Attribute
		if base != nil {
			old = base.Attribute(c.Attribute.Name)
		}
		if old == nil || old.Generated != nil {
			return // a new column is written by nobody yet
		}
		p.Report(Finding{
			At: p.Op.Span(), Relation: c.Relation.String(), Object: old.Name, Related: createdAt(old.Created, false),
			Message: fmt.Sprintf("column %q of table %q becomes a generated column, so INSERTs and UPDATEs of the previous version that give it a value fail with 428C9", old.Name, c.Relation),
		})
	}),
}
