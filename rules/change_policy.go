package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var changePolicy = &Rule{
	Name:     "change-policy",
	Title:    "A changed policy hides or shows other rows to the previous version",
	Category: Compat,
	Severity: Warning,
	Since:    "0.1",
	Check: On(func(p *Pass, c *catalog.PolicyChanged) {
		base := p.Window.Base.RelationByOID(c.Relation.OID)
		if base == nil && !c.Relation.Assumed || base != nil && !base.RowSecurity && !base.Assumed {
			return // no policy was in force before: enable-row-security
		}
		end := p.Window.End.RelationByOID(c.Relation.OID)
		if end == nil || p.RolledBack {
			return
		}
		f := Finding{At: p.Op.Span(), Relation: c.Relation.String()}
		switch {
		case c.Before == nil:
			f.Object = c.After.Name
			f.Message = fmt.Sprintf("new policy %q applies to the previous version's queries on table %q: it shows them more rows", c.After.Name, c.Relation)
			if c.After.Restrictive {
				f.Message = fmt.Sprintf("new restrictive policy %q applies to the previous version's queries on table %q: it hides rows, and writes of others fail with 42501", c.After.Name, c.Relation)
			} else {
				f.Severity = Note
			}
		case c.After == nil:
			if c.Cascade != "" || remade(end, c.Before) {
				return
			}
			f.Object = c.Before.Name
			f.Message = fmt.Sprintf("policy %q of table %q is dropped: rows that only it allows vanish from the previous version's queries, and writes of them fail with 42501", c.Before.Name, c.Relation)
			if c.Before.Restrictive {
				f.Message = fmt.Sprintf("restrictive policy %q of table %q is dropped: the previous version's queries return and change rows that it hid", c.Before.Name, c.Relation)
			}
		case c.Before.Name != c.After.Name:
			return // a policy's name is nobody's business
		default:
			f.Object = c.After.Name
			f.Message = fmt.Sprintf("policy %q of table %q changes, and with it the rows that the previous version sees and may write", c.After.Name, c.Relation)
		}
		p.Report(f)
	}),
}

// remade reports whether a dropped policy is back with the same meaning.
func remade(r *catalog.Relation, old *catalog.Policy) bool {
	for _, n := range r.Policies {
		if n.Restrictive == old.Restrictive && n.Command == old.Command && sameExpr(n.Using, old.Using) && sameExpr(n.WithCheck, old.WithCheck) {
			return true
		}
	}
	return false
}
