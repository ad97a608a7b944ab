package rules

import (
	"fmt"
	"slices"

	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/parser/ddl"
)

var concurrentIndexIfNotExists = &Rule{
	Name:     "concurrent-index-if-not-exists",
	Title:    "CREATE INDEX CONCURRENTLY IF NOT EXISTS accepts the invalid index that a failed attempt left",
	Category: Data,
	Severity: Note,
	Since:    "0.1",
	Check: On(func(p *Pass, op *ddl.CreateIndex) {
		if !op.Concurrently || !op.IfNotExists || op.Index.Name == "" || p.Refusal != nil || p.RolledBack {
			return
		}
		table := p.known(p.After.Relation(op.Table.Name))
		if table == nil {
			return // a new table has no rows that an attempt could fail on
		}
		name := ddl.Name{Schema: table.Schema, Name: op.Index.Name}
		if p.Before.Relation(name) != nil || slices.ContainsFunc(p.earlier(), func(s *replay.Step) bool { return drops(s.Op, op.Index.Name) }) {
			return // no-op-if-exists speaks, or what a failed attempt left is dropped first
		}
		consequence := "so it stays unused"
		if op.Unique {
			consequence = "so duplicates that were there stay, and it is no arbiter for ON CONFLICT"
		}
		p.Report(Finding{
			At:       op.Span(),
			Relation: table.String(),
			Object:   op.Index.Name,
			Message:  fmt.Sprintf("an attempt to build index %s of %s that fails leaves it invalid, and IF NOT EXISTS makes the next one accept that and succeed, %s", quoted(op.Index.Name), describe(table), consequence),
		})
	}),
}

// drops reports whether an operation drops an index of a name.
func drops(op ddl.Op, index string) bool {
	d, ok := op.(*ddl.DropRelation)
	return ok && d.Kind == ddl.Index && slices.ContainsFunc(d.Relations, func(r ddl.Ref) bool { return r.Name.Name == index })
}
