package rules

import (
	"fmt"
	"slices"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var changeInheritance = &Rule{
	Name:     "change-inheritance",
	Title:    "Queries of the previous version gain or lose the rows of a child table",
	Category: Compat,
	Severity: Warning,
	Since:    "0.1",
	Check: On(func(p *Pass, c *catalog.InheritanceChanged) {
		parent, child := p.known(c.Parent), p.known(c.Child)
		if parent == nil || child == nil || !holdsRows(child) || p.end(parent) == nil || p.end(child) == nil {
			return // a new child brings no rows that were there; drop-table speaks of one that is gone
		}
		was, is := slices.Contains(child.Parents, parent.OID), slices.Contains(p.end(child).Parents, parent.OID)
		if was == is && !child.Assumed {
			return // for the time of the migration
		}
		message := ""
		switch {
		case c.Partition && c.Removed:
			message = fmt.Sprintf("partition %s is detached from %s, so its rows vanish from queries of the previous version", quoted(child.String()), describe(parent))
			if !p.taken(parent, child) {
				message += ", and INSERTs of such rows fail with 23514"
			}
		case c.Partition:
			message = fmt.Sprintf("%s becomes a partition of %s, so its rows appear in queries of the previous version on that, and INSERTs into it of rows that its bound excludes fail with 23514", describe(child), quoted(parent.String()))
		case c.Removed:
			message = fmt.Sprintf("%s no longer inherits from %s, so its rows vanish from queries of the previous version on that", describe(child), quoted(parent.String()))
		default:
			message = fmt.Sprintf("%s inherits from %s now, so its rows appear in queries of the previous version on that, and its UPDATEs and DELETEs reach them", describe(child), quoted(parent.String()))
		}
		p.Report(Finding{
			At:       p.Op.Span(),
			Relation: parent.String(),
			Object:   child.String(),
			Message:  message,
		})
	}),
}

// taken reports whether another partition takes the rows of a detached one: a
// default one, or one of the same bound.
func (p *Pass) taken(parent, child *catalog.Relation) bool {
	return slices.ContainsFunc(p.end(parent).Children, func(oid catalog.OID) bool {
		r := p.Window.End.RelationByOID(oid)
		if r == nil || r.Partition == nil || oid == child.OID {
			return false
		}
		return r.Partition.Default || child.Partition != nil && oneLine(r.Partition.Text) == oneLine(child.Partition.Text)
	})
}
