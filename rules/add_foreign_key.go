package rules

import (
	"fmt"
	"slices"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
)

var addForeignKey = &Rule{
	Name:     "add-foreign-key",
	Title:    "A new foreign key refuses what the previous version may insert or delete",
	Category: Compat,
	Severity: Warning,
	Since:    "0.1",
	Check: Any(
		On(func(p *Pass, c *catalog.RelationCreated) { p.holdsParents(c.Relation, c.Relation.Constraints) }),
		On(func(p *Pass, c *catalog.ConstraintAdded) { p.newForeignKey(c) }),
	),
}

func (p *Pass) newForeignKey(c *catalog.ConstraintAdded) {
	if c.Constraint.Kind != ddl.ForeignKey || !c.Constraint.Enforced {
		return
	}
	table, end := p.known(c.Relation), p.endConstraint(c.Relation, c.Constraint)
	if end == nil || p.followsParent(c.Relation) {
		return
	}
	if table == nil || p.sparesChildren(c.Relation, c.Constraint) {
		p.holdsParents(c.Relation, []*catalog.Constraint{c.Constraint})
		return
	}
	f := Finding{At: p.Op.Span(), Relation: table.String(), Object: end.Name}
	parent := "the referenced table"
	if r := p.After.RelationByOID(c.Constraint.References); r != nil {
		parent = describe(r)
	}
	before := equivalentKey(table, c.Constraint)
	switch {
	case before != nil && (acts(c.Constraint.OnDelete) || before.OnDelete == c.Constraint.OnDelete || !acts(before.OnDelete)):
		return // refused before
	case before != nil:
		f.Message = fmt.Sprintf("foreign key %s of %s no longer has ON DELETE %s, so DELETEs of the previous version from %s fail with 23503 where rows refer to what they delete", quoted(end.Name), describe(table), upper(before.OnDelete), parent)
	case acts(c.Constraint.OnDelete):
		f.Message = fmt.Sprintf("new foreign key %s of %s is enforced for new rows at once%s, so INSERTs and UPDATEs of the previous version without a row in %s fail with 23503", quoted(end.Name), describe(table), although(c.Constraint), parent)
	default:
		f.Message = fmt.Sprintf("new foreign key %s of %s is enforced for new rows at once%s, so INSERTs and UPDATEs of the previous version without a row in %s fail with 23503, and so do its DELETEs there of rows that are referred to", quoted(end.Name), describe(table), although(c.Constraint), parent)
	}
	if c.Constraint.Valid && before == nil {
		f.Message += ", as does the statement itself where a row that is there refers to none"
	}
	p.Report(f)
}

// holdsParents reports keys whose rows only the new version writes, but which
// then keep the rows that they refer to from being deleted.
func (p *Pass) holdsParents(r *catalog.Relation, keys []*catalog.Constraint) {
	var names, parents []string
	for _, c := range keys {
		key := p.endConstraint(r, c)
		if key == nil || key.Kind != ddl.ForeignKey || !key.Enforced || key.Inherited > 0 || acts(key.OnDelete) || r.Temporary {
			continue
		}
		parent := p.Window.End.RelationByOID(key.References)
		if parent = p.known(parent); parent == nil {
			continue
		}
		names = append(names, key.Name)
		if !slices.Contains(parents, describe(parent)) {
			parents = append(parents, describe(parent))
		}
	}
	if len(names) == 0 {
		return
	}
	refers := fmt.Sprintf("foreign key %s refers", list(names))
	if len(names) > 1 {
		refers = fmt.Sprintf("foreign keys %s refer", list(names))
	}
	p.Report(Finding{
		At:       p.Op.Span(),
		Severity: Note,
		Relation: r.String(),
		Object:   names[0],
		Message:  fmt.Sprintf("once the new version writes rows of %s, DELETEs of the previous version from %s, and UPDATEs of a key there, fail with 23503 where %s to the row", describe(r), sentence(parents), refers),
	})
}

func although(c *catalog.Constraint) string {
	if c.Valid {
		return ""
	}
	return ", although NOT VALID"
}

// acts reports whether ON DELETE does something about the rows that refer to a
// deleted one, instead of refusing.
func acts(onDelete string) bool {
	return onDelete == "cascade" || onDelete == "set null" || onDelete == "set default"
}

// sparesChildren reports whether rows of the previous version have NULL in a
// column of the key, so that they refer to nothing.
func (p *Pass) sparesChildren(r *catalog.Relation, c *catalog.Constraint) bool {
	end := p.end(r)
	return c.Match != "full" && slices.ContainsFunc(c.Columns, func(n int) bool {
		a := end.AttributeByNum(n)
		return a != nil && p.knownColumn(r, a) == nil && !a.HasDefault()
	}) || p.onlyNew(r, c.Columns) && !slices.ContainsFunc(c.Columns, func(n int) bool {
		a := end.AttributeByNum(n)
		return a != nil && a.HasDefault()
	})
}

// equivalentKey returns the foreign key that a table had with the same columns
// and the same target, or nil.
func equivalentKey(table *catalog.Relation, c *catalog.Constraint) *catalog.Constraint {
	for _, o := range table.Constraints {
		if o.Kind == ddl.ForeignKey && o.Enforced && o.References == c.References && slices.Equal(o.Columns, c.Columns) && slices.Equal(o.ReferencedColumns, c.ReferencedColumns) {
			return o
		}
	}
	return nil
}
