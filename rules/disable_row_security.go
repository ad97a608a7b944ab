package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
)

var disableRowSecurity = &Rule{
	Name:     "disable-row-security",
	Title:    "The previous version sees rows that policies hid from it",
	Category: Compat,
	Severity: Warning,
	Since:    "0.1",
	Check: On(func(p *Pass, c *catalog.RowSecurityChanged) {
		table, end := p.known(c.Before), p.end(c.Before)
		op, ok := p.Op.(*ddl.SetRowSecurity)
		if table == nil || end == nil || !ok {
			return
		}
		switch {
		case op.Action == "disable" && !end.RowSecurity && (table.RowSecurity || table.Assumed):
		case op.Action == "no force" && end.RowSecurity && !end.ForceRowSecurity && (table.RowSecurity && table.ForceRowSecurity || table.Assumed):
		default:
			return
		}
		what := "is off on %s"
		if op.Action == "no force" {
			what = "exempts the owner of %s again"
		}
		p.Report(Finding{
			At:       p.Op.Span(),
			Relation: table.String(),
			Message:  fmt.Sprintf("row security "+what+", so queries of the previous version that rely on its policies return and change rows of others", describe(table)),
		})
	}),
}
