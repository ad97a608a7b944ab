package rules

import (
	"fmt"
	"slices"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
)

var silentDrop = &Rule{
	Name:     "silent-drop",
	Title:    "DROP COLUMN takes indexes and constraints of other columns with it, without a word",
	Category: Data,
	Severity: Warning,
	Since:    "0.1",
	Check: On(func(p *Pass, c *catalog.ColumnDropped) {
		table, end := p.known(c.Relation), p.end(c.Relation)
		if table == nil || end == nil || p.followsParent(c.Relation) {
			return // drop-table speaks
		}
		var lost []string
		for _, change := range p.Changes {
			if what := p.sharedWith(change, c, end); what != "" {
				lost = append(lost, what)
			}
		}
		if len(lost) == 0 {
			return
		}
		p.Report(Finding{
			At:       p.Op.Span(),
			Relation: table.String(),
			Object:   c.Attribute.Name,
			Message:  fmt.Sprintf("with column %s of %s PostgreSQL silently drops %s, which other columns need as well", quoted(c.Attribute.Name), describe(table), sentence(lost)),
		})
	}),
}

// sharedWith describes an index or constraint that went with a column, was of
// other columns too, and has no successor on these; "" for all other changes.
// drop-unique speaks of what was unique.
func (p *Pass) sharedWith(change catalog.Change, gone *catalog.ColumnDropped, end *catalog.Relation) string {
	switch c := change.(type) {
	case *catalog.ConstraintDropped:
		if c.Relation.OID != end.OID || c.Cascade != "" || !slices.Contains(c.Constraint.Columns, gone.Attribute.Num) || !p.Window.ConstraintExisted(c.Relation, c.Constraint) {
			return ""
		}
		rest := remaining(end, c.Constraint.Columns)
		if len(rest) == 0 || slices.ContainsFunc(end.Constraints, func(o *catalog.Constraint) bool {
			return o.Kind == c.Constraint.Kind && !p.Window.ConstraintExisted(end, o) && sharesColumn(o.Columns, rest)
		}) {
			return ""
		}
		switch c.Constraint.Kind {
		case ddl.ForeignKey:
			return fmt.Sprintf("foreign key %s (%s)", quoted(c.Constraint.Name), sentence(columnNames(c.Relation, c.Constraint.Columns)))
		case ddl.Check:
			return fmt.Sprintf("CHECK constraint %s (%s)", quoted(c.Constraint.Name), oneLine(c.Constraint.Check.Text))
		}
	case *catalog.IndexDropped:
		if c.Table == nil || c.Table.OID != end.OID || c.Index.Index == nil || c.Index.Index.Unique || p.known(c.Index) == nil {
			return ""
		}
		x := c.Index.Index
		all := slices.Concat(x.Columns, x.Include, x.Refs)
		rest := remaining(end, all)
		if !slices.Contains(all, gone.Attribute.Num) || len(rest) == 0 || p.indexedAnew(end, rest) {
			return ""
		}
		return fmt.Sprintf("index %s, which is also on %s", quoted(c.Index.Name), sentence(columnNames(end, rest)))
	}
	return ""
}

// remaining returns those of the columns that a table has, without duplicates.
func remaining(r *catalog.Relation, columns []int) []int {
	var rest []int
	for _, n := range columns {
		if r.AttributeByNum(n) != nil && !slices.Contains(rest, n) {
			rest = append(rest, n)
		}
	}
	return rest
}

// indexedAnew reports whether the window makes an index that begins with one of
// the columns.
func (p *Pass) indexedAnew(end *catalog.Relation, columns []int) bool {
	return slices.ContainsFunc(end.Indexes, func(oid catalog.OID) bool {
		x := p.Window.End.RelationByOID(oid)
		return x != nil && x.Index != nil && !p.Window.Existed(oid) && len(x.Index.Columns) > 0 && slices.Contains(columns, x.Index.Columns[0])
	})
}
