package parser

import (
	"cmp"
	"reflect"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"

	"github.com/migracheck/migracheck/parser/ddl"
	pg_query "github.com/migracheck/migracheck/parser/grammar"
	"github.com/migracheck/migracheck/parser/query"
	"github.com/migracheck/migracheck/parser/source"
)

// located is every node that knows where it stands.
type located interface{ GetLocation() int32 }

// bounds returns the first and last places inside a node, or 0 and 0.
func bounds(n proto.Message) (first, last int) {
	see := func(m proto.Message) bool {
		l, ok := m.(located)
		if !ok || l.GetLocation() <= 0 {
			return true
		}
		at := int(l.GetLocation())
		if first == 0 || at < first {
			first = at
		}
		last = max(last, at)
		return true
	}
	descend(n, see)
	return first, last
}

// unwrap returns the node in the box that lists and fields keep it in.
func unwrap(n *pg_query.Node) proto.Message {
	return inOneof(reflect.ValueOf(n.GetNode()))
}

// extent returns the part of c that an expression takes. The tree knows the
// first and last leaves; what follows the last one up to a keyword that no
// expression goes beyond belongs to it as well.
func (c clause) extent(n proto.Message) clause {
	first, last := bounds(n)
	if first == 0 {
		return c
	}
	from := c.index(first)
	if from < c.from || from >= c.to {
		return c
	}
	to := from
	for to < c.to {
		rest := c.part(to, c.to)
		for i := range rest.top() {
			if c.tokens[i].start > last && c.endsExpr(i) {
				break
			}
			to = i + 1
		}
		// A bracket that the expression itself opened before its first leaf.
		if !c.closes(to) || !(c.has(from-1, "(") || c.has(from-1, "[")) {
			break
		}
		if c.tokens[to].start > last && !c.has(to+1, ".") && !c.has(to+1, "[") {
			break
		}
		from--
		to++
	}
	return c.part(from, to)
}

// endsExpr reports whether token i, outside brackets and after the last leaf
// of an expression, is no part of it.
func (c clause) endsExpr(i int) bool {
	switch {
	case c.has(i, "WITH"):
		return !c.has(i+1, "TIME")
	case c.hasAny(i, "LEFT", "RIGHT"):
		return c.token(i+1) != "("
	case c.has(i, "NULLS"):
		return c.hasAny(i+1, "FIRST", "LAST")
	case c.hasAny(i, "ROWS", "RANGE", "GROUPS"):
		return true
	}
	return c.hasAny(i, ",", "AS", "ASC", "CROSS", "DESC", "DO", "EXCEPT", "FETCH", "FOR", "FROM", "FULL", "GROUP", "HAVING",
		"FOLLOWING", "INNER", "INTERSECT", "INTO", "JOIN", "LIMIT", "NATURAL", "OFFSET", "ON", "ONLY", "ORDER", "PRECEDING",
		"RETURNING", "ROW", "SET",
		"THEN", "UNION", "USING", "WHEN", "WHERE", "WINDOW")
}

// exprIn makes an expression that stands somewhere in c.
func (c clause) exprIn(n *pg_query.Node) *ddl.Expr {
	m := unwrap(n)
	if m == nil {
		return nil
	}
	return c.extent(m).exprOf(m)
}

// exprsIn makes expressions of a list of nodes that stand somewhere in c.
func (c clause) exprsIn(list ...*pg_query.Node) []*ddl.Expr {
	var all []*ddl.Expr
	for _, n := range list {
		if e := c.exprIn(n); e != nil {
			all = append(all, e)
		}
	}
	return all
}

// expr makes an expression that is all of c.
func (c clause) expr(n *pg_query.Node) *ddl.Expr {
	m := unwrap(n)
	if m == nil {
		return nil
	}
	return c.exprOf(m)
}

func (c clause) exprOf(n proto.Message) *ddl.Expr {
	at := c.here()
	e := &ddl.Expr{Text: at.Text(), At: at}
	if constant, ok := n.(*pg_query.A_Const); ok { // the many cells of a seed
		box := &pg_query.Node{Node: &pg_query.Node_AConst{AConst: constant}}
		e.Constant, e.Null, e.Literal = true, constant.GetIsnull(), literal(box)
		return e
	}
	e.Constant = isConstant(n)
	e.Null = isNull(n)
	if e.Constant && !e.Null {
		e.Literal = c.constant(n)
	}
	e.NotNull = provesNotNull(n)
	_, e.Bare = n.(*pg_query.ColumnRef)
	descend(n, func(m proto.Message) bool { return c.note(e, m) })
	sortByPlace(e.Columns, func(r query.ColumnRef) source.Span { return r.At })
	sortByPlace(e.Calls, func(r query.Call) source.Span { return r.At })
	sortByPlace(e.Casts, func(r ddl.TypeName) source.Span { return r.At })
	sortByPlace(e.Adopted, func(a query.Adopted) source.Span { return a.At })
	sortByPlace(e.Subqueries, func(q *ddl.Query) source.Span { return q.At })
	slices.SortFunc(e.Operators, func(a, b ddl.Name) int {
		return cmp.Or(strings.Compare(a.Schema, b.Schema), strings.Compare(a.Name, b.Name))
	})
	e.Operators = slices.Compact(e.Operators)
	e.Steps = c.stepsOf(e, n)
	return e
}

func sortByPlace[T any](s []T, at func(T) source.Span) {
	slices.SortStableFunc(s, func(a, b T) int { return at(a).Compare(at(b)) })
}

// note adds to e what a node inside it says, and reports whether the nodes
// inside that one are to be seen.
func (c clause) note(e *ddl.Expr, m proto.Message) bool {
	switch n := m.(type) {
	case *pg_query.ColumnRef:
		e.Columns = append(e.Columns, c.column(n))
	case *pg_query.FuncCall:
		e.Calls = append(e.Calls, c.call(n))
	case *pg_query.SQLValueFunction:
		at := c.at(n.GetLocation())
		name := strings.ToLower(at.token(at.from))
		e.Calls = append(e.Calls, query.Call{Name: ddl.Name{Schema: "pg_catalog", Name: name}, At: at.first().here()})
	case *pg_query.TypeName:
		e.Casts = append(e.Casts, c.typeName(n))
		return false
	case *pg_query.A_Expr:
		e.Operators = append(e.Operators, operators(n)...)
		e.Adopted = append(e.Adopted, c.compared(n)...)
	case *pg_query.TypeCast:
		if value, ok := plainString(n.GetArg()); ok {
			t := c.typeName(n.GetTypeName())
			e.Adopted = append(e.Adopted, query.Adopted{Value: value, Type: &t, At: c.at(n.GetArg().GetAConst().GetLocation()).first().here()})
		}
	case *pg_query.SubLink:
		if name := nameOf(n.GetOperName()); name != (ddl.Name{}) {
			e.Operators = append(e.Operators, name)
		}
		inside, _ := c.at(n.GetLocation()).group()
		// The IN of "a IN (SELECT …)" is where the link says it is.
		e.Subqueries = append(e.Subqueries, inside.query(n.GetSubselect()))
		if n.GetTestexpr() != nil {
			descend(n.GetTestexpr(), func(m proto.Message) bool { return c.note(e, m) })
		}
		return false
	case *pg_query.SelectStmt:
		box := &pg_query.Node{Node: &pg_query.Node_SelectStmt{SelectStmt: n}}
		e.Subqueries = append(e.Subqueries, c.enclosing(n).query(box))
		return false
	case *pg_query.CollateClause:
		if n.GetArg() != nil {
			descend(n.GetArg(), func(m proto.Message) bool { return c.note(e, m) })
		}
		return false
	}
	return true
}

// enclosing returns what stands between the nearest parentheses around a
// query.
func (c clause) enclosing(n proto.Message) clause {
	return c.around(n, "SELECT", "VALUES", "TABLE", "WITH", "(")
}

// around returns what stands between the nearest parentheses around all of a
// node; where words are given, what is inside begins with one of them.
func (c clause) around(n proto.Message, words ...string) clause {
	first, last := bounds(n)
	if first == 0 {
		return c
	}
	depth := 0
	for i := c.index(first) - 1; i >= c.from; i-- {
		switch {
		case c.has(i, ")"):
			depth++
		case c.has(i, "(") && depth > 0:
			depth--
		case c.has(i, "(") && (len(words) == 0 || c.hasAny(i+1, words...)):
			if inside, _ := c.part(i, c.to).group(); inside.to > c.index(last) {
				return inside
			}
		}
	}
	return c
}

func (c clause) column(n *pg_query.ColumnRef) query.ColumnRef {
	at := c.at(n.GetLocation())
	name, _ := at.name()
	parts := words(n.GetFields())
	ref := query.ColumnRef{Star: isStar(n)}
	if ref.Star {
		name = at.part(at.from, max(name.to, at.from))
		if c.token(name.to) == "." {
			name = at.part(name.from, name.to+2)
		} else if name.empty() {
			name = at.first()
		}
		ref.Qualifier = qualified(parts)
	} else if len(parts) > 0 {
		ref.Column = parts[len(parts)-1]
		ref.Qualifier = qualified(parts[:len(parts)-1])
	}
	ref.At = name.here()
	return ref
}

func isStar(n *pg_query.ColumnRef) bool {
	fields := n.GetFields()
	return len(fields) > 0 && fields[len(fields)-1].GetAStar() != nil
}

func (c clause) call(n *pg_query.FuncCall) query.Call {
	at := c.at(n.GetLocation())
	name, rest := at.name()
	if name.empty() {
		name = at.first()
	}
	if inside, after := rest.group(); rest.has(rest.from, "(") {
		name = at.part(name.from, max(inside.to+1, after.from))
	}
	call := query.Call{Name: nameOf(n.GetFuncname()), Args: len(n.GetArgs()), Over: n.GetOver() != nil, At: name.here()}
	if len(n.GetArgs()) > 0 {
		call.Literal = stringConstant(n.GetArgs()[0])
	}
	return call
}

// stringConstant returns the value of a string constant, cast or not.
func stringConstant(n *pg_query.Node) string {
	for n.GetTypeCast() != nil {
		n = n.GetTypeCast().GetArg()
	}
	if n.GetNamedArgExpr() != nil {
		return stringConstant(n.GetNamedArgExpr().GetArg())
	}
	return n.GetAConst().GetSval().GetSval()
}

// operators returns the operators of an A_Expr: those that the server looks
// up, so that BETWEEN is two comparisons.
func operators(n *pg_query.A_Expr) []ddl.Name {
	switch n.GetKind() {
	case pg_query.A_Expr_Kind_AEXPR_BETWEEN, pg_query.A_Expr_Kind_AEXPR_BETWEEN_SYM:
		return []ddl.Name{{Name: ">="}, {Name: "<="}}
	case pg_query.A_Expr_Kind_AEXPR_NOT_BETWEEN, pg_query.A_Expr_Kind_AEXPR_NOT_BETWEEN_SYM:
		return []ddl.Name{{Name: "<"}, {Name: ">"}}
	}
	return []ddl.Name{nameOf(n.GetName())}
}

func isConstant(m proto.Message) bool {
	switch n := m.(type) {
	case *pg_query.A_Const:
		return true
	case *pg_query.TypeCast:
		return isConstant(unwrap(n.GetArg()))
	case *pg_query.CollateClause:
		return isConstant(unwrap(n.GetArg()))
	case *pg_query.A_Expr:
		return isSign(n) && isConstant(unwrap(n.GetRexpr()))
	case *pg_query.A_ArrayExpr:
		return !slices.ContainsFunc(n.GetElements(), func(e *pg_query.Node) bool { return !isConstant(unwrap(e)) })
	}
	return false
}

func isSign(n *pg_query.A_Expr) bool {
	name := nameOf(n.GetName())
	return n.GetLexpr() == nil && name.Schema == "" && (name.Name == "-" || name.Name == "+")
}

func isNull(m proto.Message) bool {
	switch n := m.(type) {
	case *pg_query.A_Const:
		return n.GetIsnull()
	case *pg_query.TypeCast:
		return isNull(unwrap(n.GetArg()))
	case *pg_query.CollateClause:
		return isNull(unwrap(n.GetArg()))
	}
	return false
}

// constant returns the value of a constant as text.
func (c clause) constant(m proto.Message) string {
	switch n := m.(type) {
	case *pg_query.A_Const:
		return literal(&pg_query.Node{Node: &pg_query.Node_AConst{AConst: n}})
	case *pg_query.TypeCast:
		return c.constant(unwrap(n.GetArg()))
	case *pg_query.CollateClause:
		return c.constant(unwrap(n.GetArg()))
	case *pg_query.A_Expr:
		return strings.TrimPrefix(nameOf(n.GetName()).Name+c.constant(unwrap(n.GetRexpr())), "+")
	case *pg_query.A_ArrayExpr:
		return c.here().Text()
	}
	return ""
}

// provesNotNull returns the columns that are not null where the expression is
// true.
func provesNotNull(m proto.Message) []string {
	switch n := m.(type) {
	case *pg_query.NullTest:
		column := n.GetArg().GetColumnRef()
		if n.GetNulltesttype() != pg_query.NullTestType_IS_NOT_NULL || column == nil || isStar(column) {
			return nil
		}
		parts := words(column.GetFields())
		return parts[max(0, len(parts)-1):]
	case *pg_query.BoolExpr:
		if n.GetBoolop() != pg_query.BoolExprType_AND_EXPR {
			return nil
		}
		var all []string
		for _, arg := range n.GetArgs() {
			all = append(all, provesNotNull(unwrap(arg))...)
		}
		return all
	}
	return nil
}
