package rules

import (
	"fmt"
	"slices"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var tightenDomain = &Rule{
	Name:     "tighten-domain",
	Title:    "A domain refuses values that the previous version writes",
	Category: Compat,
	Severity: Warning,
	Since:    "0.1",
	Check: On(func(p *Pass, c *catalog.DomainChanged) {
		t, end := p.knownType(c.Before), p.Window.End.TypeByOID(c.Before.OID)
		if t == nil || end == nil {
			return
		}
		report := func(object, message string) {
			p.Report(Finding{
				At:       p.Op.Span(),
				Relation: t.String(),
				Object:   object,
				Related:  createdAt(t.Created, t.Assumed),
				Message:  message,
			})
		}
		name := "domain " + quoted(t.String())
		if k := c.Constraint; c.Action == "add constraint" && k != nil && !refused(t, k) && hasConstraint(end, k.OID) {
			report(k.Name, fmt.Sprintf("new constraint %s of %s is enforced at once, so values of the previous version that do not satisfy it fail with 23514, in every column and cast of the domain", quoted(k.Name), name))
		}
		if !t.NotNull && !c.Before.NotNull && c.After.NotNull && end.NotNull {
			report("", fmt.Sprintf("%s becomes NOT NULL, so NULLs of the previous version fail with 23502, in every column and cast of the domain", name))
		}
		if t.Default != nil && c.After.Default == nil && c.Before.Default != nil && end.Default == nil {
			what := "store NULL"
			if end.NotNull {
				what = "fail with 23502"
			}
			report("", fmt.Sprintf("%s loses its default, so INSERTs of the previous version that do not name a column of it %s, unless the column has its own", name, what))
		}
	}),
}

// refused reports whether a domain had a constraint that refused the same
// values, or more of them.
func refused(t *catalog.TypeDef, k *catalog.Constraint) bool {
	return k.Check == nil || slices.ContainsFunc(t.Constraints, func(c *catalog.Constraint) bool {
		return c.Check != nil && (sameExpr(c.Check, k.Check) || k.Check.Weakens(c.Check))
	})
}

func hasConstraint(t *catalog.TypeDef, oid catalog.OID) bool {
	return slices.ContainsFunc(t.Constraints, func(c *catalog.Constraint) bool { return c.OID == oid })
}
