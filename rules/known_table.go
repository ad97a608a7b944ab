package rules

import (
	"slices"
	"strings"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/parser/ddl"
)

// weigh returns the severity of a finding, given what the team knows about the
// tables: work on tables that are all small is soon done, and on a table that is
// in use all the time even a brief lock is felt.
func (e *engine) weigh(rule *Rule, step *replay.Step, f Finding) Severity {
	severity := f.Severity
	if severity == 0 {
		severity = rule.Severity
	}
	if len(e.options.Tables) == 0 || step == nil {
		return severity
	}
	tables := workedOn(step)
	small := func(r *catalog.Relation) bool { return sizeOf(e.options.Tables, step, r) == Small }
	if rule.Grows && len(tables) > 0 && !slices.ContainsFunc(tables, func(r *catalog.Relation) bool { return !small(r) }) {
		severity = Note
	}
	if rule.Brief && severity == Note && locksHot(e.options.Tables, step, f.Relation) {
		severity = Warning
	}
	return severity
}

// workedOn returns the tables that a statement does work on which grows with
// them; none where that cannot be told.
func workedOn(step *replay.Step) []*catalog.Relation {
	var tables []*catalog.Relation
	for _, a := range step.Statement.Locks() {
		r := step.Statement.Relation(a.Relation)
		if laborious(a) != none && r != nil && r.Index == nil {
			tables = append(tables, r)
		}
	}
	switch op := step.Op.(type) {
	case *ddl.Update:
		if r := step.After.Relation(op.Table.Name); r != nil && op.From == nil {
			tables = append(tables, r)
		}
	case *ddl.Delete:
		if r := step.After.Relation(op.Table.Name); r != nil && op.Using == nil {
			tables = append(tables, r)
		}
	}
	return tables
}

// locksHot reports whether a statement keeps readers from a table that is in
// use all the time.
func locksHot(tables []Table, step *replay.Step, name string) bool {
	for _, a := range step.Statement.Locks() {
		r := step.Statement.Relation(a.Relation)
		if a.Mode.BlocksReads() && r != nil && r.String() == name && isHot(tables, step, r) {
			return true
		}
	}
	return false
}

// sizeOf returns what the team says about the size of a table, or of the table
// that it is a partition of.
func sizeOf(tables []Table, step *replay.Step, r *catalog.Relation) Size {
	for _, t := range slices.Backward(tables) {
		if t.Size != UnknownSize && t.means(step, r) {
			return t.Size
		}
	}
	return UnknownSize
}

func isHot(tables []Table, step *replay.Step, r *catalog.Relation) bool {
	return slices.ContainsFunc(tables, func(t Table) bool { return t.Hot && t.means(step, r) })
}

// means reports whether the entry is about a table, or about one that it is a
// partition or child of.
func (t Table) means(step *replay.Step, r *catalog.Relation) bool {
	whole := r
	if step.Statement != nil && step.Window != nil {
		whole = root(step.Window.Base, r)
	}
	return t.names(r.QualifiedName()) || t.names(whole.QualifiedName())
}

func (t Table) names(n ddl.Name) bool {
	if schema, name, qualified := strings.Cut(t.Name, "."); qualified {
		return fits(schema, n.Schema) && fits(name, n.Name)
	}
	return fits(t.Name, n.Name)
}

// fits reports whether a name is what a pattern says; "*" stands for any letters
// of it.
func fits(pattern, name string) bool {
	first, rest, star := strings.Cut(pattern, "*")
	if !star {
		return pattern == name
	}
	if !strings.HasPrefix(name, first) {
		return false
	}
	for i := len(first); i <= len(name); i++ {
		if fits(rest, name[i:]) {
			return true
		}
	}
	return false
}
