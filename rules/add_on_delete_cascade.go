package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
)

var addOnDeleteCascade = &Rule{
	Name:     "add-on-delete-cascade",
	Title:    "A new foreign key makes DELETEs of the previous version change rows of another table",
	Category: Data,
	Severity: Warning,
	Since:    "0.1",
	Check: On(func(p *Pass, c *catalog.ConstraintAdded) {
		if c.Constraint.Kind != ddl.ForeignKey || !c.Constraint.Enforced || !acts(c.Constraint.OnDelete) {
			return
		}
		table, end := p.known(c.Relation), p.endConstraint(c.Relation, c.Constraint)
		parent := p.known(p.After.RelationByOID(c.Constraint.References))
		if table == nil || end == nil || parent == nil || p.followsParent(c.Relation) {
			return // rows of a new table refer to nothing yet, and none to a new parent
		}
		if before := equivalentKey(table, c.Constraint); before != nil && acts(before.OnDelete) {
			return // they did before
		}
		what := "removes"
		if end.OnDelete != "cascade" {
			what = "changes"
		}
		f := Finding{
			At:       p.Op.Span(),
			Relation: table.String(),
			Object:   end.Name,
			Message:  fmt.Sprintf("new foreign key %s has ON DELETE %s, so a DELETE of the previous version from %s also %s the rows of %s that refer to it", quoted(end.Name), upper(end.OnDelete), describe(parent), what, describe(table)),
		}
		if p.sparesChildren(c.Relation, c.Constraint) {
			f.Severity = Note // until the new column is filled
		}
		p.Report(f)
	}),
}
