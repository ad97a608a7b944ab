package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/parser/ddl"
)

var updateExtension = &Rule{
	Name:     "update-extension",
	Title:    "An extension is updated or moved under the previous version",
	Category: Compat,
	Severity: Warning,
	Since:    "0.1",
	Check: On(func(p *Pass, op *ddl.AlterExtension) {
		if p.Refusal != nil || p.RolledBack {
			return
		}
		name := op.Extension.Name
		before, known := p.Before.Extension(name), p.Window.Base.Extension(name)
		if before != nil && known == nil || p.Window.End.Extension(name) == nil && before != nil {
			return // born in the window, or dropped after all
		}
		f := Finding{At: op.Span(), Relation: name}
		switch op.Action {
		case "update":
			to := "its default version"
			if op.Version != "" {
				to = "version " + op.Version
			}
			if known != nil && op.Version != "" && known.Version == op.Version {
				return
			}
			f.Message = fmt.Sprintf("extension %s is updated to %s, which may change or remove what the previous version calls, and most extensions have no script back", quoted(name), to)
		case "set schema":
			if known != nil && known.Schema == op.Schema {
				return
			}
			f.Message = fmt.Sprintf("extension %s moves to schema %s, so statements of the previous version that find its functions, operators and types in the old one fail with 42883 or 42704", quoted(name), quoted(op.Schema))
		default:
			return
		}
		p.Report(f)
	}),
}
