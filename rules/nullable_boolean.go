package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var nullableBoolean = &Rule{
	Name:     "nullable-boolean",
	Title:    "A new boolean column may be NULL",
	Category: Practice,
	Severity: Note,
	Since:    "0.1",
	Off:      true,
	Check: onBornColumns(func(p *Pass, t *catalog.Relation, a *catalog.Attribute) {
		if a.NotNull || !p.writtenOut(a) || a.Type.Dims > 0 || !isType(a.Type, "bool") || provedNotNull(t, a.Name) {
			return
		}
		p.Report(Finding{
			At:       p.within(a.Created),
			Relation: t.String(),
			Object:   a.Name,
			Message:  fmt.Sprintf("%s may be NULL, and rows where it is meet neither WHERE %s nor WHERE NOT %s", describeColumn(t, a), ddlName(a.Name), ddlName(a.Name)),
		})
	}),
}
