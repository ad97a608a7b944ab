package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var addIdentityAlways = &Rule{
	Name:     "add-identity-always",
	Title:    "A column becomes GENERATED ALWAYS AS IDENTITY while the previous version still writes it",
	Category: Compat,
	Severity: Error,
	Since:    "0.1",
	Used:     true,
	Check: Any(
		On(func(p *Pass, c *catalog.IdentityChanged) {
			if column := p.knownColumn(c.Relation, c.Before); column != nil {
				p.identityAlways(c.Relation, column, c.After)
			}
		}),
		On(func(p *Pass, c *catalog.ColumnAdded) {
			if column := p.replaced(c); column != nil {
				p.identityAlways(c.Relation, column, c.Attribute)
			}
		}),
	),
}

func (p *Pass) identityAlways(r *catalog.Relation, column, after *catalog.Attribute) {
	table, end := p.known(r), p.endColumn(r, after)
	if end == nil || end.Identity != "always" || after.Identity != "always" || column.Identity == "always" || p.followsParent(r) {
		return
	}
	f := Finding{
		At:       p.Op.Span(),
		Relation: table.String(),
		Object:   column.Name,
		Related:  createdAt(column.Created, column.Assumed),
		Message:  fmt.Sprintf("%s becomes GENERATED ALWAYS AS IDENTITY, so INSERTs and UPDATEs of the previous version that give it a value fail with 428C9", describeColumn(table, column)),
	}
	if column.HasDefault() || column.Assumed {
		f.Severity = Warning // they need not give one
	}
	p.Report(f)
}

// replaced returns the column of the same name that the previous version knows
// and a new column takes the place of; nil where the column is new to it.
func (p *Pass) replaced(c *catalog.ColumnAdded) *catalog.Attribute {
	if p.known(c.Relation) == nil {
		return nil
	}
	return p.before(c.Relation).Attribute(c.Attribute.Name)
}
