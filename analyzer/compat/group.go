package compat

import (
	"slices"
	"strconv"
	"strings"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/pattern"
	"github.com/migracheck/migracheck/parser/query"
)

// grouped refuses columns of the target list that GROUP BY neither names nor,
// by a primary key, determines. It judges targets that are nothing but a
// column.
func (k *checker) grouped(q *ddl.Query, s *scope, columns []output, open bool) {
	if !q.GroupBy || q.GroupingSets || open || len(s.openItems()) > 0 || slices.ContainsFunc(q.Groups, holeIn) {
		return
	}
	keys := map[use]bool{}
	plainKeys := true // no expression that a target may repeat
	for _, x := range q.Groups {
		found := k.groupKey(x, s, columns)
		for _, u := range found {
			keys[u] = true
		}
		plainKeys = plainKeys && len(found) == 1
	}
	n := 0
	for _, t := range q.Targets {
		if ref, star := t.Star(); star {
			listed := s.columns()
			if i := s.find(ref.Qualifier); i != nil {
				listed = i.columns
			}
			for _, o := range listed {
				k.determined(o, keys, s, ref.At.Text())
			}
			n += len(listed)
			continue
		}
		if expands(t) {
			return // how many columns it is does not matter so much
		}
		switch _, bare := t.Column(); {
		case bare && n < len(columns):
			k.determined(columns[n], keys, s, t.Expr.Text)
		case plainKeys && t.Expr != nil:
			k.outside(t.Expr, keys, s)
		}
		n++
	}
}

// outside judges the columns of an expression that no call has: one may be of
// an aggregate.
func (k *checker) outside(x *ddl.Expr, keys map[use]bool, s *scope) {
	if clauses.MatchString(x.Text) {
		return // FILTER and WITHIN GROUP are parts of a call that come after it
	}
	quiet := &checker{c: k.c, analysis: scratch()}
	for _, ref := range x.Columns {
		if !ref.Star && !within(ref, x) {
			k.determined(quiet.column(ref, s), keys, s, ref.At.Text())
		}
	}
	for _, q := range x.Subqueries {
		k.correlated(q, keys, s)
	}
}

var clauses = pattern.New(`(?i)\b(filter|within)\b`)

// within reports whether a column stands in a call.
func within(ref query.ColumnRef, x *ddl.Expr) bool {
	return slices.ContainsFunc(x.Calls, func(c query.Call) bool { return c.At.Start <= ref.At.Start && ref.At.End <= c.At.End })
}

// correlated judges what a subquery reads of the query around it: the columns
// of relations that it does not read itself.
func (k *checker) correlated(q *ddl.Query, keys map[use]bool, s *scope) {
	var refs []query.ColumnRef
	own := map[catalog.OID]bool{}
	q.Walk(func(q *ddl.Query) {
		for _, i := range q.From {
			if i.Relation != nil {
				own[k.bound[i.Relation.At].relation] = true
			}
		}
		exprs := slices.Clone(q.Exprs)
		for _, t := range q.Targets {
			exprs = append(exprs, t.Expr)
		}
		for _, x := range exprs {
			if x == nil || clauses.MatchString(x.Text) {
				continue
			}
			for _, ref := range x.Columns {
				if !within(ref, x) {
					refs = append(refs, ref)
				}
			}
		}
	})
	for _, ref := range refs {
		if b := k.bound[ref.At]; b.column != 0 && !own[b.relation] {
			u := use{b.relation, b.column}
			k.determined(output{name: b.name, use: u}, keys, s, ref.At.Text())
		}
	}
}

// groupKey returns the columns that an entry of GROUP BY is.
func (k *checker) groupKey(x *ddl.Expr, s *scope, columns []output) []use {
	if n, err := strconv.Atoi(strings.TrimSpace(x.Text)); err == nil && n > 0 && n <= len(columns) {
		return uses(columns[n-1])
	}
	if !x.Bare || len(x.Columns) != 1 {
		return nil
	}
	ref := x.Columns[0]
	if ref.Qualifier.Name == "" && len(s.named(ref.Column)) == 0 {
		for _, o := range columnsNamed(columns, ref.Column) {
			return uses(o)
		}
	}
	quiet := &checker{c: k.c, analysis: scratch()}
	return uses(quiet.column(ref, s))
}

// determined refuses a column that is no group key and depends on none.
func (k *checker) determined(o output, keys map[use]bool, s *scope, text string) {
	if o.use == (use{}) || slices.ContainsFunc(uses(o), func(u use) bool { return keys[u] }) {
		return
	}
	// A table that is listed itself, under one name, once.
	var listed int
	for _, i := range s.items {
		if i.relation != nil && i.relation.OID == o.use.relation {
			listed++
		}
	}
	if listed != 1 {
		return
	}
	r := k.c.RelationByOID(o.use.relation)
	if r == nil || r.Assumed {
		return
	}
	if pk := r.PrimaryKey(); pk != nil && !pk.Deferrable {
		if !slices.ContainsFunc(pk.Columns, func(num int) bool { return !keys[use{r.OID, num}] }) {
			return
		}
	}
	k.refuse(Error{SQLState: groupingError, At: s.items[0].at, Relation: r.String(), Object: o.name},
		"column %q must appear in the GROUP BY clause or be used in an aggregate function", strings.TrimSpace(text))
}
