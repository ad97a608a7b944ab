package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/parser/ddl"
)

var dropDatabase = &Rule{
	Name:     "drop-database",
	Title:    "A database that the previous version may connect to is dropped or renamed",
	Category: Compat,
	Severity: Error,
	Since:    "0.1",
	Check: Any(
		On(func(p *Pass, op *ddl.DropObject) {
			for _, o := range op.Objects {
				if o.Kind == ddl.Database {
					p.lostDatabase(o.Name.Name.Name, "is dropped with all that is in it, which nothing brings back", op.IfExists)
				}
			}
		}),
		On(func(p *Pass, op *ddl.RenameObject) {
			if op.Object.Kind == ddl.Database {
				p.lostDatabase(op.Object.Name.Name.Name, "is renamed to "+quoted(op.NewName.Name), false)
			}
		}),
	),
}

func (p *Pass) lostDatabase(database, how string, ifExists bool) {
	name := ddl.Name{Name: database}
	if p.Refusal != nil || p.RolledBack || p.Window.End.Object(ddl.Database, name) != nil {
		return
	}
	if p.Before.Object(ddl.Database, name) != nil && p.Window.Base.Object(ddl.Database, name) == nil {
		return // born in the window
	}
	f := Finding{
		At:       p.Op.Span(),
		Relation: database,
		Message:  fmt.Sprintf("database %s %s, so the previous version can no longer connect to it: 3D000", quoted(database), how),
	}
	if ifExists && p.Before.Object(ddl.Database, name) == nil {
		f.Severity = Warning
	}
	p.Report(f)
}
