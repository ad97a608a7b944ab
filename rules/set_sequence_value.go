package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
)

var setSequenceValue = &Rule{
	Name:     "set-sequence-value",
	Title:    "A sequence that the previous version takes numbers from is moved by setval()",
	Category: Data,
	Severity: Warning,
	Since:    "0.1",
	Check: On(func(p *Pass, op *ddl.Select) {
		if p.Refusal != nil || p.RolledBack {
			return
		}
		for _, e := range called(op, "setval") {
			s := p.known(p.sequenceOf(e))
			if s == nil || p.end(s) == nil {
				continue
			}
			f := Finding{
				At:       e.At,
				Relation: s.String(),
				Related:  createdAt(s.Created, s.Assumed),
				Message:  fmt.Sprintf("setval() moves %s to a fixed number, so INSERTs of the previous version that get one which is taken fail with 23505", describe(s)),
			}
			if len(e.Subqueries)+len(e.Columns) > 0 || op.Query != nil && len(op.Query.From) > 0 {
				f.Severity = Note
				f.Message = fmt.Sprintf("setval() moves %s to a number computed from rows, and where the previous version inserts meanwhile, its next INSERTs may get one which is taken and fail with 23505", describe(s))
			}
			p.Report(f)
		}
	}),
}

// called returns the expressions of a SELECT that call a function.
func called(op *ddl.Select, function string) []*ddl.Expr {
	var found []*ddl.Expr
	add := func(e *ddl.Expr) {
		if e.Calling(function) && !slices.ContainsFunc(found, func(f *ddl.Expr) bool { return f.At == e.At }) {
			found = append(found, e)
		}
	}
	for _, e := range op.Calls {
		add(e)
	}
	op.Query.Walk(func(q *ddl.Query) {
		for _, t := range q.Targets {
			add(t.Expr)
		}
	})
	return found
}

// sequenceOf returns the sequence that setval() in an expression names, or that
// pg_get_serial_sequence() in it finds; nil where that is not known.
func (p *Pass) sequenceOf(e *ddl.Expr) *catalog.Relation {
	for _, call := range e.Calls {
		switch call.Name.Name {
		case "setval":
			if call.Literal != "" {
				if r := p.After.Relation(inString(call.Literal)); r != nil && r.Kind == catalog.Sequence {
					return r
				}
			}
		case "pg_get_serial_sequence":
			table := p.After.Relation(inString(call.Literal))
			if table == nil {
				continue
			}
			for _, a := range table.Attributes {
				if a.Sequence != 0 && strings.Contains(e.Text, "'"+a.Name+"'") {
					return p.After.RelationByOID(a.Sequence)
				}
			}
		}
	}
	return nil
}

// inString reads a name inside a string constant, as regclass does.
func inString(s string) ddl.Name {
	part := func(s string) string {
		if strings.HasPrefix(s, `"`) && strings.HasSuffix(s, `"`) && len(s) > 1 {
			return strings.ReplaceAll(s[1:len(s)-1], `""`, `"`)
		}
		return strings.ToLower(s)
	}
	schema, name, qualified := strings.Cut(s, ".")
	if !qualified {
		return ddl.Name{Name: part(s)}
	}
	return ddl.Name{Schema: part(schema), Name: part(name)}
}
