package rules

import (
	"fmt"
	"slices"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
)

var addAmbiguousColumn = &Rule{
	Name:     "add-ambiguous-column",
	Title:    "A new column has the name of a column of a table that it is joined with",
	Category: Compat,
	Severity: Note,
	Since:    "0.1",
	Used:     true,
	Check: On(func(p *Pass, c *catalog.ColumnAdded) {
		table, column := p.newColumn(c)
		if column == nil {
			return
		}
		var others []string
		for _, r := range joined(p.Before, c.Relation) {
			known := p.known(r)
			if known == nil {
				continue
			}
			if theirs := known.Attribute(column.Name); theirs != nil && p.offered(known, theirs) != nil {
				others = append(others, describe(known))
			}
		}
		if len(others) == 0 {
			return
		}
		slices.Sort(others)
		p.Report(Finding{
			At:       p.Op.Span(),
			Relation: table.String(),
			Object:   column.Name,
			Message:  fmt.Sprintf("new column %s of %s has the name of a column of %s, to which it is related by foreign key: joins of the previous version that name it without its table fail with 42702, and NATURAL JOIN compares it, too", quoted(column.Name), describe(table), sentence(slices.Compact(others))),
		})
	}),
}

// joined returns the tables that a foreign key relates with r, either way.
func joined(c *catalog.Catalog, r *catalog.Relation) []*catalog.Relation {
	var all []*catalog.Relation
	add := func(oid catalog.OID) {
		if t := c.RelationByOID(oid); t != nil && oid != r.OID {
			all = append(all, t)
		}
	}
	for _, k := range r.Constraints {
		if k.Kind == ddl.ForeignKey {
			add(k.References)
		}
	}
	for _, d := range c.Dependents(r.OID) {
		if d.Dependent.Part == catalog.PartConstraint {
			add(d.Dependent.OID)
		}
	}
	return all
}
