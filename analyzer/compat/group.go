package compat

import (
	"slices"
	"strconv"
	"strings"

	"github.com/migracheck/migracheck/parser/ddl"
)

// grouped refuses columns of the target list that GROUP BY neither names nor,
// by a primary key, determines. It judges targets that are nothing but a
// column.
func (k *checker) grouped(q *ddl.Query, s *scope, columns []output, open bool) {
	if !q.GroupBy || q.GroupingSets || open || len(s.openItems()) > 0 {
		return
	}
	keys := map[use]bool{}
	for _, x := range q.Groups {
		for _, u := range k.groupKey(x, s, columns) {
			keys[u] = true
		}
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
		if _, bare := t.Column(); bare && n < len(columns) {
			k.determined(columns[n], keys, s, t.Expr.Text)
		}
		n++
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
	if ref.Qualifier.Name == "" && len(columnsNamed(s.columns(), ref.Column)) == 0 {
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
