package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/analyzer/compat"
	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/parser/ddl"
)

var refusedByPostgres = &Rule{
	Name:     "refused-by-postgres",
	Title:    "PostgreSQL refuses a statement, given the schema that earlier migrations made",
	Category: Process,
	Severity: Error,
	Since:    "0.1",
	Check: Any(On((*Pass).refusedData), On(func(p *Pass, refusal *catalog.Error) {
		f := Finding{
			At:      p.Op.Span(),
			Message: fmt.Sprintf("%s refuses the statement: %s (%s)", p.server(refusal), refusal.Message, refusal.SQLState),
		}
		if r := p.refusedRelation(); r != nil {
			f.Relation = r.String()
			f.Related = createdAt(r.Created, r.Assumed)
		}
		p.Report(f)
	})),
}

// refusedData reports a query or data statement that names what is not there.
func (p *Pass) refusedData(s *replay.Statement) {
	if s.Down {
		return
	}
	e := compat.Refusal(s)
	if e == nil {
		return
	}
	f := Finding{At: e.At, Relation: e.Relation, Object: e.Object, Message: fmt.Sprintf("PostgreSQL refuses the statement: %s (%s)", e.Message, e.SQLState)}
	if f.At.IsZero() {
		f.At = s.Span
	}
	p.Report(f)
}

// server names who refuses: a server that is too old, or any.
func (p *Pass) server(refusal *catalog.Error) string {
	if refusal.Since > 0 {
		return fmt.Sprintf("PostgreSQL %d", p.PGVersion)
	}
	return "PostgreSQL"
}

// refusedRelation returns the relation that the refused operation is about,
// where there is one.
func (p *Pass) refusedRelation() *catalog.Relation {
	switch op := p.Op.(type) {
	case *ddl.CreateTable:
		return p.Before.Relation(op.Table.Name)
	case *ddl.CreateTableAs:
		return p.Before.Relation(op.Table.Name)
	case *ddl.CreateView:
		return p.Before.Relation(op.View.Name)
	case *ddl.CreateIndex:
		return p.Before.Relation(op.Table.Name)
	case interface{ Target() ddl.Ref }:
		return p.Before.Relation(op.Target().Name)
	}
	return nil
}
