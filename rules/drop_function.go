package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
)

var dropFunction = &Rule{
	Name:     "drop-function",
	Title:    "A function, procedure or aggregate that the previous version calls is dropped",
	Category: Compat,
	Severity: Error,
	Since:    "0.1",
	Used:     true,
	Check: Any(
		On(func(p *Pass, c *catalog.FunctionDropped) {
			f := p.knownFunction(c.Function)
			if f == nil || p.schemaGoes(f.Schema) || len(p.Window.End.Functions(f.QualifiedName())) > 0 {
				return // change-function compares them
			}
			p.Report(Finding{
				At:       p.Op.Span(),
				Relation: f.QualifiedName().String(),
				Related:  createdAt(f.Created, false),
				Message:  fmt.Sprintf("%s %s is dropped%s, so statements of the previous version that call it fail with 42883", f.Kind, quoted(f.Signature()), with(c.Cascade)),
			})
		}),
		On(dropUnknownFunction),
	),
}

// knownFunction returns the routine as the previous version knows it; nil where
// it was born in the window, and for trigger functions, which SQL cannot call.
func (p *Pass) knownFunction(f *catalog.Function) *catalog.Function {
	known := p.Window.Base.FunctionByOID(f.OID)
	if known == nil || known.Returns.Name.Name == "trigger" || known.Returns.Name.Name == "event_trigger" {
		return nil
	}
	return known
}

// dropUnknownFunction reports a routine that the history does not show, but
// that was there before it, or may have been.
func dropUnknownFunction(p *Pass, op *ddl.DropRoutine) {
	if p.Refusal != nil || p.RolledBack || op.IfExists && p.Before.Complete() {
		return
	}
	for _, o := range op.Routines {
		if len(p.Before.Functions(o.Name.Name)) > 0 || len(p.Window.End.Functions(o.Name.Name)) > 0 {
			continue
		}
		p.Report(Finding{
			At:       op.Span(),
			Severity: Warning,
			Relation: o.Name.Name.String(),
			Message:  fmt.Sprintf("%s %s is dropped, which this history does not show: unless it is a trigger function, statements of the previous version that call it fail with 42883", op.Kind, quoted(o.Name.Name.String())),
		})
	}
}
