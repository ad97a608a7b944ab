package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/parser/ddl"
)

var dropExtension = &Rule{
	Name:     "drop-extension",
	Title:    "The previous version loses the functions, operators and types of an extension",
	Category: Compat,
	Severity: Error,
	Since:    "0.1",
	Check: On(func(p *Pass, op *ddl.DropExtension) {
		if p.Refusal != nil || p.RolledBack {
			return
		}
		for _, id := range op.Extensions {
			before, known := p.Before.Extension(id.Name), p.Window.Base.Extension(id.Name)
			if before != nil && known == nil || p.Window.End.Extension(id.Name) != nil {
				continue // born in the window, or made anew
			}
			if before == nil && op.IfExists && p.Before.Complete() {
				continue
			}
			f := Finding{
				At:       op.Span(),
				Relation: id.Name,
				Message:  fmt.Sprintf("extension %s is dropped, so statements of the previous version that use its functions, operators or types fail with 42883 or 42704", quoted(id.Name)),
			}
			if known != nil {
				f.Related = createdAt(known.Created, false)
			} else if op.IfExists {
				f.Severity = Warning // it may not have been there
			}
			p.Report(f)
		}
	}),
}
