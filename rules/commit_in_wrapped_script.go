package rules

import (
	"fmt"
	"slices"

	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/migration"
	"github.com/migracheck/migracheck/parser/source"
)

var commitInWrappedScript = &Rule{
	Name:     "commit-in-wrapped-script",
	Title:    "A COMMIT in a script ends the transaction that the migration tool opened around it",
	Category: Process,
	Severity: Warning,
	Since:    "0.1",
	Check: On(func(p *Pass, op *ddl.Transaction) {
		if op.Action != "commit" && op.Action != "prepare" || op.Facts().Conditional || p.torn() || !p.wrapped(op.Span()) {
			return
		}
		if p.control(func(before *ddl.Transaction) bool { return before.Action == op.Action }) != nil {
			return // the first one has ended it
		}
		f := Finding{At: op.Span()}
		if begin := p.control(func(before *ddl.Transaction) bool { return before.Action == "begin" }); begin != nil {
			f.Related = []Related{{At: begin.Span(), Message: "this BEGIN does nothing but warn, for the transaction is open already"}}
		}
		f.Message = fmt.Sprintf("%s ends the transaction that %s opened around the script, so the record that the migration ran is no part of it: where %s stops in between, it runs the migration again", p.Kind, p.toolName(), p.toolName())
		if p.followed() {
			f.Message = fmt.Sprintf("%s ends the transaction that %s opened around the script, so where a statement after it fails, what stands before it stays and the migration counts as not run", p.Kind, p.toolName())
		}
		p.Report(f)
	}),
}

// wrapped reports whether a place is in what the tool runs in a transaction of
// its own.
func (p *Pass) wrapped(at source.Span) bool {
	piece := pieceOf(p.Script, at)
	return piece != nil && (piece.Transaction == migration.Wrapped || p.set != nil && p.set.OneTransaction && piece.Transaction != migration.Autocommit)
}

// torn reports whether a statement of the script cannot be read. Then END may be
// that of a body which the tool cuts at its semicolons.
func (p *Pass) torn() bool {
	return slices.ContainsFunc(p.script(), func(s *replay.Statement) bool { return s.Err != nil })
}

// control returns the last statement about transactions before this one in its
// script that is as asked for, or nil.
func (p *Pass) control(is func(*ddl.Transaction) bool) *ddl.Transaction {
	var found *ddl.Transaction
	for _, s := range p.script() {
		if s == p.Statement {
			break
		}
		for _, op := range s.Ops {
			if t, ok := op.(*ddl.Transaction); ok && !op.Facts().Conditional && is(t) {
				found = t
			}
		}
	}
	return found
}

// followed reports whether a statement of the script comes after this one that
// is not about transactions.
func (p *Pass) followed() bool {
	after := false
	for _, s := range p.script() {
		for _, op := range s.Ops {
			if _, control := op.(*ddl.Transaction); after && !control {
				return true
			}
		}
		after = after || s == p.Statement
	}
	return false
}

// script returns the statements of this one's script, in order.
func (p *Pass) script() []*replay.Statement { return p.release.scripts[p.Script] }
