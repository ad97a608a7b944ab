package rules

import (
	"fmt"
	"strings"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
)

var changeDefault = &Rule{
	Name:     "change-default",
	Title:    "A changed default changes what INSERTs of the previous version store",
	Category: Compat,
	Severity: Note,
	Since:    "0.1",
	Check: Any(
		On(func(p *Pass, c *catalog.DefaultChanged) {
			if column := p.knownColumn(c.Relation, c.Before); column != nil {
				p.newDefault(c.Relation, column, c.After)
			}
		}),
		On(func(p *Pass, c *catalog.ColumnAdded) {
			if column := p.replaced(c); column != nil {
				p.newDefault(c.Relation, column, c.Attribute) // dropped and made anew
			}
		}),
	),
}

// newDefault reports the default that a column has after the step, where the
// one that the previous version knows is another.
func (p *Pass) newDefault(r *catalog.Relation, column, after *catalog.Attribute) {
	table, end := p.known(r), p.endColumn(r, after)
	if table == nil || !after.HasDefault() || p.followsParent(r) {
		return
	}
	if end == nil || end.Default == nil || !sameValue(end.Default, after.Default) {
		return // changed again: the last change speaks
	}
	if sameValue(column.Default, end.Default) {
		return // is what it was
	}
	if !column.Assumed && column.NotNull && !column.HasDefault() {
		return // every INSERT of the previous version names it
	}
	was := "NULL"
	switch {
	case column.Default != nil:
		was = column.Default.Text
	case column.Assumed:
		was = "what they stored before"
	case column.Identity != "":
		was = "the next number of its identity"
	}
	p.Report(Finding{
		At:       p.Op.Span(),
		Relation: table.String(),
		Object:   column.Name,
		Message:  fmt.Sprintf("the default of %s is %s now, so INSERTs of the previous version that do not name it store that instead of %s", describeColumn(table, column), oneLine(end.Default.Text), oneLine(was)),
	})
}

// sameValue reports whether two defaults are the same but for white space, or
// are the same constant but for a cast.
func sameValue(a, b *ddl.Expr) bool {
	if sameExpr(a, b) {
		return true
	}
	return a != nil && b != nil && a.Constant && b.Constant && a.Null == b.Null && a.Literal == b.Literal
}

// oneLine returns a text with every run of white space as one blank.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
