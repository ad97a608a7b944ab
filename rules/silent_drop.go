package rules

import (
	"fmt"
	"slices"
	"strings"

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
		var rest []int
		for _, change := range p.Changes {
			if what, others := p.sharedWith(change, c, end); what != "" {
				lost, rest = append(lost, what), append(rest, others...)
			}
		}
		if len(lost) == 0 {
			return
		}
		p.Report(Finding{
			At:       p.Op.Span(),
			Relation: table.String(),
			Object:   c.Attribute.Name,
			Message:  fmt.Sprintf("with column %s of %s PostgreSQL silently drops %s, although of %s as well", quoted(c.Attribute.Name), describe(table), sentence(lost), list(columnNames(end, remaining(end, rest)))),
		})
	}),
}

// sharedWith describes an index or constraint that went with a column, and
// returns the other columns that it was of; "" where there are none, where it
// has a successor on these, and for all other changes. drop-unique speaks of what
// was unique where ON CONFLICT can still name its columns.
func (p *Pass) sharedWith(change catalog.Change, gone *catalog.ColumnDropped, end *catalog.Relation) (what string, others []int) {
	switch c := change.(type) {
	case *catalog.ConstraintDropped:
		if c.Relation.OID != end.OID || !slices.Contains(c.Constraint.Columns, gone.Attribute.Num) || !p.Window.ConstraintExisted(c.Relation, c.Constraint) {
			return "", nil
		}
		others = remaining(end, c.Constraint.Columns)
		if len(others) == 0 || slices.ContainsFunc(end.Constraints, func(o *catalog.Constraint) bool {
			return o.Kind == c.Constraint.Kind && !p.Window.ConstraintExisted(end, o) && sharesColumn(o.Columns, others)
		}) {
			return "", nil
		}
		switch c.Constraint.Kind {
		case ddl.ForeignKey:
			return fmt.Sprintf("foreign key %s (%s)", quoted(c.Constraint.Name), strings.Join(columnNames(p.Before.RelationByOID(end.OID), c.Constraint.Columns), ", ")), others
		case ddl.PrimaryKey, ddl.Unique, ddl.Exclude:
			index := p.Before.RelationByOID(c.Constraint.Index)
			if index != nil && index.Index != nil && p.columnsGo(c.Relation, index.Index) && !p.indexedAnew(end, others) {
				return fmt.Sprintf("%s %s (%s)", uniqueWord(c.Constraint), quoted(c.Constraint.Name), strings.Join(columnNames(p.Before.RelationByOID(end.OID), c.Constraint.Columns), ", ")), others
			}
		case ddl.Check:
			if c.Constraint.Check == nil {
				return "", nil
			}
			return fmt.Sprintf("CHECK constraint %s (%s)", quoted(c.Constraint.Name), oneLine(c.Constraint.Check.Text)), others
		}
	case *catalog.IndexDropped:
		if c.Table == nil || c.Table.OID != end.OID || c.Index.Index == nil || p.known(c.Index) == nil || c.Index.Index.Unique && !p.columnsGo(c.Table, c.Index.Index) {
			return "", nil
		}
		needs := indexed(c.Index.Index)
		others = remaining(end, needs)
		if !slices.Contains(needs, gone.Attribute.Num) || len(others) == 0 || p.indexedAnew(end, others) {
			return "", nil
		}
		if c.Index.Index.Unique {
			return "unique index " + quoted(c.Index.Name), others
		}
		return "index " + quoted(c.Index.Name), others
	}
	return "", nil
}

// uniqueWord names the kind of a unique or exclusion constraint.
func uniqueWord(c *catalog.Constraint) string {
	switch c.Kind {
	case ddl.PrimaryKey:
		return "primary key"
	case ddl.Exclude:
		return "exclusion constraint"
	}
	return "unique constraint"
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
