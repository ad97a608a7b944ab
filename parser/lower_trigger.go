package parser

import (
	"github.com/migracheck/migracheck/parser/ddl"
	pg_query "github.com/migracheck/migracheck/parser/grammar"
)

// The bits of a trigger's timing and events.
// https://github.com/postgres/postgres/blob/REL_17_STABLE/src/include/catalog/pg_trigger.h
const (
	triggerBefore   = 1 << 1
	triggerInsert   = 1 << 2
	triggerDelete   = 1 << 3
	triggerUpdate   = 1 << 4
	triggerTruncate = 1 << 5
	triggerInstead  = 1 << 6
)

func (c clause) createTrigger(s *pg_query.CreateTrigStmt) *ddl.CreateTrigger {
	rest := c.afterRelation(s.GetRelation())
	function := rest.after("EXECUTE").skipAny("FUNCTION", "PROCEDURE")
	t := &ddl.CreateTrigger{
		Base:              c.base(),
		Trigger:           c.after("TRIGGER").named(s.GetTrigname()),
		Table:             c.relation(s.GetRelation()),
		Replace:           s.GetReplace(),
		Constraint:        s.GetIsconstraint(),
		Timing:            "after",
		Columns:           words(s.GetColumns()),
		ForEachRow:        s.GetRow(),
		Function:          function.ref(nameOf(s.GetFuncname())),
		Args:              words(s.GetArgs()),
		Deferrable:        s.GetDeferrable(),
		InitiallyDeferred: s.GetInitdeferred(),
	}
	switch {
	case s.GetTiming()&triggerBefore != 0:
		t.Timing = "before"
	case s.GetTiming()&triggerInstead != 0:
		t.Timing = "instead of"
	}
	for _, e := range []struct {
		bit  int32
		name string
	}{{triggerInsert, "insert"}, {triggerUpdate, "update"}, {triggerDelete, "delete"}, {triggerTruncate, "truncate"}} {
		if s.GetEvents()&e.bit != 0 {
			t.Events = append(t.Events, e.name)
		}
	}
	if s.GetWhenClause() != nil {
		when, _ := rest.after("WHEN").group()
		t.When = when.expr(s.GetWhenClause())
	}
	if s.GetConstrrel() != nil {
		t.References = c.relation(s.GetConstrrel())
	}
	return t
}

func (c clause) createRule(s *pg_query.RuleStmt) *ddl.CreateRule {
	r := &ddl.CreateRule{
		Base:    c.base(),
		Rule:    c.after("RULE").named(s.GetRulename()),
		Table:   c.relation(s.GetRelation()),
		Replace: s.GetReplace(),
		Instead: s.GetInstead(),
	}
	switch s.GetEvent() {
	case pg_query.CmdType_CMD_SELECT:
		r.Event = "select"
	case pg_query.CmdType_CMD_INSERT:
		r.Event = "insert"
	case pg_query.CmdType_CMD_UPDATE:
		r.Event = "update"
	case pg_query.CmdType_CMD_DELETE:
		r.Event = "delete"
	}
	if s.GetWhereClause() != nil {
		r.Where = c.afterRelation(s.GetRelation()).after("WHERE").before("DO").expr(s.GetWhereClause())
	}
	return r
}

func (c clause) createPolicy(s *pg_query.CreatePolicyStmt) *ddl.CreatePolicy {
	p := &ddl.CreatePolicy{
		Base:        c.base(),
		Policy:      c.skip("CREATE", "POLICY").named(s.GetPolicyName()),
		Table:       c.relation(s.GetTable()),
		Restrictive: !s.GetPermissive(),
		Command:     s.GetCmdName(),
		Roles:       roles(s.GetRoles()),
	}
	p.Using, p.WithCheck = c.policyExprs(s.GetTable(), s.GetQual(), s.GetWithCheck())
	return p
}

func (c clause) alterPolicy(s *pg_query.AlterPolicyStmt) *ddl.AlterPolicy {
	p := &ddl.AlterPolicy{
		Base:   c.base(),
		Policy: c.skip("ALTER", "POLICY").named(s.GetPolicyName()),
		Table:  c.relation(s.GetTable()),
		Roles:  roles(s.GetRoles()),
	}
	p.Using, p.WithCheck = c.policyExprs(s.GetTable(), s.GetQual(), s.GetWithCheck())
	return p
}

func (c clause) policyExprs(table *pg_query.RangeVar, qual, check *pg_query.Node) (using, withCheck *ddl.Expr) {
	rest := c.afterRelation(table)
	if qual != nil {
		inside, _ := rest.after("USING").group()
		using = inside.expr(qual)
	}
	if check != nil {
		inside, _ := rest.after("WITH", "CHECK").group()
		withCheck = inside.expr(check)
	}
	return using, withCheck
}
