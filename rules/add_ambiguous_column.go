package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
)

var addAmbiguousColumn = &Rule{
	Name:     "add-ambiguous-column",
	Title:    "A new column has the name of a column of a table that it is joined with",
	Category: Compat,
	Severity: Note,
	Since:    "0.1",
	Check: On(func(p *Pass, c *catalog.ColumnAdded) {
		if !newColumn(p, c) {
			return
		}
		var others []string
		for _, r := range joined(p.Before, c.Relation) {
			if r.Attribute(c.Attribute.Name) != nil && p.Window.RelationExisted(r) {
				others = append(others, fmt.Sprintf("%q", r.String()))
			}
		}
		if len(others) == 0 {
			return
		}
		slices.Sort(others)
		p.Report(Finding{
			At: p.Op.Span(), Relation: c.Relation.String(), Object: c.Attribute.Name,
			Message: fmt.Sprintf("new column %q of table %q has the name of a column of %s, which it is related with by foreign key: joins of the previous version that name it without its table fail with 42702, and NATURAL JOIN silently joins on it", c.Attribute.Name, c.Relation, strings.Join(slices.Compact(others), ", ")),
		})
	}),
}

// joined returns the tables that a foreign key relates with r, either way.
func joined(c *catalog.Catalog, r *catalog.Relation) []*catalog.Relation {
	var all []*catalog.Relation
	for _, k := range r.Constraints {
		if k.Kind == ddl.ForeignKey && k.References != r.OID {
			if t := c.RelationByOID(k.References); t != nil {
				all = append(all, t)
			}
		}
	}
	for _, d := range c.Dependents(r.OID) {
		if t := c.RelationByOID(d.Dependent.OID); t != nil && t.OID != r.OID && d.Dependent.Part == catalog.PartConstraint {
			all = append(all, t)
		}
	}
	return all
}
