package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var changeFunction = &Rule{
	Name:     "change-function",
	Title:    "A function changes its arguments or its result under the previous version",
	Category: Compat,
	Severity: Error,
	Since:    "0.1",
	Check: On(func(p *Pass, c *catalog.FunctionDropped) {
		before := c.Function
		if !p.Window.Existed(before.OID) || !callable(before) || len(p.Window.End.Functions(before.QualifiedName())) == 0 {
			return
		}
		after := replacement(p.Window.End, before)
		f := Finding{At: p.Op.Span(), Relation: before.QualifiedName().String(), Related: createdAt(before.Created, false)}
		switch {
		case after == nil:
			f.Message = fmt.Sprintf("%s %s is replaced by one with other arguments, so calls of the previous version fail with 42883", before.Kind, before.Signature())
		case !after.Returns.Equal(before.Returns) || after.ReturnsSet != before.ReturnsSet:
			f.Message = fmt.Sprintf("%s %s returns %s instead of %s, so the previous version reads values of another type", before.Kind, before.Signature(), after.Returns, before.Returns)
		default:
			return
		}
		p.Report(f)
	}),
}

// replacement returns a routine that answers every call that f answered: of the
// same name, with the same leading arguments and defaults for the rest.
func replacement(c *catalog.Catalog, f *catalog.Function) *catalog.Function {
	for _, g := range c.Functions(f.QualifiedName()) {
		if g.Kind == f.Kind && answers(g, f.Inputs()) {
			return g
		}
	}
	return nil
}

func answers(g *catalog.Function, inputs []catalog.Type) bool {
	i := 0
	for _, a := range g.Args {
		if a.Mode != 'i' && a.Mode != 'b' && a.Mode != 'v' {
			continue
		}
		if i >= len(inputs) {
			if !a.HasDefault && a.Mode != 'v' {
				return false
			}
			continue
		}
		if !a.Type.Equal(inputs[i]) {
			return false
		}
		i++
	}
	return i == len(inputs)
}
