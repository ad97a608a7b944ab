package compat

import (
	"fmt"
	"slices"
	"strings"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/query"
	"github.com/migracheck/migracheck/parser/source"
)

// typedCall reports whether the steps of an expression look the call up.
func typedCall(x *ddl.Expr, call query.Call) bool {
	return slices.ContainsFunc(x.Steps, func(s query.Step) bool { return s.Kind == query.StepFunction && s.At == call.At })
}

// typeExpr types an expression whose names are resolved.
func (k *checker) typeExpr(x *ddl.Expr, s *scope, subqueries [][]output) {
	if k.types == nil {
		return
	}
	k.types.values[x] = k.typedValue(x, s, subqueries)
	for _, call := range x.Calls {
		refused := slices.ContainsFunc(k.Errors, func(e Error) bool { return e.At == call.At })
		if _, bound := k.bound[call.At]; typedCall(x, call) && !bound && !refused {
			k.call(call) // by the number of its arguments
		}
	}
}

// condition wants an expression to be true or false.
func (k *checker) condition(x *ddl.Expr) {
	if k.types == nil || x == nil {
		return
	}
	if v, ok := k.types.values[x]; ok {
		k.must(v, boolean.typ, assigning, datatypeMismatch, x.At, "a condition")
	}
}

// clauses types what the clauses of a query want of their expressions.
func (k *checker) clauses(q *ddl.Query, s *scope, columns []output) {
	if k.types == nil {
		return
	}
	for _, x := range q.Conditions {
		k.condition(x)
	}
	for _, x := range q.Sorted {
		k.sortable(k.types.values[x], true, x.At)
	}
	for _, x := range q.Order {
		k.sortable(k.orderValue(x, columns), true, x.At)
	}
	for _, x := range q.Groups {
		if x.Bare && len(x.Columns) == 1 && x.Columns[0].Qualifier.Name == "" && len(s.named(x.Columns[0].Column)) > 0 {
			k.sortable(k.types.values[x], false, x.At)
			continue
		}
		k.sortable(k.orderValue(x, columns), false, x.At)
	}
	for _, x := range q.Limits {
		if v, ok := k.types.values[x]; ok {
			k.must(v, typeNamed("int8"), assigning, datatypeMismatch, x.At, "LIMIT")
		}
	}
}

// orderValue is what an entry of ORDER BY or GROUP BY stands for: a column of
// the result by number or name, or itself.
func (k *checker) orderValue(x *ddl.Expr, columns []output) value {
	if x.Constant {
		var n int
		if _, err := fmt.Sscan(x.Text, &n); err == nil && n > 0 && n <= len(columns) {
			return columns[n-1].settled()
		}
	}
	if x.Bare && len(x.Columns) == 1 && x.Columns[0].Qualifier.Name == "" {
		if found := columnsNamed(columns, x.Columns[0].Column); len(found) > 0 {
			return found[0].settled()
		}
	}
	if v, ok := k.types.values[x]; ok {
		return v
	}
	return opaque(x.Text)
}

// withType gives an output the type of a value.
func (k *checker) withType(o output, v value) output {
	if v.known() {
		o.typ = k.catalogType(v.typ, v.mods)
		o.typ.Assumed = v.typ.assumed
		if v.typ.assumed {
			o.typ.Name = ddl.Name{Name: v.typ.name}
		}
	}
	o.value = v
	return o
}

// settle makes constants without a type text, as they are in the columns of a
// subquery.
func (k *checker) settle(columns []output) []output {
	if k.types == nil || !slices.ContainsFunc(columns, func(o output) bool { return o.typ.IsZero() && o.value.untyped }) {
		return columns
	}
	columns = slices.Clone(columns)
	for i, o := range columns {
		if o.typ.IsZero() && o.value.untyped {
			columns[i] = k.withType(o, o.settled())
		}
	}
	return columns
}

// cellType types a column of a VALUES list. Those that an INSERT writes have
// no type of their own.
func (k *checker) cellType(q *ddl.Query, column int, o output) output {
	if k.types == nil || q == k.inserted {
		return o
	}
	var cells []value
	for i := column; i < len(q.Exprs); i += q.Values {
		if v, ok := k.types.values[q.Exprs[i]]; ok {
			cells = append(cells, v)
		}
	}
	v, ok := k.together("VALUES", q.At, cells)
	if !ok {
		v = opaque("VALUES", cells...)
	}
	return k.withType(o, v)
}

// merged types a column of USING.
func (k *checker) merged(o, left, right output, at source.Span) output {
	if k.types == nil {
		return o
	}
	sides := []value{left.settled(), right.settled()}
	k.operate(query.Step{Kind: query.StepOperator, Name: ddl.Name{Name: "="}, At: at}, sides)
	v, ok := k.together("USING", at, sides)
	if !ok {
		v = opaque("USING", sides...)
	}
	o.typ = catalog.Type{}
	return k.withType(o, v)
}

// united types a column of a set operation.
func (k *checker) united(q *ddl.Query, o, left, right output) output {
	sides, what := []value{left.raw(), right.raw()}, strings.ToUpper(q.SetOp)
	v, ok := k.together(what, q.At, sides)
	if !ok {
		v = opaque(what, sides...)
	}
	o.typ = catalog.Type{}
	return k.withType(o, v)
}

// sameColumns wants the columns of a recursive query to be of the types that
// its first arm gives them.
func (k *checker) sameColumns(c *query.CTE, ctes *cteList, i *item) {
	if k.types == nil || ctes == nil || ctes.name != c.Name.Name || !c.Recursive || ctes.item == nil {
		return
	}
	seed := ctes.item.columns
	if len(seed) != len(i.columns) {
		return
	}
	for n, o := range i.columns {
		if a, b := seed[n].typ, o.typ; !a.IsZero() && !b.IsZero() && !a.Equal(b) {
			k.mistyped(datatypeMismatch, c.Name.At, "a recursive query", seed[n].settled(), o.settled())
		}
	}
}

// assign gives a column a value.
func (k *checker) assign(a *catalog.Attribute, v value, at source.Span) {
	if a == nil {
		return
	}
	what := "column " + a.Name
	code, sure := k.convert(v, typeOf(a.Type), assigning, datatypeMismatch)
	known, seen := k.types.assigned[a]
	k.types.assigned[a] = sure && (known || !seen)
	if v.known() && v.reads && catalog.Convert(k.catalogType(v.typ, v.mods), k.c, a.Type, k.c) == catalog.Narrowing {
		if k.types.risky[at] = stringTooLong; a.Type.IsNumber() {
			k.types.risky[at] = numberOutOfRange
		}
	}
	switch {
	case !sure:
		k.doubtful(at, what, v, value{typ: typeOf(a.Type), mods: a.Type.Mods})
	case code != "":
		k.mistyped(code, at, what, v)
	}
}

// assignRows gives the columns of an INSERT the rows of its query.
func (k *checker) assignRows(columns []*catalog.Attribute, from *ddl.Query, outputs []output, open bool, at source.Span) {
	switch {
	case k.types == nil || from == nil || open:
	case from.Values > 0:
		for i, x := range from.Exprs {
			if n := i % from.Values; n < len(columns) && !isDefault(x) {
				k.assign(columns[n], k.types.values[x], x.At)
			}
		}
	default:
		for n, o := range outputs {
			if n < len(columns) {
				k.assign(columns[n], o.raw(), at)
			}
		}
	}
}

// assignTypes gives the columns of SET their values.
func (k *checker) assignTypes(r *catalog.Relation, columns []ddl.Ident, values []*ddl.Expr) {
	if k.types == nil || r == nil {
		return
	}
	for n, c := range columns {
		a := r.Attribute(c.Name)
		switch {
		case a == nil:
		case len(values) != len(columns) || subscripted(c):
			k.types.assigned[a] = false
			k.doubtful(c.At, "column "+c.Name, value{typ: typeOf(a.Type), mods: a.Type.Mods})
		case !isDefault(values[n]):
			k.assign(a, k.types.values[values[n]], values[n].At)
		}
	}
}

// assignAction does so for a WHEN clause of MERGE.
func (k *checker) assignAction(r *catalog.Relation, action ddl.MergeAction) {
	columns := action.Columns
	if r == nil || action.Command == "delete" {
		return
	}
	if action.Command == "insert" && len(columns) == 0 {
		for _, a := range r.Attributes[:min(len(r.Attributes), len(action.Values))] {
			columns = append(columns, ddl.Ident{Name: a.Name, At: a.Created})
		}
	}
	k.assignTypes(r, columns, action.Values)
}

// conflictTypes types DO UPDATE: values are those of SET, then its condition.
func (k *checker) conflictTypes(r *catalog.Relation, op *ddl.Insert, values []*ddl.Expr) {
	if k.types == nil || len(values) < len(op.ConflictSet) {
		return
	}
	k.assignTypes(r, op.ConflictSet, values[:len(op.ConflictSet)])
	for _, x := range values[len(op.ConflictSet):] {
		k.condition(x)
	}
}
