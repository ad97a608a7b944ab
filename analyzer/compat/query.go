package compat

import (
	"slices"
	"strconv"
	"strings"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/query"
	"github.com/migracheck/migracheck/parser/source"
)

// query resolves a query and returns its columns; open where there may be
// more. how is what is done with them.
func (k *checker) query(q *ddl.Query, outer *scope, ctes *cteList, how usage) (columns []output, open bool) {
	if q == nil {
		return nil, true
	}
	ctes = k.with(q.With, outer, ctes)
	if q.SetOp != "" {
		return k.setOperation(q, outer, ctes)
	}
	s := &scope{outer: outer, ctes: ctes}
	if q.Values > 0 {
		for _, x := range q.Exprs {
			k.expr(x, s, how)
		}
		for i := range q.Values {
			columns = append(columns, k.cellType(q, i, output{name: "column" + strconv.Itoa(i+1), from: k.cellUses(q, i, s)}))
		}
		return columns, false
	}
	conditions := k.from(q, s)
	for _, x := range q.Exprs {
		if on := conditions[x]; on != nil {
			k.expr(x, on, compared)
		}
	}
	columns, open = k.targets(q.Targets, s, how)
	for _, x := range q.Exprs {
		switch {
		case conditions[x] != nil:
		case slices.Contains(q.Order, x):
			k.order(x, s, columns, open)
		case slices.Contains(q.Groups, x):
			k.group(x, s, columns, open)
		default:
			k.expr(x, s, compared)
		}
	}
	k.clauses(q, s, columns)
	k.grouped(q, s, columns, open)
	if q.Distinct {
		k.distinct(q, columns)
	}
	return columns, open
}

// cellUses returns the columns that a column of a VALUES list reads.
func (k *checker) cellUses(q *ddl.Query, column int, s *scope) []use {
	var uses []use
	for i := column; i < len(q.Exprs); i += q.Values {
		uses = append(uses, k.usesOf(q.Exprs[i], s)...)
	}
	return uses
}

func (k *checker) with(list []*query.CTE, outer *scope, ctes *cteList) *cteList {
	for _, c := range list {
		inner := ctes
		if c.Recursive && !c.Modifies {
			inner = k.recursion(c, outer, ctes)
		}
		i := &item{name: c.Name.Name, at: c.Name.At}
		if c.Modifies {
			i.columns, i.open = k.modifying(c, inner)
		} else {
			i.columns, i.open = k.query(c.Query, outer, inner, returned)
		}
		i.columns = k.settle(i.columns)
		k.sameColumns(c, inner, i)
		i.columns = k.renamed(i, c.Columns, c.Name.At)
		ctes = &cteList{name: c.Name.Name, item: i, outer: ctes}
	}
	return ctes
}

// recursion makes a CTE visible to itself: its columns are those of its
// non-recursive arm.
func (k *checker) recursion(c *query.CTE, outer *scope, ctes *cteList) *cteList {
	self := &item{name: c.Name.Name, open: true, at: c.Name.At}
	inner := &cteList{name: c.Name.Name, item: self, outer: ctes}
	if c.Query == nil || c.Query.SetOp == "" || !mentions(c.Query.Right, c.Name.Name) {
		if c.Query != nil && mentions(c.Query, c.Name.Name) {
			return inner
		}
		return ctes // RECURSIVE is for another one
	}
	k.recursive = true
	quiet := &checker{c: k.c, analysis: scratch()}
	quiet.types = k.types
	seedCTEs := quiet.with(c.Query.With, outer, ctes)
	self.columns, self.open = quiet.query(c.Query.Left, outer, seedCTEs, computed)
	self.columns = quiet.renamed(self, c.Columns, c.Name.At)
	return inner
}

// scratch is an analysis of which nothing is kept.
func scratch() *analysis {
	return &analysis{bound: map[source.Span]binding{}, open: map[source.Span]opening{}, opened: map[source.Span]bool{}, uses: map[use]usage{}, typed: map[source.Span]bool{}}
}

// mentions reports whether a query reads a relation of that name.
func mentions(q *ddl.Query, name string) bool {
	found := false
	q.Walk(func(q *ddl.Query) {
		found = found || slices.ContainsFunc(q.From, func(i *query.Item) bool {
			return i.Relation != nil && i.Relation.Schema == "" && i.Relation.Name.Name == name
		})
	})
	return found
}

// renamed gives the first columns of an item other names.
func (k *checker) renamed(i *item, names []string, at source.Span) []output {
	if len(names) > len(i.columns) && !i.open {
		k.refuse(Error{SQLState: invalidColumnReference, At: at, Object: i.name}, "table %q has %d columns available but %d columns specified", i.name, len(i.columns), len(names))
	}
	if len(names) == 0 {
		return i.columns
	}
	columns := slices.Clone(i.columns)
	for n, name := range names {
		if n < len(columns) {
			columns[n].name = name
			continue
		}
		columns = append(columns, output{name: name})
	}
	return columns
}

func (k *checker) setOperation(q *ddl.Query, outer *scope, ctes *cteList) ([]output, bool) {
	left, lopen := k.query(q.Left, outer, ctes, computed)
	right, ropen := k.query(q.Right, outer, ctes, computed)
	if !lopen && !ropen && len(left) != len(right) {
		word, _, _ := strings.Cut(q.SetOp, " ")
		k.refuse(Error{SQLState: syntaxError, At: q.At}, "each %s query must have the same number of columns", strings.ToUpper(word))
	}
	columns := slices.Clone(left)
	for i := range columns {
		columns[i].from, columns[i].use = uses(columns[i]), use{}
		if i >= len(right) {
			continue
		}
		columns[i].from = append(columns[i].from, uses(right[i])...)
		a, b := columns[i].typ, right[i].typ
		if !a.Equal(b) {
			columns[i].typ = catalog.Type{}
		}
		if k.types != nil {
			columns[i] = k.united(q, columns[i], left[i], right[i])
			continue
		}
		if !a.IsZero() && !b.IsZero() && (a.Name != b.Name || a.Dims != b.Dims) && !(a.Dims+b.Dims == 0 && (a.IsNumber() && b.IsNumber() || a.IsText() && b.IsText())) {
			k.unknown(q.At, "whether types %s and %s go together in column %d of %s is not analysed", a, b, i+1, strings.ToUpper(q.SetOp))
		}
	}
	for _, x := range q.Order {
		k.order(x, &scope{ctes: ctes}, columns, lopen)
	}
	for _, x := range q.Exprs {
		if !slices.Contains(q.Order, x) {
			k.expr(x, &scope{outer: outer, ctes: ctes}, compared)
		}
	}
	k.clauses(q, &scope{}, columns)
	if !strings.HasSuffix(q.SetOp, "all") {
		k.distinct(q, columns)
	}
	return columns, lopen || ropen
}

// uses are the columns that an output comes from.
func uses(o output) []use {
	if o.use != (use{}) {
		return append(slices.Clip(o.from), o.use)
	}
	return slices.Clip(o.from)
}

// distinct refuses columns of types without equality.
func (k *checker) distinct(q *ddl.Query, columns []output) {
	for _, o := range columns {
		if k.types != nil {
			k.sortable(o.settled(), false, q.At)
		} else if t := o.typ; t.Def == 0 && !t.Assumed && t.Dims == 0 && slices.Contains([]string{"json", "xml", "point"}, t.Name.Name) {
			k.refuse(Error{SQLState: undefinedFunction, At: q.At, Object: o.name}, "could not identify an equality operator for type %s", t)
		}
		for _, u := range uses(o) {
			k.note(u, compared)
		}
	}
}

// note records how a column is used.
func (k *checker) note(u use, how usage) {
	if u == (use{}) {
		return
	}
	if old, ok := k.uses[u]; !ok || how > old {
		k.uses[u] = how
	}
}

// targets resolves a target list.
func (k *checker) targets(list []*query.Target, s *scope, how usage) (columns []output, open bool) {
	for _, t := range list {
		if ref, ok := t.Star(); ok {
			more, o := k.star(ref, s, how)
			columns, open = append(columns, more...), open || o
			continue
		}
		if listHole(t) {
			k.runtime(t.Expr.At)
			open = true
			continue
		}
		if expands(t) {
			more, o := k.expansion(t, s, how)
			columns, open = append(columns, more...), open || o
			continue
		}
		columns = append(columns, k.target(t, s, how))
	}
	return columns, open
}

func (k *checker) target(t *query.Target, s *scope, how usage) output {
	out := output{name: t.Alias}
	if ref, ok := t.Column(); ok {
		found := k.column(ref, s)
		for _, u := range uses(found) {
			k.note(u, how)
		}
		out.typ, out.use, out.from, out.value = found.typ, found.use, found.from, found.value
		return out
	}
	if t.Expr == nil {
		return out
	}
	k.expr(t.Expr, s, max(how, compared))
	out.from = k.usesOf(t.Expr, s)
	switch {
	case t.Type != nil:
		out.typ, out.from = k.c.ResolveType(*t.Type), nil
	default:
		out.typ = k.callType(t.Expr)
	}
	if k.types != nil {
		return k.withType(out, k.types.values[t.Expr])
	}
	return out
}

// callType returns the type of an expression that is one call of a routine of
// the history and nothing else.
func (k *checker) callType(x *ddl.Expr) catalog.Type {
	if len(x.Calls) != 1 || x.Calls[0].At.End != x.At.End || x.Calls[0].At.Start != x.At.Start {
		return catalog.Type{}
	}
	if f := k.c.FunctionByOID(k.bound[x.Calls[0].At].routine); f != nil && !f.ReturnsSet {
		return f.Returns
	}
	return catalog.Type{}
}

func (k *checker) star(ref query.ColumnRef, s *scope, how usage) ([]output, bool) {
	columns, open := s.columns(), len(s.openItems()) > 0
	if ref.Qualifier.Name != "" {
		i := s.find(ref.Qualifier)
		if i == nil {
			if s.has(ref.Qualifier.Name) {
				return nil, true // the fields of a composite column
			}
			k.noEntry(ref, s)
			return nil, true
		}
		columns, open = i.columns, i.open
	}
	k.Star = true
	for _, o := range columns {
		for _, u := range uses(o) {
			k.note(u, how)
		}
	}
	return columns, open
}

func (k *checker) noEntry(ref query.ColumnRef, s *scope) {
	if s.holds() || hole(ref.Qualifier.Name) {
		k.runtime(ref.At)
		return
	}
	k.refuse(Error{SQLState: undefinedTable, At: ref.At, Object: ref.Qualifier.Name}, "missing FROM-clause entry for table %q", ref.Qualifier.Name)
}

// order resolves an expression of ORDER BY or DISTINCT ON: a number, a name of
// the result, or an expression.
func (k *checker) order(x *ddl.Expr, s *scope, columns []output, open bool) {
	if k.position(x, columns, open, "ORDER BY") {
		return
	}
	if !x.Bare || len(x.Columns) != 1 || x.Columns[0].Qualifier.Name != "" {
		k.expr(x, s, compared)
		return
	}
	name := x.Columns[0].Column
	found := columnsNamed(columns, name)
	if len(found) == 0 && open {
		k.open[x.Columns[0].At] = opening{name: name, mixed: true}
		return
	}
	if len(found) == 0 {
		k.expr(x, s, compared)
		return
	}
	for _, o := range found {
		for _, u := range uses(o) {
			k.note(u, compared)
		}
		if o.use != (use{}) && found[0].use != (use{}) && o.use != found[0].use {
			k.refuse(Error{SQLState: ambiguousColumn, At: x.At, Object: name}, "ORDER BY %q is ambiguous", name)
			return
		}
	}
}

// group resolves an expression of GROUP BY: a number, a column, else a name of
// the result.
func (k *checker) group(x *ddl.Expr, s *scope, columns []output, open bool) {
	if k.position(x, columns, open, "GROUP BY") {
		return
	}
	if x.Bare && len(x.Columns) == 1 && x.Columns[0].Qualifier.Name == "" {
		name := x.Columns[0].Column
		if len(s.named(name)) == 0 && len(s.openItems()) == 0 && len(columnsNamed(columns, name)) > 0 {
			return
		}
	}
	k.expr(x, s, compared)
}

// position reports whether an expression is the number of a column.
func (k *checker) position(x *ddl.Expr, columns []output, open bool, clause string) bool {
	if !x.Constant || x.Null {
		return false
	}
	n, err := strconv.Atoi(strings.TrimSpace(x.Text))
	if err != nil {
		return false
	}
	if (n < 1 || n > len(columns)) && !open {
		k.refuse(Error{SQLState: invalidColumnReference, At: x.At}, "%s position %d is not in select list", clause, n)
	}
	if n > 0 && n <= len(columns) {
		for _, u := range uses(columns[n-1]) {
			k.note(u, compared)
		}
	}
	return true
}
