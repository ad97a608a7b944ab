package parser

import (
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/parser/ddl"
	pg_query "github.com/migracheck/migracheck/parser/grammar"
	"github.com/migracheck/migracheck/parser/source"
)

// notStatements are the messages that end in Stmt and are no statement that
// the grammar returns, with where they stand instead.
var notStatements = map[string]string{
	"RawStmt":             "the wrapper of every statement",
	"SetOperationStmt":    "made by parse analysis",
	"ReturnStmt":          "in the body of a routine (TestLower)",
	"PLAssignStmt":        "PL/pgSQL's assignments",
	"PlannedStmt":         "made by the planner",
	"ReplicaIdentityStmt": "in a subcommand of ALTER TABLE",
}

// every yields an empty statement of each kind that the tree can hold.
func every(yield func(name string, node *pg_query.Node)) {
	oneof := (&pg_query.Node{}).ProtoReflect().Descriptor().Oneofs().ByName("node")
	for i := range oneof.Fields().Len() {
		field := oneof.Fields().Get(i)
		name := string(field.Message().Name())
		if !strings.HasSuffix(name, "Stmt") || notStatements[name] != "" {
			continue
		}
		node := &pg_query.Node{}
		m := node.ProtoReflect()
		m.Set(field, m.NewField(field))
		if d := node.GetDiscardStmt(); d != nil {
			d.Target = pg_query.DiscardMode_DISCARD_TEMP // the grammar always gives one
		}
		yield(name, node)
	}
}

// emptyStatement is a statement without text.
func emptyStatement() *statement {
	return &statement{layer: layer{file: source.NewFile("empty.sql", "")}}
}

// An upgrade of the grammar that brings a statement must fail here, with the
// list of what is to be done.
func TestEveryStatementIsLoweredOrListed(t *testing.T) {
	count := 0
	every(func(name string, node *pg_query.Node) {
		count++
		kind, ops := emptyStatement().lower(node)
		assert.NotEmpty(t, kind, name)
		if len(ops) == 1 {
			if u, ok := ops[0].(*ddl.Unmodelled); ok {
				_, harmless := harmlessKinds[u.Kind]
				_, listed := unmodelledKinds[u.Kind]
				assert.True(t, harmless || listed, "%s (%s) is neither lowered nor listed", name, u.Kind)
				assert.Equal(t, harmless, u.Harmless, name)
			}
			return
		}
		// Nothing in it, nothing done.
		assert.Contains(t, []string{"AlterTableStmt", "DoStmt", "DropStmt", "VariableSetStmt"}, name)
	})
	assert.Greater(t, count, 100)
}

func TestUnmodelledKindsAreUsed(t *testing.T) {
	used := map[string]bool{}
	every(func(_ string, node *pg_query.Node) { used[statementKind(node)] = true })
	for n := range pg_query.DiscardMode_name {
		d := pg_query.DiscardMode(n)
		used[statementKind(&pg_query.Node{Node: &pg_query.Node_DiscardStmt{DiscardStmt: &pg_query.DiscardStmt{Target: d}}})] = true
	}
	used[withoutOids] = true // a subcommand (TestEverySubcommandIsLoweredOrListed)
	used[statementKind(&pg_query.Node{Node: &pg_query.Node_FetchStmt{FetchStmt: &pg_query.FetchStmt{Ismove: true}}})] = true
	for _, kinds := range []map[string]string{harmlessKinds, unmodelledKinds} {
		for kind, reason := range kinds {
			assert.True(t, used[kind], "%s is no kind of statement", kind)
			assert.NotEmpty(t, reason, kind)
		}
	}
}

// internalCommands are the subcommands of ALTER TABLE that the server makes
// for itself; the grammar returns none of them. (By name, for not all majors
// have all of them.)
// https://github.com/postgres/postgres/blob/REL_17_STABLE/src/include/nodes/parsenodes.h (AlterTableType)
var internalCommands = map[string]bool{
	"ALTER_TABLE_TYPE_UNDEFINED": true,
	"AT_AddColumnToView":         true,
	"AT_CookedColumnDefault":     true,
	"AT_CheckNotNull":            true,
	"AT_AddIndex":                true,
	"AT_ReAddIndex":              true,
	"AT_ReAddConstraint":         true,
	"AT_ReAddDomainConstraint":   true,
	"AT_AddIndexConstraint":      true,
	"AT_ReAddComment":            true,
	"AT_ReplaceRelOptions":       true,
	"AT_ReAddStatistics":         true,
}

func TestEverySubcommandIsLoweredOrListed(t *testing.T) {
	values := pg_query.AlterTableType(0).Descriptor().Values()
	for i := range values.Len() {
		subtype := pg_query.AlterTableType(values.Get(i).Number())
		cmd := &pg_query.AlterTableCmd{Subtype: subtype}
		node := &pg_query.Node{Node: &pg_query.Node_AlterTableStmt{AlterTableStmt: &pg_query.AlterTableStmt{
			Cmds: []*pg_query.Node{{Node: &pg_query.Node_AlterTableCmd{AlterTableCmd: cmd}}},
		}}}
		_, ops := emptyStatement().lower(node)
		require.Len(t, ops, 1, subtype)
		u, unmodelled := ops[0].(*ddl.Unmodelled)
		switch {
		case internalCommands[subtype.String()]:
			assert.True(t, unmodelled, "%s is listed as internal, and lowered to %T", subtype, ops[0])
		case subtype == pg_query.AlterTableType_AT_DropOids:
			require.True(t, unmodelled)
			assert.True(t, u.Harmless, "OIDs were removed in PostgreSQL 12")
		default:
			assert.False(t, unmodelled, "%s is neither lowered nor listed", subtype)
		}
	}
}

// namelessTypes are the types of objects that no statement names.
var namelessTypes = map[pg_query.ObjectType]string{
	pg_query.ObjectType_OBJECT_TYPE_UNDEFINED:        "no type",
	pg_query.ObjectType_OBJECT_AMOP:                  "a part of an operator family",
	pg_query.ObjectType_OBJECT_AMPROC:                "a part of an operator family",
	pg_query.ObjectType_OBJECT_DEFAULT:               "a column's default",
	pg_query.ObjectType_OBJECT_DEFACL:                "default privileges",
	pg_query.ObjectType_OBJECT_PUBLICATION_NAMESPACE: "a part of a publication",
	pg_query.ObjectType_OBJECT_PUBLICATION_REL:       "a part of a publication",
}

func TestEveryObjectTypeHasAKind(t *testing.T) {
	values := pg_query.ObjectType(0).Descriptor().Values()
	for i := range values.Len() {
		typ := pg_query.ObjectType(values.Get(i).Number())
		kind, ok := objectKind(typ)
		_, nameless := namelessTypes[typ]
		assert.NotEqual(t, ok, nameless, "%s is neither a kind nor listed, or both", typ)
		if !ok {
			continue
		}
		assert.NotEmpty(t, kind, typ)
		for _, node := range generic(typ) {
			kind, ops := emptyStatement().lower(node)
			assert.NotEmpty(t, kind, typ)
			for _, op := range ops {
				_, unmodelled := op.(*ddl.Unmodelled)
				assert.False(t, unmodelled, "%s of %s", kind, typ)
			}
		}
	}
}

// generic returns the statements that take an object of any type.
func generic(t pg_query.ObjectType) []*pg_query.Node {
	return []*pg_query.Node{
		{Node: &pg_query.Node_RenameStmt{RenameStmt: &pg_query.RenameStmt{RenameType: t}}},
		{Node: &pg_query.Node_CommentStmt{CommentStmt: &pg_query.CommentStmt{Objtype: t}}},
		{Node: &pg_query.Node_DropStmt{DropStmt: &pg_query.DropStmt{RemoveType: t}}},
		{Node: &pg_query.Node_AlterOwnerStmt{AlterOwnerStmt: &pg_query.AlterOwnerStmt{ObjectType: t}}},
		{Node: &pg_query.Node_AlterObjectSchemaStmt{AlterObjectSchemaStmt: &pg_query.AlterObjectSchemaStmt{ObjectType: t}}},
		{Node: &pg_query.Node_SecLabelStmt{SecLabelStmt: &pg_query.SecLabelStmt{Objtype: t}}},
		{Node: &pg_query.Node_GrantStmt{GrantStmt: &pg_query.GrantStmt{Objtype: t}}},
	}
}

// A statement whose tokens do not say where things are has coarse places, and
// no panic: every golden statement is lowered without its tokens.
func TestLowerWithoutTokens(t *testing.T) {
	for _, sql := range allGolden(t) {
		tree, err := pg_query.Parse(sql)
		if err != nil {
			continue // a form of PostgreSQL 18
		}
		s := &statement{layer: layer{text: sql, file: source.NewFile("test.sql", sql)}}
		assert.NotPanics(t, func() { s.lower(tree.GetStmts()[0].GetStmt()) }, sql)
	}
}

// Every operation that a migration can contain comes out of some golden
// statement.
func TestEveryOperationIsProduced(t *testing.T) {
	seen := map[string]bool{}
	for _, sql := range allGolden(t) {
		for _, st := range Parse(source.NewFile("test.sql", sql).Whole()).Statements {
			for _, op := range st.Ops {
				seen[reflect.TypeOf(op).Elem().Name()] = true
			}
		}
	}
	for _, name := range operationNames(t) {
		assert.True(t, seen[name], "no statement is lowered to %s", name)
	}
}
