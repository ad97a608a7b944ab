package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/parser/ddl"
)

var dropRole = &Rule{
	Name:     "drop-role",
	Title:    "A role that the previous version may connect as is dropped or renamed",
	Category: Compat,
	Severity: Error,
	Since:    "0.1",
	Check: Any(
		On(func(p *Pass, op *ddl.DropObject) {
			for _, o := range op.Objects {
				if o.Kind == ddl.Role {
					p.lostRole(o.Name.Name.Name, "is dropped", op.IfExists)
				}
			}
		}),
		On(func(p *Pass, op *ddl.RenameObject) {
			if op.Object.Kind == ddl.Role {
				p.lostRole(op.Object.Name.Name.Name, "is renamed to "+quoted(op.NewName.Name), false)
			}
		}),
	),
}

func (p *Pass) lostRole(role, how string, ifExists bool) {
	name := ddl.Name{Name: role}
	if p.Refusal != nil || p.RolledBack || p.Window.End.Object(ddl.Role, name) != nil {
		return
	}
	if p.Before.Object(ddl.Role, name) != nil && p.Window.Base.Object(ddl.Role, name) == nil {
		return // born in the window
	}
	f := Finding{
		At:       p.Op.Span(),
		Relation: role,
		Message:  fmt.Sprintf("role %s %s, so the previous version can no longer connect as that role: 28000", quoted(role), how),
	}
	if ifExists && p.Before.Object(ddl.Role, name) == nil {
		f.Severity = Warning
	}
	p.Report(f)
}
