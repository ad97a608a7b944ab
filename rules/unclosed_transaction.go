package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/parser/ddl"
)

var unclosedTransaction = &Rule{
	Name:     "unclosed-transaction",
	Title:    "A script begins a transaction and does not end it",
	Category: Process,
	Severity: Error,
	Since:    "0.1",
	Check: On(func(p *Pass, op *ddl.Transaction) {
		opens := op.Action == "begin" || op.Chain
		if !opens || op.Facts().Conditional || p.torn() || p.wrapped(op.Span()) || !p.followed() {
			return
		}
		after := false
		for _, s := range p.script() {
			for _, o := range s.Ops {
				if t, ok := o.(*ddl.Transaction); ok && after && (t.Action == "commit" || t.Action == "rollback" || t.Action == "prepare") {
					return
				}
			}
			after = after || s == p.Statement
		}
		effect := "so PostgreSQL undoes all that follows when the session ends"
		if p.tool().shares || p.tool().forgets {
			effect += fmt.Sprintf(", unless %s commits it along with what comes next", p.toolName())
		}
		p.Report(Finding{At: op.Span(), Message: "the transaction that begins here has no COMMIT in the script, " + effect})
	}),
}
