package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var renameSequence = &Rule{
	Name:     "rename-sequence",
	Title:    "A sequence that the previous version may use is renamed",
	Category: Compat,
	Severity: Warning,
	Since:    "0.1",
	Check: On(func(p *Pass, c *catalog.RelationRenamed) {
		if c.Before.Kind != catalog.Sequence || !p.Window.RelationExisted(c.Before) {
			return
		}
		if p.Window.End.Relation(c.Before.QualifiedName()) != nil {
			return // the old name still answers
		}
		p.Report(Finding{
			At: p.Op.Span(), Relation: c.Before.String(), Related: createdAt(c.Before.Created, false),
			Message: fmt.Sprintf("sequence %q is renamed to %q: defaults follow, but nextval() and currval() with the old name fail with 42P01 in the previous version", c.Before, c.After.Name),
		})
	}),
}
