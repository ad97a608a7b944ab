package rules

import (
	"fmt"
	"slices"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
)

// otherKind says that a relation is of none of the kinds; "" where it is.
func otherKind(r *catalog.Relation, kinds ...catalog.RelKind) string {
	if slices.Contains(kinds, r.Kind) {
		return ""
	}
	return "which is of another kind"
}

// otherTable says what a table lacks of the one that a statement would create.
func otherTable(r *catalog.Relation, op *ddl.CreateTable) string {
	if how := otherKind(r, catalog.Table, catalog.PartitionedTable, catalog.ForeignTable); how != "" {
		return how
	}
	var missing []string
	for _, c := range op.Columns {
		if r.Attribute(c.Name.Name) == nil {
			missing = append(missing, c.Name.Name)
		}
	}
	if len(missing) == 0 {
		return ""
	}
	return fmt.Sprintf("without column %s", list(missing))
}

// otherIndex says how an index differs from the one that a statement would
// create.
func (p *Pass) otherIndex(r, table *catalog.Relation, op *ddl.CreateIndex) string {
	if r.Index == nil {
		return otherKind(r, catalog.Index, catalog.PartitionedIndex)
	}
	if r.Index.Table != table.OID {
		if other := p.Before.RelationByOID(r.Index.Table); other != nil {
			return "on " + describe(other)
		}
		return ""
	}
	var has, wants []string
	for i, e := range r.Index.Elements {
		num := 0
		if i < len(r.Index.Columns) {
			num = r.Index.Columns[i]
		}
		has = append(has, elementText(e, table, num))
	}
	for _, e := range op.Elements {
		wants = append(wants, elementText(e, table, 0))
	}
	switch {
	case !slices.Equal(has, wants):
		return "on " + sentence(has)
	case r.Index.Unique != op.Unique && op.Unique:
		return "which is not unique"
	case (r.Index.Where == nil) != (op.Where == nil):
		return "of other rows"
	}
	return ""
}

// elementText is a column by its present name, or an expression.
func elementText(e ddl.IndexElement, table *catalog.Relation, num int) string {
	if a := table.AttributeByNum(num); a != nil {
		return a.Name
	}
	if e.Expr != nil {
		return unwrapped(oneLine(e.Expr.Text))
	}
	return e.Column
}

// plain reports whether a type is one whose modifiers are written as the
// catalog has them.
func plain(t catalog.Type) bool {
	return t.IsNumber() || t.IsText() || t.IsTime() || slices.Contains([]string{"bool", "uuid", "json", "jsonb", "bytea", "inet"}, t.Name.Name)
}
