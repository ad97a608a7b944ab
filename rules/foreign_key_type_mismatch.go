package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
)

var foreignKeyTypeMismatch = &Rule{
	Name:     "foreign-key-type-mismatch",
	Title:    "A foreign key column cannot hold all values of the key that it refers to",
	Category: Data,
	Severity: Warning,
	Since:    "0.1",
	Check: Any(
		On(func(p *Pass, c *catalog.ConstraintAdded) {
			if c.Constraint.Kind == ddl.ForeignKey && !p.followsParent(c.Relation) {
				p.mismatches(c.Relation, c.Constraint, 0, 0)
			}
		}),
		On(func(p *Pass, c *catalog.RelationCreated) {
			for _, k := range c.Relation.Constraints {
				p.mismatches(c.Relation, k, 0, 0)
			}
		}),
		On(func(p *Pass, c *catalog.ColumnTypeChanged) {
			end := p.end(c.Relation)
			if end == nil || p.followsParent(c.Relation) {
				return
			}
			for _, k := range end.Constraints {
				p.mismatches(end, k, c.After.Num, 0)
			}
			for _, r := range p.referring(end.OID) {
				for _, k := range r.Constraints {
					if k.References == end.OID && r.OID != end.OID && len(r.Parents) == 0 {
						p.mismatches(r, k, 0, c.After.Num)
					}
				}
			}
		}),
	),
}

// mismatches reports the columns of a foreign key that are narrower, at the end
// of the window, than what they refer to: all of them, or those on the side of
// which a number is given.
func (p *Pass) mismatches(r *catalog.Relation, k *catalog.Constraint, child, parent int) {
	table, key := p.end(r), p.endConstraint(r, k)
	if table == nil || key == nil || key.Kind != ddl.ForeignKey {
		return
	}
	ref := p.Window.End.RelationByOID(key.References)
	if ref == nil || len(key.Columns) != len(key.ReferencedColumns) {
		return
	}
	for i, n := range key.Columns {
		if child != 0 && child != n || parent != 0 && parent != key.ReferencedColumns[i] {
			continue
		}
		from, to := table.AttributeByNum(n), ref.AttributeByNum(key.ReferencedColumns[i])
		if from == nil || to == nil || !p.lacksRoom(from.Type, to.Type) || p.lackedRoom(r, k, n, key.ReferencedColumns[i]) {
			continue
		}
		p.Report(Finding{
			At:       p.Op.Span(),
			Relation: table.String(),
			Object:   from.Name,
			Related:  createdAt(to.Created, to.Assumed),
			Message:  fmt.Sprintf("%s of foreign key %s is %s and refers to %s, which is %s, so rows that refer to keys beyond that fail with %s", describeColumn(table, from), quoted(key.Name), from.Type, describeColumn(ref, to), to.Type, p.beyond(from.Type)),
		})
	}
}

// lacksRoom reports whether a built-in type is narrower than another of its
// family.
func (p *Pass) lacksRoom(from, to catalog.Type) bool {
	if from.Def != 0 || to.Def != 0 || from.Assumed || to.Assumed || from.Dims+to.Dims > 0 || from.IsZero() || to.IsZero() {
		return false
	}
	kind := p.convert(to, from)
	return kind == catalog.Narrowing || kind == catalog.Altering && from.IsTime() && from.Name == to.Name
}

// lackedRoom reports whether the key was as narrow before the window.
func (p *Pass) lackedRoom(r *catalog.Relation, k *catalog.Constraint, child, parent int) bool {
	table, ref := p.Window.Base.RelationByOID(r.OID), p.Window.Base.RelationByOID(k.References)
	if table == nil || ref == nil || table.ConstraintByOID(k.OID) == nil {
		return false
	}
	from, to := table.AttributeByNum(child), ref.AttributeByNum(parent)
	return from != nil && to != nil && p.lacksRoom(from.Type, to.Type)
}

// beyond returns the code with which a value that does not fit is refused.
func (p *Pass) beyond(t catalog.Type) string {
	if t.IsTime() {
		return "23503, as they are rounded"
	}
	return refusing(t)
}
