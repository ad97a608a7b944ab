package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var serialColumn = &Rule{
	Name:     "serial-column",
	Title:    "A new column is serial and not an identity column",
	Category: Practice,
	Severity: Note,
	Since:    "0.1",
	Off:      true,
	Check: onBornColumns(func(p *Pass, t *catalog.Relation, a *catalog.Attribute) {
		if a.Sequence == 0 || a.Identity != "" {
			return
		}
		p.Report(Finding{
			At:       p.within(a.Created),
			Relation: t.String(),
			Object:   a.Name,
			Message:  fmt.Sprintf("%s is serial, so its sequence has privileges of its own: INSERT by a role that may write the table and not use the sequence fails with 42501", describeColumn(t, a)),
		})
	}),
}
