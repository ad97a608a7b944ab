package parser

import (
	"strings"

	"github.com/migracheck/migracheck/parser/ddl"
	pg_query "github.com/migracheck/migracheck/parser/grammar"
)

// lowerSession lowers settings and transaction control.
func (c clause) lowerSession(node *pg_query.Node) ([]ddl.Op, bool) {
	switch n := node.GetNode().(type) {
	case *pg_query.Node_VariableSetStmt:
		return c.setVariable(n.VariableSetStmt), true
	case *pg_query.Node_DiscardStmt:
		if n.DiscardStmt.GetTarget() == pg_query.DiscardMode_DISCARD_ALL {
			return one(&ddl.SetVariable{Base: c.base()}), true
		}
	case *pg_query.Node_TransactionStmt:
		return one(c.transaction(n.TransactionStmt)), true
	case *pg_query.Node_ExecuteStmt:
		return one(&ddl.Dynamic{Base: c.base(), Reason: "EXECUTE of a prepared statement"}), true
	case *pg_query.Node_ImportForeignSchemaStmt:
		return one(&ddl.Dynamic{Base: c.base(), Reason: "IMPORT FOREIGN SCHEMA creates the tables that the foreign server has"}), true
	case *pg_query.Node_ExplainStmt:
		return c.explain(n.ExplainStmt)
	}
	return nil, false
}

func (c clause) setVariable(s *pg_query.VariableSetStmt) []ddl.Op {
	v := &ddl.SetVariable{Base: c.base(), Name: s.GetName(), Local: s.GetIsLocal()}
	if s.GetKind() != pg_query.VariableSetKind_VAR_SET_MULTI {
		v.Values = settings(s.GetArgs())
		return one(v)
	}
	if s.GetName() == "TRANSACTION SNAPSHOT" {
		v.Name, v.Values, v.Local = "transaction_snapshot", settings(s.GetArgs()), true
		return one(v)
	}
	// SET TRANSACTION … and SET SESSION CHARACTERISTICS AS TRANSACTION … set
	// one variable for each mode.
	var ops []ddl.Op
	for _, n := range s.GetArgs() {
		d := n.GetDefElem()
		mode := &ddl.SetVariable{Base: c.base(), Name: d.GetDefname(), Values: settings([]*pg_query.Node{d.GetArg()}), Local: true}
		if s.GetName() == "SESSION CHARACTERISTICS" {
			mode.Name, mode.Local = "default_"+d.GetDefname(), false
		}
		ops = append(ops, mode)
	}
	return ops
}

func settings(list []*pg_query.Node) []string {
	var all []string
	for _, n := range list {
		all = append(all, literal(n))
	}
	return all
}

func (c clause) transaction(s *pg_query.TransactionStmt) *ddl.Transaction {
	t := &ddl.Transaction{Base: c.base(), Savepoint: s.GetSavepointName(), Chain: s.GetChain()}
	switch s.GetKind() {
	case pg_query.TransactionStmtKind_TRANS_STMT_COMMIT:
		t.Action = "commit"
	case pg_query.TransactionStmtKind_TRANS_STMT_ROLLBACK:
		t.Action = "rollback"
	case pg_query.TransactionStmtKind_TRANS_STMT_SAVEPOINT:
		t.Action = "savepoint"
	case pg_query.TransactionStmtKind_TRANS_STMT_RELEASE:
		t.Action = "release"
	case pg_query.TransactionStmtKind_TRANS_STMT_ROLLBACK_TO:
		t.Action = "rollback to"
	case pg_query.TransactionStmtKind_TRANS_STMT_PREPARE:
		t.Action = "prepare"
	case pg_query.TransactionStmtKind_TRANS_STMT_COMMIT_PREPARED:
		t.Action = "commit prepared"
	case pg_query.TransactionStmtKind_TRANS_STMT_ROLLBACK_PREPARED:
		t.Action = "rollback prepared"
	default:
		t.Action = "begin"
	}
	return t
}

// explain lowers the statement that EXPLAIN ANALYZE runs.
func (c clause) explain(s *pg_query.ExplainStmt) ([]ddl.Op, bool) {
	for _, o := range c.options(s.GetOptions()) {
		if o.Name == "analyze" && isOn(o) {
			rest := c.skip("EXPLAIN").skipGroup().skipAny("ANALYZE", "ANALYSE").skip("VERBOSE")
			return rest.lowerNode(statementKind(s.GetQuery()), s.GetQuery()), true
		}
	}
	return nil, false
}

// setConfig returns SELECT set_config(…), alone, as the SET that it is.
func (c clause) setConfig(s *pg_query.SelectStmt) *ddl.SetVariable {
	if len(s.GetTargetList()) != 1 || len(s.GetFromClause()) > 0 || s.GetWhereClause() != nil || s.GetWithClause() != nil {
		return nil
	}
	call := s.GetTargetList()[0].GetResTarget().GetVal().GetFuncCall()
	name, args := nameOf(call.GetFuncname()), call.GetArgs()
	if name.Name != "set_config" || name.Schema != "" && name.Schema != "pg_catalog" || len(args) != 3 {
		return nil
	}
	for _, a := range args {
		if !isConstant(unwrap(a)) {
			return nil
		}
	}
	v := &ddl.SetVariable{Base: c.base(), Name: strings.ToLower(literal(args[0])), Local: isTrue(literal(args[2]))}
	v.Values = []string{literal(args[1])}
	// A list of names comes as one text. An empty one is still a path: that
	// of a schema that does not exist.
	if path := splitIdents(v.Values[0]); v.Name == "search_path" && len(path) > 0 {
		v.Values = path
	}
	return v
}

// isTrue reports whether a boolean constant is true, as boolin reads it.
func isTrue(s string) bool {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "t", "tr", "tru", "true", "y", "ye", "yes", "on", "1":
		return true
	}
	return false
}

// splitIdents divides a list of identifiers at its commas, folding and
// unquoting them as SplitIdentifierString does.
// https://github.com/postgres/postgres/blob/REL_17_STABLE/src/backend/utils/adt/varlena.c
func splitIdents(text string) []string {
	var all []string
	for _, t := range scan(text) {
		word := text[t.start:t.end]
		switch t.kind {
		case tokenQuoted:
			all = append(all, strings.ReplaceAll(word[1:len(word)-1], `""`, `"`))
		case tokenWord:
			all = append(all, strings.ToLower(word))
		}
	}
	return all
}
