package parser

import (
	pg_query "github.com/migracheck/migracheck/parser/grammar"
	"github.com/migracheck/migracheck/parser/query"
)

// compared returns the string constants that a comparison with a column gives
// the column's type: of a = 'x', 'x' <> a, a IN ('x', 'y'), a BETWEEN 'x' AND
// 'y'. Other operators may take their operands to be of different types.
func (c clause) compared(n *pg_query.A_Expr) []query.Adopted {
	switch nameOf(n.GetName()).Name {
	case "=", "<>", "<", ">", "<=", ">=", "BETWEEN", "NOT BETWEEN", "BETWEEN SYMMETRIC", "NOT BETWEEN SYMMETRIC":
	default:
		return nil
	}
	switch n.GetKind() {
	case pg_query.A_Expr_Kind_AEXPR_OP, pg_query.A_Expr_Kind_AEXPR_IN, pg_query.A_Expr_Kind_AEXPR_DISTINCT,
		pg_query.A_Expr_Kind_AEXPR_NOT_DISTINCT, pg_query.A_Expr_Kind_AEXPR_BETWEEN, pg_query.A_Expr_Kind_AEXPR_NOT_BETWEEN,
		pg_query.A_Expr_Kind_AEXPR_BETWEEN_SYM, pg_query.A_Expr_Kind_AEXPR_NOT_BETWEEN_SYM:
	default:
		return nil
	}
	column, others := n.GetLexpr().GetColumnRef(), n.GetRexpr()
	if column == nil {
		column, others = n.GetRexpr().GetColumnRef(), n.GetLexpr()
	}
	if column == nil || isStar(column) {
		return nil
	}
	list := []*pg_query.Node{others}
	if others.GetList() != nil {
		list = others.GetList().GetItems()
	}
	var all []query.Adopted
	for _, other := range list {
		value, ok := plainString(other)
		if !ok {
			// Its type counts: what the others are compared as depends on it.
			return nil
		}
		all = append(all, query.Adopted{Value: value, Column: c.column(column), At: c.at(other.GetAConst().GetLocation()).first().here()})
	}
	return all
}

// plainString returns the value of a string constant without a type.
func plainString(n *pg_query.Node) (string, bool) {
	s, ok := n.GetAConst().GetVal().(*pg_query.A_Const_Sval)
	if !ok {
		return "", false
	}
	return s.Sval.GetSval(), true
}
