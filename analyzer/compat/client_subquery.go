package compat

import (
	"fmt"
	"slices"
	"strings"

	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/query"
)

// widths finds stars in subqueries of expressions that yield more or fewer
// columns than before: what stands on the other side, or around, takes as many
// as there were. EXISTS takes any number. Where columns have other places, and
// other types there, whether they go together is not known; so it is with the
// stars that an INSERT stores.
func (c *comparison) widths(st *ddl.Statement) {
	for _, q := range expressionQueries(st) {
		if !starred(q) || exists(q) {
			continue
		}
		old, now := c.alone(q)
		n, m := len(old.outputs), len(now.outputs)
		switch {
		case old.Open || now.Open || n == 0 || m == 0:
		case n == m:
			c.places(q, old, now)
		default:
			c.width(q, now, m > n)
		}
	}
	for _, op := range st.Ops {
		if op, is := op.(*ddl.Insert); is && op.Query != nil && starred(op.Query) {
			if old, now := c.alone(op.Query); !old.Open && !now.Open && len(old.outputs) == len(now.outputs) {
				c.places(op.Query, old, now)
			}
		}
	}
}

// alone analyses a query without what is around it, which a star does not need.
func (c *comparison) alone(q *ddl.Query) (old, now *analysis) {
	st := &ddl.Statement{Span: q.At, Ops: []ddl.Op{&ddl.Select{Base: ddl.Base{At: q.At}, Query: q}}}
	return analyse(st, c.before), analyse(st, c.after)
}

func (c *comparison) width(q *ddl.Query, now *analysis, more bool) {
	e := Error{SQLState: syntaxError, At: q.At, Certain: true, Message: "subquery has too few columns"}
	if more {
		e.Message = "subquery has too many columns"
	}
	if len(now.reads) > 0 {
		if r := c.after.RelationByOID(now.reads[0]); r != nil {
			e.Relation = r.String()
			e.Cause = e.Relation + " has other columns"
		}
	}
	if !slices.ContainsFunc(c.errors, func(f Error) bool { return f.SQLState == syntaxError && f.At == q.At }) {
		c.errors = append(c.errors, e)
	}
}

func (c *comparison) places(q *ddl.Query, old, now *analysis) {
	for i, o := range old.outputs {
		n := now.outputs[i]
		if o.use != n.use && o.name != n.name && !c.sameType(o.typ, n.typ) {
			c.unknown = append(c.unknown, Reason{At: q.At, Text: fmt.Sprintf("column %d of the star is %s now and not %s", i+1, n.name, o.name)})
			return
		}
	}
}

// expressionQueries are the subqueries of expressions, at any depth.
func expressionQueries(st *ddl.Statement) []*ddl.Query {
	var found []*ddl.Query
	var visit func(exprs ...*ddl.Expr)
	walk := func(q *ddl.Query) {
		q.Walk(func(q *ddl.Query) {
			exprs := slices.Clone(q.Exprs)
			for _, t := range q.Targets {
				exprs = append(exprs, t.Expr)
			}
			for _, x := range exprs {
				if x != nil {
					found = append(found, x.Subqueries...) // Walk goes into them
				}
			}
		})
	}
	visit = func(exprs ...*ddl.Expr) {
		for _, x := range exprs {
			if x == nil {
				continue
			}
			found = append(found, x.Subqueries...)
			for _, q := range x.Subqueries {
				walk(q)
			}
		}
	}
	for _, op := range st.Ops {
		switch op := op.(type) {
		case *ddl.Select:
			walk(op.Query)
		case *ddl.Insert:
			walk(op.Query)
		case *ddl.Update:
			walk(op.From)
			visit(append(slices.Clone(op.Values), op.Where)...)
		case *ddl.Delete:
			walk(op.Using)
			visit(op.Where)
		}
	}
	return found
}

func starred(q *ddl.Query) bool {
	if q.SetOp != "" {
		return q.Left != nil && starred(q.Left)
	}
	return slices.ContainsFunc(q.Targets, func(t *query.Target) bool {
		_, is := t.Star()
		return is
	})
}

// exists reports whether a subquery is the argument of EXISTS.
func exists(q *ddl.Query) bool {
	if q.At.IsZero() {
		return true
	}
	before := strings.TrimRight(q.At.File.Text[:q.At.Start], " \t\r\n(")
	return len(before) >= 6 && strings.EqualFold(before[len(before)-6:], "exists")
}
