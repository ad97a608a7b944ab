package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var unloggedTable = &Rule{
	Name:     "unlogged-table",
	Title:    "A new table is unlogged",
	Category: Practice,
	Severity: Note,
	Since:    "0.1",
	Off:      true,
	Check: onBornTables(func(p *Pass, t *catalog.Relation) {
		if !t.Unlogged {
			return
		}
		p.Report(Finding{
			At:       p.within(t.Created),
			Relation: t.String(),
			Message:  fmt.Sprintf("%s is unlogged: it is empty after a crash of the server, and cannot be read on a standby", describe(t)),
		})
	}),
}
