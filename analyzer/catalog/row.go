package catalog

import (
	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/query"
)

// dependOnRow records what a trigger's WHEN or a rule's WHERE refers to, where
// the rows are called new and old. It refuses columns that the relation is known
// not to have.
func (e *editor) dependOnRow(r *Relation, x *ddl.Expr, dependent Address) *Error {
	if x == nil {
		return nil
	}
	for _, c := range x.Columns {
		if c.Star || !ofRow(r, c.Qualifier) || systemColumns[c.Column] {
			continue
		}
		if c.Qualifier.Name == "" && (c.Column == "new" || c.Column == "old") {
			continue // the whole row
		}
		s, a, err := e.attribute(r, c.Column)
		if err != nil {
			if c.Qualifier.Name == "" {
				return refuse(undefinedColumn, "column %q does not exist", c.Column)
			}
			return refuse(undefinedColumn, "column %s.%s does not exist", c.Qualifier.Name, c.Column)
		}
		r = s
		e.depend(r.OID, Dependency{Dependent: dependent, Column: a.Num})
	}
	e.dependExpr(dependent, x)
	return nil
}

// ofRow reports whether a qualifier in an expression means the relation's row.
func ofRow(r *Relation, qualifier ddl.Name) bool {
	switch qualifier.Name {
	case "", "new", "old":
		return true
	}
	return qualifier.Name == r.Name && (qualifier.Schema == "" || qualifier.Schema == r.Schema)
}

// dependOnTable records what a policy's expression refers to: columns of its
// table and, in subqueries, of others.
func (e *editor) dependOnTable(r *Relation, x *ddl.Expr, dependent Address) *Error {
	if x == nil {
		return nil
	}
	table := ddl.Ref{Name: r.QualifiedName()}
	res, err := e.resolve(&ddl.Query{From: []*query.Item{{Relation: &table}}, Exprs: []*ddl.Expr{x}})
	if err != nil {
		return err
	}
	for _, u := range res.Uses {
		if u.Relation != r.OID || u.Column != 0 {
			e.depend(u.Relation, Dependency{Dependent: dependent, Column: u.Column})
		}
	}
	e.dependExpr(dependent, x)
	for _, q := range x.Subqueries {
		q.Walk(func(q *query.Query) {
			for _, y := range ownExprs(q) {
				e.dependExpr(dependent, y)
			}
		})
	}
	return nil
}
