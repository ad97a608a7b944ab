package compat

import (
	"slices"
	"strings"

	"github.com/migracheck/migracheck/analyzer/queries"
	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/query"
	"github.com/migracheck/migracheck/parser/source"
)

// A hole is a part of a query that only run time knows. What stands there may
// be one name, a list or a clause, so that nothing is refused for it: it is
// unknown, on both schemas alike.

// hole reports whether a name is, or has in it, what only run time knows.
func hole(name string) bool { return strings.Contains(name, queries.Unknown) }

func holed(n ddl.Name) bool { return hole(n.Name) || hole(n.Schema) }

func anyHole(columns []ddl.Ident) bool {
	return slices.ContainsFunc(columns, func(c ddl.Ident) bool { return hole(c.Name) })
}

// holeIn reports whether an expression has a hole.
func holeIn(x *ddl.Expr) bool { return x != nil && hole(x.Text) }

func (k *checker) runtime(at source.Span) {
	k.unknown(at, "a part of the text is known only at run time")
}

// holds reports whether what stands after a relation in a FROM clause of this
// scope, or of one outside, is known only at run time: an alias, or more
// relations.
func (s *scope) holds() bool {
	for ; s != nil; s = s.outer {
		if slices.ContainsFunc(slices.Concat(s.items, s.qualified), func(i *item) bool { return i.hole }) {
			return true
		}
	}
	return false
}

// listHole reports whether a target stands for what may be several.
func listHole(t *query.Target) bool {
	return t.Expr != nil && t.Expr.Bare && holeIn(t.Expr)
}
