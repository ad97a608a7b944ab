package parser

import (
	"strings"

	"github.com/migracheck/migracheck/parser/ddl"
	pg_query "github.com/pganalyze/pg_query_go/v6"
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

// treeVersion is the version of the trees that pg_query makes and takes back.
const treeVersion = 170007

// condition returns an expression as PostgreSQL would write it.
func condition(n *pg_query.Node) string {
	target := &pg_query.ResTarget{Val: asText(n)}
	query := &pg_query.SelectStmt{
		TargetList:  []*pg_query.Node{{Node: &pg_query.Node_ResTarget{ResTarget: target}}},
		LimitOption: pg_query.LimitOption_LIMIT_OPTION_DEFAULT,
		Op:          pg_query.SetOperation_SETOP_NONE,
	}
	text, err := pg_query.Deparse(&pg_query.ParseResult{Version: treeVersion, Stmts: []*pg_query.RawStmt{
		{Stmt: &pg_query.Node{Node: &pg_query.Node_SelectStmt{SelectStmt: query}}},
	}})
	if err != nil {
		return n.String() // with its place, which makes it unlike any other
	}
	return strings.TrimPrefix(text, "SELECT ")
}
