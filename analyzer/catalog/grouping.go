package catalog

import (
	"slices"

	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/query"
)

// dependGroups records that a view depends on the primary keys that let its
// query yield columns beside those that it groups by.
// https://www.postgresql.org/docs/current/sql-select.html#SQL-GROUPBY
func (e *editor) dependGroups(dep Address, q *ddl.Query) {
	if len(q.Groups) == 0 {
		return
	}
	for _, i := range q.From {
		if i.Relation == nil {
			continue
		}
		r := e.Relation(i.Relation.Name)
		if r == nil || r.PrimaryKey() == nil {
			continue
		}
		grouped := e.columnsOf(q, i, r, q.Groups)
		key := r.PrimaryKey()
		if slices.ContainsFunc(key.Columns, func(n int) bool { return !slices.Contains(grouped, n) }) {
			continue
		}
		var yielded []*ddl.Expr
		for _, t := range q.Targets {
			// Of a call it is not known whether it aggregates.
			if t.Expr != nil && len(t.Expr.Calls) == 0 {
				yielded = append(yielded, t.Expr)
			}
		}
		if slices.ContainsFunc(e.columnsOf(q, i, r, yielded), func(n int) bool { return !slices.Contains(grouped, n) }) {
			e.depend(key.Index, Dependency{Dependent: dep})
		}
	}
}

// columnsOf returns the columns of one item of a FROM clause that expressions
// name.
func (e *editor) columnsOf(q *ddl.Query, item *query.Item, r *Relation, list []*ddl.Expr) []int {
	name := item.Alias
	if name == "" {
		name = r.Name
	}
	var nums []int
	for _, x := range list {
		for _, c := range x.Columns {
			switch {
			case c.Qualifier.Name != "" && c.Qualifier.Name != name, c.Qualifier.Name == "" && e.elsewhere(q, item, c.Column):
			case c.Star:
				for _, a := range r.Attributes {
					nums = append(nums, a.Num)
				}
			case r.Attribute(c.Column) != nil:
				nums = append(nums, r.Attribute(c.Column).Num)
			}
		}
	}
	return nums
}

// elsewhere reports whether another item of a FROM clause may have a column of
// that name.
func (e *editor) elsewhere(q *ddl.Query, item *query.Item, column string) bool {
	return column != "" && slices.ContainsFunc(q.From, func(i *query.Item) bool {
		if i == item {
			return false
		}
		if i.Relation == nil {
			return true
		}
		r := e.Relation(i.Relation.Name)
		return r == nil || r.Assumed || r.Attribute(column) != nil
	})
}
