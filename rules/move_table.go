package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var moveTable = &Rule{
	Name:     "move-table",
	Title:    "A table, view or sequence is moved to another schema",
	Category: Compat,
	Severity: Error,
	Since:    "0.1",
	Used:     true,
	Check: On(func(p *Pass, c *catalog.RelationMoved) {
		r := p.known(c.Before)
		if r == nil || r.Schema != c.Before.Schema || p.followsParent(c.Before) {
			return
		}
		if r.Index != nil || r.Sequence != nil && r.Sequence.OwnedBy != 0 {
			return // moves along with its table
		}
		if changed(p, func(*catalog.SchemaRenamed) bool { return true }) {
			return // rename-schema speaks
		}
		if now := p.successor(r); now != nil && len(p.missing(r, now)) == 0 {
			return // back again, or a view is in its place
		}
		p.Report(Finding{
			At:       p.Op.Span(),
			Relation: r.String(),
			Related:  createdAt(r.Created, r.Assumed),
			Message:  fmt.Sprintf("%s is moved to schema %s, so statements of the previous version that use it by its old name, or without a schema, fail with 42P01", describe(r), quoted(c.After.Schema)),
		})
	}),
}
