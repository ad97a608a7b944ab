package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
)

var notValidOnPartitioned = &Rule{
	Name:     "not-valid-on-partitioned",
	Title:    "A foreign key of a partitioned table is NOT VALID, which PostgreSQL before 18 refuses",
	Category: Process,
	Severity: Warning,
	Since:    "0.1",
	Check: On(func(p *Pass, op *ddl.AddConstraint) {
		if op.Constraint.Kind != ddl.ForeignKey || !op.Constraint.NotValid || p.Refusal != nil || p.PGVersion > 0 {
			return // refused-by-postgres speaks where the server is known
		}
		table := p.Before.Relation(op.Relation.Name)
		if table == nil || table.Kind != catalog.PartitionedTable {
			return
		}
		p.Report(Finding{
			At:       op.Span(),
			Relation: table.String(),
			Object:   op.Constraint.Name.Name,
			Related:  createdAt(table.Created, table.Assumed),
			Message:  fmt.Sprintf("PostgreSQL before 18 refuses the statement: cannot add NOT VALID foreign key on partitioned %s (42809)", describe(table)),
		})
	}),
}
