package parser

import (
	"slices"
	"strconv"

	"google.golang.org/protobuf/proto"

	"github.com/migracheck/migracheck/parser/ddl"
	pg_query "github.com/migracheck/migracheck/parser/grammar"
)

// node makes a search for nodes of one type.
func node[T proto.Message](is func(T) bool) func(proto.Message) bool {
	return func(m proto.Message) bool {
		n, ok := m.(T)
		return ok && is(n)
	}
}

func has[T proto.Message]() func(proto.Message) bool { return node(func(T) bool { return true }) }

// command makes a search for a subcommand of ALTER TABLE.
func command(subtype pg_query.AlterTableType) func(proto.Message) bool {
	return node(func(n *pg_query.AlterTableCmd) bool { return n.GetSubtype() == subtype })
}

// hasOption reports whether a list of options has one of those.
func hasOption(list []*pg_query.Node, names ...string) bool {
	return slices.ContainsFunc(list, func(n *pg_query.Node) bool { return slices.Contains(names, n.GetDefElem().GetDefname()) })
}

// vacuumOption makes a search for an option of VACUUM.
func vacuumOption(name string) func(proto.Message) bool {
	return node(func(n *pg_query.VacuumStmt) bool { return hasOption(n.GetOptions(), name) })
}

// copyOption makes a search for an option of COPY.
func copyOption(name string) func(proto.Message) bool {
	return node(func(n *pg_query.CopyStmt) bool { return hasOption(n.GetOptions(), name) })
}

// sequencePersistence finds ALTER SEQUENCE … SET LOGGED and UNLOGGED.
func sequencePersistence(n *pg_query.AlterTableStmt) bool {
	return n.GetObjtype() == pg_query.ObjectType_OBJECT_SEQUENCE && slices.ContainsFunc(n.GetCmds(), func(cmd *pg_query.Node) bool {
		subtype := cmd.GetAlterTableCmd().GetSubtype()
		return subtype == pg_query.AlterTableType_AT_SetLogged || subtype == pg_query.AlterTableType_AT_SetUnLogged
	})
}

// oddScale finds numeric types whose scale is negative or more than their
// precision.
func oddScale(n *pg_query.TypeName) bool {
	if nameOf(n.GetNames()).Name != "numeric" || len(n.GetTypmods()) != 2 {
		return false
	}
	precision, err := strconv.Atoi(literal(n.GetTypmods()[0]))
	if err != nil {
		return false
	}
	scale, err := strconv.Atoi(literal(n.GetTypmods()[1]))
	if err != nil {
		value := n.GetTypmods()[1].GetAExpr() // a sign before a number
		return value != nil && nameOf(value.GetName()).Name == "-"
	}
	return scale < 0 || scale > precision
}

// returnsOldRows finds RETURNING old.c, new.c and old.*, where no table is
// called that.
func returnsOldRows(m proto.Message) bool {
	var list, from []*pg_query.Node
	var target *pg_query.RangeVar
	switch n := m.(type) {
	case *pg_query.InsertStmt:
		list, target = pg_query.Returning(n), n.GetRelation()
	case *pg_query.UpdateStmt:
		list, target, from = pg_query.Returning(n), n.GetRelation(), n.GetFromClause()
	case *pg_query.DeleteStmt:
		list, target, from = pg_query.Returning(n), n.GetRelation(), n.GetUsingClause()
	case *pg_query.MergeStmt:
		list, target, from = pg_query.Returning(n), n.GetRelation(), []*pg_query.Node{n.GetSourceRelation()}
	}
	if len(list) == 0 {
		return false
	}
	called := map[string]bool{target.GetRelname(): true, target.GetAlias().GetAliasname(): true}
	for _, item := range from {
		descend(item, func(m proto.Message) bool {
			switch n := m.(type) {
			case *pg_query.RangeVar:
				called[n.GetRelname()] = true
			case *pg_query.Alias:
				called[n.GetAliasname()] = true
			}
			return true
		})
	}
	found := false
	for _, item := range list {
		descend(item, func(m proto.Message) bool {
			if c, ok := m.(*pg_query.ColumnRef); ok && len(c.GetFields()) > 1 {
				name := c.GetFields()[0].GetString_().GetSval()
				found = found || (name == "old" || name == "new") && !called[name]
			}
			_, query := m.(*pg_query.SelectStmt)
			return !query
		})
	}
	return found
}

// plainJSON reports whether one of the new JSON functions looks like a call to
// an older grammar.
func plainJSON(n *pg_query.JsonFuncExpr) bool {
	return n.GetOutput() == nil && n.GetOnEmpty() == nil && n.GetOnError() == nil && len(n.GetPassing()) == 0 &&
		n.GetWrapper() <= pg_query.JsonWrapper_JSW_UNSPEC && n.GetQuotes() <= pg_query.JsonQuotes_JS_QUOTES_UNSPEC
}

func jsonFunction(op pg_query.JsonExprOp, plain bool) func(proto.Message) bool {
	return node(func(n *pg_query.JsonFuncExpr) bool { return n.GetOp() == op && plainJSON(n) == plain })
}

// novelties are in order of what brought them.
var novelties = []novelty{
	{14, "DETACH PARTITION … CONCURRENTLY", stateSyntax, "detach", node(func(n *pg_query.PartitionCmd) bool { return n.GetConcurrent() })},
	{14, "DETACH PARTITION … FINALIZE", stateSyntax, "finalize", command(pg_query.AlterTableType_AT_DetachPartitionFinalize)},
	{14, "SET COMPRESSION", stateSyntax, "compression", command(pg_query.AlterTableType_AT_SetCompression)},
	{14, "COMPRESSION of a column", stateSyntax, "compression", node(func(n *pg_query.ColumnDef) bool { return n.GetCompression() != "" })},
	{14, "LIKE … INCLUDING COMPRESSION", stateSyntax, "compression", has[*pg_query.TableLikeClause]()},
	{14, "CREATE OR REPLACE TRIGGER", stateSyntax, "trigger", node(func(n *pg_query.CreateTrigStmt) bool { return n.GetReplace() })},
	{14, "CREATE STATISTICS on expressions", stateUnsupported, "statistics", node(func(n *pg_query.StatsElem) bool { return n.GetExpr() != nil })},
	{14, "multirange_type_name", stateSyntax, "multirange_type_name", node(func(n *pg_query.CreateRangeStmt) bool { return hasOption(n.GetParams(), "multirange_type_name") })},
	{14, "a routine's body in SQL without quotes", stateSyntax, "return", node(func(n *pg_query.CreateFunctionStmt) bool { return n.GetSqlBody().GetReturnStmt() != nil })},
	{14, "a routine's body in SQL without quotes", stateSyntax, "atomic", node(func(n *pg_query.CreateFunctionStmt) bool { return n.GetSqlBody() != nil })},
	{14, "an OUT argument of a procedure", stateUnsupported, "out", node(func(n *pg_query.CreateFunctionStmt) bool {
		return n.GetIsProcedure() && slices.ContainsFunc(n.GetParameters(), func(p *pg_query.Node) bool {
			return p.GetFunctionParameter().GetMode() == pg_query.FunctionParameterMode_FUNC_PARAM_OUT
		})
	})},
	{14, "GROUP BY DISTINCT", stateSyntax, "group", node(func(n *pg_query.SelectStmt) bool { return n.GetGroupDistinct() })},
	{14, "SEARCH of a recursive query", stateSyntax, "search", node(func(n *pg_query.CommonTableExpr) bool { return n.GetSearchClause() != nil })},
	{14, "CYCLE of a recursive query", stateSyntax, "cycle", node(func(n *pg_query.CommonTableExpr) bool { return n.GetCycleClause() != nil })},
	{14, "an alias of JOIN … USING", stateSyntax, "using", node(func(n *pg_query.JoinExpr) bool { return n.GetJoinUsingAlias() != nil })},
	{14, "GRANTED BY", stateSyntax, "granted", node(func(n *pg_query.GrantStmt) bool { return n.GetGrantor() != nil })},
	{14, "REINDEX (TABLESPACE …)", stateSyntax, "tablespace", node(func(n *pg_query.ReindexStmt) bool { return hasOption(n.GetParams(), "tablespace") })},
	{14, "VACUUM (PROCESS_TOAST)", stateSyntax, "process_toast", vacuumOption("process_toast")},

	{15, "MERGE", stateSyntax, "merge", has[*pg_query.MergeStmt]()},
	{15, "NULLS NOT DISTINCT", stateSyntax, "nulls", node(func(n *pg_query.Constraint) bool { return n.GetNullsNotDistinct() })},
	{15, "NULLS NOT DISTINCT", stateSyntax, "nulls", node(func(n *pg_query.IndexStmt) bool { return n.GetNullsNotDistinct() })},
	{15, "SET ACCESS METHOD", stateSyntax, "access", node(func(n *pg_query.AlterTableCmd) bool {
		return n.GetSubtype() == pg_query.AlterTableType_AT_SetAccessMethod && n.GetName() != ""
	})},
	{15, "columns of ON DELETE SET", stateSyntax, "delete", node(func(n *pg_query.Constraint) bool { return len(n.GetFkDelSetCols()) > 0 })},
	{15, "security_invoker", stateParameter, "security_invoker", node(func(n *pg_query.DefElem) bool { return n.GetDefname() == "security_invoker" })},
	{15, "a row filter of a publication", stateSyntax, "publication", node(func(n *pg_query.PublicationTable) bool { return n.GetWhereClause() != nil })},
	{15, "a column list of a publication", stateSyntax, "publication", node(func(n *pg_query.PublicationTable) bool { return len(n.GetColumns()) > 0 })},
	{15, "TABLES IN SCHEMA of a publication", stateSyntax, "publication", node(func(n *pg_query.PublicationObjSpec) bool {
		t := n.GetPubobjtype()
		return t == pg_query.PublicationObjSpecType_PUBLICATIONOBJ_TABLES_IN_SCHEMA || t == pg_query.PublicationObjSpecType_PUBLICATIONOBJ_TABLES_IN_CUR_SCHEMA
	})},
	{15, "privileges on parameters", stateSyntax, "parameter", node(func(n *pg_query.GrantStmt) bool { return n.GetObjtype() == pg_query.ObjectType_OBJECT_PARAMETER_ACL })},
	{15, "a numeric scale below 0 or above the precision", stateParameter, "numeric", node(oddScale)},
	{15, "a numeric scale below 0 or above the precision", stateParameter, "decimal", node(oddScale)},
	{15, "an unlogged sequence", stateUnsupported, "unlogged", node(func(n *pg_query.CreateSeqStmt) bool { return n.GetSequence().GetRelpersistence() == "u" })},
	{15, "ALTER SEQUENCE … SET LOGGED and UNLOGGED", stateWrongKind, "sequence", node(sequencePersistence)},

	{16, "STORAGE of a new column", stateSyntax, "storage", node(func(n *pg_query.ColumnDef) bool { return n.GetStorageName() != "" })},
	{16, "SET STORAGE DEFAULT", stateSyntax, "storage", node(func(n *pg_query.AlterTableCmd) bool {
		return n.GetSubtype() == pg_query.AlterTableType_AT_SetStorage && literal(n.GetDef()) == "default"
	})},
	{16, "the INHERIT option of membership in a role", stateSyntax, "inherit", node(func(n *pg_query.GrantRoleStmt) bool { return hasOption(n.GetOpt(), "inherit") })},
	{16, "the SET option of membership in a role", stateSyntax, "set", node(func(n *pg_query.GrantRoleStmt) bool { return hasOption(n.GetOpt(), "set") })},
	{16, "CREATE STATISTICS without a name", stateSyntax, "statistics", node(func(n *pg_query.CreateStatsStmt) bool { return len(n.GetDefnames()) == 0 })},
	{16, "a subquery in FROM without an alias", stateSyntax, "from", node(func(n *pg_query.RangeSubselect) bool { return n.GetAlias() == nil })},
	{16, "JSON_OBJECT with keys and values", stateSyntax, "json_object", node(func(n *pg_query.JsonObjectConstructor) bool { return len(n.GetExprs()) > 0 })},
	{16, "JSON_ARRAY", stateFunction, "json_array", node(func(n *pg_query.JsonArrayConstructor) bool { return n.GetOutput() == nil })},
	{16, "JSON_ARRAY of a query", stateSyntax, "json_array", has[*pg_query.JsonArrayQueryConstructor]()},
	{16, "JSON_ARRAYAGG", stateFunction, "json_arrayagg", has[*pg_query.JsonArrayAgg]()},
	{16, "JSON_OBJECTAGG", stateSyntax, "json_objectagg", has[*pg_query.JsonObjectAgg]()},
	{16, "IS JSON", stateSyntax, "json", has[*pg_query.JsonIsPredicate]()},
	{16, "SYSTEM_USER", stateColumn, "system_user", node(func(n *pg_query.FuncCall) bool {
		return nameOf(n.GetFuncname()) == ddl.Name{Schema: "pg_catalog", Name: "system_user"}
	})},
	{16, "VACUUM (SKIP_DATABASE_STATS)", stateSyntax, "skip_database_stats", vacuumOption("skip_database_stats")},
	{16, "VACUUM (BUFFER_USAGE_LIMIT)", stateSyntax, "buffer_usage_limit", vacuumOption("buffer_usage_limit")},
	{16, "VACUUM (PROCESS_MAIN)", stateSyntax, "process_main", vacuumOption("process_main")},
	{16, "COPY (DEFAULT)", stateSyntax, "copy", copyOption("default")},

	{17, "RETURNING of MERGE", stateSyntax, "merge", node(func(n *pg_query.MergeStmt) bool { return len(pg_query.Returning(n)) > 0 })},
	{17, "WHEN NOT MATCHED BY SOURCE", stateSyntax, "merge", node(func(n *pg_query.MergeWhenClause) bool {
		return n.GetMatchKind() == pg_query.MergeMatchKind_MERGE_WHEN_NOT_MATCHED_BY_SOURCE
	})},
	{17, "SET EXPRESSION", stateSyntax, "expression", command(pg_query.AlterTableType_AT_SetExpression)},
	{17, "SET ACCESS METHOD DEFAULT", stateSyntax, "access", node(func(n *pg_query.AlterTableCmd) bool {
		return n.GetSubtype() == pg_query.AlterTableType_AT_SetAccessMethod && n.GetName() == ""
	})},
	{17, "SET STATISTICS DEFAULT", stateSyntax, "statistics", node(func(n *pg_query.AlterTableCmd) bool {
		return n.GetSubtype() == pg_query.AlterTableType_AT_SetStatistics && n.GetDef() == nil
	})},
	{17, "SET STATISTICS DEFAULT", stateSyntax, "statistics", node(func(n *pg_query.AlterStatsStmt) bool { return n.GetStxstattarget() == nil })},
	{17, "JSON_TABLE", stateSyntax, "json_table", has[*pg_query.JsonTable]()},
	{17, "JSON_VALUE", stateFunction, "json_value", jsonFunction(pg_query.JsonExprOp_JSON_VALUE_OP, true)},
	{17, "JSON_QUERY", stateFunction, "json_query", jsonFunction(pg_query.JsonExprOp_JSON_QUERY_OP, true)},
	{17, "JSON_EXISTS", stateFunction, "json_exists", jsonFunction(pg_query.JsonExprOp_JSON_EXISTS_OP, true)},
	{17, "JSON_VALUE", stateSyntax, "json_value", jsonFunction(pg_query.JsonExprOp_JSON_VALUE_OP, false)},
	{17, "JSON_QUERY", stateSyntax, "json_query", jsonFunction(pg_query.JsonExprOp_JSON_QUERY_OP, false)},
	{17, "JSON_EXISTS", stateSyntax, "json_exists", jsonFunction(pg_query.JsonExprOp_JSON_EXISTS_OP, false)},
	{17, "JSON_SCALAR", stateFunction, "json_scalar", has[*pg_query.JsonScalarExpr]()},
	{17, "JSON_SERIALIZE", stateFunction, "json_serialize", node(func(n *pg_query.JsonSerializeExpr) bool { return n.GetOutput() == nil })},
	{17, "privilege MAINTAIN", stateSyntax, "maintain", node(func(n *pg_query.AccessPriv) bool { return n.GetPrivName() == "maintain" })},
	{17, "AT LOCAL", stateSyntax, "local", node(func(n *pg_query.FuncCall) bool {
		return len(n.GetArgs()) == 1 && n.GetFuncformat() == pg_query.CoercionForm_COERCE_SQL_SYNTAX && nameOf(n.GetFuncname()).Name == "timezone"
	})},
	{17, "an event trigger on login", stateSyntax, "login", node(func(n *pg_query.CreateEventTrigStmt) bool { return n.GetEventname() == "login" })},
	{17, "collation provider builtin", stateInvalidOther, "builtin", node(func(n *pg_query.DefineStmt) bool {
		return slices.ContainsFunc(n.GetDefinition(), func(d *pg_query.Node) bool {
			return d.GetDefElem().GetDefname() == "provider" && literal(d.GetDefElem().GetArg()) == "builtin"
		})
	})},
	{17, "COPY (ON_ERROR)", stateSyntax, "on_error", copyOption("on_error")},

	{18, "OLD and NEW in RETURNING", stateTable, "returning", returnsOldRows},
	{18, "publish_generated_columns", stateSyntax, "publish_generated_columns", node(func(n *pg_query.DefElem) bool { return n.GetDefname() == "publish_generated_columns" })},
	{18, "LIKE for a foreign table", stateUnsupported, "foreign", node(func(n *pg_query.CreateForeignTableStmt) bool {
		return slices.ContainsFunc(n.GetBaseStmt().GetTableElts(), func(e *pg_query.Node) bool { return e.GetTableLikeClause() != nil })
	})},
	{18, "COPY (REJECT_LIMIT)", stateSyntax, "reject_limit", copyOption("reject_limit")},
}
