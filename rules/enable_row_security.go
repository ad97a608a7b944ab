package rules

import (
	"fmt"
	"slices"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var enableRowSecurity = &Rule{
	Name:     "enable-row-security",
	Title:    "Row security hides rows from the previous version",
	Category: Compat,
	Severity: Error,
	Since:    "0.1",
	Check: On(func(p *Pass, c *catalog.RowSecurityChanged) {
		table, end := p.known(c.Before), p.end(c.Before)
		if table == nil || end == nil || !end.RowSecurity {
			return
		}
		enabled := !table.RowSecurity && !c.Before.RowSecurity && c.After.RowSecurity
		forced := table.RowSecurity && !table.ForceRowSecurity && end.ForceRowSecurity && !c.Before.ForceRowSecurity && c.After.ForceRowSecurity
		if !enabled && !forced {
			return
		}
		who := "roles other than its owner"
		switch {
		case forced:
			who = "its owner, which was exempt,"
		case end.ForceRowSecurity:
			who = "all roles, its owner too,"
		}
		f := Finding{
			At:       p.Op.Span(),
			Relation: table.String(),
			Message:  fmt.Sprintf("row security is in force on %s without a permissive policy, so in the previous version %s see no rows, and INSERTs fail with 42501", describe(table), who),
		}
		if slices.ContainsFunc(end.Policies, func(y *catalog.Policy) bool { return !y.Restrictive }) {
			f.Severity = Warning
			f.Message = fmt.Sprintf("row security is in force on %s, so in the previous version %s see only the rows that its policies allow, and writes of others fail with 42501", describe(table), who)
		}
		p.Report(f)
	}),
}
