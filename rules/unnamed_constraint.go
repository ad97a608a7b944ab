package rules

import (
	"fmt"
	"slices"

	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/parser/ddl"
)

var unnamedConstraint = &Rule{
	Name:     "unnamed-constraint",
	Title:    "A new constraint has no name of its own",
	Category: Practice,
	Severity: Note,
	Since:    "0.1",
	Off:      true,
	Options:  []Option{{Name: "kinds", Help: "which need a name: check, exclusion, foreign key, primary key, unique", Default: []string{"check", "exclusion", "foreign key", "unique"}}},
	Check: onOperations(func(p *Pass, step *replay.Step) {
		if len(step.Changes) == 0 {
			return
		}
		var table ddl.Ref
		var constraints []*ddl.Constraint
		switch op := step.Op.(type) {
		case *ddl.CreateTable:
			table, constraints = op.Table, slices.Clone(op.Constraints)
			for _, c := range op.Columns {
				constraints = append(constraints, c.Constraints...)
			}
		case *ddl.AddColumn:
			table, constraints = op.Relation, op.Column.Constraints
		case *ddl.AddConstraint:
			table, constraints = op.Relation, []*ddl.Constraint{op.Constraint}
		}
		r := step.After.Relation(table.Name)
		if r == nil || p.permanent(r) == nil {
			return
		}
		for _, c := range constraints {
			kind := constraintWords[c.Kind]
			if c.Name.Name != "" || c.Index.Name != "" || !slices.Contains(option[[]string](p, "kinds"), kind) {
				continue
			}
			p.Report(Finding{
				At:       p.within(c.At),
				Relation: r.String(),
				Message:  fmt.Sprintf("%s constraint of %s has no name, so PostgreSQL chooses one that depends on those that are taken: DROP CONSTRAINT by that name may fail with 42704 in another database", kind, describe(r)),
			})
		}
	}),
}
