package parser

import (
	"slices"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/migracheck/migracheck/parser/ddl"
	pg_query "github.com/migracheck/migracheck/parser/grammar"
)

// createSchema makes the schema and then what the statement creates in it.
func (c clause) createSchema(s *pg_query.CreateSchemaStmt) []ddl.Op {
	at := c.skip("CREATE", "SCHEMA").skipIf()
	schema := &ddl.CreateSchema{
		Base:          c.base(),
		Schema:        at.named(s.GetSchemaname()),
		IfNotExists:   s.GetIfNotExists(),
		Authorization: role(s.GetAuthrole()),
	}
	if s.GetSchemaname() == "" && s.GetAuthrole() != nil {
		schema.Schema = at.skip("AUTHORIZATION").named(schema.Authorization)
	}
	ops := []ddl.Op{schema}
	parts := at.schemaElements()
	if len(parts) != len(s.GetSchemaElts()) {
		parts = nil
	}
	elements := make([]int, len(s.GetSchemaElts()))
	created := map[string]bool{}
	for i, n := range s.GetSchemaElts() {
		elements[i] = i
		qualify(n, schema.Schema.Name, created)
	}
	slices.SortStableFunc(elements, func(a, b int) int {
		return elementRank(s.GetSchemaElts()[a]) - elementRank(s.GetSchemaElts()[b])
	})
	for _, i := range elements {
		part, n := c, s.GetSchemaElts()[i]
		if parts != nil {
			part = parts[i]
		}
		qualifyUses(n.ProtoReflect(), schema.Schema.Name, created)
		ops = append(ops, part.lowerNode(statementKind(n), n)...)
	}
	return ops
}

// elementRank is the order in which the server performs what CREATE SCHEMA
// holds: sequences, tables, views, indexes, triggers, privileges.
func elementRank(n *pg_query.Node) int {
	switch n.GetNode().(type) {
	case *pg_query.Node_CreateSeqStmt:
		return 0
	case *pg_query.Node_CreateStmt:
		return 1
	case *pg_query.Node_ViewStmt:
		return 2
	case *pg_query.Node_IndexStmt:
		return 3
	case *pg_query.Node_CreateTrigStmt:
		return 4
	}
	return 5
}

// qualifyUses gives the schema to what an element of CREATE SCHEMA says of
// relations that the statement creates: the new schema is searched first.
func qualifyUses(m protoreflect.Message, schema string, created map[string]bool) {
	if r, ok := m.Interface().(*pg_query.RangeVar); ok {
		if r.GetSchemaname() == "" && created[r.GetRelname()] {
			r.Schemaname = schema
		}
		return
	}
	m.Range(func(f protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		switch {
		case f.Message() == nil || f.IsMap():
		case f.IsList():
			for i := range v.List().Len() {
				qualifyUses(v.List().Get(i).Message(), schema, created)
			}
		default:
			qualifyUses(v.Message(), schema, created)
		}
		return true
	})
}

// schemaElements divides the statements that follow CREATE SCHEMA.
func (c clause) schemaElements() []clause {
	var starts []int
	for i := range c.top() {
		if c.hasAny(i, "CREATE", "GRANT") && i > c.from && !c.hasAny(i-1, "WITH", "GRANT", ",") {
			starts = append(starts, i)
		}
	}
	var parts []clause
	for n, from := range starts {
		to := c.to
		if n+1 < len(starts) {
			to = starts[n+1]
		}
		parts = append(parts, c.part(from, to))
	}
	return parts
}

// qualify gives the schema to what an element of CREATE SCHEMA creates, as the
// server does, and adds the relations among it to created.
// https://github.com/postgres/postgres/blob/REL_17_STABLE/src/backend/parser/parse_utilcmd.c (transformCreateSchemaStmtElements)
func qualify(n *pg_query.Node, schema string, created map[string]bool) {
	var rels []*pg_query.RangeVar
	switch n := n.GetNode().(type) {
	case *pg_query.Node_CreateStmt:
		rels = append(rels, n.CreateStmt.GetRelation())
	case *pg_query.Node_ViewStmt:
		rels = append(rels, n.ViewStmt.GetView())
	case *pg_query.Node_CreateSeqStmt:
		rels = append(rels, n.CreateSeqStmt.GetSequence())
	case *pg_query.Node_IndexStmt:
		rels = append(rels, n.IndexStmt.GetRelation())
	case *pg_query.Node_CreateTrigStmt:
		rels = append(rels, n.CreateTrigStmt.GetRelation())
	case *pg_query.Node_GrantStmt:
		for _, o := range n.GrantStmt.GetObjects() {
			rels = append(rels, o.GetRangeVar())
		}
	}
	for _, r := range rels {
		if r != nil && r.GetSchemaname() == "" {
			r.Schemaname = schema
		}
	}
	switch n.GetNode().(type) {
	case *pg_query.Node_CreateStmt, *pg_query.Node_ViewStmt, *pg_query.Node_CreateSeqStmt:
		created[rels[0].GetRelname()] = true
	}
}

func (c clause) createExtension(s *pg_query.CreateExtensionStmt) *ddl.CreateExtension {
	e := &ddl.CreateExtension{
		Base:        c.base(),
		Extension:   c.skip("CREATE", "EXTENSION").skipIf().named(s.GetExtname()),
		IfNotExists: s.GetIfNotExists(),
	}
	for _, n := range s.GetOptions() {
		switch d := n.GetDefElem(); d.GetDefname() {
		case "schema":
			e.Schema = literal(d.GetArg())
		case "new_version":
			e.Version = literal(d.GetArg())
		case "cascade":
			e.Cascade = literal(d.GetArg()) != "false"
		}
	}
	return e
}

func (c clause) updateExtension(s *pg_query.AlterExtensionStmt) *ddl.AlterExtension {
	e := &ddl.AlterExtension{Base: c.base(), Extension: c.skip("ALTER", "EXTENSION").named(s.GetExtname()), Action: "update"}
	for _, n := range s.GetOptions() {
		if d := n.GetDefElem(); d.GetDefname() == "new_version" {
			e.Version = literal(d.GetArg())
		}
	}
	return e
}

func (c clause) extensionMember(s *pg_query.AlterExtensionContentsStmt) *ddl.AlterExtension {
	e := &ddl.AlterExtension{Base: c.base(), Extension: c.skip("ALTER", "EXTENSION").named(s.GetExtname()), Action: "drop"}
	if s.GetAction() > 0 {
		e.Action = "add"
	}
	return e
}
