package parser

import (
	pg_query "github.com/pganalyze/pg_query_go/v6"

	"github.com/migracheck/migracheck/parser/ddl"
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
	for i, n := range s.GetSchemaElts() {
		part := c
		if len(parts) == len(s.GetSchemaElts()) {
			part = parts[i]
		}
		qualify(n, schema.Schema.Name)
		ops = append(ops, part.lowerNode(statementKind(n), n)...)
	}
	return ops
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
// server does.
// https://github.com/postgres/postgres/blob/REL_17_STABLE/src/backend/parser/parse_utilcmd.c (transformCreateSchemaStmtElements)
func qualify(n *pg_query.Node, schema string) {
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
