package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/analyzer/replay"
)

var missingLockTimeout = &Rule{
	Name:     "missing-lock-timeout",
	Title:    "A migration waits without limit for a lock that makes requests queue behind it",
	Category: Lock,
	Severity: Warning,
	Since:    "0.1",
	// Where whoever runs the migrations sets it, every migration would have one.
	Off: true,
	Check: On(func(p *Pass, s *replay.Statement) {
		table, step, ok := p.firstUnboundedOf(s, func(step *replay.Step, r *catalog.Relation) bool {
			return !isHot(p.tables, step, r) // unbounded-wait-for-hot-table speaks
		})
		if !ok {
			return
		}
		lacking, _ := p.lockTimeout(step)
		p.Report(Finding{
			At:       step.Op.Span(),
			Relation: table.String(),
			Fixes:    limitLocks(s, step),
			Message:  fmt.Sprintf("%s for %s on %s, so while it waits for transactions that use the table, all later requests wait behind it", lacking, s.Kind, describe(table)),
		})
	}),
}
