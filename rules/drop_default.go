package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var dropDefault = &Rule{
	Name:     "drop-default",
	Title:    "A default that INSERTs of the previous version may rely on is dropped",
	Category: Compat,
	Severity: Error,
	Since:    "0.1",
	Used:     true,
	Check: Any(
		On(func(p *Pass, c *catalog.DefaultChanged) { p.lostDefault("default", c.Relation, c.Before, c.After) }),
		On(func(p *Pass, c *catalog.IdentityChanged) { p.lostDefault("identity", c.Relation, c.Before, c.After) }),
	),
}

func (p *Pass) lostDefault(what string, r *catalog.Relation, before, after *catalog.Attribute) {
	table, column := p.known(r), p.knownColumn(r, before)
	if column == nil || after.HasDefault() || p.followsParent(r) {
		return
	}
	if !column.HasDefault() && !column.Assumed {
		return // the previous version knew no default
	}
	end := p.endColumn(r, after)
	if end == nil || end.HasDefault() {
		return
	}
	f := Finding{
		At:       p.Op.Span(),
		Relation: table.String(),
		Object:   column.Name,
		Related:  createdAt(column.Created, column.Assumed),
		Message:  fmt.Sprintf("%s loses its %s and is NOT NULL, so INSERTs of the previous version that do not name it fail with 23502", describeColumn(table, column), what),
	}
	if !end.NotNull {
		f.Severity = Warning
		f.Message = fmt.Sprintf("%s loses its %s, so INSERTs of the previous version that do not name it store NULL", describeColumn(table, column), what)
	}
	if !end.NotNull && end.Assumed {
		f.Message += ", or fail with 23502 if it is NOT NULL"
	}
	p.Report(f)
}
