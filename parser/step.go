package parser

import (
	"cmp"
	"slices"
	"strconv"

	"google.golang.org/protobuf/proto"

	"github.com/migracheck/migracheck/parser/ddl"
	pg_query "github.com/migracheck/migracheck/parser/grammar"
	"github.com/migracheck/migracheck/parser/query"
)

// A stepper makes the steps of one expression.
type stepper struct {
	c     clause
	e     *ddl.Expr
	steps []query.Step
}

// stepsOf makes the steps of an expression that is more than a column or a
// constant.
func (c clause) stepsOf(e *ddl.Expr, m proto.Message) []query.Step {
	switch m.(type) {
	case *pg_query.ColumnRef, *pg_query.SetToDefault:
		return nil
	}
	s := stepper{c: c, e: e}
	if _, constant := m.(*pg_query.A_Const); !constant {
		s.steps = make([]query.Step, 0, 3) // as a comparison has
	}
	s.step(m)
	return s.steps
}

// add adds a step and returns its index.
func (s *stepper) add(step query.Step) int {
	s.steps = append(s.steps, step)
	return len(s.steps) - 1
}

func (s *stepper) node(n *pg_query.Node) int {
	if m := unwrap(n); m != nil {
		return s.step(m)
	}
	return s.add(query.Step{Kind: query.StepNull})
}

func (s *stepper) nodes(list []*pg_query.Node) []int {
	all := make([]int, 0, len(list))
	for _, n := range list {
		all = append(all, s.node(n))
	}
	return all
}

func (s *stepper) step(m proto.Message) int {
	switch n := m.(type) {
	case *pg_query.A_Const:
		return s.constant(n)
	case *pg_query.ColumnRef:
		if isStar(n) {
			return s.add(query.Step{})
		}
		at := s.c.at(n.GetLocation()).here().Start
		i := slices.IndexFunc(s.e.Columns, func(r query.ColumnRef) bool { return r.At.Start == at })
		if i < 0 {
			return s.add(query.Step{})
		}
		return s.add(query.Step{Kind: query.StepColumn, Index: i, At: s.e.Columns[i].At})
	case *pg_query.ParamRef:
		return s.add(query.Step{Kind: query.StepParameter, Index: int(n.GetNumber()), At: s.at(n.GetLocation()).here()})
	case *pg_query.TypeCast:
		return s.cast(n)
	case *pg_query.A_Expr:
		return s.operation(n)
	case *pg_query.BoolExpr:
		return s.add(query.Step{Kind: query.StepBoolean, Args: s.nodes(n.GetArgs()), At: s.at(n.GetLocation()).here()})
	case *pg_query.BooleanTest:
		return s.add(query.Step{Kind: query.StepBoolean, Args: []int{s.node(n.GetArg())}, At: s.at(n.GetLocation()).here()})
	case *pg_query.NullTest:
		return s.add(query.Step{Kind: query.StepTest, Args: []int{s.node(n.GetArg())}, At: s.at(n.GetLocation()).here()})
	case *pg_query.FuncCall:
		return s.call(n)
	case *pg_query.CoalesceExpr:
		return s.common("coalesce", s.nodes(n.GetArgs()), n.GetLocation())
	case *pg_query.MinMaxExpr:
		return s.common("greatest", s.nodes(n.GetArgs()), n.GetLocation())
	case *pg_query.A_ArrayExpr:
		return s.common("array", s.nodes(n.GetElements()), n.GetLocation())
	case *pg_query.CaseExpr:
		return s.choice(n)
	case *pg_query.SubLink:
		return s.subquery(n)
	case *pg_query.SQLValueFunction:
		return s.keyword(n)
	case *pg_query.A_Indirection:
		return s.indirection(n)
	case *pg_query.CollateClause:
		return s.add(query.Step{Kind: query.StepCollate, Args: []int{s.node(n.GetArg())}, At: s.at(n.GetLocation()).here()})
	}
	return s.opaque(m)
}

func (s *stepper) at(location int32) clause { return s.c.at(location).first() }

// cast makes a cast; one of ARRAY[…] is of its elements.
func (s *stepper) cast(n *pg_query.TypeCast) int {
	step := query.Step{Kind: query.StepCast}
	elements := n.GetArg().GetAArrayExpr().GetElements()
	nested := slices.ContainsFunc(elements, func(e *pg_query.Node) bool { return e.GetAArrayExpr() != nil })
	if n.GetArg().GetAArrayExpr() != nil && !nested && len(n.GetTypeName().GetArrayBounds()) > 0 {
		step.Name, step.Args = ddl.Name{Name: "array"}, s.nodes(elements)
	} else {
		step.Args = []int{s.node(n.GetArg())}
	}
	t := s.c.typeName(n.GetTypeName())
	step.Type, step.At = &t, t.At
	return s.add(step)
}

func builtinType(name string) ddl.Name { return ddl.Name{Schema: "pg_catalog", Name: name} }

func (s *stepper) constant(n *pg_query.A_Const) int {
	step := query.Step{At: s.at(n.GetLocation()).here()}
	if n.GetIsnull() {
		step.Kind = query.StepNull
		return s.add(step)
	}
	step.Kind, step.Value = query.StepConstant, literal(&pg_query.Node{Node: &pg_query.Node_AConst{AConst: n}})
	switch n.GetVal().(type) {
	case *pg_query.A_Const_Ival:
		step.Name = builtinType("int4")
	case *pg_query.A_Const_Fval:
		step.Name = builtinType("numeric")
		if _, err := strconv.ParseInt(step.Value, 10, 64); err == nil {
			step.Name = builtinType("int8")
		}
	case *pg_query.A_Const_Boolval:
		step.Name = builtinType("bool")
	case *pg_query.A_Const_Bsval:
		step.Name = builtinType("bit")
	case *pg_query.A_Const_Sval:
		step.Kind = query.StepString
	default: // an integer of zero
		step.Name, step.Value = builtinType("int4"), "0"
	}
	return s.add(step)
}

func (s *stepper) operator(name string, at int32, args ...int) int {
	return s.add(query.Step{Kind: query.StepOperator, Name: ddl.Name{Name: name}, Args: args, At: s.at(at).here()})
}

// operation makes the operators that an A_Expr stands for.
func (s *stepper) operation(n *pg_query.A_Expr) int {
	at := n.GetLocation()
	switch n.GetKind() {
	case pg_query.A_Expr_Kind_AEXPR_BETWEEN, pg_query.A_Expr_Kind_AEXPR_BETWEEN_SYM,
		pg_query.A_Expr_Kind_AEXPR_NOT_BETWEEN, pg_query.A_Expr_Kind_AEXPR_NOT_BETWEEN_SYM:
		left, bounds := s.node(n.GetLexpr()), s.nodes(n.GetRexpr().GetList().GetItems())
		if len(bounds) != 2 {
			return s.add(query.Step{Args: append(bounds, left)})
		}
		names := operators(n)
		return s.add(query.Step{Kind: query.StepBoolean, Args: []int{
			s.operator(names[0].Name, at, left, bounds[0]), s.operator(names[1].Name, at, left, bounds[1]),
		}})
	case pg_query.A_Expr_Kind_AEXPR_IN:
		return s.in(n)
	}
	if left, right := n.GetLexpr().GetRowExpr(), n.GetRexpr().GetRowExpr(); left != nil && right != nil {
		return s.rows(n, left.GetArgs(), right.GetArgs())
	}
	step := query.Step{Kind: query.StepOperator, Name: nameOf(n.GetName()), At: s.at(at).here()}
	switch n.GetKind() {
	case pg_query.A_Expr_Kind_AEXPR_OP_ANY, pg_query.A_Expr_Kind_AEXPR_OP_ALL:
		step.Kind = query.StepAny
	case pg_query.A_Expr_Kind_AEXPR_NULLIF:
		step.Kind = query.StepNullIf
	case pg_query.A_Expr_Kind_AEXPR_DISTINCT, pg_query.A_Expr_Kind_AEXPR_NOT_DISTINCT:
		step.Name = ddl.Name{Name: "="}
	}
	if n.GetLexpr() != nil {
		step.Args = append(step.Args, s.node(n.GetLexpr()))
	}
	step.Args = append(step.Args, s.node(n.GetRexpr()))
	return s.add(step)
}

// in makes a IN (1, 2), or the comparisons of (a, b) IN ((1, 2), (3, 4)).
func (s *stepper) in(n *pg_query.A_Expr) int {
	items, name := n.GetRexpr().GetList().GetItems(), nameOf(n.GetName())
	if row := n.GetLexpr().GetRowExpr(); row != nil {
		var all []int
		for _, item := range items {
			all = append(all, s.rows(n, row.GetArgs(), item.GetRowExpr().GetArgs()))
		}
		return s.add(query.Step{Kind: query.StepBoolean, Args: all})
	}
	args := append([]int{s.node(n.GetLexpr())}, s.nodes(items)...)
	return s.add(query.Step{Kind: query.StepIn, Name: name, Args: args, At: s.at(n.GetLocation()).here()})
}

// rows compares two rows column by column.
func (s *stepper) rows(n *pg_query.A_Expr, left, right []*pg_query.Node) int {
	name := nameOf(n.GetName())
	if len(left) != len(right) || name.Schema != "" || name.Name != "=" && name.Name != "<>" {
		return s.add(query.Step{Args: append(s.nodes(left), s.nodes(right)...)})
	}
	var all []int
	for i := range left {
		a, b := s.node(left[i]), s.node(right[i])
		all = append(all, s.operator(name.Name, n.GetLocation(), a, b))
	}
	return s.add(query.Step{Kind: query.StepBoolean, Args: all})
}

func (s *stepper) common(name string, args []int, at int32) int {
	return s.add(query.Step{Kind: query.StepCommon, Name: ddl.Name{Name: name}, Args: args, At: s.at(at).here()})
}

// choice makes CASE: its conditions, then its results, ELSE first, as it counts
// most.
func (s *stepper) choice(n *pg_query.CaseExpr) int {
	subject := -1
	if n.GetArg() != nil {
		subject = s.node(n.GetArg())
	}
	var conditions, results []int
	for _, w := range n.GetArgs() {
		when := w.GetCaseWhen()
		condition := s.node(when.GetExpr())
		if subject >= 0 {
			condition = s.operator("=", when.GetLocation(), subject, condition)
		}
		conditions = append(conditions, condition)
		results = append(results, s.node(when.GetResult()))
	}
	s.add(query.Step{Kind: query.StepBoolean, Args: conditions, At: s.at(n.GetLocation()).here()})
	return s.common("case", append([]int{s.node(n.GetDefresult())}, results...), n.GetLocation())
}

// subquery makes a subquery, which is among those of the expression.
func (s *stepper) subquery(n *pg_query.SubLink) int {
	at := s.c.at(n.GetLocation()).here()
	step := query.Step{Kind: query.StepSubquery, Name: nameOf(n.GetOperName()), At: at}
	step.Index = slices.IndexFunc(s.e.Subqueries, func(q *ddl.Query) bool { return q.At.Start >= at.Start })
	switch n.GetSubLinkType() {
	case pg_query.SubLinkType_EXISTS_SUBLINK:
		step.Name = ddl.Name{Name: "exists"}
	case pg_query.SubLinkType_ARRAY_SUBLINK:
		step.Name = ddl.Name{Name: "array"}
	case pg_query.SubLinkType_EXPR_SUBLINK:
	case pg_query.SubLinkType_ANY_SUBLINK, pg_query.SubLinkType_ALL_SUBLINK:
		if step.Name.Name == "" {
			step.Name = ddl.Name{Name: "="}
		}
		if row := n.GetTestexpr().GetRowExpr(); row != nil {
			step.Args = s.nodes(row.GetArgs())
			break
		}
		step.Args = []int{s.node(n.GetTestexpr())}
	default:
		step.Kind = query.StepOpaque
	}
	if step.Index < 0 {
		step.Kind = query.StepOpaque
	}
	return s.add(step)
}

// call makes a function, after the operands of its other clauses.
func (s *stepper) call(n *pg_query.FuncCall) int {
	call := s.called(n)
	step := query.Step{Kind: query.StepFunction, Name: call.Name, Args: s.nodes(n.GetArgs()), At: call.At}
	if n.GetFuncVariadic() || slices.ContainsFunc(n.GetArgs(), func(a *pg_query.Node) bool { return a.GetNamedArgExpr() != nil }) {
		step.Kind = query.StepOpaque
	}
	if n.GetAggFilter() != nil {
		s.add(query.Step{Kind: query.StepBoolean, Args: []int{s.node(n.GetAggFilter())}, At: call.At})
	}
	if n.GetAggDistinct() {
		for _, arg := range step.Args {
			s.add(query.Step{Kind: query.StepSort, Args: []int{arg}, At: call.At})
		}
	}
	for _, o := range n.GetAggOrder() {
		arg := s.sorted(query.StepSort, o.GetSortBy().GetNode(), call)
		if n.GetAggWithinGroup() {
			step.Args = append(step.Args, arg)
		}
	}
	for _, p := range n.GetOver().GetPartitionClause() {
		s.sorted(query.StepGroup, p, call)
	}
	for _, o := range n.GetOver().GetOrderClause() {
		s.sorted(query.StepSort, o.GetSortBy().GetNode(), call)
	}
	return s.add(step)
}

// called returns the call among those of the expression.
func (s *stepper) called(n *pg_query.FuncCall) query.Call {
	at := s.c.at(n.GetLocation()).here().Start
	if i := slices.IndexFunc(s.e.Calls, func(c query.Call) bool { return c.At.Start == at }); i >= 0 && s.e.Calls[i].Name == nameOf(n.GetFuncname()) {
		return s.e.Calls[i]
	}
	return s.c.call(n)
}

func (s *stepper) sorted(kind query.StepKind, n *pg_query.Node, call query.Call) int {
	return s.add(query.Step{Kind: kind, Args: []int{s.node(n)}, At: call.At})
}

// keyword makes CURRENT_DATE and its kin.
func (s *stepper) keyword(n *pg_query.SQLValueFunction) int {
	step := query.Step{Kind: query.StepConstant, At: s.at(n.GetLocation()).here()}
	switch valueFunctionName(n.GetOp()) {
	case "current_date":
		step.Name = builtinType("date")
	case "current_time":
		step.Name = builtinType("timetz")
	case "current_timestamp":
		step.Name = builtinType("timestamptz")
	case "localtime":
		step.Name = builtinType("time")
	case "localtimestamp":
		step.Name = builtinType("timestamp")
	default:
		step.Name = builtinType("name")
	}
	return s.add(step)
}

// indirection makes a[1], a[1:2]; fields of rows are opaque.
func (s *stepper) indirection(n *pg_query.A_Indirection) int {
	last := s.node(n.GetArg())
	slice := slices.ContainsFunc(n.GetIndirection(), func(i *pg_query.Node) bool { return i.GetAIndices().GetIsSlice() })
	args := []int{last}
	for _, i := range n.GetIndirection() {
		index := i.GetAIndices()
		if index == nil {
			return s.add(query.Step{Args: args})
		}
		for _, bound := range []*pg_query.Node{index.GetLidx(), index.GetUidx()} {
			if bound != nil {
				args = append(args, s.node(bound))
			}
		}
	}
	step := query.Step{Kind: query.StepSubscript, Args: args, At: s.steps[last].At}
	if slice {
		step.Kind = query.StepSlice
	}
	return s.add(step)
}

// opaque makes a step of what has no kind of its own, after those inside it.
func (s *stepper) opaque(m proto.Message) int {
	var inside []proto.Message
	children(m, func(child proto.Message) bool {
		switch child.(type) {
		case *pg_query.A_Const, *pg_query.ColumnRef, *pg_query.ParamRef, *pg_query.TypeCast, *pg_query.A_Expr, *pg_query.BoolExpr,
			*pg_query.BooleanTest, *pg_query.NullTest, *pg_query.FuncCall, *pg_query.CoalesceExpr, *pg_query.MinMaxExpr,
			*pg_query.A_ArrayExpr, *pg_query.CaseExpr, *pg_query.SubLink, *pg_query.A_Indirection:
			inside = append(inside, child)
			return false
		case *pg_query.SelectStmt, *pg_query.TypeName:
			return false
		}
		return true
	})
	place := func(m proto.Message) int {
		first, _ := bounds(m)
		return first
	}
	slices.SortStableFunc(inside, func(a, b proto.Message) int { return cmp.Compare(place(a), place(b)) })
	step := query.Step{At: s.e.At}
	for _, child := range inside {
		step.Args = append(step.Args, s.step(child))
	}
	return s.add(step)
}
