package rules

import (
	"fmt"
	"strings"

	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/parser/ddl"
)

var sessionStateBehindPooler = &Rule{
	Name:     "session-state-behind-pooler",
	Title:    "A statement leaves something in the session, which a pooler in transaction mode gives to somebody else",
	Category: Process,
	Severity: Warning,
	Since:    "0.1",
	Off:      true,
	Check: On(func(p *Pass, s *replay.Statement) {
		if s.Down {
			return
		}
		for _, step := range s.Steps {
			name, what := left(step)
			if name == "" || step.RolledBack || p.leftBefore(name) {
				continue
			}
			p.Report(Finding{At: step.Op.Span(), Object: name, Message: what + ", which a pooler in transaction mode gives to other clients, while later transactions of the migration may get another"})
		}
	}),
}

// left names what a step leaves in the session and describes it; "" for nothing.
func left(step *replay.Step) (name, what string) {
	switch op := step.Op.(type) {
	case *ddl.SetVariable:
		if !op.Local && len(op.Values) > 0 {
			return op.Name, op.Name + " stays set in the server's session"
		}
	case *ddl.CreateTable:
		if op.Temporary && op.OnCommit != "drop" {
			return op.Table.Name.Name, fmt.Sprintf("temporary table %s stays in the server's session", quoted(op.Table.Name.Name))
		}
	case *ddl.CreateTableAs:
		if op.Temporary && op.OnCommit != "drop" {
			return op.Table.Name.Name, fmt.Sprintf("temporary table %s stays in the server's session", quoted(op.Table.Name.Name))
		}
	case *ddl.Unmodelled:
		if op.Kind == "PREPARE" || op.Kind == "LISTEN" {
			return op.Kind, "what " + op.Kind + " makes stays in the server's session"
		}
	case *ddl.Select:
		for _, e := range op.Calls {
			for _, c := range e.Calls {
				if strings.HasPrefix(c.Name.Name, "pg_advisory_lock") || strings.HasPrefix(c.Name.Name, "pg_try_advisory_lock") {
					return c.Name.Name, "the lock of " + c.Name.Name + "() stays with the server's session"
				}
			}
		}
	}
	return "", ""
}

// leftBefore reports whether an earlier statement of the script leaves the same.
func (p *Pass) leftBefore(name string) bool {
	for _, s := range p.script() {
		if s == p.Statement {
			return false
		}
		for _, step := range s.Steps {
			if before, _ := left(step); before == name {
				return true
			}
		}
	}
	return false
}
