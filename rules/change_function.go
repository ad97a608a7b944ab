package rules

import (
	"fmt"
	"slices"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
)

var changeFunction = &Rule{
	Name:     "change-function",
	Title:    "A function changes its arguments, its result or its rights under the previous version",
	Category: Compat,
	Severity: Error,
	Since:    "0.1",
	Check: Any(
		On(func(p *Pass, c *catalog.FunctionDropped) {
			f := p.knownFunction(c.Function)
			if f == nil || len(p.Window.End.Functions(f.QualifiedName())) == 0 {
				return // drop-function
			}
			now := replacement(p.Window.End, f)
			if now == nil {
				p.function(f, Error, fmt.Sprintf("%s %s is replaced by one with other arguments, so calls of the previous version fail with 42883", f.Kind, quoted(f.Signature())))
				return
			}
			p.changedFunction(f, now)
		}),
		On(func(p *Pass, c *catalog.FunctionReplaced) {
			f, now := p.knownFunction(c.Before), p.Window.End.FunctionByOID(c.Before.OID)
			if f == nil || now == nil || c.Before.SecDefiner == c.After.SecDefiner && c.Before.Strict == c.After.Strict {
				return
			}
			p.changedFunction(f, now)
		}),
	),
}

// changedFunction compares a routine with the one that answers its calls now.
func (p *Pass) changedFunction(f, now *catalog.Function) {
	name := fmt.Sprintf("%s %s", f.Kind, quoted(f.Signature()))
	switch {
	case len(outputs(f)) > 0 && len(outputs(now)) > 0 && f.ReturnsSet == now.ReturnsSet && !sameOutputs(f, now):
		p.function(f, Error, fmt.Sprintf("%s returns other columns, so statements of the previous version that name a missing one fail with 42703, and SELECT * from it that is already prepared with 0A000", name))
	case !sameTypeName(f.Returns, now.Returns) || f.ReturnsSet != now.ReturnsSet:
		p.function(f, Error, fmt.Sprintf("%s returns %s instead of %s, so the previous version reads values that it does not expect", name, result(now), result(f)))
	}
	if renamed := renamedInput(f, now); renamed != "" {
		p.function(f, Warning, fmt.Sprintf("argument %s of %s has another name now, so calls of the previous version that name it fail with 42883", quoted(renamed), name))
	}
	if f.SecDefiner && !now.SecDefiner {
		p.function(f, Warning, fmt.Sprintf("%s is no longer SECURITY DEFINER, so calls of the previous version whose role lacks the privileges that it needs fail with 42501", name))
	}
	if !f.Strict && now.Strict {
		p.function(f, Warning, fmt.Sprintf("%s becomes STRICT, so calls of the previous version with a NULL argument return NULL", name))
	}
}

func (p *Pass) function(f *catalog.Function, severity Severity, message string) {
	p.Report(Finding{
		At:       p.Op.Span(),
		Severity: severity,
		Relation: f.QualifiedName().String(),
		Related:  createdAt(f.Created, false),
		Message:  message,
	})
}

func result(f *catalog.Function) string {
	text := f.Returns.String()
	if f.Returns.IsZero() {
		text = "nothing"
	}
	if f.ReturnsSet {
		return "a set of " + text
	}
	return text
}

// replacement returns a routine that answers every call that f answered, the
// likest one first; nil where there is none.
func replacement(c *catalog.Catalog, f *catalog.Function) *catalog.Function {
	for _, same := range []func(a, b catalog.Type) bool{sameTypeName, becomes} {
		for _, g := range c.Functions(f.QualifiedName()) {
			if g.Kind == f.Kind && answers(g, f, same) {
				return g
			}
		}
	}
	return nil
}

// answers reports whether g takes every call that f took: with the same leading
// arguments, defaults for the rest, and defaults where f had them.
func answers(g, f *catalog.Function, same func(a, b catalog.Type) bool) bool {
	theirs, ours := inputs(g), inputs(f)
	for i, b := range theirs {
		if i >= len(ours) {
			if !b.HasDefault && b.Mode != 'v' {
				return false
			}
			continue
		}
		a := ours[i]
		if !same(a.Type, b.Type) || (a.Mode == 'v') != (b.Mode == 'v') || a.HasDefault && !b.HasDefault {
			return false
		}
	}
	return len(theirs) >= len(ours)
}

// inputs returns the arguments that calls give. Those of a procedure's OUT
// arguments are left out, as CALL only has a place for them.
func inputs(f *catalog.Function) []catalog.Arg {
	return slices.DeleteFunc(slices.Clone(f.Args), func(a catalog.Arg) bool {
		if f.Kind == ddl.Procedure {
			return false
		}
		return a.Mode != 'i' && a.Mode != 'b' && a.Mode != 'v'
	})
}

// numbers are the types of numbers: each has implicit casts to those after it.
var numbers = []string{"int2", "int4", "int8", "numeric", "float4", "float8"}

// becomes reports whether an argument of one type is cast to the other without
// being asked to.
func becomes(a, b catalog.Type) bool {
	if sameTypeName(a, b) {
		return true
	}
	if a.Def != 0 || b.Def != 0 || a.Assumed || b.Assumed || a.Dims > 0 || b.Dims > 0 {
		return false
	}
	from, to := a.Name.Name, b.Name.Name
	switch {
	case a.IsNumber() && b.IsNumber():
		return slices.Index(numbers, from) < slices.Index(numbers, to)
	case a.IsText() && b.IsText():
		return true
	}
	return from == "cidr" && to == "inet" || from == "date" && (to == "timestamp" || to == "timestamptz") || from == "timestamp" && to == "timestamptz"
}

// outputs returns the arguments that make up a routine's result.
func outputs(f *catalog.Function) []catalog.Arg {
	return slices.DeleteFunc(slices.Clone(f.Args), func(a catalog.Arg) bool { return a.Mode == 'i' || a.Mode == 'v' })
}

// sameOutputs reports whether two routines return the same columns.
func sameOutputs(f, g *catalog.Function) bool {
	return slices.EqualFunc(outputs(f), outputs(g), func(a, b catalog.Arg) bool { return a.Name == b.Name && sameTypeName(a.Type, b.Type) })
}

// renamedInput returns the first argument that calls can no longer name, or "".
func renamedInput(f, g *catalog.Function) string {
	theirs := inputs(g)
	for i, a := range inputs(f) {
		if a.Name != "" && i < len(theirs) && theirs[i].Name != a.Name {
			return a.Name
		}
	}
	return ""
}
