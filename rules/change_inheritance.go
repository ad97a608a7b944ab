package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var changeInheritance = &Rule{
	Name:     "change-inheritance",
	Title:    "Queries of the previous version gain or lose the rows of a child table",
	Category: Compat,
	Severity: Warning,
	Since:    "0.1",
	Check: On(func(p *Pass, c *catalog.InheritanceChanged) {
		if !p.Window.RelationExisted(c.Parent) || !p.Window.RelationExisted(c.Child) {
			return // a child born in the window brings nothing that was there
		}
		f := Finding{At: p.Op.Span(), Relation: c.Parent.String(), Object: c.Child.String()}
		switch {
		case c.Partition && c.Removed:
			if swapped(p, c) {
				return
			}
			f.Message = fmt.Sprintf("partition %q is detached from %q, so its rows vanish from queries of the previous version, and INSERTs of such rows fail with 23514", c.Child, c.Parent)
		case c.Partition:
			f.Message = fmt.Sprintf("table %q becomes a partition of %q, so writes of the previous version to it that its bound excludes fail with 23514, and its rows appear in queries of %q", c.Child, c.Parent, c.Parent)
		case c.Removed:
			f.Message = fmt.Sprintf("table %q no longer inherits from %q, so its rows vanish from queries of the previous version on %q", c.Child, c.Parent, c.Parent)
		default:
			f.Message = fmt.Sprintf("table %q inherits from %q now, so its rows appear in queries of the previous version on %q", c.Child, c.Parent, c.Parent)
		}
		p.Report(f)
	}),
}

// swapped reports whether the partition is attached again by the end of the
// window.
func swapped(p *Pass, c *catalog.InheritanceChanged) bool {
	end := p.Window.End.RelationByOID(c.Child.OID)
	return end != nil && end.Partition != nil
}
