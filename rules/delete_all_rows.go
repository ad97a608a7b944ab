package rules

import (
	"fmt"
	"strings"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/pattern"
)

var deleteAllRows = &Rule{
	Name:     "delete-all-rows",
	Title:    "DELETE without WHERE removes all rows of a table that the previous version fills",
	Category: Data,
	Severity: Error,
	Since:    "0.1",
	Check: Any(
		On(func(p *Pass, op *ddl.Delete) {
			if always(op.Where) {
				p.allDeleted(op.Table, without(op.Where))
			}
			p.deletingWith(op.Using)
		}),
		On(func(p *Pass, op *ddl.Insert) { p.deletingWith(op.Query) }),
		On(func(p *Pass, op *ddl.Update) { p.deletingWith(op.From) }),
		On(func(p *Pass, op *ddl.Merge) { p.deletingWith(op.Using) }),
		On(func(p *Pass, op *ddl.Select) { p.deletingWith(op.Query) }),
	),
}

func (p *Pass) allDeleted(target ddl.Ref, without string) {
	table := p.written(target)
	if table == nil || p.end(table) == nil {
		return // drop-table speaks of one that is gone
	}
	p.rowsRemoved(table, fmt.Sprintf("DELETE %s removes every row of %s", without, describe(table)))
}

var (
	deleteWord = pattern.New(`(?i)^\s*DELETE\s`)
	whereWord  = pattern.New(`(?i)\bwhere\b`)
)

// deletingWith reports the DELETEs of a WITH clause that have no WHERE.
func (p *Pass) deletingWith(q *ddl.Query) {
	if q == nil {
		return
	}
	for _, c := range q.With {
		d := c.Query
		if !c.Modifies || d == nil || len(d.From) == 0 || d.From[0].Relation == nil {
			continue
		}
		if deleteWord.MatchString(d.Text) && !whereWord.MatchString(d.Text) {
			p.allDeleted(*d.From[0].Relation, "without WHERE")
		}
	}
}

// written returns the table that a data statement changes, as the previous
// version knows it; nil where it does not know it or the statement is not
// performed.
func (p *Pass) written(table ddl.Ref) *catalog.Relation {
	if p.Refusal != nil || p.RolledBack {
		return nil
	}
	r := p.known(p.After.Relation(table.Name))
	if r == nil || !holdsData(r) {
		return nil
	}
	return r
}

// always reports whether a condition is missing or true for every row: TRUE, or
// two equal constants.
func always(where *ddl.Expr) bool {
	if where == nil {
		return true
	}
	if len(where.Columns)+len(where.Calls)+len(where.Subqueries) > 0 {
		return false
	}
	text := strings.ToLower(unwrapped(where.Text))
	left, right, equation := strings.Cut(text, "=")
	return text == "true" || equation && strings.TrimSpace(left) == strings.TrimSpace(right)
}

// without says how the condition is missing.
func without(where *ddl.Expr) string {
	if where == nil {
		return "without WHERE"
	}
	return "WHERE " + oneLine(where.Text)
}
