package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var lossyTypeChange = &Rule{
	Name:     "lossy-type-change",
	Title:    "A change of type rounds or cuts off stored values without a word",
	Category: Data,
	Severity: Error,
	Since:    "0.1",
	Check: On(func(p *Pass, c *catalog.ColumnTypeChanged) {
		what, all := p.lostValues(c)
		if what == "" {
			return
		}
		table, column := p.known(c.Relation), p.knownColumn(c.Relation, c.Before)
		f := Finding{
			At:       p.Op.Span(),
			Severity: Warning,
			Relation: table.String(),
			Object:   column.Name,
			Related:  createdAt(column.Created, column.Assumed),
			Message:  fmt.Sprintf("type of %s changes from %s to %s: %s", describeColumn(table, c.Before), typeOf(c.Before), c.After.Type, what),
		}
		if all {
			f.Severity = Error
		}
		if t, ok := p.typeChange(c); ok && p.losesAsWritten(c, t) {
			f.Message += ", and so it goes with those that the previous version writes"
		}
		p.Report(f)
	}),
}

// lostValues says what a change of type loses of stored values, all of them
// perhaps; "" where it loses nothing.
func (p *Pass) lostValues(c *catalog.ColumnTypeChanged) (what string, all bool) {
	table, column := p.known(c.Relation), p.knownColumn(c.Relation, c.Before)
	if column == nil || !holdsData(table) || p.endColumn(c.Relation, c.After) == nil || p.followsParent(c.Relation) || c.After.Generated != nil {
		return "", false // drop-column speaks of one that is gone
	}
	return c.Lost()
}

// losesAsWritten reports whether values that the previous version writes lose
// the same as those that are stored, and without being refused either.
func (p *Pass) losesAsWritten(c *catalog.ColumnTypeChanged, t typeChange) bool {
	what, all := p.lostValues(c)
	return what != "" && !all && t.kind == catalog.Altering && what == catalog.LostByCast(t.before.Type, t.after.Type, false)
}

func typeOf(a *catalog.Attribute) string {
	if a.Type.IsZero() {
		return "one that this history does not show"
	}
	return a.Type.String()
}
