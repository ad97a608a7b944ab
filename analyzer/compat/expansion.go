package compat

import (
	"strings"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/query"
)

// expands reports whether a target is the columns of a composite value:
// (p).* or (f(x)).*.
func expands(t *query.Target) bool {
	return t.Expr != nil && !t.Expr.Bare && strings.HasSuffix(t.Expr.Text, ".*")
}

// expansion resolves such a target.
func (k *checker) expansion(t *query.Target, s *scope, how usage) (columns []output, open bool) {
	x := t.Expr
	k.expr(x, s, max(how, compared))
	k.Star = true
	plain := len(x.Operators)+len(x.Subqueries) == 0
	switch {
	case plain && len(x.Calls) == 1 && len(x.Casts) == 0:
		if f := k.c.FunctionByOID(k.bound[x.Calls[0].At].routine); f != nil {
			columns, ok := k.routineColumns(f)
			return columns, !ok
		}
	case plain && len(x.Calls) == 0 && len(x.Casts) == 1:
		return k.fields(k.c.ResolveType(x.Casts[0]))
	case plain && len(x.Calls)+len(x.Casts) == 0 && len(x.Columns) == 1 && !x.Columns[0].Star:
		ref := x.Columns[0]
		if i := s.find(query.Name{Name: ref.Column}); i != nil && ref.Qualifier.Name == "" && !s.has(ref.Column) {
			return i.columns, i.open
		}
		quiet := &checker{c: k.c, analysis: scratch()}
		return k.fields(quiet.column(ref, s).typ)
	}
	return nil, true
}

// fields are the columns of a composite type; open where it is not known.
func (k *checker) fields(t catalog.Type) (columns []output, open bool) {
	r := k.c.RowType(t)
	if r == nil {
		return nil, true
	}
	for _, a := range r.Attributes {
		columns = append(columns, output{name: a.Name, typ: a.Type})
	}
	return columns, r.Assumed
}

// routineColumns are the columns of the rows that a function returns, where it
// returns rows of more than one.
func (k *checker) routineColumns(f *catalog.Function) (columns []output, ok bool) {
	for _, a := range f.Args {
		if a.Mode == 't' || a.Mode == 'o' || a.Mode == 'b' {
			columns = append(columns, output{name: a.Name, typ: a.Type})
		}
	}
	if len(columns) > 0 {
		return columns, true
	}
	if r := k.c.RowType(f.Returns); r != nil && !r.Assumed {
		return relationColumns(r), true
	}
	return nil, false
}
