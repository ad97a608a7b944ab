package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var addOverload = &Rule{
	Name:     "add-overload",
	Title:    "A new function of a known name makes calls of the previous version ambiguous",
	Category: Compat,
	Severity: Error,
	Since:    "0.1",
	Check: Any(
		On(func(p *Pass, c *catalog.FunctionCreated) { p.overload(c.Function) }),
		On(func(p *Pass, c *catalog.FunctionRenamed) { p.overload(c.After) }),
	),
}

// overload compares a routine with those that the previous version calls by the
// same name, which are still there.
func (p *Pass) overload(created *catalog.Function) {
	now := p.Window.End.FunctionByOID(created.OID)
	if now == nil || now.QualifiedName() != created.QualifiedName() {
		return
	}
	for _, other := range p.Window.End.Functions(now.QualifiedName()) {
		f := p.knownFunction(other)
		if other.OID == now.OID || f == nil || f.QualifiedName() != now.QualifiedName() || f.Kind != now.Kind {
			continue
		}
		finding := Finding{
			At:       p.Op.Span(),
			Relation: now.QualifiedName().String(),
			Related:  createdAt(f.Created, false),
		}
		switch n, clash := ambiguous(f, now); {
		case clash:
			finding.Message = fmt.Sprintf("new %s %s stands beside %s, so calls of the previous version with %s fail with 42725, because both answer them", now.Kind, quoted(now.Signature()), quoted(f.Signature()), count(n, "argument"))
		case alike(f, now):
			finding.Severity = Warning
			finding.Message = fmt.Sprintf("new %s %s stands beside %s, so calls of the previous version that give arguments without a type (quoted constants, parameters, NULL) fail with 42725 or call the new one", now.Kind, quoted(now.Signature()), quoted(f.Signature()))
		default:
			continue
		}
		p.Report(finding)
		return
	}
}

// ambiguous returns the number of arguments with which a call may mean either
// routine, because their leading arguments are the same and the rest has
// defaults.
func ambiguous(f, g *catalog.Function) (n int, ok bool) {
	ours, theirs := inputs(f), inputs(g)
	for n = 0; n <= len(ours) && n <= len(theirs); n++ {
		if n > 0 {
			a, b := ours[n-1], theirs[n-1]
			if !sameTypeName(a.Type, b.Type) || a.Mode == 'v' || b.Mode == 'v' {
				return 0, false
			}
		}
		if f.Accepts(n) && g.Accepts(n) && !variadic(f) && !variadic(g) {
			return n, true
		}
	}
	return 0, false
}

func variadic(f *catalog.Function) bool {
	args := inputs(f)
	return len(args) > 0 && args[len(args)-1].Mode == 'v'
}

// alike reports whether a call may have a number of arguments that suits both
// routines, some with at least one argument.
func alike(f, g *catalog.Function) bool {
	for n := 1; n <= len(inputs(f)); n++ {
		if f.Accepts(n) && g.Accepts(n) {
			return true
		}
	}
	return false
}

// count returns a number with its noun.
func count(n int, noun string) string {
	switch n {
	case 0:
		return "no " + noun
	case 1:
		return "one " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
