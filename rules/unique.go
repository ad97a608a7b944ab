package rules

import (
	"slices"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
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

// keys returns the key columns and expressions of an index, in order of text.
func keys(index *catalog.IndexData) []string {
	var ks []string
	for i, e := range index.Elements {
		switch {
		case i < len(index.Columns) && index.Columns[i] != 0:
			ks = append(ks, "#"+string(rune(index.Columns[i])))
		case e.Expr != nil:
			ks = append(ks, unwrapped(oneLine(e.Expr.Text)))
		}
	}
	slices.Sort(ks)
	return slices.Compact(ks)
}

// samePredicate reports whether two indexes are of the same rows.
func samePredicate(a, b *catalog.IndexData) bool {
	if a.Where == nil || b.Where == nil {
		return a.Where == b.Where
	}
	return unwrapped(oneLine(a.Where.Text)) == unwrapped(oneLine(b.Where.Text))
}

// infers reports whether ON CONFLICT (…) that meant index a finds index b.
func infers(a, b *catalog.IndexData) bool {
	return slices.Equal(keys(a), keys(b)) && samePredicate(a, b)
}

// implies reports whether rows that index a holds apart cannot collide in b.
func implies(a, b *catalog.IndexData) bool {
	if a.Where != nil && !samePredicate(a, b) || b.NullsNotDistinct && !a.NullsNotDistinct {
		return false
	}
	of := keys(b)
	return !slices.ContainsFunc(keys(a), func(k string) bool { return !slices.Contains(of, k) })
}

// arbiter reports whether ON CONFLICT ON CONSTRAINT can name the constraint.
func arbiter(c *catalog.Constraint) bool {
	return c.Kind == ddl.PrimaryKey || c.Kind == ddl.Unique || c.Kind == ddl.Exclude
}
