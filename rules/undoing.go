package rules

import (
	"fmt"
	"slices"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/analyzer/rollback"
	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/query"
	"github.com/migracheck/migracheck/parser/source"
)

// What rules about undoing a migration ask of what package rollback found. One
// cause has one finding: a down that is empty or fails is that, whatever else
// follows from it.

// undoable reports whether a migration has a down script to judge: both scripts
// are in the files, and the up runs.
func undoable(m *rollback.Migration) bool {
	return m.Down != nil && m.Opaque == "" && m.Migration.Down.Opaque == "" && m.Up.Refused() == nil && len(m.Up.Statements) > 0
}

// undoes reports whether a down script runs and does something, so that what it
// leaves can be compared with what was there before the up.
func undoes(m *rollback.Migration) bool {
	return undoable(m) && m.Failure == nil && !doesNothing(m.Down)
}

// comparable reports whether all that the two scripts do to the schema is known.
func comparable(m *rollback.Migration) bool {
	return undoes(m) && certain(m.Up) && certain(m.Down)
}

// certain reports whether all that a script does to the schema is known.
func certain(run *replay.Run) bool {
	return !slices.ContainsFunc(run.Statements, func(s *replay.Statement) bool {
		if _, unknown := s.Unanalysable(); unknown {
			return true
		}
		return slices.ContainsFunc(s.Steps, func(step *replay.Step) bool {
			return step.Op.Facts().Conditional && len(step.Changes) > 0 || callsUnknown(step)
		})
	})
}

// callsUnknown reports whether a SELECT calls a function that may do anything:
// neither the history has it, nor is it one of PostgreSQL's that are called for
// what they do to data or to the session.
func callsUnknown(step *replay.Step) bool {
	op, ok := step.Op.(*ddl.Select)
	return ok && slices.ContainsFunc(op.Calls, func(e *ddl.Expr) bool {
		return slices.ContainsFunc(e.Calls, func(c query.Call) bool {
			switch c.Name.Name {
			case "setval", "nextval", "set_config", "pg_notify", "pg_sleep", "count", "max", "coalesce", "now":
				return false
			}
			return len(step.Before.Functions(c.Name)) == 0
		})
	})
}

// doesNothing reports whether no statement of a script has an effect that
// stays, as in SELECT 1.
func doesNothing(run *replay.Run) bool {
	return !slices.ContainsFunc(run.Statements, func(s *replay.Statement) bool { return !inert(s) })
}

// inert reports whether a statement has no effect that stays.
func inert(s *replay.Statement) bool {
	if _, unknown := s.Unanalysable(); unknown {
		return false
	}
	return !slices.ContainsFunc(s.Ops, func(op ddl.Op) bool {
		switch op := op.(type) {
		case *ddl.Select:
			return len(op.Calls) > 0
		case *ddl.Transaction, *ddl.SetVariable, *ddl.Unmodelled:
			return false
		}
		return true
	})
}

// startOfDown is where a finding about a whole down script stands: at its first
// statement, or, where it has none, at that of the up, where it can be allowed.
func startOfDown(m *rollback.Migration) (source.Span, []Related) {
	if len(m.Down.Statements) > 0 {
		return m.Migration.Down.Start(), nil
	}
	return m.Migration.Up.Start(), []Related{{At: m.Migration.Down.Start(), Message: "the down migration"}}
}

// sure are the differences that are certain and of consequence.
func sure(m *rollback.Migration) []catalog.Difference { return sureOf(m.Differences) }

func sureOf(all []catalog.Difference) []catalog.Difference {
	return slices.DeleteFunc(slices.Clone(all), func(d catalog.Difference) bool { return d.Equivalent || d.Unsure })
}

// isLeft, isMissing: the object is there only after the down, or only before the up.
func isLeft(d catalog.Difference) bool    { return d.Before == "" }
func isMissing(d catalog.Difference) bool { return d.After == "" }

// attributes are the properties of objects that statements of an application do
// not depend on, but for privileges.
var attributes = []string{
	"access method", "cache", "clustering", "comment", "compression", "inheritance", "options", "owner", "parallel", "privileges", "replica identity",
	"statistics target", "storage", "storage parameters", "tablespace", "validity", "version",
}

func isAttribute(d catalog.Difference) bool {
	return !isLeft(d) && !isMissing(d) && slices.Contains(attributes, d.Kind)
}

// moreLabels reports whether an enum has all the labels that it had, and more:
// PostgreSQL removes none.
func moreLabels(m *rollback.Migration, d catalog.Difference) []string {
	if d.Kind != "labels" || isLeft(d) || isMissing(d) {
		return nil
	}
	before, after := enumNamed(m.Up.Start, d.Object), enumNamed(m.Down.End, d.Object)
	if before == nil || after == nil || slices.ContainsFunc(before.Labels, func(l string) bool { return !slices.Contains(after.Labels, l) }) {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(after.Labels), func(l string) bool { return slices.Contains(before.Labels, l) })
}

func enumNamed(c *catalog.Catalog, name string) *catalog.TypeDef {
	for _, t := range c.Types() {
		if t.Kind == catalog.Enum && t.QualifiedName().String() == name {
			return t
		}
	}
	return nil
}

// object names an object that one side lacks.
func object(d catalog.Difference) string { return d.Kind + " " + quoted(d.Object) }

// objects names several, the first three of them.
func objects(all []catalog.Difference) string {
	const most = 3
	var words []string
	for _, d := range all {
		words = append(words, object(d))
	}
	if more := len(words) - most; more > 0 {
		words = append(words[:most:most], fmt.Sprintf("%d more", more))
	}
	return sentence(words)
}

// again says that the up does not run a second time, and where; "" where it
// does.
func again(m *rollback.Migration) (words string, at []Related) {
	if m.Again == nil {
		return "", nil
	}
	s := m.Again.Statement
	return fmt.Sprintf("the next attempt to deploy fails with %s: %s", m.Again.SQLState, m.Again.Message),
		[]Related{{At: s.Span, Message: "the up fails here when it runs again"}}
}

// doer returns the first step of a run after which a difference is there.
func doer(run *replay.Run, d catalog.Difference) *replay.Step {
	for _, step := range run.Steps {
		if step.RolledBack || len(step.Changes) == 0 {
			continue
		}
		if slices.ContainsFunc(between(step.Before, step.After), func(e catalog.Difference) bool {
			return e.Kind == d.Kind && e.Object == d.Object && isLeft(e) == isLeft(d) && isMissing(e) == isMissing(d)
		}) {
			return step
		}
	}
	return nil
}

// between are the differences of two snapshots, of expressions as they are
// written.
func between(a, b *catalog.Catalog) []catalog.Difference {
	return catalog.Diff(a, b, func(a, b string) catalog.Sameness {
		if a == b {
			return catalog.Same
		}
		return catalog.Different
	})
}

// dropped reports whether the up drops, renames or replaces an object that is
// missing after the down.
func dropped(m *rollback.Migration, d catalog.Difference) bool {
	return doer(m.Up, d) != nil || slices.ContainsFunc(between(m.Up.Start, m.Up.End), func(e catalog.Difference) bool {
		return isMissing(e) && e.Kind == d.Kind && e.Object == d.Object
	})
}
