package rules

import (
	"fmt"
	"slices"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
)

var dropCascade = &Rule{
	Name:     "drop-cascade",
	Title:    "CASCADE also drops constraints and indexes of other tables, which the statement does not name",
	Category: Data,
	Severity: Warning,
	Since:    "0.1",
	Check: Any(
		On(func(p *Pass, c *catalog.ConstraintDropped) { p.cascaded(c, c.Cascade) }),
		On(func(p *Pass, c *catalog.IndexDropped) { p.cascaded(c, c.Cascade) }),
	),
}

// cascaded reports, once for each operation, the constraints and indexes that a
// CASCADE took. Other rules speak of the rest: drop-view, drop-column and so on.
func (p *Pass) cascaded(event catalog.Change, cascade string) {
	if cascade == "" {
		return
	}
	var first catalog.Change
	var lost, kinds []string
	relation, object := "", ""
	for _, c := range p.Changes {
		r, name, what := p.casualty(c)
		if r == nil {
			continue
		}
		if first == nil {
			first, relation, object = c, r.String(), name
		}
		lost, kinds = append(lost, fmt.Sprintf("%s %s of %s", what, quoted(name), describe(r))), append(kinds, what)
	}
	if first != event {
		return
	}
	if more := len(lost) - 5; more > 0 {
		lost = append(lost[:5:5], fmt.Sprintf("%d more", more))
	}
	var consequences []string
	if slices.ContainsFunc(kinds, func(k string) bool { return k != "index" }) {
		consequences = append(consequences, "rows that were kept out are stored from now on")
	}
	if slices.Contains(kinds, "index") {
		consequences = append(consequences, "queries that used an index read the whole table")
	}
	p.Report(Finding{
		At:       p.Op.Span(),
		Relation: relation,
		Object:   object,
		Message:  fmt.Sprintf("dropping %s with CASCADE also drops %s, so %s", quoted(cascade), sentence(lost), sentence(consequences)),
	})
}

// casualty returns the table, name and kind of a constraint or index that a
// CASCADE took from a table that stays; nil for all other changes.
func (p *Pass) casualty(c catalog.Change) (table *catalog.Relation, name, what string) {
	switch c := c.(type) {
	case *catalog.ConstraintDropped:
		if c.Cascade == "" || !p.lostTo(c.Relation, c.Constraint.Columns) || !p.Window.ConstraintExisted(c.Relation, c.Constraint) {
			return nil, "", ""
		}
		switch c.Constraint.Kind {
		case ddl.ForeignKey:
			if equivalentKey(p.end(c.Relation), c.Constraint) != nil {
				return nil, "", ""
			}
			return p.known(c.Relation), c.Constraint.Name, "foreign key"
		case ddl.Check:
			return p.known(c.Relation), c.Constraint.Name, "CHECK constraint"
		}
	case *catalog.IndexDropped:
		if c.Cascade == "" || c.Table == nil || c.Index.Index == nil || c.Index.Index.Unique || p.known(c.Index) == nil || !p.lostTo(c.Table, indexed(c.Index.Index)) {
			return nil, "", ""
		}
		return p.known(c.Table), c.Index.Name, "index"
	}
	return nil, "", ""
}

// indexed are the columns that an index needs, in its key, INCLUDE, expressions
// and WHERE.
func indexed(x *catalog.IndexData) []int { return slices.Concat(x.Columns, x.Include, x.Refs) }

// lostTo reports whether the previous version knows the table, and it and the
// columns are there at the end of the window to miss what they lost.
func (p *Pass) lostTo(r *catalog.Relation, columns []int) bool {
	end := p.end(r)
	if p.known(r) == nil || end == nil || p.followsParent(r) {
		return false
	}
	for _, n := range columns {
		if n != 0 && end.AttributeByNum(n) == nil {
			return false
		}
	}
	return true
}
