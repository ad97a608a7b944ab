package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var dropSequence = &Rule{
	Name:     "drop-sequence",
	Title:    "A sequence that the previous version may use is dropped",
	Category: Compat,
	Severity: Error,
	Since:    "0.1",
	Check: On(func(p *Pass, c *catalog.RelationDropped) {
		if c.Relation.Kind != catalog.Sequence || !p.Window.RelationExisted(c.Relation) {
			return
		}
		if s := c.Relation.Sequence; c.Cascade != "" && s != nil && s.OwnedBy != 0 {
			return // went with its column, which is another rule's business
		}
		if again := p.Window.End.Relation(c.Relation.QualifiedName()); again != nil && again.Kind == catalog.Sequence {
			return
		}
		p.Report(Finding{
			At: p.Op.Span(), Relation: c.Relation.String(), Related: createdAt(c.Relation.Created, false),
			Message: fmt.Sprintf("sequence %q is dropped%s, so nextval() in the previous version fails with 42P01", c.Relation, with(c.Cascade)),
		})
	}),
}
