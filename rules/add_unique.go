package rules

import (
	"fmt"
	"slices"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
)

var addUnique = &Rule{
	Name:     "add-unique",
	Title:    "A new unique or exclusion constraint refuses rows that the previous version may write",
	Category: Compat,
	Severity: Warning,
	Since:    "0.1",
	Check: Any(
		On(func(p *Pass, c *catalog.ConstraintAdded) {
			if c.Constraint.Kind != ddl.Unique && c.Constraint.Kind != ddl.Exclude || c.Promoted != nil {
				return // USING INDEX: the index refused them before
			}
			index := p.After.RelationByOID(c.Constraint.Index)
			p.newlyUnique(c.Relation, index, c.Constraint)
		}),
		On(func(p *Pass, c *catalog.IndexCreated) {
			if c.Index.Index != nil && c.Index.Index.Unique {
				p.newlyUnique(c.Table, c.Index, nil)
			}
		}),
	),
}

// newlyUnique reports a new index that holds rows apart; the constraint is nil
// where there is none.
func (p *Pass) newlyUnique(r, index *catalog.Relation, constraint *catalog.Constraint) {
	table := p.known(r)
	if table == nil || !holdsData(table) || index == nil || index.Index == nil || p.followsParent(r) {
		return
	}
	if p.Window.End.RelationByOID(index.OID) == nil || p.end(r) == nil {
		return // dropped again
	}
	if p.spared(r, index.Index) {
		return
	}
	what, sqlstate, name := "unique index", "23505", index.Name
	if constraint != nil {
		what, name = "unique constraint", constraint.Name
	}
	if constraint != nil && constraint.Kind == ddl.Exclude {
		what, sqlstate = "exclusion constraint", "23P01"
	} else if p.refusedBefore(r, index.Index) || p.refusedAlready(r, index) {
		return
	}
	left := ""
	if op, ok := p.Op.(*ddl.CreateIndex); ok && op.Concurrently {
		left = ", and leaves it invalid"
	}
	p.Report(Finding{
		At:       p.Op.Span(),
		Relation: table.String(),
		Object:   name,
		Message:  fmt.Sprintf("new %s %s of %s is enforced at once, so INSERTs and UPDATEs of the previous version that violate it fail with %s, as does the statement itself where rows that are there do%s", what, quoted(name), describe(table), sqlstate, left),
	})
}

// refusedAlready reports whether another new index, which is older than this
// one and stays, refuses the same rows: its finding is enough.
func (p *Pass) refusedAlready(r, index *catalog.Relation) bool {
	end := p.end(r)
	return slices.ContainsFunc(uniques(p.Window.End, end), func(u unique) bool {
		return u.index.OID < index.OID && p.implies(end, u.index.Index, r, index.Index)
	})
}

// spared reports whether rows of the previous version cannot collide, because
// it does not name a column of the key that is NULL or fresh in each row.
func (p *Pass) spared(r *catalog.Relation, index *catalog.IndexData) bool {
	table, end := p.known(r), p.end(r)
	for _, n := range index.Columns {
		a := end.AttributeByNum(n)
		if a == nil || p.knownColumn(r, a) != nil || table.Attribute(a.Name) != nil {
			continue
		}
		if a.Identity != "" || a.Default != nil && len(a.Default.Calls) > 0 {
			return true
		}
		if !a.HasDefault() && !index.NullsNotDistinct {
			return true // NULL, or add-required-column speaks
		}
	}
	return false
}
