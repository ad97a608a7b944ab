package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var dropFunction = &Rule{
	Name:     "drop-function",
	Title:    "A function or procedure that the previous version calls is dropped",
	Category: Compat,
	Severity: Error,
	Since:    "0.1",
	Check: On(func(p *Pass, c *catalog.FunctionDropped) {
		if !p.Window.Existed(c.Function.OID) || !callable(c.Function) {
			return
		}
		if len(p.Window.End.Functions(c.Function.QualifiedName())) > 0 {
			return // change-function compares them
		}
		p.Report(Finding{
			At: p.Op.Span(), Relation: c.Function.QualifiedName().String(), Related: createdAt(c.Function.Created, false),
			Message: fmt.Sprintf("%s %s is dropped%s, so statements of the previous version that call it fail with 42883", c.Function.Kind, c.Function.Signature(), with(c.Cascade)),
		})
	}),
}

// callable reports whether SQL can call a routine: trigger functions cannot be.
func callable(f *catalog.Function) bool {
	return f.Returns.Name.Name != "trigger" && f.Returns.Name.Name != "event_trigger"
}
