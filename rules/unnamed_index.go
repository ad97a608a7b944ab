package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/parser/ddl"
)

var unnamedIndex = &Rule{
	Name:     "unnamed-index",
	Title:    "A new index has no name of its own",
	Category: Practice,
	Severity: Note,
	Since:    "0.1",
	Off:      true,
	Check: On(func(p *Pass, op *ddl.CreateIndex) {
		r := p.After.Relation(op.Table.Name)
		if op.Index.Name != "" || r == nil || p.permanent(r) == nil || p.Refusal != nil || p.RolledBack {
			return
		}
		p.Report(Finding{
			At:       p.Op.Span(),
			Relation: r.String(),
			Message:  fmt.Sprintf("index of %s has no name, so PostgreSQL chooses one that depends on those that are taken: when the statement runs twice there are two indexes, and DROP INDEX by that name may fail with 42704 in another database", describe(r)),
		})
	}),
}
