package parser

import (
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/migracheck/migracheck/parser/ddl"
	pg_query "github.com/migracheck/migracheck/parser/grammar"
	"github.com/migracheck/migracheck/parser/query"
)

// query makes the skeleton of a query or data statement that is all of c.
func (c clause) query(n *pg_query.Node) *ddl.Query {
	if c.enclosed() {
		return c.part(c.from+1, c.to-1).query(n)
	}
	at := c.here()
	q := &ddl.Query{Text: at.Text(), At: at}
	switch n := n.GetNode().(type) {
	case *pg_query.Node_SelectStmt:
		c.selectInto(q, n.SelectStmt)
	case *pg_query.Node_InsertStmt:
		c.insertInto(q, n.InsertStmt)
	case *pg_query.Node_UpdateStmt:
		s := n.UpdateStmt
		q.With = c.with(s.GetWithClause())
		c.items(q, tableNode(s.GetRelation()))
		c.items(q, s.GetFromClause()...)
		q.Exprs = append(q.Exprs, c.assigned(s.GetTargetList())...)
		q.Exprs = append(q.Exprs, c.exprsIn(s.GetWhereClause())...)
		q.Targets = c.targets(pg_query.Returning(s))
	case *pg_query.Node_DeleteStmt:
		s := n.DeleteStmt
		q.With = c.with(s.GetWithClause())
		c.items(q, tableNode(s.GetRelation()))
		c.items(q, s.GetUsingClause()...)
		q.Exprs = append(q.Exprs, c.exprsIn(s.GetWhereClause())...)
		q.Targets = c.targets(pg_query.Returning(s))
	case *pg_query.Node_MergeStmt:
		s := n.MergeStmt
		q.With = c.with(s.GetWithClause())
		c.items(q, tableNode(s.GetRelation()), s.GetSourceRelation())
		q.Exprs = append(q.Exprs, c.exprsIn(s.GetJoinCondition())...)
		for _, when := range s.GetMergeWhenClauses() {
			_, exprs := c.mergeAction(when.GetMergeWhenClause())
			q.Exprs = append(q.Exprs, exprs...)
		}
		q.Targets = c.targets(pg_query.Returning(s))
	}
	return q
}

func tableNode(n *pg_query.RangeVar) *pg_query.Node {
	return &pg_query.Node{Node: &pg_query.Node_RangeVar{RangeVar: n}}
}

func selectNode(n *pg_query.SelectStmt) *pg_query.Node {
	return &pg_query.Node{Node: &pg_query.Node_SelectStmt{SelectStmt: n}}
}

// enclosed reports whether c is one pair of parentheses with what is inside.
func (c clause) enclosed() bool {
	if !c.has(c.from, "(") {
		return false
	}
	_, rest := c.group()
	return rest.from == c.to && c.has(c.to-1, ")")
}

func (c clause) selectInto(q *ddl.Query, s *pg_query.SelectStmt) {
	q.With = c.with(s.GetWithClause())
	if s.GetIntoClause() != nil {
		into := c.relation(s.GetIntoClause().GetRel())
		q.Into = &into
	}
	if s.GetOp() > pg_query.SetOperation_SETOP_NONE {
		c.setOperation(q, s)
		return
	}
	for _, row := range s.GetValuesLists() {
		cells := row.GetList().GetItems()
		q.Values = len(cells)
		q.Exprs = append(q.Exprs, c.exprsIn(cells...)...)
	}
	q.Targets = c.targets(s.GetTargetList())
	c.items(q, s.GetFromClause()...)
	distinct := s.GetDistinctClause()
	// Without ON the tree has a list of one empty node.
	q.Distinct = len(distinct) > 0 && distinct[0].GetNode() == nil
	q.DistinctOn = len(distinct) > 0 && !q.Distinct
	q.GroupBy, q.Having = len(s.GetGroupClause()) > 0, s.GetHavingClause() != nil
	q.Order = c.exprsIn(distinct...)
	q.Exprs = append(q.Exprs, q.Order...)
	where := c.exprsIn(s.GetWhereClause())
	q.Conditions, q.Exprs = append(q.Conditions, where...), append(q.Exprs, where...)
	q.Groups = c.grouping(s.GetGroupClause())
	q.Exprs = append(q.Exprs, q.Groups...)
	q.GroupingSets = slices.ContainsFunc(s.GetGroupClause(), func(n *pg_query.Node) bool { return n.GetGroupingSet() != nil })
	having := c.exprsIn(s.GetHavingClause())
	q.Conditions, q.Exprs = append(q.Conditions, having...), append(q.Exprs, having...)
	for _, n := range s.GetWindowClause() {
		w := n.GetWindowDef()
		sorted := append(c.exprsIn(w.GetPartitionClause()...), c.sorting(w.GetOrderClause())...)
		q.Sorted, q.Exprs = append(q.Sorted, sorted...), append(q.Exprs, sorted...)
		q.Exprs = append(q.Exprs, c.exprsIn(w.GetStartOffset(), w.GetEndOffset())...)
	}
	c.tail(q, s)
}

// tail adds what may follow a set operation as well.
func (c clause) tail(q *ddl.Query, s *pg_query.SelectStmt) {
	order := c.sorting(s.GetSortClause())
	q.Order = append(q.Order, order...)
	q.Exprs = append(q.Exprs, order...)
	q.Limit = s.GetLimitCount() != nil && !s.GetLimitCount().GetAConst().GetIsnull()
	q.Offset = s.GetLimitOffset() != nil
	for _, n := range []*pg_query.Node{s.GetLimitCount(), s.GetLimitOffset()} {
		if !n.GetAConst().GetIsnull() { // LIMIT ALL
			q.Limits = append(q.Limits, c.exprsIn(n)...)
		}
	}
	q.Exprs = append(q.Exprs, q.Limits...)
}

func (c clause) grouping(list []*pg_query.Node) []*ddl.Expr {
	var all []*ddl.Expr
	for _, n := range list {
		if set := n.GetGroupingSet(); set != nil {
			all = append(all, c.grouping(set.GetContent())...)
			continue
		}
		all = append(all, c.exprsIn(n)...)
	}
	return all
}

func (c clause) sorting(list []*pg_query.Node) []*ddl.Expr {
	var all []*ddl.Expr
	for _, n := range list {
		all = append(all, c.exprsIn(n.GetSortBy().GetNode())...)
	}
	return all
}

// setOperation divides c at the UNION, INTERSECT or EXCEPT before its right
// side.
func (c clause) setOperation(q *ddl.Query, s *pg_query.SelectStmt) {
	q.SetOp = map[pg_query.SetOperation]string{
		pg_query.SetOperation_SETOP_UNION:     "union",
		pg_query.SetOperation_SETOP_INTERSECT: "intersect",
		pg_query.SetOperation_SETOP_EXCEPT:    "except",
	}[s.GetOp()]
	if s.GetAll() {
		q.SetOp += " all"
	}
	left, right := c, c
	if first, _ := bounds(s.GetRarg()); first > 0 {
		i := c.index(first)
		for i > c.from && !c.hasAny(i, "UNION", "INTERSECT", "EXCEPT") {
			i--
		}
		if i > c.from {
			left = c.part(c.from, i)
			right = c.part(i+1, c.to).skipAny("ALL", "DISTINCT")
			if !right.enclosed() {
				right = right.before("ORDER").before("LIMIT").before("OFFSET").before("FETCH").before("FOR")
			}
		}
	}
	q.Left = left.query(selectNode(s.GetLarg()))
	q.Right = right.query(selectNode(s.GetRarg()))
	c.tail(q, s)
}

func (c clause) insertInto(q *ddl.Query, s *pg_query.InsertStmt) {
	q.With = c.with(s.GetWithClause())
	c.items(q, tableNode(s.GetRelation()))
	if source := c.insertSource(s); source != nil {
		q.From = append(q.From, &query.Item{Subquery: source, At: source.At})
	}
	conflict := s.GetOnConflictClause()
	q.Exprs = append(q.Exprs, c.assigned(conflict.GetTargetList())...)
	q.Exprs = append(q.Exprs, c.exprsIn(conflict.GetWhereClause())...)
	q.Targets = c.targets(pg_query.Returning(s))
}

// insertSource returns the query of an INSERT, nil for DEFAULT VALUES.
func (c clause) insertSource(s *pg_query.InsertStmt) *ddl.Query {
	if s.GetSelectStmt() == nil {
		return nil
	}
	at := c.afterRelation(s.GetRelation())
	if s.GetRelation().GetAlias() != nil {
		at = at.skip("AS")
		at = at.part(at.from+1, at.to)
	}
	if len(s.GetCols()) > 0 {
		_, at = at.group()
	}
	if at.has(at.from, "OVERRIDING") {
		at = at.part(at.from+3, at.to)
	}
	return at.before("ON", "CONFLICT").before("RETURNING").query(s.GetSelectStmt())
}

func (c clause) with(n *pg_query.WithClause) []*query.CTE {
	var all []*query.CTE
	for _, entry := range n.GetCtes() {
		cte := entry.GetCommonTableExpr()
		at := c.at(cte.GetLocation())
		rest := at.part(at.from+1, at.to).skipGroup()
		inside, _ := rest.group()
		_, reads := cte.GetCtequery().GetNode().(*pg_query.Node_SelectStmt)
		all = append(all, &query.CTE{
			Name:      at.named(cte.GetCtename()),
			Columns:   words(cte.GetAliascolnames()),
			Query:     inside.query(cte.GetCtequery()),
			Recursive: n.GetRecursive(),
			Modifies:  !reads,
		})
	}
	return all
}

// targets makes the entries of a target or RETURNING list.
func (c clause) targets(list []*pg_query.Node) []*query.Target {
	var all []*query.Target
	for _, n := range list {
		r := n.GetResTarget()
		value := unwrap(r.GetVal())
		if value == nil {
			continue
		}
		at := c.at(r.GetLocation()).extentFrom(value)
		if r.GetName() != "" && at.to-at.from > 1 && !c.has(at.to, "AS") && at.ident(at.to-1) {
			at = at.part(at.from, at.to-1) // SELECT a b
		}
		t := &query.Target{Alias: r.GetName(), Expr: at.exprOf(value)}
		if cast := r.GetVal().GetTypeCast(); cast != nil {
			typ := at.typeName(cast.GetTypeName())
			t.Type = &typ
		}
		if column, ok := value.(*pg_query.ColumnRef); t.Alias == "" && !(ok && isStar(column)) {
			t.Alias = outputName(r.GetVal())
		}
		all = append(all, t)
	}
	return all
}

// extentFrom is like extent, for an expression that is known to begin where c
// does.
func (c clause) extentFrom(n proto.Message) clause {
	_, last := bounds(n)
	to := c.from
	for i := range c.top() {
		if c.tokens[i].start > last && c.endsExpr(i) {
			break
		}
		to = i + 1
	}
	if to == c.from {
		return c.extent(n)
	}
	return c.part(c.from, to)
}

// assigned makes the expressions of SET a = …, (b, c) = ….
func (c clause) assigned(list []*pg_query.Node) []*ddl.Expr {
	var all []*ddl.Expr
	for _, n := range list {
		value := n.GetResTarget().GetVal()
		if multi := value.GetMultiAssignRef(); multi != nil {
			if multi.GetColno() > 1 {
				continue
			}
			value = multi.GetSource()
		}
		all = append(all, c.exprsIn(value)...)
	}
	return all
}

// items adds the entries of a FROM clause, joins flattened.
func (c clause) items(q *ddl.Query, list ...*pg_query.Node) {
	for _, n := range list {
		c.fromItem(q, n, false)
	}
}

func (c clause) fromItem(q *ddl.Query, n *pg_query.Node, nullable bool) {
	switch n := n.GetNode().(type) {
	case *pg_query.Node_RangeVar:
		if n.RangeVar == nil {
			return
		}
		ref := c.relation(n.RangeVar)
		name, rest := c.at(n.RangeVar.GetLocation()).name()
		i := &query.Item{Relation: &ref, Nullable: nullable}
		c.alias(i, n.RangeVar.GetAlias(), name, rest.skip("*"))
		q.From = append(q.From, i)
	case *pg_query.Node_RangeSubselect:
		inside := c.enclosing(n.RangeSubselect.GetSubquery())
		i := &query.Item{Subquery: inside.query(n.RangeSubselect.GetSubquery()), Lateral: n.RangeSubselect.GetLateral(), Nullable: nullable}
		c.alias(i, n.RangeSubselect.GetAlias(), c.part(inside.from-1, inside.to+1), c.part(inside.to+1, c.to))
		q.From = append(q.From, i)
	case *pg_query.Node_RangeFunction:
		c.functionItem(q, n.RangeFunction, n.RangeFunction.GetAlias(), n.RangeFunction.GetLateral(), nullable)
	case *pg_query.Node_RangeTableFunc:
		c.functionItem(q, n.RangeTableFunc, n.RangeTableFunc.GetAlias(), n.RangeTableFunc.GetLateral(), nullable)
	case *pg_query.Node_JsonTable:
		c.functionItem(q, n.JsonTable, n.JsonTable.GetAlias(), n.JsonTable.GetLateral(), nullable)
	case *pg_query.Node_RangeTableSample:
		before := len(q.From)
		c.fromItem(q, n.RangeTableSample.GetRelation(), nullable)
		for _, i := range q.From[before:] {
			i.Sampled = true
		}
		q.Exprs = append(q.Exprs, c.exprsIn(n.RangeTableSample.GetArgs()...)...)
		q.Exprs = append(q.Exprs, c.exprsIn(n.RangeTableSample.GetRepeatable())...)
	case *pg_query.Node_JoinExpr:
		c.join(q, n.JoinExpr, nullable)
	}
}

func (c clause) join(q *ddl.Query, j *pg_query.JoinExpr, nullable bool) {
	if j.GetAlias() != nil {
		c.namedJoin(q, j, nullable)
		return
	}
	outer := j.GetJointype()
	full := outer == pg_query.JoinType_JOIN_FULL
	left := len(q.From)
	c.fromItem(q, j.GetLarg(), nullable || full || outer == pg_query.JoinType_JOIN_RIGHT)
	right := len(q.From)
	c.fromItem(q, j.GetRarg(), nullable || full || outer == pg_query.JoinType_JOIN_LEFT)
	if right < len(q.From) {
		q.From[right].Natural = j.GetIsNatural()
		q.From[right].Using = words(j.GetUsingClause())
	}
	on := c.exprIn(j.GetQuals())
	if on != nil {
		q.Conditions, q.Exprs = append(q.Conditions, on), append(q.Exprs, on)
	}
	q.Joins = append(q.Joins, query.Join{Left: left, Right: right, End: len(q.From), On: on})
}

// namedJoin adds (a JOIN b …) AS j, which is (SELECT * FROM a JOIN b …) AS j:
// the alias hides the names inside.
func (c clause) namedJoin(q *ddl.Query, j *pg_query.JoinExpr, nullable bool) {
	at := c.around(j)
	place := at.here()
	inner := &ddl.Query{Text: place.Text(), At: place}
	at.join(inner, &pg_query.JoinExpr{
		Jointype: j.GetJointype(), IsNatural: j.GetIsNatural(), UsingClause: j.GetUsingClause(),
		Larg: j.GetLarg(), Rarg: j.GetRarg(), Quals: j.GetQuals(),
	}, false)
	star := &ddl.Expr{Text: place.Text(), At: place, Bare: true, Columns: []query.ColumnRef{{Star: true, At: place}}}
	inner.Targets = []*query.Target{{Expr: star}}
	i := &query.Item{Subquery: inner, Nullable: nullable}
	c.alias(i, j.GetAlias(), c.part(at.from-1, at.to+1), c.part(at.to+1, c.to))
	q.From = append(q.From, i)
}

// functionItem adds a function, or several under ROWS FROM, as one item. Its
// alias is no part of the expression.
func (c clause) functionItem(q *ddl.Query, n proto.Message, alias *pg_query.Alias, lateral, nullable bool) {
	call := n
	if f, ok := n.(*pg_query.RangeFunction); ok && !f.GetIsRowsfrom() && len(f.GetFunctions()) == 1 {
		if items := f.GetFunctions()[0].GetList().GetItems(); len(items) > 0 {
			call = unwrap(items[0])
		}
	}
	if call == nil {
		return
	}
	at := c.extent(call)
	f, _ := n.(*pg_query.RangeFunction)
	if f.GetIsRowsfrom() {
		at = c.part(c.lastBefore(at.from, "ROWS"), c.to)
		_, rest := at.group()
		at = at.part(at.from, rest.from)
	} else {
		at = at.callOnly()
	}
	i := &query.Item{Function: at.exprOf(call), Lateral: lateral, Nullable: nullable}
	c.alias(i, alias, at, c.part(at.to, c.to).skip("WITH", "ORDINALITY"))
	for _, def := range f.GetColdeflist() {
		i.ColumnAliases = append(i.ColumnAliases, def.GetColumnDef().GetColname())
	}
	q.From = append(q.From, i)
}

// callOnly returns the call that c begins with, without an alias after it.
func (c clause) callOnly() clause {
	if _, rest := c.name(); rest.has(rest.from, "(") {
		_, rest = rest.group()
		return c.part(c.from, rest.from)
	}
	return c
}

// alias sets the alias of an item and its place, given that of what the alias
// stands for and what follows it.
func (c clause) alias(i *query.Item, alias *pg_query.Alias, at, rest clause) {
	i.Alias = alias.GetAliasname()
	i.ColumnAliases = words(alias.GetColnames())
	end := at.to
	if i.Alias != "" {
		rest = rest.skip("AS")
		rest = rest.part(rest.from+1, rest.to)
		if len(i.ColumnAliases) > 0 {
			rest = rest.skipGroup()
		}
		end = max(end, rest.from)
	}
	i.At = c.part(at.from, end).here()
}

// outputName returns the name that PostgreSQL gives a column without alias.
// https://github.com/postgres/postgres/blob/REL_17_STABLE/src/backend/parser/parse_target.c (FigureColnameInternal)
func outputName(n *pg_query.Node) string {
	if name, _ := figureName(n); name != "" {
		return name
	}
	return "?column?"
}

// figureName also says whether the name is a good one, which a cast or CASE
// around it does not replace.
func figureName(n *pg_query.Node) (name string, good bool) {
	switch n := n.GetNode().(type) {
	case *pg_query.Node_ColumnRef:
		return lastWord(n.ColumnRef.GetFields()), true
	case *pg_query.Node_AIndirection:
		if field := lastWord(n.AIndirection.GetIndirection()); field != "" {
			return field, true
		}
		return figureName(n.AIndirection.GetArg())
	case *pg_query.Node_FuncCall:
		return lastWord(n.FuncCall.GetFuncname()), true
	case *pg_query.Node_AExpr:
		if n.AExpr.GetKind() == pg_query.A_Expr_Kind_AEXPR_NULLIF {
			return "nullif", true
		}
	case *pg_query.Node_TypeCast:
		if name, good := figureName(n.TypeCast.GetArg()); good {
			return name, true
		}
		return lastWord(n.TypeCast.GetTypeName().GetNames()), false
	case *pg_query.Node_CollateClause:
		return figureName(n.CollateClause.GetArg())
	case *pg_query.Node_CaseExpr:
		if name, good := figureName(n.CaseExpr.GetDefresult()); good {
			return name, true
		}
		return "case", false
	case *pg_query.Node_SubLink:
		return subqueryName(n.SubLink)
	case *pg_query.Node_MinMaxExpr:
		if n.MinMaxExpr.GetOp() == pg_query.MinMaxOp_IS_GREATEST {
			return "greatest", true
		}
		return "least", true
	case *pg_query.Node_SqlvalueFunction:
		return valueFunctionName(n.SqlvalueFunction.GetOp()), true
	case *pg_query.Node_XmlExpr:
		name := xmlNames[n.XmlExpr.GetOp()]
		return name, name != ""
	case *pg_query.Node_JsonFuncExpr:
		return jsonNames[n.JsonFuncExpr.GetOp()], true
	case nil:
	default:
		name := keywordNames[unwrap(&pg_query.Node{Node: n}).ProtoReflect().Descriptor().Name()]
		return name, name != ""
	}
	return "", false
}

func lastWord(list []*pg_query.Node) string {
	all := words(list)
	if len(all) == 0 {
		return ""
	}
	return all[len(all)-1]
}

func subqueryName(n *pg_query.SubLink) (string, bool) {
	switch n.GetSubLinkType() {
	case pg_query.SubLinkType_EXISTS_SUBLINK:
		return "exists", true
	case pg_query.SubLinkType_ARRAY_SUBLINK:
		return "array", true
	case pg_query.SubLinkType_EXPR_SUBLINK:
		s := n.GetSubselect().GetSelectStmt()
		for s.GetLarg() != nil {
			s = s.GetLarg()
		}
		if len(s.GetTargetList()) == 0 {
			return "column1", true // VALUES
		}
		target := s.GetTargetList()[0].GetResTarget()
		if target.GetName() != "" {
			return target.GetName(), true
		}
		return outputName(target.GetVal()), true
	}
	return "", false
}

// valueFunctionName makes current_time of SVFOP_CURRENT_TIME_N.
func valueFunctionName(op pg_query.SQLValueFunctionOp) string {
	return strings.ToLower(strings.TrimSuffix(strings.TrimPrefix(op.String(), "SVFOP_"), "_N"))
}

var xmlNames = map[pg_query.XmlExprOp]string{
	pg_query.XmlExprOp_IS_XMLCONCAT:    "xmlconcat",
	pg_query.XmlExprOp_IS_XMLELEMENT:   "xmlelement",
	pg_query.XmlExprOp_IS_XMLFOREST:    "xmlforest",
	pg_query.XmlExprOp_IS_XMLPARSE:     "xmlparse",
	pg_query.XmlExprOp_IS_XMLPI:        "xmlpi",
	pg_query.XmlExprOp_IS_XMLROOT:      "xmlroot",
	pg_query.XmlExprOp_IS_XMLSERIALIZE: "xmlserialize",
}

var jsonNames = map[pg_query.JsonExprOp]string{
	pg_query.JsonExprOp_JSON_EXISTS_OP: "json_exists",
	pg_query.JsonExprOp_JSON_QUERY_OP:  "json_query",
	pg_query.JsonExprOp_JSON_VALUE_OP:  "json_value",
}

// keywordNames are the names of expressions that are named after a keyword.
var keywordNames = map[protoreflect.Name]string{
	"A_ArrayExpr":               "array",
	"RowExpr":                   "row",
	"CoalesceExpr":              "coalesce",
	"GroupingFunc":              "grouping",
	"MergeSupportFunc":          "merge_action",
	"XmlSerialize":              "xmlserialize",
	"JsonParseExpr":             "json",
	"JsonScalarExpr":            "json_scalar",
	"JsonSerializeExpr":         "json_serialize",
	"JsonObjectConstructor":     "json_object",
	"JsonArrayConstructor":      "json_array",
	"JsonArrayQueryConstructor": "json_array",
	"JsonObjectAgg":             "json_objectagg",
	"JsonArrayAgg":              "json_arrayagg",
}
