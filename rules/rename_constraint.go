package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var renameConstraint = &Rule{
	Name:     "rename-constraint",
	Title:    "A constraint that the previous version may know by name is renamed",
	Category: Compat,
	Severity: Warning,
	Since:    "0.1",
	Used:     true,
	Check: Any(
		On(func(p *Pass, c *catalog.ConstraintRenamed) {
			if c.Before.Kind == 0 {
				p.renamedUnknown(c)
				return
			}
			p.constraintName(c.Relation, c.Before, fmt.Sprintf("is renamed to %s", quoted(c.After.Name)))
		}),
		On(func(p *Pass, c *catalog.ConstraintDropped) {
			// Dropped but replaced: the columns stay unique under another
			// name, or by an index that is no constraint.
			index, end := p.Before.RelationByOID(c.Constraint.Index), p.end(c.Relation)
			if !arbiter(c.Constraint) || index == nil || index.Index == nil || end == nil {
				return
			}
			if len(p.arbiters(c.Relation, index.Index)) == 0 {
				return // drop-unique speaks
			}
			p.constraintName(c.Relation, c.Constraint, "is replaced by a unique index or a constraint of another name")
		}),
	),
}

// renamedUnknown reports a constraint of an assumed table, of a kind that the
// history does not show.
func (p *Pass) renamedUnknown(c *catalog.ConstraintRenamed) {
	table, end := p.known(c.Relation), p.end(c.Relation)
	if table == nil || end == nil || end.Constraint(c.Before.Name) != nil {
		return
	}
	f := Finding{
		At:       p.Op.Span(),
		Severity: Note,
		Relation: table.String(),
		Object:   c.Before.Name,
		Message:  fmt.Sprintf("constraint %s of %s is renamed to %s, and this history does not show its kind: if it is unique, INSERT … ON CONFLICT ON CONSTRAINT %s of the previous version fails with 42704", quoted(c.Before.Name), describe(table), quoted(c.After.Name), ddlName(c.Before.Name)),
	}
	if kindByName(c.Before.Name) == "unique" {
		f.Severity = Warning
	}
	p.Report(f)
}

// constraintName reports that the name of a constraint which the previous
// version knows is gone by the end of the window.
func (p *Pass) constraintName(r *catalog.Relation, c *catalog.Constraint, how string) {
	table, end := p.known(r), p.end(r)
	if table == nil || end == nil || p.followsParent(r) || !p.Window.ConstraintExisted(r, c) {
		return
	}
	known := table.ConstraintByOID(c.OID)
	if known == nil {
		known = c // of an assumed table
	}
	if known.Name != c.Name {
		return // renamed before in this window
	}
	if now := end.Constraint(known.Name); now != nil && now.Kind == known.Kind {
		return // another one answers to the name
	}
	f := Finding{
		At:       p.Op.Span(),
		Relation: table.String(),
		Object:   known.Name,
		Related:  createdAt(known.Created, table.Assumed),
		Message:  fmt.Sprintf("constraint %s of %s %s, so code of the previous version that recognises its violations by name no longer does", quoted(known.Name), describe(table), how),
		Severity: Note,
	}
	if known.Deferrable {
		f.Severity = Warning
		f.Message = fmt.Sprintf("constraint %s of %s %s, so SET CONSTRAINTS %s of the previous version fails with 42704, and code that recognises its violations by name no longer does", quoted(known.Name), describe(table), how, ddlName(known.Name))
	} else if arbiter(known) {
		f.Severity = Warning
		f.Message = fmt.Sprintf("constraint %s of %s %s, so INSERT … ON CONFLICT ON CONSTRAINT %s of the previous version fails with 42704, and code that recognises its violations by name no longer does", quoted(known.Name), describe(table), how, ddlName(known.Name))
	}
	p.Report(f)
}
