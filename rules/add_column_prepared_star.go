package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var addColumnPreparedStar = &Rule{
	Name:     "add-column-prepared-star",
	Title:    "A new column changes the result of SELECT * that is already prepared",
	Category: Compat,
	Severity: Note,
	Since:    "0.1",
	Check: On(func(p *Pass, c *catalog.ColumnAdded) {
		if !newColumn(p, c) {
			return
		}
		p.Report(Finding{
			At: p.Op.Span(), Relation: c.Relation.String(), Object: c.Attribute.Name,
			Message: fmt.Sprintf("new column %q of table %q: SELECT * and RETURNING * that the previous version has prepared fail once a connection with 0A000 (cached plan must not change result type)", c.Attribute.Name, c.Relation),
		})
	}),
}

// newColumn reports whether a column is new to a table that the previous
// version knows.
func newColumn(p *Pass, c *catalog.ColumnAdded) bool {
	if !p.Window.RelationExisted(c.Relation) || c.Attribute.Inherited > 0 {
		return false // a child's column is its parent's news
	}
	if base := p.Window.Base.RelationByOID(c.Relation.OID); base != nil && base.Attribute(c.Attribute.Name) != nil {
		return false // dropped and made anew
	}
	end := p.Window.End.RelationByOID(c.Relation.OID)
	return end != nil && end.AttributeByNum(c.Attribute.Num) != nil
}
