package rules

import (
	"fmt"
	"slices"
	"time"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/parser/ddl"
)

// shortest is the least that a concurrent build is given: it waits for
// transactions, which a server with users always has some of.
const shortest = time.Minute

var shortTimeoutOnConcurrentBuild = &Rule{
	Name:     "short-timeout-on-concurrent-build",
	Title:    "An index is built concurrently under a timeout that is likely to end it and leave it invalid",
	Category: Lock,
	Severity: Warning,
	Since:    "0.1",
	Check: Any(
		On(func(p *Pass, op *ddl.CreateIndex) {
			if op.Concurrently {
				p.shortTimeout("CREATE INDEX CONCURRENTLY", p.After.Relation(op.Table.Name))
			}
		}),
		On(func(p *Pass, op *ddl.Reindex) {
			r := p.After.Relation(op.Name.Name)
			if r != nil && r.Index != nil {
				r = p.After.RelationByOID(r.Index.Table)
			}
			if op.Concurrently {
				p.shortTimeout("REINDEX CONCURRENTLY", r)
			}
		}),
	),
}

func (p *Pass) shortTimeout(what string, r *catalog.Relation) {
	table := p.known(r)
	if table == nil || p.Refusal != nil || p.builtBefore() {
		return
	}
	for _, t := range []struct{ name, waits string }{
		{"lock_timeout", "as it waits for every older transaction"},
		{"statement_timeout", "as it reads the table twice and waits for every older transaction"},
	} {
		value, ok := p.timeout(t.name, p.Step)
		if !ok || value == 0 || value >= shortest {
			continue
		}
		p.Report(Finding{
			At:       p.Op.Span(),
			Relation: table.String(),
			Message:  fmt.Sprintf("%s on %s runs under a %s of %s, which is likely to end it, %s, and leave an invalid index", what, describe(table), t.name, value, t.waits),
		})
		return
	}
}

// builtBefore reports whether an earlier statement of the migration builds an
// index concurrently under the same settings: its finding is enough.
func (p *Pass) builtBefore() bool {
	before := []*replay.Step(nil)
	for _, s := range p.earlier() {
		if s.Migration == p.Migration {
			before = append(before, s)
		}
	}
	for _, s := range slices.Backward(before) {
		if setting("lock_timeout")(s) || setting("statement_timeout")(s) {
			return false
		}
		index, created := s.Op.(*ddl.CreateIndex)
		rebuilt, reindexed := s.Op.(*ddl.Reindex)
		if created && index.Concurrently && p.known(s.After.Relation(index.Table.Name)) != nil || reindexed && rebuilt.Concurrently {
			return true
		}
	}
	return false
}
