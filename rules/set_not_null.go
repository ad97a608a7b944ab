package rules

import (
	"fmt"
	"slices"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
)

var setNotNull = &Rule{
	Name:     "set-not-null",
	Title:    "A column that the previous version may leave NULL becomes NOT NULL",
	Category: Compat,
	Severity: Warning,
	Since:    "0.1",
	Used:     true,
	Check: On(func(p *Pass, c *catalog.NullabilityChanged) {
		if c.Before.NotNull || !c.After.NotNull || c.Implied != "" {
			return // what implies it speaks
		}
		table, column := p.known(c.Relation), p.knownColumn(c.Relation, c.Before)
		if column == nil || column.NotNull || p.followsParent(c.Relation) {
			return
		}
		end := p.endColumn(c.Relation, c.After)
		if end == nil || !end.NotNull {
			return
		}
		if provedNotNull(table, column.Name) {
			return // the previous version could not write NULL either
		}
		writes := "INSERTs and UPDATEs of the previous version that leave it NULL"
		if end.HasDefault() {
			writes = "INSERTs and UPDATEs of the previous version that set it to NULL"
		}
		itself := ", as does the statement itself where a row has NULL"
		if end.NotNullInvalid || c.After.NotNullInvalid {
			itself = ""
		}
		p.Report(Finding{
			At:       p.Op.Span(),
			Relation: table.String(),
			Object:   column.Name,
			Related:  createdAt(column.Created, column.Assumed),
			Message:  fmt.Sprintf("%s becomes NOT NULL, so %s fail with 23502%s", describeColumn(table, column), writes, itself),
		})
	}),
}

// provedNotNull reports whether a CHECK keeps a column from being NULL. One
// that is NOT VALID holds for new rows all the same.
func provedNotNull(r *catalog.Relation, column string) bool {
	return slices.ContainsFunc(r.Constraints, func(c *catalog.Constraint) bool {
		return c.Kind == ddl.Check && c.Enforced && c.Check != nil && slices.Contains(c.Check.NotNull, column)
	})
}
