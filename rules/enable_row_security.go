package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var enableRowSecurity = &Rule{
	Name:     "enable-row-security",
	Title:    "Row security hides rows from the previous version",
	Category: Compat,
	Severity: Error,
	Since:    "0.1",
	Check: On(func(p *Pass, c *catalog.RowSecurityChanged) {
		if !p.Window.RelationExisted(c.Before) {
			return
		}
		end := p.Window.End.RelationByOID(c.After.OID)
		enabled := c.After.RowSecurity && !c.Before.RowSecurity
		forced := c.After.ForceRowSecurity && !c.Before.ForceRowSecurity
		if !enabled && !forced || end == nil || !end.RowSecurity {
			return
		}
		who := "roles other than the owner"
		if end.ForceRowSecurity {
			who = "every role that cannot bypass row security, the owner too,"
		}
		f := Finding{At: p.Op.Span(), Relation: c.After.String()}
		if permissive(end) {
			f.Severity = Warning
			f.Message = fmt.Sprintf("row security is in force on table %q: in the previous version %s see and write only the rows that its policies allow, and other writes fail with 42501", c.After, who)
		} else {
			f.Message = fmt.Sprintf("row security is in force on table %q without a permissive policy: in the previous version %s see no rows, and their writes fail with 42501", c.After, who)
		}
		p.Report(f)
	}),
}

func permissive(r *catalog.Relation) bool {
	for _, policy := range r.Policies {
		if !policy.Restrictive {
			return true
		}
	}
	return false
}
