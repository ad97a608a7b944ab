package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
)

var unindexedForeignKey = &Rule{
	Name:     "unindexed-foreign-key",
	Title:    "A foreign key of a new table has no index",
	Category: Practice,
	Severity: Note,
	Since:    "0.1",
	Check: Any(
		On(func(p *Pass, c *catalog.RelationCreated) {
			for _, k := range c.Relation.Constraints {
				p.unindexed(c.Relation, k)
			}
		}),
		On(func(p *Pass, c *catalog.ConstraintAdded) { p.unindexed(c.Relation, c.Constraint) }),
	),
}

// unindexed reports a foreign key without an index, of a table that is born in
// the window; foreign-key-without-index is about the others.
func (p *Pass) unindexed(r *catalog.Relation, k *catalog.Constraint) {
	t, key := p.permanent(r), p.endConstraint(r, k)
	if t == nil || p.known(r) != nil || len(t.Parents) > 0 || key == nil || key.Kind != ddl.ForeignKey || !key.Enforced || p.covered(t, key.Columns) {
		return
	}
	parent := p.Window.End.RelationByOID(key.References)
	if parent == nil {
		return
	}
	p.Report(Finding{
		At:       p.within(key.Created),
		Relation: t.String(),
		Object:   key.Name,
		Message:  fmt.Sprintf("no index begins with %s of new %s, so every DELETE from %s, and every UPDATE of the key that foreign key %s refers to, will read the whole table", list(columnNames(t, key.Columns)), describe(t), describe(parent), quoted(key.Name)),
	})
}
