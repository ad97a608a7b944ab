package rules

import (
	"fmt"
	"slices"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var addJSONColumn = &Rule{
	Name:     "add-json-column",
	Title:    "A column of a type without equality breaks SELECT DISTINCT * and UNION",
	Category: Compat,
	Severity: Warning,
	Since:    "0.1",
	Check: On(func(p *Pass, c *catalog.ColumnAdded) {
		table, column := p.newColumn(c)
		if column == nil || !p.withoutEquality(column.Type) {
			return
		}
		p.Report(Finding{
			At:       p.Op.Span(),
			Relation: table.String(),
			Object:   column.Name,
			Message:  fmt.Sprintf("new column %s of %s has type %s, which has no equality, so SELECT DISTINCT *, UNION and EXCEPT of SELECT * and GROUP BY of whole rows fail with 42883 in the previous version", quoted(column.Name), describe(table), column.Type),
		})
	}),
}

// incomparable are the built-in types with neither a btree nor a hash operator
// class, which DISTINCT, UNION and GROUP BY need.
var incomparable = map[string]bool{
	"json": true, "jsonpath": true, "xml": true, "refcursor": true, "gtsvector": true, "txid_snapshot": true, "pg_snapshot": true,
	"point": true, "line": true, "lseg": true, "box": true, "path": true, "polygon": true, "circle": true,
}

// withoutEquality reports whether values of a type cannot be told apart. Those
// of arrays, domains and composite types can if what they are made of can.
func (p *Pass) withoutEquality(t catalog.Type) bool {
	if t.Def == 0 {
		return !t.Assumed && t.Name.Schema == "pg_catalog" && incomparable[t.Name.Name]
	}
	def := p.Window.End.TypeByOID(t.Def)
	if def == nil {
		return false
	}
	switch def.Kind {
	case catalog.Domain:
		return p.withoutEquality(def.Base)
	case catalog.Composite:
		r := p.Window.End.RelationByOID(def.Relation)
		return r != nil && slices.ContainsFunc(r.Attributes, func(a *catalog.Attribute) bool { return p.withoutEquality(a.Type) })
	}
	return false
}
