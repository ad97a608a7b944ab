package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
)

var dynamicSQLInFunction = &Rule{
	Name:     "dynamic-sql-in-function",
	Title:    "A function runs SQL that it puts together",
	Category: Practice,
	Severity: Note,
	Since:    "0.1",
	Off:      true,
	Check: Any(
		On(func(p *Pass, c *catalog.FunctionCreated) { p.executes(c.Function) }),
		On(func(p *Pass, c *catalog.FunctionReplaced) { p.executes(c.After) }),
	),
}

func (p *Pass) executes(f *catalog.Function) {
	if p.Window.End.FunctionByOID(f.OID) == nil || f.Language != "plpgsql" {
		return
	}
	for _, effect := range f.Effects {
		op, ok := effect.(*ddl.Dynamic)
		if !ok || op.Reason != "EXECUTE of a computed string" || !p.Op.Span().Contains(op.Span()) {
			continue
		}
		p.Report(Finding{
			At:       op.Span(),
			Relation: f.QualifiedName().String(),
			Message:  fmt.Sprintf("%s %s executes a string that it puts together: what of its arguments is not quoted by format() or passed with USING is run as SQL, and no tool sees which tables it needs", f.Kind, quoted(f.Signature())),
		})
	}
}
