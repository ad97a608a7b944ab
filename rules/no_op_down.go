package rules

import (
	"fmt"
	"slices"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/analyzer/rollback"
	"github.com/migracheck/migracheck/parser/ddl"
)

var noOpDown = &Rule{
	Name:     "no-op-down",
	Title:    "IF EXISTS hides that a statement of the down migration names the wrong object",
	Category: Rollback,
	Severity: Error,
	Since:    "0.1",
	Check: On(func(p *Pass, m *rollback.Migration) {
		if !comparable(m) {
			return
		}
		for _, miss := range misses(m) {
			f := Finding{
				At:       miss.step.Op.Span(),
				Severity: Warning,
				Message:  fmt.Sprintf("the statement does nothing: there is no %s %s, and %s, which the up creates, is left after a rollback", miss.kind, quoted(miss.name), objects(miss.left)),
			}
			if words, at := again(m); words != "" {
				f.Severity, f.Related = Error, at
				f.Message += ", so " + words
			}
			p.Report(f)
		}
	}),
}

// A miss is a DROP … IF EXISTS of a down that finds nothing, while objects of
// the kind are left.
type miss struct {
	step       *replay.Step
	kind, name string
	left       []catalog.Difference
}

func misses(m *rollback.Migration) []miss {
	var all []miss
	taken := map[string]bool{}
	for _, step := range m.Down.Steps {
		if len(step.Changes) > 0 || step.Refusal != nil || step.RolledBack || !step.Before.Complete() {
			continue
		}
		kind, name, of := passedOver(step)
		if kind == "" || taken[kind] {
			continue
		}
		objects := slices.DeleteFunc(sure(m), func(d catalog.Difference) bool { return !isLeft(d) || !isOf(d, kind, of) })
		if len(objects) > 0 {
			taken[kind] = true // what else misses is for the same
			all = append(all, miss{step, kind, name, objects})
		}
	}
	return all
}

// isOf reports whether an object is of a kind, and, where that is not nil, of a
// relation.
func isOf(d catalog.Difference, kind string, of *catalog.Relation) bool {
	if of != nil && d.Relation != of.OID {
		return false
	}
	if kind == "type" {
		return slices.Contains([]string{"enum", "domain", "range", "composite type", "type"}, d.Kind)
	}
	return d.Kind == kind
}

// passedOver returns what a DROP … IF EXISTS does not find, and the table where
// it looks for it; the kind is "" for all else.
func passedOver(step *replay.Step) (kind, name string, of *catalog.Relation) {
	switch op := step.Op.(type) {
	case *ddl.DropRelation:
		if op.IfExists {
			return string(op.Kind), op.Relations[0].Name.String(), nil
		}
	case *ddl.DropType:
		if op.IfExists {
			return "type", op.Types[0].Name.String(), nil
		}
	case *ddl.DropRoutine:
		if op.IfExists {
			return string(op.Kind), op.Routines[0].Name.Name.String(), nil
		}
	case *ddl.DropColumn:
		if r := step.Before.Relation(op.Relation.Name); op.ColumnExists && r != nil {
			return "column", op.Column.Name, r
		}
	case *ddl.DropConstraint:
		if r := step.Before.Relation(op.Relation.Name); op.ConstraintExists && r != nil {
			return "constraint", op.Constraint.Name, r
		}
	case *ddl.DropPart:
		if r := step.Before.Relation(op.Table.Name); op.IfExists && r != nil {
			return string(op.Kind), op.Name.Name, r
		}
	}
	return "", "", nil
}
