package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/analyzer/replay"
)

var forgottenLockTimeout = &Rule{
	Name:     "forgotten-lock-timeout",
	Title:    "A migration sets no lock_timeout, although earlier ones of the history do",
	Category: Lock,
	Severity: Warning,
	Since:    "0.1",
	Check: On(func(p *Pass, s *replay.Statement) {
		table, step, ok := p.firstUnboundedOf(s, func(step *replay.Step, r *catalog.Relation) bool {
			return !isHot(p.tables, step, r) // unbounded-wait-for-hot-table speaks
		})
		if !ok {
			return
		}
		example := p.limiting
		if example == nil {
			return // whoever runs the migrations may set it: missing-lock-timeout speaks
		}
		lacking, _ := p.lockTimeout(step)
		p.Report(Finding{
			At:       step.Op.Span(),
			Relation: table.String(),
			Fixes:    limitLocks(s, step),
			Message:  fmt.Sprintf("%s for %s on %s, unlike in earlier migrations, so while it waits for transactions that use the table, all later requests wait behind it", lacking, s.Kind, describe(table)),
			Related:  []Related{{At: example.Span, Message: "an earlier migration sets it here"}},
		})
	}),
}
