package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
)

var insertWithoutColumns = &Rule{
	Name:     "insert-without-columns",
	Title:    "An INSERT does not say which columns it fills",
	Category: Practice,
	Severity: Note,
	Since:    "0.1",
	Off:      true,
	Check: Any(
		On(func(p *Pass, op *ddl.Insert) {
			if r := p.After.Relation(op.Table.Name); r == nil || !r.Temporary {
				p.fillsAsTheyCome(op, "")
			}
		}),
		On(func(p *Pass, c *catalog.FunctionCreated) { p.insertsIn(c.Function) }),
		On(func(p *Pass, c *catalog.FunctionReplaced) { p.insertsIn(c.After) }),
	),
}

func (p *Pass) insertsIn(f *catalog.Function) {
	for _, effect := range f.Effects {
		if op, ok := effect.(*ddl.Insert); ok && p.Op.Span().Contains(op.Span()) && p.Window.End.FunctionByOID(f.OID) != nil {
			p.fillsAsTheyCome(op, fmt.Sprintf(" of %s %s", f.Kind, quoted(f.Signature())))
		}
	}
}

func (p *Pass) fillsAsTheyCome(op *ddl.Insert, where string) {
	if len(op.Columns) > 0 || op.Query == nil {
		return
	}
	p.Report(Finding{
		At:       op.Span(),
		Relation: op.Table.Name.String(),
		Message:  fmt.Sprintf("INSERT INTO %s%s fills columns as they come, so a table with its columns in another order gets values in the wrong ones, and one with fewer fails it with 42601", quoted(op.Table.Name.String()), where),
	})
}
