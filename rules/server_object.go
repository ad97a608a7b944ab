package rules

import "github.com/migracheck/migracheck/parser/ddl"

// onLost judges the loss of objects of a kind that the whole server has: they
// are dropped or renamed, and were there before the window. Message says what it
// comes to for the one of a name, and how is what becomes of it: dropped stands
// for a drop.
func onLost(kind ddl.Kind, dropped string, message func(name, how string) string) Check {
	lost := func(p *Pass, object, how string, ifExists bool) {
		name := ddl.Name{Name: object}
		if p.Refusal != nil || p.RolledBack || p.Window.End.Object(kind, name) != nil {
			return
		}
		if p.Before.Object(kind, name) != nil && p.Window.Base.Object(kind, name) == nil {
			return // born in the window
		}
		f := Finding{At: p.Op.Span(), Relation: object, Message: message(quoted(object), how)}
		if ifExists && p.Before.Object(kind, name) == nil {
			f.Severity = Warning
		}
		p.Report(f)
	}
	return Any(
		On(func(p *Pass, op *ddl.DropObject) {
			for _, o := range op.Objects {
				if o.Kind == kind {
					lost(p, o.Name.Name.Name, dropped, op.IfExists)
				}
			}
		}),
		On(func(p *Pass, op *ddl.RenameObject) {
			if op.Object.Kind == kind {
				lost(p, op.Object.Name.Name.Name, "is renamed to "+quoted(op.NewName.Name), false)
			}
		}),
	)
}
