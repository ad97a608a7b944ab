package parser

import (
	"strconv"

	"github.com/migracheck/migracheck/parser/ddl"
	pg_query "github.com/migracheck/migracheck/parser/grammar"
)

// alterTable makes one operation of each subcommand.
func (c clause) alterTable(s *pg_query.AlterTableStmt) []ddl.Op {
	// The tree gives subcommands no place. They stand between the commas
	// after the relation.
	parts := c.afterRelation(s.GetRelation()).split()
	var ops []ddl.Op
	for i, n := range s.GetCmds() {
		at := c
		if len(parts) == len(s.GetCmds()) {
			at = parts[i]
		}
		ops = append(ops, at.alterCommand(s, n.GetAlterTableCmd()))
	}
	return ops
}

func (c clause) altered(s *pg_query.AlterTableStmt) ddl.Altered {
	kind, _ := objectKind(s.GetObjtype())
	whole := c.whole()
	return ddl.Altered{
		Base:     c.base(),
		Relation: whole.relation(s.GetRelation()),
		Kind:     kind,
		Only:     kind != ddl.Type && s.GetRelation() != nil && !s.GetRelation().GetInh(),
		IfExists: s.GetMissingOk(),
	}
}

// alterCommand makes the operation of a subcommand that is all of c.
func (c clause) alterCommand(s *pg_query.AlterTableStmt, cmd *pg_query.AlterTableCmd) ddl.Op {
	a := c.altered(s)
	cascade := cmd.GetBehavior() == pg_query.DropBehavior_DROP_CASCADE
	switch cmd.GetSubtype() {
	case pg_query.AlterTableType_AT_AddColumn:
		def := cmd.GetDef().GetColumnDef()
		at := c.at(def.GetLocation())
		if a.Kind == ddl.Type {
			at = at.withoutBehavior()
		}
		column := at.columnDef(def)
		return &ddl.AddColumn{Altered: a, Column: column, IfNotExists: cmd.GetMissingOk(), Cascade: cascade}
	case pg_query.AlterTableType_AT_DropColumn:
		return &ddl.DropColumn{Altered: a, Column: c.skip("DROP").columnName(a.Kind).skipIf().named(cmd.GetName()), ColumnExists: cmd.GetMissingOk(), Cascade: cascade}
	case pg_query.AlterTableType_AT_AddConstraint:
		n := cmd.GetDef().GetConstraint()
		con := c.at(n.GetLocation()).constraint(n)
		return &ddl.AddConstraint{Altered: a, Constraint: con}
	case pg_query.AlterTableType_AT_DropConstraint:
		return &ddl.DropConstraint{Altered: a, Constraint: c.skip("DROP", "CONSTRAINT").skipIf().named(cmd.GetName()), ConstraintExists: cmd.GetMissingOk(), Cascade: cascade}
	case pg_query.AlterTableType_AT_ValidateConstraint:
		return &ddl.ValidateConstraint{Altered: a, Constraint: c.skip("VALIDATE", "CONSTRAINT").named(cmd.GetName())}
	case pg_query.AlterTableType_AT_AlterConstraint:
		return c.alterConstraint(a, pg_query.AlteredConstraint(cmd))
	case pg_query.AlterTableType_AT_ChangeOwner:
		return &ddl.SetOwner{Base: a.Base, Object: ddl.Object{Kind: a.Kind, Name: a.Relation}, Owner: role(cmd.GetNewowner()), IfExists: a.IfExists}
	}
	if op := c.alterColumn(a, cmd); op != nil {
		return op
	}
	if op := c.alterStorage(a, cmd); op != nil {
		return op
	}
	if op := c.alterState(a, cmd); op != nil {
		return op
	}
	return c.unmodelled("ALTER TABLE "+cmd.GetSubtype().String(), false)
}

// columnName skips COLUMN, or ATTRIBUTE in a composite type.
func (c clause) columnName(kind ddl.Kind) clause {
	if kind == ddl.Type {
		return c.skip("ATTRIBUTE")
	}
	return c.skip("COLUMN")
}

// withoutBehavior returns c without CASCADE or RESTRICT at its end.
func (c clause) withoutBehavior() clause {
	if c.hasAny(c.to-1, "CASCADE", "RESTRICT") {
		return c.part(c.from, c.to-1)
	}
	return c
}

// alterColumn makes the subcommands ALTER COLUMN …; nil for others.
func (c clause) alterColumn(a ddl.Altered, cmd *pg_query.AlterTableCmd) ddl.Op {
	at := c.skip("ALTER").columnName(a.Kind)
	column := at.named(cmd.GetName())
	if cmd.GetName() == "" && cmd.GetNum() != 0 {
		column = at.named(strconv.Itoa(int(cmd.GetNum())))
	}
	option := func(name, value string) ddl.Op {
		return &ddl.SetColumnOption{Altered: a, Column: column, Option: name, Value: value, Options: c.options(cmd.GetDef().GetList().GetItems())}
	}
	switch cmd.GetSubtype() {
	case pg_query.AlterTableType_AT_AlterColumnType:
		def := cmd.GetDef().GetColumnDef()
		op := &ddl.AlterColumnType{
			Altered:   a,
			Column:    column,
			Type:      c.typeName(def.GetTypeName()),
			Collation: nameOf(def.GetCollClause().GetCollname()),
			Cascade:   cmd.GetBehavior() == pg_query.DropBehavior_DROP_CASCADE,
		}
		if def.GetRawDefault() != nil {
			op.Using = c.after("USING").expr(def.GetRawDefault())
		}
		return op
	case pg_query.AlterTableType_AT_ColumnDefault:
		if cmd.GetDef() == nil {
			return &ddl.DropDefault{Altered: a, Column: column}
		}
		return &ddl.SetDefault{Altered: a, Column: column, Default: at.after("SET", "DEFAULT").expr(cmd.GetDef())}
	case pg_query.AlterTableType_AT_SetNotNull:
		return &ddl.SetNotNull{Altered: a, Column: column}
	case pg_query.AlterTableType_AT_DropNotNull:
		return &ddl.DropNotNull{Altered: a, Column: column}
	case pg_query.AlterTableType_AT_SetExpression:
		inside, _ := c.after("EXPRESSION", "AS").group()
		return &ddl.SetExpression{Altered: a, Column: column, Expression: inside.expr(cmd.GetDef())}
	case pg_query.AlterTableType_AT_DropExpression:
		return &ddl.DropExpression{Altered: a, Column: column, ColumnExists: cmd.GetMissingOk()}
	case pg_query.AlterTableType_AT_AddIdentity:
		con := cmd.GetDef().GetConstraint()
		return &ddl.AddIdentity{Altered: a, Column: column, Always: con.GetGeneratedWhen() == "a", Options: c.options(con.GetOptions())}
	case pg_query.AlterTableType_AT_SetIdentity:
		return c.setIdentity(a, column, cmd.GetDef().GetList().GetItems())
	case pg_query.AlterTableType_AT_DropIdentity:
		return &ddl.DropIdentity{Altered: a, Column: column, ColumnExists: cmd.GetMissingOk()}
	case pg_query.AlterTableType_AT_SetStatistics:
		return option("statistics", literal(cmd.GetDef()))
	case pg_query.AlterTableType_AT_SetStorage:
		return option("storage", literal(cmd.GetDef()))
	case pg_query.AlterTableType_AT_SetCompression:
		return option("compression", literal(cmd.GetDef()))
	case pg_query.AlterTableType_AT_SetOptions:
		return option("set", "")
	case pg_query.AlterTableType_AT_ResetOptions:
		return option("reset", "")
	case pg_query.AlterTableType_AT_AlterColumnGenericOptions:
		return option("options", "")
	}
	return nil
}

// setIdentity reads SET GENERATED, which the grammar keeps among the options
// of the sequence.
func (c clause) setIdentity(a ddl.Altered, column ddl.Ident, list []*pg_query.Node) ddl.Op {
	op := &ddl.SetIdentity{Altered: a, Column: column}
	for _, n := range list {
		if d := n.GetDefElem(); d.GetDefname() == "generated" {
			// The character code of 'a' or 'd'.
			op.Generated = generated(string(rune(d.GetArg().GetInteger().GetIval())))
		}
	}
	op.Options = withoutOption(c.options(list), "generated")
	return op
}

func (c clause) alterConstraint(a ddl.Altered, name string) ddl.Op {
	after := c.skip("ALTER", "CONSTRAINT")
	op := &ddl.AlterConstraint{Altered: a, Constraint: after.named(name)}
	rest := after.part(after.from+1, after.to)
	yes, no := true, false
	switch {
	case hasWords(rest, "NOT", "DEFERRABLE"):
		op.Deferrable = &no
	case hasWords(rest, "DEFERRABLE"):
		op.Deferrable = &yes
	}
	switch {
	case hasWords(rest, "INITIALLY", "DEFERRED"):
		op.InitiallyDeferred = &yes
	case hasWords(rest, "INITIALLY", "IMMEDIATE"):
		op.InitiallyDeferred = &no
	}
	switch {
	case c.marked(markNotEnforced):
		op.Enforced = &no
	case c.marked(markEnforced):
		op.Enforced = &yes
	}
	switch {
	case c.marked(markNoInherit):
		op.Inherit = &no
	case c.marked(markInherit):
		op.Inherit = &yes
	}
	return op
}

// alterStorage makes the subcommands about where and how rows are kept, and
// about the relation's place among others; nil for others.
func (c clause) alterStorage(a ddl.Altered, cmd *pg_query.AlterTableCmd) ddl.Op {
	list := cmd.GetDef().GetList().GetItems()
	partition := cmd.GetDef().GetPartitionCmd()
	switch cmd.GetSubtype() {
	case pg_query.AlterTableType_AT_AttachPartition:
		return &ddl.AttachPartition{Altered: a, Partition: c.relation(partition.GetName()), Bound: c.bound(partition.GetBound())}
	case pg_query.AlterTableType_AT_DetachPartition:
		return &ddl.DetachPartition{Altered: a, Partition: c.relation(partition.GetName()), Concurrently: partition.GetConcurrent()}
	case pg_query.AlterTableType_AT_DetachPartitionFinalize:
		return &ddl.DetachPartition{Altered: a, Partition: c.relation(partition.GetName()), Finalize: true}
	case pg_query.AlterTableType_AT_AddInherit:
		return &ddl.SetInherit{Altered: a, Parent: c.relation(cmd.GetDef().GetRangeVar())}
	case pg_query.AlterTableType_AT_DropInherit:
		return &ddl.SetInherit{Altered: a, Parent: c.relation(cmd.GetDef().GetRangeVar()), Remove: true}
	case pg_query.AlterTableType_AT_AddOf:
		typ := c.typeName(cmd.GetDef().GetTypeName())
		return &ddl.SetOfType{Altered: a, Type: &typ}
	case pg_query.AlterTableType_AT_DropOf:
		return &ddl.SetOfType{Altered: a}
	case pg_query.AlterTableType_AT_SetLogged:
		return &ddl.SetLogged{Altered: a, Logged: true}
	case pg_query.AlterTableType_AT_SetUnLogged:
		return &ddl.SetLogged{Altered: a}
	case pg_query.AlterTableType_AT_SetTableSpace:
		return &ddl.SetTablespace{Altered: a, Tablespace: cmd.GetName()}
	case pg_query.AlterTableType_AT_SetAccessMethod:
		return &ddl.SetAccessMethod{Altered: a, Method: cmd.GetName()}
	case pg_query.AlterTableType_AT_SetRelOptions, pg_query.AlterTableType_AT_GenericOptions:
		return &ddl.SetRelationOptions{Altered: a, Options: c.options(list)}
	case pg_query.AlterTableType_AT_ResetRelOptions:
		return &ddl.SetRelationOptions{Altered: a, Options: c.options(list), Reset: true}
	case pg_query.AlterTableType_AT_ClusterOn:
		return &ddl.SetCluster{Altered: a, Index: cmd.GetName()}
	case pg_query.AlterTableType_AT_DropCluster:
		return &ddl.SetCluster{Altered: a}
	case pg_query.AlterTableType_AT_DropOids:
		return c.unmodelled(withoutOids, true)
	}
	return nil
}

// alterState makes the subcommands about triggers, rules, row security and
// replication; nil for others.
func (c clause) alterState(a ddl.Altered, cmd *pg_query.AlterTableCmd) ddl.Op {
	trigger := func(state string) ddl.Op {
		return &ddl.SetTriggerState{Altered: a, Name: cmd.GetName(), State: state}
	}
	rule := func(state string) ddl.Op {
		return &ddl.SetTriggerState{Altered: a, Name: cmd.GetName(), Rule: true, State: state}
	}
	security := func(action string) ddl.Op { return &ddl.SetRowSecurity{Altered: a, Action: action} }
	switch cmd.GetSubtype() {
	case pg_query.AlterTableType_AT_EnableTrig:
		return trigger("enable")
	case pg_query.AlterTableType_AT_EnableAlwaysTrig:
		return trigger("always")
	case pg_query.AlterTableType_AT_EnableReplicaTrig:
		return trigger("replica")
	case pg_query.AlterTableType_AT_DisableTrig:
		return trigger("disable")
	case pg_query.AlterTableType_AT_EnableTrigAll:
		return &ddl.SetTriggerState{Altered: a, All: true, State: "enable"}
	case pg_query.AlterTableType_AT_DisableTrigAll:
		return &ddl.SetTriggerState{Altered: a, All: true, State: "disable"}
	case pg_query.AlterTableType_AT_EnableTrigUser:
		return &ddl.SetTriggerState{Altered: a, User: true, State: "enable"}
	case pg_query.AlterTableType_AT_DisableTrigUser:
		return &ddl.SetTriggerState{Altered: a, User: true, State: "disable"}
	case pg_query.AlterTableType_AT_EnableRule:
		return rule("enable")
	case pg_query.AlterTableType_AT_EnableAlwaysRule:
		return rule("always")
	case pg_query.AlterTableType_AT_EnableReplicaRule:
		return rule("replica")
	case pg_query.AlterTableType_AT_DisableRule:
		return rule("disable")
	case pg_query.AlterTableType_AT_EnableRowSecurity:
		return security("enable")
	case pg_query.AlterTableType_AT_DisableRowSecurity:
		return security("disable")
	case pg_query.AlterTableType_AT_ForceRowSecurity:
		return security("force")
	case pg_query.AlterTableType_AT_NoForceRowSecurity:
		return security("no force")
	case pg_query.AlterTableType_AT_ReplicaIdentity:
		n := cmd.GetDef().GetReplicaIdentityStmt()
		identity := map[string]string{"n": "nothing", "f": "full", "d": "default", "i": "index"}[n.GetIdentityType()]
		return &ddl.SetReplicaIdentity{Altered: a, Identity: identity, Index: n.GetName()}
	}
	return nil
}
