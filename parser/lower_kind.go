package parser

import (
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"

	pg_query "github.com/migracheck/migracheck/parser/grammar"
)

// statementKind returns the command tag that PostgreSQL gives a statement.
// https://github.com/postgres/postgres/blob/REL_17_STABLE/src/backend/tcop/utility.c (CreateCommandTag)
func statementKind(node *pg_query.Node) string {
	switch n := node.GetNode().(type) {
	case *pg_query.Node_AlterTableStmt:
		return "ALTER " + kindWords(n.AlterTableStmt.GetObjtype())
	case *pg_query.Node_DropStmt:
		return "DROP " + kindWords(n.DropStmt.GetRemoveType())
	case *pg_query.Node_RenameStmt:
		if t := n.RenameStmt.GetRenameType(); t == pg_query.ObjectType_OBJECT_COLUMN {
			return "ALTER " + kindWords(n.RenameStmt.GetRelationType())
		}
		return "ALTER " + ownerWords(n.RenameStmt.GetRenameType())
	case *pg_query.Node_AlterObjectSchemaStmt:
		return "ALTER " + ownerWords(n.AlterObjectSchemaStmt.GetObjectType())
	case *pg_query.Node_AlterOwnerStmt:
		return "ALTER " + ownerWords(n.AlterOwnerStmt.GetObjectType())
	case *pg_query.Node_AlterObjectDependsStmt:
		return "ALTER " + ownerWords(n.AlterObjectDependsStmt.GetObjectType())
	case *pg_query.Node_AlterFunctionStmt:
		return "ALTER " + kindWords(n.AlterFunctionStmt.GetObjtype())
	case *pg_query.Node_DefineStmt:
		return "CREATE " + kindWords(n.DefineStmt.GetKind())
	case *pg_query.Node_CreateTableAsStmt:
		if n.CreateTableAsStmt.GetObjtype() == pg_query.ObjectType_OBJECT_MATVIEW {
			return "CREATE MATERIALIZED VIEW"
		}
		return "CREATE TABLE AS"
	case *pg_query.Node_SelectStmt:
		if intoClause(n.SelectStmt) != nil {
			return "SELECT INTO"
		}
		return "SELECT"
	case *pg_query.Node_CreateFunctionStmt:
		if n.CreateFunctionStmt.GetIsProcedure() {
			return "CREATE PROCEDURE"
		}
		return "CREATE FUNCTION"
	case *pg_query.Node_GrantStmt:
		if n.GrantStmt.GetIsGrant() {
			return "GRANT"
		}
		return "REVOKE"
	case *pg_query.Node_GrantRoleStmt:
		if n.GrantRoleStmt.GetIsGrant() {
			return "GRANT ROLE"
		}
		return "REVOKE ROLE"
	case *pg_query.Node_VacuumStmt:
		if n.VacuumStmt.GetIsVacuumcmd() {
			return "VACUUM"
		}
		return "ANALYZE"
	case *pg_query.Node_VariableSetStmt:
		if k := n.VariableSetStmt.GetKind(); k == pg_query.VariableSetKind_VAR_RESET || k == pg_query.VariableSetKind_VAR_RESET_ALL {
			return "RESET"
		}
		return "SET"
	case *pg_query.Node_TransactionStmt:
		return transactionKind(n.TransactionStmt.GetKind())
	case *pg_query.Node_FetchStmt:
		if n.FetchStmt.GetIsmove() {
			return "MOVE"
		}
		return "FETCH"
	case *pg_query.Node_DiscardStmt:
		return "DISCARD " + strings.TrimPrefix(n.DiscardStmt.GetTarget().String(), "DISCARD_")
	}
	m := unwrap(node)
	if m == nil {
		return "EMPTY"
	}
	name := m.ProtoReflect().Descriptor().Name()
	if tag, ok := plainKinds[name]; ok {
		return tag
	}
	return plainKind(name)
}

// ownerWords names what a part of an object is altered with: a column's or
// constraint's table.
func ownerWords(t pg_query.ObjectType) string {
	switch t {
	case pg_query.ObjectType_OBJECT_ATTRIBUTE:
		return "TYPE"
	case pg_query.ObjectType_OBJECT_TABCONSTRAINT:
		return "TABLE"
	}
	return kindWords(t)
}

func transactionKind(k pg_query.TransactionStmtKind) string {
	words := strings.TrimPrefix(k.String(), "TRANS_STMT_")
	switch k {
	case pg_query.TransactionStmtKind_TRANS_STMT_START:
		return "START TRANSACTION"
	case pg_query.TransactionStmtKind_TRANS_STMT_ROLLBACK_TO:
		return "ROLLBACK"
	case pg_query.TransactionStmtKind_TRANS_STMT_PREPARE:
		return "PREPARE TRANSACTION"
	}
	return strings.ReplaceAll(words, "_", " ")
}

// plainKind makes a command tag of a message's name: CreateEnumStmt would be
// CREATE ENUM.
func plainKind(name protoreflect.Name) string {
	var b strings.Builder
	for i, r := range strings.TrimSuffix(string(name), "Stmt") {
		if i > 0 && r >= 'A' && r <= 'Z' {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return strings.ToUpper(b.String())
}

// plainKinds are the command tags that the message's name does not tell.
var plainKinds = map[protoreflect.Name]string{
	"CreateStmt":                   "CREATE TABLE",
	"ViewStmt":                     "CREATE VIEW",
	"IndexStmt":                    "CREATE INDEX",
	"LockStmt":                     "LOCK TABLE",
	"TruncateStmt":                 "TRUNCATE TABLE",
	"RefreshMatViewStmt":           "REFRESH MATERIALIZED VIEW",
	"CreateSeqStmt":                "CREATE SEQUENCE",
	"AlterSeqStmt":                 "ALTER SEQUENCE",
	"CreateEnumStmt":               "CREATE TYPE",
	"CompositeTypeStmt":            "CREATE TYPE",
	"CreateRangeStmt":              "CREATE TYPE",
	"AlterEnumStmt":                "ALTER TYPE",
	"CreateTrigStmt":               "CREATE TRIGGER",
	"RuleStmt":                     "CREATE RULE",
	"SecLabelStmt":                 "SECURITY LABEL",
	"AlterExtensionContentsStmt":   "ALTER EXTENSION",
	"CreateFdwStmt":                "CREATE FOREIGN DATA WRAPPER",
	"AlterFdwStmt":                 "ALTER FOREIGN DATA WRAPPER",
	"CreateForeignServerStmt":      "CREATE SERVER",
	"AlterForeignServerStmt":       "ALTER SERVER",
	"CreateAmStmt":                 "CREATE ACCESS METHOD",
	"CreateEventTrigStmt":          "CREATE EVENT TRIGGER",
	"AlterEventTrigStmt":           "ALTER EVENT TRIGGER",
	"CreatePLangStmt":              "CREATE LANGUAGE",
	"AlterRoleSetStmt":             "ALTER ROLE",
	"CreatedbStmt":                 "CREATE DATABASE",
	"DropdbStmt":                   "DROP DATABASE",
	"AlterDatabaseSetStmt":         "ALTER DATABASE",
	"AlterDatabaseRefreshCollStmt": "ALTER DATABASE",
	"CreateTableSpaceStmt":         "CREATE TABLESPACE",
	"DropTableSpaceStmt":           "DROP TABLESPACE",
	"AlterTableSpaceOptionsStmt":   "ALTER TABLESPACE",
	"AlterTableMoveAllStmt":        "ALTER TABLE ALL IN TABLESPACE",
	"CreateOpClassStmt":            "CREATE OPERATOR CLASS",
	"CreateOpFamilyStmt":           "CREATE OPERATOR FAMILY",
	"AlterOpFamilyStmt":            "ALTER OPERATOR FAMILY",
	"CreateStatsStmt":              "CREATE STATISTICS",
	"AlterStatsStmt":               "ALTER STATISTICS",
	"AlterTSDictionaryStmt":        "ALTER TEXT SEARCH DICTIONARY",
	"AlterTSConfigurationStmt":     "ALTER TEXT SEARCH CONFIGURATION",
	"VariableShowStmt":             "SHOW",
	"CheckPointStmt":               "CHECKPOINT",
	"DeclareCursorStmt":            "DECLARE CURSOR",
	"ClosePortalStmt":              "CLOSE CURSOR",
	"ConstraintsSetStmt":           "SET CONSTRAINTS",
}
