package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var floatAmount = &Rule{
	Name:     "float-amount",
	Title:    "A new column holds amounts of money as floating-point numbers",
	Category: Practice,
	Severity: Note,
	Since:    "0.1",
	Off:      true,
	Options: []Option{{
		Name:    "columns",
		Help:    "which names of columns mean an amount",
		Default: `(?:.*_)?(?:amount|balance|cost|fee|payment|price|salary|subtotal|tax)(?:_.*)?`,
		Pattern: true,
	}},
	Check: onBornColumns(func(p *Pass, t *catalog.Relation, a *catalog.Attribute) {
		if !isType(a.Type, "float4", "float8") || !p.writtenOut(a) || !p.pattern("columns").MatchString(a.Name) {
			return
		}
		p.Report(Finding{
			At:       p.within(a.Created),
			Relation: t.String(),
			Object:   a.Name,
			Message:  fmt.Sprintf("%s is %s, which has no exact value for most decimal fractions, so sums and comparisons of amounts are off: 0.1 + 0.2 <> 0.3", describeColumn(t, a), a.Type),
		})
	}),
}
