package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var disableRowSecurity = &Rule{
	Name:     "disable-row-security",
	Title:    "The previous version sees rows that policies hid from it",
	Category: Compat,
	Severity: Warning,
	Since:    "0.1",
	Check: On(func(p *Pass, c *catalog.RowSecurityChanged) {
		disabled := c.Before.RowSecurity && !c.After.RowSecurity
		relaxed := c.Before.RowSecurity && c.Before.ForceRowSecurity && !c.After.ForceRowSecurity
		if !disabled && !relaxed || !p.Window.RelationExisted(c.Before) {
			return
		}
		base := p.Window.Base.RelationByOID(c.Before.OID)
		if base != nil && !base.RowSecurity {
			return // enabled in the same release
		}
		p.Report(Finding{
			At: p.Op.Span(), Relation: c.After.String(),
			Message: fmt.Sprintf("row security no longer limits access to table %q, so queries of the previous version that rely on its policies return and change rows of others", c.After),
		})
	}),
}
