package rules

import (
	"fmt"
	"slices"

	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/parser/ddl"
)

var undoneByRollback = &Rule{
	Name:     "undone-by-rollback",
	Title:    "A ROLLBACK in the script undoes what the migration did",
	Category: Process,
	Severity: Error,
	Since:    "0.1",
	Check: On(func(p *Pass, op *ddl.Transaction) {
		if op.Action != "rollback" || op.Facts().Conditional || p.Transaction == 0 || p.torn() {
			return
		}
		var undone []*replay.Statement
		for _, s := range p.script() {
			if s == p.Statement {
				break
			}
			if s.Transaction == p.Transaction && slices.ContainsFunc(s.Steps, lost) {
				undone = append(undone, s)
			}
		}
		if len(undone) == 0 {
			return
		}
		what := undone[0].Kind
		if n := len(undone); n > 1 {
			what = fmt.Sprintf("%d statements", n)
		}
		p.Report(Finding{
			At:      op.Span(),
			Message: fmt.Sprintf("ROLLBACK undoes %s of this migration, which counts as run all the same", what),
			Related: []Related{{At: undone[0].Span, Message: "this is undone"}},
		})
	}),
}

// lost reports whether a step did something that a ROLLBACK undid.
func lost(s *replay.Step) bool {
	if !s.RolledBack || s.Refusal != nil {
		return false
	}
	switch s.Op.(type) {
	case *ddl.Insert, *ddl.Update, *ddl.Delete, *ddl.Merge, *ddl.Truncate, *ddl.Copy:
		return true
	case *ddl.SetVariable, *ddl.Transaction:
		return false
	}
	return len(s.Changes) > 0
}
