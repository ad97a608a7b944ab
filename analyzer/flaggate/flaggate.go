// Package flaggate checks that Go code reaches what a release adds to the schema
// only behind feature flags, and what the release takes away not at all.
//
// Code and schema are deployed at different times and rolled back apart. What a
// query names must be there whenever the query can run; so a column that a
// migration adds may be used only where a flag is known to be on, which is
// switched on after the migration and off before its undoing.
//
// [NewRelease] tells what is new from the schemas before and after, a [Gate]
// finds where code uses it: the texts of queries, from package gocode, are
// resolved against the schema, so that another table's column of that name is no
// use, and package featureflag tells which flags hold where the text is sent
// and on the way that it came. Code is judged as a program, where all callers are in sight
// ([Gate.Program]), or one package at a time, as go vet does ([New]): then what a
// package leaves to its callers travels as facts.
//
// Which flag is on when is not known here, and neither is what reflection, other
// languages and other processes send.
package flaggate

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/analyzer/compat"
	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/parser"
	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/source"
)

// A Kind is what a release does to a relation or column.
type Kind string

// The kinds.
const (
	Added   Kind = "added"
	Removed Kind = "removed" // dropped, or renamed
	Retyped Kind = "retyped" // of another type, which its values have to be converted to
)

// A Change is what a release does to a relation or a column of one.
type Change struct {
	Kind Kind
	// Relation is schema.name, Column one of its columns or "" for the relation.
	Relation, Column string
	// Step is the operation that does it; nil where no single one does.
	Step *replay.Step
	// Flag is the key of the feature flag that a migration or the configuration
	// names for it; "" if any will do.
	Flag string
	// Table is whether the relation is a table, and not a view.
	Table bool
	// Was and Now are the types of a column of another type.
	Was, Now string

	name ddl.Name
}

// String names the relation or column as messages do.
func (c *Change) String() string {
	if c.Column == "" {
		if c.Table {
			return "table " + c.Relation
		}
		return "view " + c.Relation
	}
	return fmt.Sprintf("column %s of %s", c.Column, c.Relation)
}

// Does says what becomes of the relation or column, as "column plan of
// public.users is added".
func (c *Change) Does() string {
	switch c.Kind {
	case Removed:
		return c.String() + " is taken away"
	case Retyped:
		return c.String() + " becomes " + c.Now
	case Added:
	}
	return c.String() + " is added"
}

// Migration is the name of the file that makes the change, "" where that is not
// known.
func (c *Change) Migration() string {
	if c.Step == nil {
		return ""
	}
	return c.Step.Migration.Up.Span.File.Path
}

// A name is that of a relation, or of one of its columns.
type name struct{ relation, column string }

// A Release is what changes between two schemas, as to names in queries.
type Release struct {
	before, after *catalog.Catalog
	// added and retyped are by names of the schema after, removed by those of
	// the schema before.
	added, retyped, removed map[name]*Change
	texts                   map[string][]Use
}

// NewRelease compares the schemas around a window. Flag returns the key of the
// flag that the configuration names for a relation or column, or "".
func NewRelease(w *replay.Window, t *replay.Timeline, flag func(relation, column string) string) *Release {
	r := &Release{
		before: w.Base, after: w.End,
		added: map[name]*Change{}, retyped: map[name]*Change{}, removed: map[name]*Change{},
		texts: map[string][]Use{},
	}
	r.compareNames(Added, r.before, r.after)
	r.compareNames(Removed, r.after, r.before)
	r.compareDropped()
	r.compareTypes()
	r.blame(w, t)
	for _, c := range r.added {
		if key := flag(c.Relation, c.Column); key != "" {
			c.Flag = key
		}
	}
	return r
}

// Changes are the changes, in order of kind and name.
func (r *Release) Changes() []*Change {
	var all []*Change
	for _, of := range []map[name]*Change{r.added, r.removed, r.retyped} {
		for _, c := range of {
			all = append(all, c)
		}
	}
	slices.SortFunc(all, compareChanges)
	return all
}

// Empty reports whether no code can be wrong about the release.
func (r *Release) Empty() bool { return len(r.added)+len(r.removed)+len(r.retyped) == 0 }

// compareNames reports relations and columns that are in one schema and not in
// another. What the history does not create, but only speaks of, is in both.
func (r *Release) compareNames(kind Kind, without, with *catalog.Catalog) {
	for relation := range with.Relations() {
		if !tabular(relation) || relation.Temporary {
			continue
		}
		other := without.Relation(relation.QualifiedName())
		if other == nil && (kind == Removed || !relation.Assumed) {
			r.change(kind, relation, "")
			continue
		}
		for _, a := range relation.Attributes {
			if !a.Assumed && (other == nil || other.Attribute(a.Name) == nil) {
				r.change(kind, relation, a.Name)
			}
		}
	}
}

// compareDropped reports columns that a release drops from relations that the
// history did not create.
func (r *Release) compareDropped() {
	for relation := range r.after.Relations() {
		before := r.before.Relation(relation.QualifiedName())
		if !relation.Assumed {
			continue
		}
		for _, column := range relation.DroppedColumns {
			if before == nil || !slices.Contains(before.DroppedColumns, column) {
				r.change(Removed, relation, column)
			}
		}
	}
}

// change enters a change.
func (r *Release) change(kind Kind, relation *catalog.Relation, column string) *Change {
	c := &Change{Kind: kind, Relation: relation.String(), Column: column, Table: isTable(relation), name: relation.QualifiedName()}
	map[Kind]map[name]*Change{Added: r.added, Removed: r.removed, Retyped: r.retyped}[kind][name{c.Relation, column}] = c
	return c
}

// compareTypes reports columns of another type, unless every value of the old
// one is as good as before: only their length or precision differs.
func (r *Release) compareTypes() {
	for relation := range r.after.Relations() {
		old := r.before.Relation(relation.QualifiedName())
		if old == nil || !tabular(relation) {
			continue
		}
		for _, a := range relation.Attributes {
			was := old.Attribute(a.Name)
			if was == nil || alike(was.Type, a.Type) {
				continue
			}
			c := r.change(Retyped, relation, a.Name)
			c.Was, c.Now = was.Type.String(), a.Type.String()
		}
	}
}

// alike reports whether code reads and writes values of two types in the same
// way.
func alike(a, b catalog.Type) bool {
	if a.Dims != b.Dims || a.IsZero() || b.IsZero() {
		return a.Dims == b.Dims
	}
	texts := func(t catalog.Type) bool { return t.Def == 0 && (t.Name.Name == "text" || t.Name.Name == "varchar") }
	return a.Name == b.Name || a.Def != 0 && a.Def == b.Def || texts(a) && texts(b)
}

// tabular reports whether queries name a relation.
func tabular(r *catalog.Relation) bool {
	return isTable(r) || r.Kind == catalog.View || r.Kind == catalog.MaterializedView
}

func isTable(r *catalog.Relation) bool {
	return r.Kind == catalog.Table || r.Kind == catalog.PartitionedTable || r.Kind == catalog.ForeignTable
}

// blame finds the operation that makes each change: the last one that has it on
// one side only. That of a column says as well which flag it is behind.
func (r *Release) blame(w *replay.Window, t *replay.Timeline) {
	changes := r.Changes()
	for _, s := range t.Steps {
		if s.Window != w || len(s.Changes) == 0 || s.RolledBack {
			continue
		}
		for _, c := range changes {
			if c.has(s.Before) == c.has(s.After) {
				continue
			}
			c.Step = s
			if c.Kind == Added {
				c.Flag = s.Script.Flag(s.Span)
			}
		}
	}
}

// has reports what the change makes different: that the name is there, or that
// the column has its new type.
func (c *Change) has(in *catalog.Catalog) bool {
	relation := in.Relation(c.name)
	if relation == nil || c.Column == "" {
		return relation != nil
	}
	a := relation.Attribute(c.Column)
	return a != nil && (c.Kind != Retyped || a.Type.String() == c.Now)
}

// A Use is what a statement does with what a release changes.
type Use struct {
	*Change
	// At is the place in the text of the query; zero if it does not name what it
	// uses.
	At source.Span
	// Written is whether the statement writes it.
	Written bool
}

// Uses are the changes that a text has to do with, in order. A star that comes
// to cover a new column is none: it works on both schemas.
func (r *Release) Uses(sql string) []Use {
	if known, ok := r.texts[sql]; ok {
		return known
	}
	var uses []Use
	statements := parser.Parse(source.NewFile("query", sql).Whole()).Statements
	for i := range statements {
		st := &statements[i]
		if len(r.added)+len(r.retyped) > 0 {
			mentioned := compat.Mentions(st, r.after)
			uses = append(append(uses, among(mentioned, r.added)...), among(mentioned, r.retyped)...)
		}
		if len(r.removed) > 0 {
			uses = append(uses, among(compat.Mentions(st, r.before), r.removed)...)
		}
	}
	r.texts[sql] = uses
	return uses
}

// among picks the mentions of what is among changes. Of what a star stands for
// only the relation counts.
func among(mentions []compat.Mention, changes map[name]*Change) []Use {
	var uses []Use
	for _, m := range mentions {
		c := changes[name{m.Relation, m.Column}]
		if c == nil || m.Column != "" && m.At.IsZero() && (!m.Written || c.Kind == Removed) {
			continue // without a list of columns, values find others to go to
		}
		uses = append(uses, Use{Change: c, At: m.At, Written: m.Written})
	}
	return uses
}

// compareChanges orders changes by kind and name.
func compareChanges(a, b *Change) int {
	return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Relation, b.Relation), cmp.Compare(a.Column, b.Column))
}
