package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var addJSONColumn = &Rule{
	Name:     "add-json-column",
	Title:    "A column of a type without equality breaks SELECT DISTINCT * and UNION",
	Category: Compat,
	Severity: Warning,
	Since:    "0.1",
	Check: On(func(p *Pass, c *catalog.ColumnAdded) {
		if !p.Window.RelationExisted(c.Relation) || !withoutEquality[c.Attribute.Type.Name.Name] || c.Attribute.Type.Def != 0 {
			return
		}
		p.Report(Finding{
			At: p.Op.Span(), Relation: c.Relation.String(), Object: c.Attribute.Name,
			Message: fmt.Sprintf("new column %q of table %q has type %s, which has no equality, so SELECT DISTINCT *, UNION and GROUP BY over all columns fail with 42883 in the previous version", c.Attribute.Name, c.Relation, c.Attribute.Type),
		})
	}),
}

// withoutEquality are the built-in types that have neither a btree nor a hash
// operator class, which DISTINCT, UNION and GROUP BY need; arrays of them
// neither.
var withoutEquality = map[string]bool{
	"json": true, "xml": true, "point": true, "box": true, "lseg": true, "path": true, "polygon": true, "circle": true, "line": true, "jsonpath": true,
}
