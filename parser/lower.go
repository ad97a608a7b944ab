package parser

import (
	"github.com/migracheck/migracheck/parser/ddl"
	pg_query "github.com/migracheck/migracheck/parser/grammar"
)

// lower turns a statement's tree into operations, and says what kind of
// statement it is in PostgreSQL's words. A kind that nobody has thought about
// becomes an operation too: nothing is skipped.
func (s *statement) lower(node *pg_query.Node) (kind string, ops []ddl.Op) {
	kind = statementKind(node)
	return kind, s.whole().lowerNode(kind, node)
}

// lowerNode lowers the statement that is all of c.
func (c clause) lowerNode(kind string, node *pg_query.Node) []ddl.Op {
	for _, lower := range []func(*pg_query.Node) ([]ddl.Op, bool){
		c.lowerRelation, c.lowerType, c.lowerRoutine, c.lowerNamed, c.lowerCatalogued, c.lowerPrivilege, c.lowerData, c.lowerSession,
	} {
		if ops, ok := lower(node); ok {
			return ops
		}
	}
	_, harmless := harmlessKinds[kind]
	return one(c.unmodelled(kind, harmless))
}

func (c clause) unmodelled(kind string, harmless bool) ddl.Op {
	return &ddl.Unmodelled{Base: c.base(), Kind: kind, Harmless: harmless}
}

// harmlessKinds are the statements that are deliberately not modelled because
// they change nothing that a catalog could hold, with what they do instead.
var harmlessKinds = map[string]string{
	"SHOW":              "prints a setting",
	"EXPLAIN":           "prints a plan; EXPLAIN ANALYZE is lowered as what it runs",
	"LISTEN":            "concerns the session's notifications",
	"UNLISTEN":          "concerns the session's notifications",
	"NOTIFY":            "sends a notification",
	"CHECKPOINT":        "writes what is already there",
	"PREPARE":           "names a statement of the session",
	"DEALLOCATE":        "forgets a prepared statement",
	"DECLARE CURSOR":    "names a query of the transaction",
	"FETCH":             "reads from a cursor",
	"MOVE":              "moves a cursor",
	"CLOSE CURSOR":      "forgets a cursor",
	"SET CONSTRAINTS":   "moves checks to another time in the transaction",
	"DISCARD PLANS":     "forgets the session's plans",
	"DISCARD SEQUENCES": "forgets the session's sequence values",
	withoutOids:         "does nothing since PostgreSQL 12",
}

// unmodelledKinds are the statements that are deliberately not modelled though
// they change something.
var unmodelledKinds = map[string]string{
	"LOAD":                          "runs a library's code in the session",
	"ALTER SYSTEM":                  "changes the server's configuration, which no transaction may do",
	"DISCARD TEMP":                  "drops the session's temporary tables",
	"ALTER TABLE ALL IN TABLESPACE": "moves relations that only the server can name",
}

const withoutOids = "ALTER TABLE SET WITHOUT OIDS"

func one(op ddl.Op) []ddl.Op { return []ddl.Op{op} }

// lowerRelation lowers statements about tables, views and indexes.
func (c clause) lowerRelation(node *pg_query.Node) ([]ddl.Op, bool) {
	var op ddl.Op
	switch n := node.GetNode().(type) {
	case *pg_query.Node_CreateStmt:
		op = c.createTable(n.CreateStmt)
	case *pg_query.Node_CreateForeignTableStmt:
		op = c.createForeignTable(n.CreateForeignTableStmt)
	case *pg_query.Node_CreateTableAsStmt:
		op = c.createTableAs(n.CreateTableAsStmt)
	case *pg_query.Node_ViewStmt:
		op = c.createView(n.ViewStmt)
	case *pg_query.Node_AlterTableStmt:
		return c.alterTable(n.AlterTableStmt), true
	case *pg_query.Node_TruncateStmt:
		op = c.truncate(n.TruncateStmt)
	case *pg_query.Node_LockStmt:
		op = c.lockTable(n.LockStmt)
	case *pg_query.Node_IndexStmt:
		op = c.createIndex(n.IndexStmt)
	case *pg_query.Node_ReindexStmt:
		op = c.reindex(n.ReindexStmt)
	case *pg_query.Node_ClusterStmt:
		op = c.cluster(n.ClusterStmt)
	case *pg_query.Node_VacuumStmt:
		op = c.vacuum(n.VacuumStmt)
	case *pg_query.Node_RefreshMatViewStmt:
		op = c.refresh(n.RefreshMatViewStmt)
	case *pg_query.Node_CreateSeqStmt:
		op = c.createSequence(n.CreateSeqStmt)
	case *pg_query.Node_AlterSeqStmt:
		op = c.alterSequence(n.AlterSeqStmt)
	default:
		return nil, false
	}
	return one(op), true
}

// lowerType lowers statements about types and domains.
func (c clause) lowerType(node *pg_query.Node) ([]ddl.Op, bool) {
	var op ddl.Op
	switch n := node.GetNode().(type) {
	case *pg_query.Node_CreateEnumStmt:
		op = c.createEnum(n.CreateEnumStmt)
	case *pg_query.Node_CompositeTypeStmt:
		op = c.createComposite(n.CompositeTypeStmt)
	case *pg_query.Node_CreateRangeStmt:
		op = c.createRange(n.CreateRangeStmt)
	case *pg_query.Node_CreateDomainStmt:
		op = c.createDomain(n.CreateDomainStmt)
	case *pg_query.Node_AlterEnumStmt:
		op = c.alterEnum(n.AlterEnumStmt)
	case *pg_query.Node_AlterDomainStmt:
		op = c.alterDomain(n.AlterDomainStmt)
	case *pg_query.Node_AlterTypeStmt:
		op = c.alterType(n.AlterTypeStmt)
	default:
		return nil, false
	}
	return one(op), true
}

// lowerRoutine lowers statements about routines, triggers, rules and policies.
func (c clause) lowerRoutine(node *pg_query.Node) ([]ddl.Op, bool) {
	var op ddl.Op
	switch n := node.GetNode().(type) {
	case *pg_query.Node_CreateFunctionStmt:
		op = c.createFunction(n.CreateFunctionStmt)
	case *pg_query.Node_AlterFunctionStmt:
		op = c.alterRoutine(n.AlterFunctionStmt)
	case *pg_query.Node_DoStmt:
		return c.do(n.DoStmt), true
	case *pg_query.Node_CreateTrigStmt:
		op = c.createTrigger(n.CreateTrigStmt)
	case *pg_query.Node_RuleStmt:
		op = c.createRule(n.RuleStmt)
	case *pg_query.Node_CreatePolicyStmt:
		op = c.createPolicy(n.CreatePolicyStmt)
	case *pg_query.Node_AlterPolicyStmt:
		op = c.alterPolicy(n.AlterPolicyStmt)
	default:
		return nil, false
	}
	return one(op), true
}

// lowerNamed lowers statements that address an object of any kind, schemas and
// extensions.
func (c clause) lowerNamed(node *pg_query.Node) ([]ddl.Op, bool) {
	var op ddl.Op
	switch n := node.GetNode().(type) {
	case *pg_query.Node_DropStmt:
		return c.drop(n.DropStmt), true
	case *pg_query.Node_RenameStmt:
		op = c.rename(n.RenameStmt)
	case *pg_query.Node_AlterObjectSchemaStmt:
		op = c.move(n.AlterObjectSchemaStmt)
	case *pg_query.Node_AlterOwnerStmt:
		op = c.setOwner(n.AlterOwnerStmt)
	case *pg_query.Node_AlterObjectDependsStmt:
		op = c.depends(n.AlterObjectDependsStmt)
	case *pg_query.Node_CommentStmt:
		op = c.comment(n.CommentStmt)
	case *pg_query.Node_SecLabelStmt:
		op = c.securityLabel(n.SecLabelStmt)
	case *pg_query.Node_CreateSchemaStmt:
		return c.createSchema(n.CreateSchemaStmt), true
	case *pg_query.Node_CreateExtensionStmt:
		op = c.createExtension(n.CreateExtensionStmt)
	case *pg_query.Node_AlterExtensionStmt:
		op = c.updateExtension(n.AlterExtensionStmt)
	case *pg_query.Node_AlterExtensionContentsStmt:
		op = c.extensionMember(n.AlterExtensionContentsStmt)
	default:
		return nil, false
	}
	return one(op), true
}
