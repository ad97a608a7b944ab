package rules

import (
	"fmt"
	"strings"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var revokePrivilege = &Rule{
	Name:     "revoke-privilege",
	Title:    "The previous version may lose a privilege that it uses",
	Category: Compat,
	Severity: Error,
	Since:    "0.1",
	Check: On(func(p *Pass, c *catalog.PrivilegeChanged) {
		if !c.Revoked || c.Target != 0 && !p.Window.Existed(c.Target) {
			return
		}
		what := strings.ToUpper(strings.Join(c.Names, ", "))
		if what == "" {
			what = "ALL"
		}
		if len(c.Columns) > 0 {
			what += " (" + strings.Join(c.Columns, ", ") + ")"
		}
		f := Finding{
			At: p.Op.Span(), Relation: c.Object.Name.Name.String(), Object: c.Grantee,
			Message: fmt.Sprintf("%s on %s %q is revoked from %q, so statements of the previous version that run as that role and need it fail with 42501", what, c.Object.Kind, c.Object.Name.Name, c.Grantee),
		}
		if r := p.After.RelationByOID(c.Target); r != nil {
			f.Relation = r.String()
		}
		if !c.Had {
			f.Severity = Warning // the history does not show that the role had it
		}
		p.Report(f)
	}),
}
