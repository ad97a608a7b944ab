package rules

import (
	"slices"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/pattern"
)

// A unique is a unique index of a table, with or without a constraint.
type unique struct {
	index      *catalog.Relation
	deferrable bool
}

// uniques returns the valid unique indexes of a table.
func uniques(c *catalog.Catalog, table *catalog.Relation) []unique {
	var all []unique
	for _, oid := range table.Indexes {
		index := c.RelationByOID(oid)
		if index == nil || index.Index == nil || !index.Index.Unique || !index.Index.Valid {
			continue
		}
		constraint := table.ConstraintByOID(index.Index.Constraint)
		all = append(all, unique{index, constraint != nil && constraint.Deferrable})
	}
	return all
}

// keys returns the key columns, by what name calls them, and expressions of an
// index, in order.
func keys(index *catalog.IndexData, name func(num int) string) []string {
	var ks []string
	for i, e := range index.Elements {
		switch {
		case i < len(index.Columns) && index.Columns[i] != 0:
			ks = append(ks, "column "+name(index.Columns[i]))
		case e.Expr != nil:
			ks = append(ks, unwrapped(oneLine(e.Expr.Text)))
		}
	}
	slices.Sort(ks)
	return slices.Compact(ks)
}

// knownNames calls the columns of a table as the previous version does, and
// new ones as they are called now: one that takes the place of another is the
// same to it.
func (p *Pass) knownNames(r *catalog.Relation) func(num int) string {
	return func(num int) string {
		if known := p.known(r); known != nil && known.AttributeByNum(num) != nil {
			return known.AttributeByNum(num).Name
		}
		if a := r.AttributeByNum(num); a != nil {
			return a.Name
		}
		return ""
	}
}

// arbiters returns the unique indexes that ON CONFLICT (…) of the previous
// version, which meant index, finds at the end of the window: PostgreSQL takes
// any of the same keys whose WHERE follows from that of the statement.
func (p *Pass) arbiters(r *catalog.Relation, index *catalog.IndexData) []unique {
	end := p.end(r)
	if end == nil {
		return nil
	}
	meant := keys(index, p.knownNames(r))
	called := func(num int) string {
		if a := end.AttributeByNum(num); a != nil {
			return a.Name
		}
		return ""
	}
	return slices.DeleteFunc(uniques(p.Window.End, end), func(u unique) bool {
		return !slices.Equal(meant, keys(u.index.Index, called)) || !proves(index.Where, u.index.Index.Where, nil)
	})
}

// refusedBefore reports whether a unique index that the previous version knows
// holds apart what the new one does.
func (p *Pass) refusedBefore(r *catalog.Relation, index *catalog.IndexData) bool {
	table := p.known(r)
	return slices.ContainsFunc(uniques(p.Window.Base, table), func(u unique) bool {
		return p.implies(table, u.index.Index, r, index)
	})
}

// implies reports whether rows that index a of table ra holds apart cannot
// collide in index b of rb, which is the same table at another time.
func (p *Pass) implies(ra *catalog.Relation, a *catalog.IndexData, rb *catalog.Relation, b *catalog.IndexData) bool {
	if b.NullsNotDistinct && !a.NullsNotDistinct && !allNotNull(ra, a) {
		return false
	}
	var given []string
	if !b.NullsNotDistinct {
		given = keysNotNull(b) // rows with a NULL in the key collide with none
	}
	return proves(b.Where, a.Where, given) && subset(keys(a, p.knownNames(ra)), keys(b, p.knownNames(rb)))
}

// allNotNull reports whether no key column of an index can be NULL.
func allNotNull(r *catalog.Relation, index *catalog.IndexData) bool {
	return !slices.ContainsFunc(index.Columns, func(num int) bool {
		a := r.AttributeByNum(num)
		return a == nil || !a.NotNull
	})
}

// keysNotNull returns the conditions that the key columns of an index are not
// null, as cases have them.
func keysNotNull(index *catalog.IndexData) []string {
	var conditions []string
	for _, e := range index.Elements {
		if e.Column != "" {
			conditions = append(conditions, ddlName(e.Column)+" IS NOT NULL")
		}
	}
	return conditions
}

// proves reports whether a row that meets p and what is given meets q, as far
// as their cases show; nil is met by every row.
func proves(p, q *ddl.Expr, given []string) bool {
	if q == nil {
		return true
	}
	met, wanted := [][]string{nil}, untyped(q.Cases)
	if p != nil {
		if unwrapped(oneLine(p.Text)) == unwrapped(oneLine(q.Text)) {
			return true
		}
		met = untyped(p.Cases)
	}
	for _, m := range met {
		have := slices.Concat(m, given)
		if !slices.ContainsFunc(wanted, func(conditions []string) bool { return subset(conditions, have) }) {
			return false
		}
	}
	return len(met) > 0
}

func subset(a, b []string) bool {
	return !slices.ContainsFunc(a, func(s string) bool { return !slices.Contains(b, s) })
}

// typedLiteral matches a string constant and the type that it is cast to.
var typedLiteral = pattern.New(`('(?:[^']|'')*')::[\w."]+`)

// untyped returns cases without the casts of their string constants: what is
// compared with a column has its type anyway, whose name may have changed.
func untyped(cases [][]string) [][]string {
	all := make([][]string, len(cases))
	for i, conditions := range cases {
		for _, c := range conditions {
			all[i] = append(all[i], typedLiteral.ReplaceAllString(c, "$1"))
		}
	}
	return all
}

// arbiter reports whether ON CONFLICT ON CONSTRAINT can name the constraint.
func arbiter(c *catalog.Constraint) bool {
	return c.Kind == ddl.PrimaryKey || c.Kind == ddl.Unique || c.Kind == ddl.Exclude
}
