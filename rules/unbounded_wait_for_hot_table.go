package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/analyzer/replay"
)

var unboundedWaitForHotTable = &Rule{
	Name:     "unbounded-wait-for-hot-table",
	Title:    "A migration waits without limit for a lock on a table that is in use all the time",
	Category: Lock,
	Severity: Warning,
	Since:    "0.1",
	Check: On(func(p *Pass, s *replay.Statement) {
		table, step, ok := p.firstUnboundedOf(s, func(step *replay.Step, r *catalog.Relation) bool { return isHot(p.tables, step, r) })
		if !ok {
			return
		}
		lacking, _ := p.lockTimeout(step)
		p.Report(Finding{
			At:       step.Op.Span(),
			Relation: table.String(),
			Fixes:    limitLocks(s, step),
			Message:  fmt.Sprintf("%s for %s on hot %s, so while it waits for transactions that use the table, all later requests wait behind it", lacking, s.Kind, describe(table)),
		})
	}),
}
