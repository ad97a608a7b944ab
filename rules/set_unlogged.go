package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var setUnlogged = &Rule{
	Name:     "set-unlogged",
	Title:    "A table becomes UNLOGGED, so a crash empties it and replicas have none of its rows",
	Category: Data,
	Severity: Warning,
	Since:    "0.1",
	Check: On(func(p *Pass, c *catalog.RelationOptionChanged) {
		if c.Before.Unlogged || !c.After.Unlogged {
			return
		}
		table, end := p.known(c.Before), p.end(c.Before)
		if table == nil || !holdsData(table) || end == nil || !end.Unlogged {
			return // for the time of the migration
		}
		p.Report(Finding{
			At:       p.Op.Span(),
			Relation: table.String(),
			Related:  createdAt(table.Created, table.Assumed),
			Message:  fmt.Sprintf("%s becomes UNLOGGED, so it is empty after a crash of the server, its rows are not on replicas, and reads there fail with 0A000", describe(table)),
		})
	}),
}
