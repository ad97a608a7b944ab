package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/parser/ddl"
)

var unqualifiedName = &Rule{
	Name:     "unqualified-name",
	Title:    "A statement names an object without its schema",
	Category: Practice,
	Severity: Note,
	Since:    "0.1",
	Off:      true,
	Check: onOperations(func(p *Pass, step *replay.Step) {
		for _, ref := range addressed(step.Op) {
			if ref.Schema != "" || ref.Name.Name == "" || ref.At.IsZero() || p.temporary(ref) {
				continue
			}
			p.Report(Finding{
				At:       ref.At,
				Relation: ref.Name.Name,
				Message:  fmt.Sprintf("%s is named without a schema, so which object the statement means, or where it puts a new one, depends on search_path", quoted(ref.Name.Name)),
			})
		}
	}),
}

func (p *Pass) temporary(ref ddl.Ref) bool {
	for _, r := range []*catalog.Relation{p.Before.Relation(ref.Name), p.After.Relation(ref.Name)} {
		if r != nil && r.Temporary {
			return true
		}
	}
	return false
}

// addressed returns the relations, types and routines that a statement creates,
// changes or drops.
func addressed(op ddl.Op) []ddl.Ref {
	if altered, ok := op.(interface{ Target() ddl.Ref }); ok {
		return []ddl.Ref{altered.Target()}
	}
	switch op := op.(type) {
	case *ddl.CreateTable:
		return append([]ddl.Ref{op.Table}, op.Inherits...)
	case *ddl.CreateTableAs:
		return []ddl.Ref{op.Table}
	case *ddl.CreateView:
		return []ddl.Ref{op.View}
	case *ddl.DropRelation:
		return op.Relations
	case *ddl.Truncate:
		return op.Tables
	case *ddl.CreateIndex:
		return []ddl.Ref{op.Table}
	case *ddl.CreateSequence:
		return []ddl.Ref{op.Sequence}
	case *ddl.CreateEnum:
		return []ddl.Ref{op.Type}
	case *ddl.CreateComposite:
		return []ddl.Ref{op.Type}
	case *ddl.CreateDomain:
		return []ddl.Ref{op.Domain}
	case *ddl.AddEnumValue:
		return []ddl.Ref{op.Type}
	case *ddl.DropType:
		return op.Types
	case *ddl.CreateFunction:
		return []ddl.Ref{op.Function}
	case *ddl.CreateTrigger:
		return []ddl.Ref{op.Table}
	case *ddl.CreatePolicy:
		return []ddl.Ref{op.Table}
	case *ddl.Insert:
		return []ddl.Ref{op.Table}
	case *ddl.Update:
		return []ddl.Ref{op.Table}
	case *ddl.Delete:
		return []ddl.Ref{op.Table}
	}
	return nil
}
