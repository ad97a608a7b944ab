package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
)

var foreignKeyWithoutIndex = &Rule{
	Name:     "foreign-key-without-index",
	Title:    "A new foreign key has no index, so deletes in the referenced table read the whole table",
	Category: Lock,
	Severity: Warning,
	Since:    "0.1",
	Check: On(func(p *Pass, c *catalog.ConstraintAdded) {
		if c.Constraint.Kind != ddl.ForeignKey || p.followsParent(c.Relation) {
			return
		}
		table, end, key := p.known(c.Relation), p.end(c.Relation), p.endConstraint(c.Relation, c.Constraint)
		if table == nil || end == nil || key == nil || !key.Enforced || p.covered(end, key.Columns) {
			return
		}
		referenced := p.Window.End.RelationByOID(key.References)
		if referenced == nil || p.assumedKey(end, key.Columns) {
			return
		}
		names := columnNames(end, key.Columns)
		p.Report(Finding{
			At:       p.Op.Span(),
			Relation: table.String(),
			Object:   key.Name,
			Message:  fmt.Sprintf("no index begins with %s of %s, so every DELETE from %s, and every UPDATE of the key that foreign key %s refers to, reads the whole table", list(names), describe(table), describe(referenced), quoted(key.Name)),
		})
	}),
}

// assumedKey reports whether a column was there before the history, with an
// index perhaps.
func (p *Pass) assumedKey(r *catalog.Relation, columns []int) bool {
	return slices.ContainsFunc(columns, func(n int) bool {
		a := r.AttributeByNum(n)
		return a == nil || a.Assumed
	})
}

// covered reports whether an index finds the rows that have given values in
// the columns: it begins with one of them, and is not partial but for NULL.
func (p *Pass) covered(r *catalog.Relation, columns []int) bool {
	return slices.ContainsFunc(r.Indexes, func(oid catalog.OID) bool {
		x := p.Window.End.RelationByOID(oid)
		if x == nil || x.Index == nil || len(x.Index.Columns) == 0 || !slices.Contains(columns, x.Index.Columns[0]) {
			return false
		}
		if x.Index.Method != "btree" && x.Index.Method != "hash" {
			return false
		}
		return x.Index.Where == nil || onlyNotNull(x.Index.Where, columnNames(r, columns))
	})
}

// onlyNotNull reports whether a predicate demands no more than that columns are
// not NULL, which those of a key that is looked up are not.
func onlyNotNull(where *ddl.Expr, columns []string) bool {
	for _, c := range where.Columns {
		if !slices.Contains(where.NotNull, c.Column) || !slices.Contains(columns, c.Column) {
			return false
		}
	}
	return len(where.Calls)+len(where.Subqueries) == 0 && !strings.ContainsAny(where.Text, "=<>")
}
