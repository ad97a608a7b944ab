package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
)

var dropConstraint = &Rule{
	Name:     "drop-constraint",
	Title:    "A CHECK constraint or foreign key that kept bad rows out is dropped",
	Category: Data,
	Severity: Warning,
	Since:    "0.1",
	Check: Any(
		On(func(p *Pass, c *catalog.ConstraintDropped) {
			if _, ok := p.Op.(*ddl.DropConstraint); !ok || c.Cascade != "" {
				return // silent-drop and drop-cascade
			}
			if c.Constraint.Kind == 0 {
				p.unknownIntegrity(c)
				return
			}
			if p.lostIntegrity(c.Relation, c.Constraint) {
				p.noLongerChecked(c.Relation, c.Constraint, "is dropped")
			}
		}),
		On(func(p *Pass, c *catalog.ConstraintAltered) {
			if c.Before.Enforced && !c.After.Enforced && p.lostIntegrity(c.Relation, c.Before) {
				p.noLongerChecked(c.Relation, c.Before, "is NOT ENFORCED now")
			}
		}),
		On(func(p *Pass, c *catalog.DomainChanged) {
			domain := p.knownType(c.Before)
			if c.Action != "drop constraint" || c.Constraint == nil || domain == nil || p.checksAgain(c.Before, domain) {
				return
			}
			p.Report(Finding{
				At:       p.Op.Span(),
				Relation: domain.String(),
				Object:   c.Constraint.Name,
				Related:  createdAt(c.Constraint.Created, false),
				Message:  fmt.Sprintf("CHECK constraint %s of domain %s is dropped, so values that it kept out are stored from now on, and adding it again fails with 23514 where there are some", quoted(c.Constraint.Name), quoted(domain.String())),
			})
		}),
	),
}

// lostIntegrity reports whether the previous version knows a CHECK or foreign
// key that nothing replaces at the end of the window.
func (p *Pass) lostIntegrity(r *catalog.Relation, c *catalog.Constraint) bool {
	table, end := p.known(r), p.end(r)
	if table == nil || end == nil || !c.Enforced || !p.Window.ConstraintExisted(r, c) || p.followsParent(r) {
		return false
	}
	for _, n := range c.Columns {
		if end.AttributeByNum(n) == nil {
			return false // drop-column speaks
		}
	}
	return !p.replacedBy(end, c)
}

// replacedBy reports whether, at the end of the window, something else stands
// for a constraint, or there is nothing left for it to keep.
func (p *Pass) replacedBy(end *catalog.Relation, c *catalog.Constraint) bool {
	switch c.Kind {
	case ddl.ForeignKey:
		if p.Window.End.RelationByOID(c.References) == nil {
			return true // drop-table speaks
		}
		return slices.ContainsFunc(end.Constraints, func(o *catalog.Constraint) bool {
			return o.Kind == ddl.ForeignKey && o.Enforced && (slices.Equal(o.Columns, c.Columns) ||
				o.References == c.References && sharesColumn(o.Columns, c.Columns) && !p.Window.ConstraintExisted(end, o))
		})
	case ddl.Check:
		if c.Check == nil || p.isNotNull(end, c) {
			return true
		}
		return slices.ContainsFunc(end.Constraints, func(o *catalog.Constraint) bool {
			return o.Kind == ddl.Check && o.Enforced && !p.Window.ConstraintExisted(end, o) && (o.Name == c.Name || sharesColumn(o.Columns, c.Columns))
		})
	}
	return true // drop-unique and drop-not-null
}

func sharesColumn(a, b []int) bool {
	return slices.ContainsFunc(a, func(n int) bool { return slices.Contains(b, n) })
}

// checksAgain reports whether a domain has got another CHECK in the window.
func (p *Pass) checksAgain(t, before *catalog.TypeDef) bool {
	end := p.Window.End.TypeByOID(t.OID)
	return end == nil || slices.ContainsFunc(end.Constraints, func(c *catalog.Constraint) bool {
		return !slices.ContainsFunc(before.Constraints, func(o *catalog.Constraint) bool { return o.OID == c.OID })
	})
}

func (p *Pass) noLongerChecked(r *catalog.Relation, c *catalog.Constraint, how string) {
	table := p.known(r)
	f := Finding{At: p.Op.Span(), Relation: table.String(), Object: c.Name, Related: createdAt(c.Created, false)}
	name := fmt.Sprintf("CHECK constraint %s of %s %s", quoted(c.Name), describe(table), how)
	consequence := "rows that it kept out are stored from now on, and adding it again fails with 23514 where there are some"
	if c.Kind == ddl.ForeignKey {
		parent := "the referenced table"
		if ref := p.Before.RelationByOID(c.References); ref != nil {
			parent = describe(ref)
		}
		name = fmt.Sprintf("foreign key %s of %s %s", quoted(c.Name), describe(table), how)
		consequence = fmt.Sprintf("rows without one in %s are stored from now on, and adding it again fails with 23503 where there are some", parent)
		if acts(c.OnDelete) {
			consequence = fmt.Sprintf("DELETEs of the previous version from %s leave behind the rows that ON DELETE %s took care of, and adding it again fails with 23503 where there are some", parent, upper(c.OnDelete))
		}
	}
	f.Message = name + ", so " + consequence
	p.Report(f)
}

// unknownIntegrity reports a constraint that an assumed table had before the
// history and that is, by its name, a foreign key or CHECK.
func (p *Pass) unknownIntegrity(c *catalog.ConstraintDropped) {
	table, end := p.known(c.Relation), p.end(c.Relation)
	if table == nil || end == nil || p.followsParent(c.Relation) || end.Constraint(c.Constraint.Name) != nil {
		return
	}
	code := map[string]string{"foreign key": "23503", "check": "23514"}
	kind := kindByName(c.Constraint.Name)
	if code[kind] == "" {
		return // drop-unique speaks
	}
	p.Report(Finding{
		At:       p.Op.Span(),
		Relation: table.String(),
		Object:   c.Constraint.Name,
		Message:  fmt.Sprintf("constraint %s of %s is dropped, by its name a %s, so rows that it kept out are stored from now on, and adding it again fails with %s where there are some", quoted(c.Constraint.Name), describe(table), kind, code[kind]),
	})
}

// upper writes an action of a foreign key as SQL does.
func upper(action string) string { return strings.ToUpper(action) }
