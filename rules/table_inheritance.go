package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
)

var tableInheritance = &Rule{
	Name:     "table-inheritance",
	Title:    "A table inherits from another one",
	Category: Practice,
	Severity: Note,
	Since:    "0.1",
	Off:      true,
	Check: Any(
		On(func(p *Pass, op *ddl.CreateTable) {
			if child := p.After.Relation(op.Table.Name); child != nil && len(p.Changes) > 0 {
				for _, ref := range op.Inherits {
					p.inherits(p.After.Relation(ref.Name), child)
				}
			}
		}),
		On(func(p *Pass, c *catalog.InheritanceChanged) {
			if !c.Removed && !c.Partition {
				p.inherits(c.Parent, c.Child)
			}
		}),
	),
}

func (p *Pass) inherits(parent, child *catalog.Relation) {
	if parent == nil || p.permanent(child) == nil || p.end(parent) == nil || p.RolledBack {
		return
	}
	p.Report(Finding{
		At:       p.within(child.Created),
		Relation: child.String(),
		Message:  fmt.Sprintf("%s inherits from %s, whose primary key, unique constraints and foreign keys do not hold for the rows of children", describe(child), describe(parent)),
	})
}
