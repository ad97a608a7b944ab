package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
)

var addPrimaryKey = &Rule{
	Name:     "add-primary-key",
	Title:    "A new primary key refuses NULLs and duplicates that the previous version may write",
	Category: Compat,
	Severity: Warning,
	Since:    "0.1",
	Check: On(func(p *Pass, c *catalog.ConstraintAdded) {
		if c.Constraint.Kind != ddl.PrimaryKey {
			return
		}
		table := p.known(c.Relation)
		end := p.endConstraint(c.Relation, c.Constraint)
		if table == nil || end == nil || p.followsParent(c.Relation) {
			return
		}
		index := p.After.RelationByOID(c.Constraint.Index)
		if index == nil || index.Index == nil || p.spared(c.Relation, index.Index) {
			return
		}
		nullable := p.nullable(c.Relation, c.Constraint.Columns)
		distinct := c.Promoted != nil || p.refusedBefore(c.Relation, index.Index)
		var how string
		switch {
		case distinct && len(nullable) == 0:
			return // NOT NULL and unique before
		case distinct:
			how = fmt.Sprintf("makes %s NOT NULL, so INSERTs and UPDATEs of the previous version that leave it NULL fail with 23502, as does the statement itself where a row has NULL", list(nullable))
		case len(nullable) == 0:
			how = "is enforced at once, so duplicates that the previous version writes fail with 23505, as does the statement itself where there are some"
		default:
			how = fmt.Sprintf("makes %s NOT NULL and unique, so NULLs that the previous version writes fail with 23502 and duplicates with 23505, as does the statement itself where there are some", list(nullable))
		}
		p.Report(Finding{
			At:       p.Op.Span(),
			Relation: table.String(),
			Object:   end.Name,
			Message:  fmt.Sprintf("new primary key %s of %s %s", quoted(end.Name), describe(table), how),
		})
	}),
}

// nullable returns the columns that the previous version could leave NULL.
func (p *Pass) nullable(r *catalog.Relation, columns []int) []string {
	table := p.known(r)
	var names []string
	for _, n := range columns {
		a := r.AttributeByNum(n)
		if a == nil {
			continue
		}
		if known := p.knownColumn(r, a); known != nil && !known.NotNull && !provedNotNull(table, known.Name) {
			names = append(names, known.Name)
		}
	}
	return names
}
