package parser

import (
	"strconv"
	"strings"

	"github.com/migracheck/migracheck/parser/ddl"
	pg_query "github.com/migracheck/migracheck/parser/grammar"
	"github.com/migracheck/migracheck/parser/query"
)

// maxCases bounds what ANDs of ORs multiply to.
const maxCases = 256

// check makes the expression of a CHECK constraint, or the WHERE of an index,
// with its cases.
func (c clause) check(n *pg_query.Node) *ddl.Expr {
	e := c.expr(n)
	if e != nil {
		e.Cases = cases(n)
	}
	return e
}

// cases returns an expression in disjunctive normal form. Where it keeps
// conditions together that could be taken apart, less can be concluded from it
// and nothing wrong.
func cases(n *pg_query.Node) [][]string {
	if b := n.GetBoolExpr(); b != nil {
		switch b.GetBoolop() {
		case pg_query.BoolExprType_OR_EXPR:
			return anyOf(b.GetArgs())
		case pg_query.BoolExprType_AND_EXPR:
			return allOf(b.GetArgs())
		}
	}
	if a := n.GetAExpr(); a != nil {
		if all := comparison(a); all != nil {
			return all
		}
	}
	return [][]string{{condition(n)}}
}

// anyOf joins the cases of expressions under OR.
func anyOf(args []*pg_query.Node) [][]string {
	var all [][]string
	for _, arg := range args {
		of := cases(arg)
		if of == nil || len(all)+len(of) > maxCases {
			return nil
		}
		all = append(all, of...)
	}
	return all
}

// allOf multiplies the cases of expressions under AND.
func allOf(args []*pg_query.Node) [][]string {
	all := [][]string{nil}
	for _, arg := range args {
		of := cases(arg)
		if of == nil || len(all)*len(of) > maxCases {
			return nil
		}
		var product [][]string
		for _, left := range all {
			for _, right := range of {
				product = append(product, append(left[:len(left):len(left)], right...))
			}
		}
		all = product
	}
	return all
}

// comparison returns the cases of a = b, a IN (b, c), a = ANY (ARRAY[b, c])
// and their negations; nil for what is none of them.
func comparison(n *pg_query.A_Expr) [][]string {
	name := nameOf(n.GetName())
	if name.Schema != "" || name.Name != "=" && name.Name != "<>" {
		return nil
	}
	var values []*pg_query.Node
	switch n.GetKind() {
	case pg_query.A_Expr_Kind_AEXPR_OP:
		if n.GetLexpr() != nil {
			values = []*pg_query.Node{n.GetRexpr()}
		}
	case pg_query.A_Expr_Kind_AEXPR_IN:
		values = n.GetRexpr().GetList().GetItems()
	case pg_query.A_Expr_Kind_AEXPR_OP_ANY:
		if name.Name == "=" {
			values = asText(n.GetRexpr()).GetAArrayExpr().GetElements()
		}
	case pg_query.A_Expr_Kind_AEXPR_OP_ALL:
		if name.Name == "<>" {
			values = asText(n.GetRexpr()).GetAArrayExpr().GetElements()
		}
	}
	if len(values) == 0 || len(values) > maxCases {
		return nil
	}
	left := condition(n.GetLexpr()) + " " + name.Name + " "
	if name.Name == "<>" {
		var conditions []string
		for _, v := range values {
			conditions = append(conditions, left+condition(v))
		}
		return [][]string{conditions}
	}
	var all [][]string
	for _, v := range values {
		all = append(all, []string{left + condition(v)})
	}
	return all
}

// asText returns what is cast to text or varchar without a length, which
// changes no comparison of strings, and is how pg_dump writes them.
func asText(n *pg_query.Node) *pg_query.Node {
	for n.GetTypeCast() != nil {
		t := n.GetTypeCast().GetTypeName()
		name := nameOf(t.GetNames()).Name
		if name != "text" && name != "varchar" || len(t.GetTypmods()) > 0 {
			return n
		}
		n = n.GetTypeCast().GetArg()
	}
	return n
}

// condition returns an expression as text that is the same for the same
// expression, however it was written.
func condition(n *pg_query.Node) string {
	n = asText(n)
	if text, ok := simple(n); ok {
		return text
	}
	target := &pg_query.ResTarget{Val: n}
	query := &pg_query.SelectStmt{
		TargetList:  []*pg_query.Node{{Node: &pg_query.Node_ResTarget{ResTarget: target}}},
		LimitOption: pg_query.LimitOption_LIMIT_OPTION_DEFAULT,
		Op:          pg_query.SetOperation_SETOP_NONE,
	}
	text, err := pg_query.Deparse(&pg_query.ParseResult{Version: pg_query.TreeVersion, Stmts: []*pg_query.RawStmt{
		{Stmt: &pg_query.Node{Node: &pg_query.Node_SelectStmt{SelectStmt: query}}},
	}})
	if err != nil {
		return n.String() // with its place, which makes it unlike any other
	}
	return strings.TrimPrefix(text, "SELECT ")
}

// simple writes the expressions that most conditions are made of; ok is false
// for all others, which PostgreSQL's own writer takes many times longer for.
func simple(n *pg_query.Node) (text string, ok bool) {
	switch n := n.GetNode().(type) {
	case *pg_query.Node_ColumnRef:
		var names []string
		for _, field := range n.ColumnRef.GetFields() {
			if field.GetString_() == nil {
				return "", false
			}
			names = append(names, query.Quote(field.GetString_().GetSval()))
		}
		return strings.Join(names, "."), true
	case *pg_query.Node_AConst:
		return constant(n.AConst)
	case *pg_query.Node_NullTest:
		arg, ok := operand(n.NullTest.GetArg())
		if n.NullTest.GetNulltesttype() == pg_query.NullTestType_IS_NULL {
			return arg + " IS NULL", ok
		}
		return arg + " IS NOT NULL", ok
	case *pg_query.Node_AExpr:
		name := nameOf(n.AExpr.GetName())
		if n.AExpr.GetKind() != pg_query.A_Expr_Kind_AEXPR_OP || n.AExpr.GetLexpr() == nil || name.Schema != "" {
			return "", false
		}
		left, ok := operand(n.AExpr.GetLexpr())
		right, also := operand(n.AExpr.GetRexpr())
		return left + " " + name.Name + " " + right, ok && also
	case *pg_query.Node_FuncCall:
		return call(n.FuncCall)
	}
	return "", false
}

// call writes a plain call of a function.
func call(n *pg_query.FuncCall) (text string, ok bool) {
	special := n.GetFuncformat() != pg_query.CoercionForm_COERCE_EXPLICIT_CALL || n.GetAggStar() || n.GetAggDistinct() || n.GetAggWithinGroup() || n.GetFuncVariadic()
	if special || n.GetOver() != nil || n.GetAggFilter() != nil || len(n.GetAggOrder()) > 0 {
		return "", false
	}
	var names, args []string
	for _, part := range n.GetFuncname() {
		names = append(names, query.Quote(part.GetString_().GetSval()))
	}
	for _, arg := range n.GetArgs() {
		text, ok := simple(asText(arg))
		if !ok {
			return "", false
		}
		args = append(args, text)
	}
	return strings.Join(names, ".") + "(" + strings.Join(args, ", ") + ")", true
}

// operand writes a side of an operator, in parentheses where it has one itself.
func operand(n *pg_query.Node) (text string, ok bool) {
	n = asText(n)
	text, ok = simple(n)
	if n.GetAExpr() != nil || n.GetNullTest() != nil {
		text = "(" + text + ")"
	}
	return text, ok
}

func constant(n *pg_query.A_Const) (text string, ok bool) {
	switch v := n.GetVal().(type) {
	case *pg_query.A_Const_Ival:
		return strconv.Itoa(int(v.Ival.GetIval())), true
	case *pg_query.A_Const_Sval:
		return "'" + strings.ReplaceAll(v.Sval.GetSval(), "'", "''") + "'", true
	}
	return "", false
}
