package parser

import (
	"strings"

	"github.com/migracheck/migracheck/parser/ddl"
	pg_query "github.com/migracheck/migracheck/parser/grammar"
	"github.com/migracheck/migracheck/parser/query"
)

// lowerData lowers queries and data statements.
func (c clause) lowerData(node *pg_query.Node) ([]ddl.Op, bool) {
	switch n := node.GetNode().(type) {
	case *pg_query.Node_SelectStmt:
		if intoClause(n.SelectStmt) != nil {
			return one(c.selectIntoTable(n.SelectStmt)), true
		}
		if v := c.setConfig(n.SelectStmt); v != nil {
			return one(v), true
		}
		return one(c.selectStatement(n.SelectStmt)), true
	case *pg_query.Node_CallStmt:
		return one(c.callStatement(n.CallStmt)), true
	case *pg_query.Node_InsertStmt:
		return one(c.insert(n.InsertStmt)), true
	case *pg_query.Node_UpdateStmt:
		return one(c.update(n.UpdateStmt)), true
	case *pg_query.Node_DeleteStmt:
		return one(c.deleteRows(n.DeleteStmt)), true
	case *pg_query.Node_MergeStmt:
		return one(c.merge(n.MergeStmt)), true
	case *pg_query.Node_CopyStmt:
		return one(c.copyRows(n.CopyStmt)), true
	}
	return nil, false
}

// intoClause returns the INTO of a SELECT; in a set operation it stands in the
// first query.
func intoClause(s *pg_query.SelectStmt) *pg_query.IntoClause {
	for s.GetLarg() != nil {
		s = s.GetLarg()
	}
	return s.GetIntoClause()
}

func (c clause) selectStatement(s *pg_query.SelectStmt) *ddl.Select {
	op := &ddl.Select{Base: c.base(), Query: c.query(selectNode(s))}
	if len(s.GetFromClause()) > 0 || s.GetOp() > pg_query.SetOperation_SETOP_NONE {
		return op
	}
	for _, t := range op.Query.Targets {
		if len(t.Expr.Calls) > 0 {
			op.Calls = append(op.Calls, t.Expr)
		}
	}
	return op
}

func (c clause) callStatement(s *pg_query.CallStmt) *ddl.Select {
	rest := c.skip("CALL")
	at := rest.here()
	op := &ddl.Select{Base: c.base(), Query: &ddl.Query{Text: at.Text(), At: at}}
	if s.GetFunccall() == nil {
		return op
	}
	call := rest.exprOf(s.GetFunccall())
	op.Query.Exprs = []*ddl.Expr{call}
	op.Calls = []*ddl.Expr{call}
	return op
}

func (c clause) insert(s *pg_query.InsertStmt) *ddl.Insert {
	i := &ddl.Insert{
		Base:       c.base(),
		Table:      c.relation(s.GetRelation()),
		Alias:      s.GetRelation().GetAlias().GetAliasname(),
		Columns:    c.assignedColumns(s.GetCols()),
		Query:      c.insertSource(s),
		Returning:  c.returning(pg_query.Returning(s)),
		RowAliases: c.rowAliases(),
		Overriding: overriding(s.GetOverride()),
	}
	if with := c.with(s.GetWithClause()); len(with) > 0 {
		if i.Query == nil {
			i.Query = &ddl.Query{Text: i.At.Text(), At: i.At}
		}
		i.Query.With = append(with, i.Query.With...)
	}
	conflict := s.GetOnConflictClause()
	switch conflict.GetAction() {
	case pg_query.OnConflictAction_ONCONFLICT_NOTHING:
		i.OnConflict = "nothing"
	case pg_query.OnConflictAction_ONCONFLICT_UPDATE:
		i.OnConflict = "update"
	}
	for _, n := range conflict.GetInfer().GetIndexElems() {
		e := n.GetIndexElem()
		if e.GetName() != "" {
			i.ConflictColumns = append(i.ConflictColumns, e.GetName())
		}
		i.ConflictKeys = append(i.ConflictKeys, c.exprsIn(e.GetExpr())...)
	}
	i.ConflictConstraint = conflict.GetInfer().GetConname()
	i.ConflictExprs = append(i.ConflictExprs, i.ConflictKeys...)
	if i.ConflictWhere = c.exprIn(conflict.GetInfer().GetWhereClause()); i.ConflictWhere != nil {
		i.ConflictExprs = append(i.ConflictExprs, i.ConflictWhere)
	}
	i.ConflictSet = c.assignedColumns(conflict.GetTargetList())
	i.ConflictExprs = append(i.ConflictExprs, c.assigned(conflict.GetTargetList())...)
	i.ConflictExprs = append(i.ConflictExprs, c.exprsIn(conflict.GetWhereClause())...)
	return i
}

func overriding(o pg_query.OverridingKind) string {
	switch o {
	case pg_query.OverridingKind_OVERRIDING_SYSTEM_VALUE:
		return "system"
	case pg_query.OverridingKind_OVERRIDING_USER_VALUE:
		return "user"
	}
	return ""
}

// assignedColumns makes the columns of an INSERT's list or of SET.
func (c clause) assignedColumns(list []*pg_query.Node) []ddl.Ident {
	var all []ddl.Ident
	for _, n := range list {
		t := n.GetResTarget()
		if t.GetName() != "" {
			all = append(all, c.at(t.GetLocation()).skip("(").named(t.GetName()))
		}
	}
	return all
}

func (c clause) returning(list []*pg_query.Node) []*ddl.Expr {
	var all []*ddl.Expr
	for _, t := range c.targets(list) {
		all = append(all, t.Expr)
	}
	return all
}

// rowAliases reads what was taken away after RETURNING.
func (c clause) rowAliases() (a ddl.RowAliases) {
	i, ok := c.find("RETURNING")
	if !ok || !c.marked(markReturning) {
		return a
	}
	text := c.part(i, c.to).here().Text()
	tokens := scan(text)
	if !follow(text, tokens, 0, "returning", "with", "(") {
		return a
	}
	end := closing(text, tokens, 2)
	for j := 3; j+2 < end; j += 4 { // OLD AS o,
		name := strings.Join(splitIdents(text[tokens[j+2].start:tokens[j+2].end]), "")
		switch {
		case follow(text, tokens, j, "old", "as"):
			a.OldAlias = name
		case follow(text, tokens, j, "new", "as"):
			a.NewAlias = name
		}
	}
	return a
}

// where makes the condition of an UPDATE or DELETE.
func (c clause) where(n *pg_query.Node) *ddl.Expr {
	return c.after("WHERE").before("RETURNING").expr(n)
}

// sources makes the query of FROM or USING and WITH; nil where there is
// neither.
func (c clause) sources(with *pg_query.WithClause, from ...*pg_query.Node) *ddl.Query {
	if with == nil && len(from) == 0 {
		return nil
	}
	at := c.here()
	q := &ddl.Query{Text: at.Text(), At: at, With: c.with(with)}
	c.items(q, from...)
	return q
}

func (c clause) update(s *pg_query.UpdateStmt) *ddl.Update {
	return &ddl.Update{
		Base:       c.base(),
		Table:      c.relation(s.GetRelation()),
		Alias:      s.GetRelation().GetAlias().GetAliasname(),
		Columns:    c.assignedColumns(s.GetTargetList()),
		Values:     c.assigned(s.GetTargetList()),
		From:       c.sources(s.GetWithClause(), s.GetFromClause()...),
		Where:      c.where(s.GetWhereClause()),
		Returning:  c.returning(pg_query.Returning(s)),
		RowAliases: c.rowAliases(),
	}
}

func (c clause) deleteRows(s *pg_query.DeleteStmt) *ddl.Delete {
	return &ddl.Delete{
		Base:       c.base(),
		Table:      c.relation(s.GetRelation()),
		Alias:      s.GetRelation().GetAlias().GetAliasname(),
		Using:      c.sources(s.GetWithClause(), s.GetUsingClause()...),
		Where:      c.where(s.GetWhereClause()),
		Returning:  c.returning(pg_query.Returning(s)),
		RowAliases: c.rowAliases(),
	}
}

func (c clause) merge(s *pg_query.MergeStmt) *ddl.Merge {
	m := &ddl.Merge{
		Base:       c.base(),
		Table:      c.relation(s.GetRelation()),
		Alias:      s.GetRelation().GetAlias().GetAliasname(),
		Using:      c.sources(s.GetWithClause(), s.GetSourceRelation()),
		On:         c.exprIn(s.GetJoinCondition()),
		Returning:  c.returning(pg_query.Returning(s)),
		RowAliases: c.rowAliases(),
	}
	for _, n := range s.GetMergeWhenClauses() {
		when := n.GetMergeWhenClause()
		columns, exprs := c.mergeAction(when)
		m.Columns = append(m.Columns, columns...)
		m.Exprs = append(m.Exprs, exprs...)
		m.Actions = append(m.Actions, ddl.MergeAction{
			Command: mergeCommands[when.GetCommandType()], Columns: columns, Overriding: overriding(when.GetOverride()),
			Values: append(c.assigned(when.GetTargetList()), c.exprsIn(when.GetValues()...)...),
		})
	}
	return m
}

var mergeCommands = map[pg_query.CmdType]string{
	pg_query.CmdType_CMD_INSERT:  "insert",
	pg_query.CmdType_CMD_UPDATE:  "update",
	pg_query.CmdType_CMD_DELETE:  "delete",
	pg_query.CmdType_CMD_NOTHING: "nothing",
}

// mergeAction returns what a WHEN clause of MERGE writes and reads.
func (c clause) mergeAction(n *pg_query.MergeWhenClause) ([]ddl.Ident, []*ddl.Expr) {
	exprs := c.exprsIn(n.GetCondition())
	exprs = append(exprs, c.assigned(n.GetTargetList())...)
	exprs = append(exprs, c.exprsIn(n.GetValues()...)...)
	return c.assignedColumns(n.GetTargetList()), exprs
}

func (c clause) copyRows(s *pg_query.CopyStmt) *ddl.Copy {
	op := &ddl.Copy{Base: c.base(), Table: c.relation(s.GetRelation()), Columns: words(s.GetAttlist()), From: s.GetIsFrom()}
	if s.GetQuery() != nil {
		inside, _ := c.group()
		op.Query = inside.query(s.GetQuery())
	}
	if s.GetWhereClause() != nil {
		where := c.after("WHERE").expr(s.GetWhereClause())
		at := where.At
		op.Query = &query.Query{Text: at.Text(), At: at, Exprs: []*ddl.Expr{where}}
	}
	return op
}
