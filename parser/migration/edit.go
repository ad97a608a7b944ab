package migration

import (
	"context"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/migracheck/migracheck/parser"
	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/source"
)

// An Edit is what was done to a migration, or to several, that were released
// before. Databases in which they ran keep what they did then.
type Edit struct {
	Kind EditKind
	// At is the first statement that differs, or the start of the file.
	// Where the file is gone, it is the start of the migration that follows.
	At source.Span
	// Migration is the migration as it is today, or the one that follows.
	Migration *Migration
	// Ref is what the user called the release.
	Ref string
	// Before are the IDs that a renumbered migration or removed ones had.
	Before []string
}

// An EditKind says what an Edit did.
type EditKind uint8

const (
	// Changed: the up script has other statements.
	Changed EditKind = iota + 1
	// Reworded: its text differs in comments, white space, transactions or
	// time limits only, none of which leaves anything behind.
	Reworded
	// Renumbered: the migration is known to the tool by another version.
	Renumbered
	// Removed: the files are gone.
	Removed
)

// Compare finds what was done to the migrations of an older state of the set.
// Origin returns the path that a file had then, and whether it was there; nil
// stands for the same path. A migration whose file is new, under the version of
// one whose file is gone, is that one: tools go by the version.
func (s *Set) Compare(old *Set, ref string, origin func(path string) (string, bool)) []Edit {
	if origin == nil {
		origin = func(path string) (string, bool) {
			return path, slices.ContainsFunc(old.Migrations, func(m *Migration) bool { return m.Up.Span.File.Path == path })
		}
	}
	several := map[string]bool{} // files that hold several, by their path then
	for _, m := range sharing(old.Migrations) {
		several[m.Up.Span.File.Path] = true
	}
	for _, m := range sharing(s.Migrations) {
		if was, ok := origin(m.Up.Span.File.Path); ok {
			several[was] = true
		}
	}
	key := func(path, id string) string {
		if several[path] {
			return path + "\x00" + id
		}
		return path
	}
	now, fresh := map[string]*Migration{}, map[string]*Migration{}
	for _, m := range s.Migrations {
		if was, ok := origin(m.Up.Span.File.Path); ok {
			now[key(was, m.ID)] = m
		} else {
			fresh[m.ID] = m
		}
	}
	keyOf := func(was *Migration) string { return key(was.Up.Span.File.Path, was.ID) }
	for _, was := range old.Migrations {
		if k := keyOf(was); now[k] == nil && fresh[was.ID] != nil {
			now[k] = fresh[was.ID]
			delete(fresh, was.ID)
		}
	}
	var edits []Edit
	var removed *Edit
	for i, was := range old.Migrations {
		m := now[keyOf(was)]
		if m != nil {
			if e := edited(was, m); e.Kind != 0 {
				e.Ref = ref
				edits = append(edits, e)
			}
			removed = nil
			continue
		}
		if removed != nil { // one after the other
			removed.Before = append(removed.Before, was.ID)
			continue
		}
		next := s.following(old.Migrations[i:], func(m *Migration) *Migration { return now[keyOf(m)] })
		if next == nil {
			continue // nothing is left
		}
		edits = append(edits, Edit{Kind: Removed, At: next.Up.Start(), Migration: next, Ref: ref, Before: []string{was.ID}})
		removed = &edits[len(edits)-1]
	}
	return edits
}

// following returns today's form of the first of some older migrations that is
// still there, or the last migration of today; nil where there is none.
func (s *Set) following(older []*Migration, now func(*Migration) *Migration) *Migration {
	for _, was := range older {
		if m := now(was); m != nil {
			return m
		}
	}
	if len(s.Migrations) == 0 {
		return nil
	}
	return s.Migrations[len(s.Migrations)-1]
}

// Repeatable reports whether the tool runs a migration again whenever it
// changes. It has no place in the order of versions.
func (s *Set) Repeatable(m *Migration) bool {
	return s.Layout == (flyway{}).Name() && len(m.ID) > 3 && strings.EqualFold(m.ID[:3], "R__")
}

// Start is the place of what is said of a script as a whole: its first
// statement, so that a directive can speak of it, or else its first letter.
func (s *Script) Start() source.Span {
	at := s.Span
	for _, p := range s.Pieces {
		if len(p.Statements) > 0 {
			at = p.Statements[0].Span
			break
		}
	}
	at.End = at.Start
	return at
}

// edited compares a migration with what it was.
func edited(was, is *Migration) Edit {
	moved := path.Base(was.Up.Span.File.Path) != path.Base(is.Up.Span.File.Path) || path.Base(path.Dir(was.Up.Span.File.Path)) != path.Base(path.Dir(is.Up.Span.File.Path))
	if moved && was.ID != is.ID {
		return Edit{Kind: Renumbered, At: is.Up.Start(), Migration: is, Before: []string{was.ID}}
	}
	if was.Opaque != "" || is.Opaque != "" {
		return Edit{} // a program's source says little about what it does
	}
	if at, ok := difference(was.Up, is.Up); ok {
		return Edit{Kind: Changed, At: at, Migration: is}
	}
	if unixLines(was.Up.Span.Text()) != unixLines(is.Up.Span.Text()) {
		return Edit{Kind: Reworded, At: is.Up.Start(), Migration: is}
	}
	return Edit{}
}

// unixLines is a text without what a checkout may change about it.
func unixLines(s string) string { return strings.ReplaceAll(s, "\r\n", "\n") }

// difference returns the first statement of a script that is another than it
// was.
func difference(was, is *Script) (source.Span, bool) {
	then, now := lasting(was), lasting(is)
	for i, s := range now {
		if i == len(then) || !parser.Same(then[i].Text(), s.Text()) {
			return s, true
		}
	}
	if len(then) == len(now) {
		return source.Span{}, false
	}
	if len(now) > 0 {
		return now[len(now)-1], true
	}
	return is.Start(), true
}

// lasting returns the places of the statements of a script that leave something
// behind.
func lasting(s *Script) []source.Span {
	var all []source.Span
	for _, p := range s.Pieces {
		for _, st := range p.Statements {
			if !slices.ContainsFunc(st.Ops, passing) {
				all = append(all, st.Span)
			}
		}
	}
	return all
}

// passing reports whether an operation matters only while the script runs.
func passing(op ddl.Op) bool {
	switch op := op.(type) {
	case *ddl.Transaction:
		return true
	case *ddl.SetVariable:
		switch op.Name {
		case "lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout", "transaction_timeout",
			"application_name", "client_min_messages", "maintenance_work_mem", "work_mem":
			return true
		}
	}
	return false
}

// Compare finds what was done, since the base, to the migrations of a set that
// were there. The options are those that the set was loaded with.
func (b *Base) Compare(ctx context.Context, set *Set, opts Options) error {
	dir := b.home(set)
	if !b.touched(set, dir) || !b.had(dir) {
		return nil
	}
	fsys, err := openTree(git{ctx: ctx, dir: b.Root}, b.Commit, dir)
	if err != nil {
		return fmt.Errorf("cannot read %s as it was in %s: %w", set.Path, b.Ref, err)
	}
	opts.Framework = set.Layout
	old, err := LoadFS(ctx, fsys, dir, opts)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		return nil //nolint:nilerr // the tool read no migrations there then
	}
	b.adopt(set, old)
	b.within(set, old)
	set.Edits = set.Compare(old, b.Ref, func(path string) (string, bool) {
		now := b.relative(path)
		if _, there := b.was[now]; !there {
			return "", false
		}
		if from, renamed := b.from[now]; renamed {
			return from, true
		}
		return now, true
	})
	return nil
}

// within finds what is new in files that were there: migrations of a tool that
// keeps several of them in one file.
func (b *Base) within(set, old *Set) {
	was := map[string]map[string]bool{}
	for _, m := range old.Migrations {
		path := m.Up.Span.File.Path
		if was[path] == nil {
			was[path] = map[string]bool{}
		}
		was[path][m.ID] = true
	}
	for _, m := range sharing(set.Migrations) {
		now := b.relative(m.Up.Span.File.Path)
		if from := b.from[now]; from != "" {
			now = from
		}
		if ids := was[now]; ids != nil && !ids[m.ID] {
			if b.added == nil {
				b.added = map[*Migration]bool{}
			}
			b.added[m] = true
		}
	}
}

// sharing returns the migrations whose file has others too.
func sharing(all []*Migration) []*Migration {
	n := map[*source.File]int{}
	for _, m := range all {
		n[m.Up.Span.File]++
	}
	return slices.DeleteFunc(slices.Clone(all), func(m *Migration) bool { return n[m.Up.Span.File] < 2 })
}

// Released reports whether a migration was there: its file was, and, where a
// file holds several, itself in it.
func (b *Base) Released(m *Migration) bool { return b.Has(m.Up.Span.File.Path) && !b.added[m] }

// adopt takes files that are not there any longer for renamed where another
// file of the set has their version, however much it differs.
func (b *Base) adopt(set, old *Set) {
	gone := map[string]string{}
	for _, m := range old.Migrations {
		if was := m.Up.Span.File.Path; b.gone[was] {
			gone[m.ID] = was
		}
	}
	for _, m := range set.Migrations {
		now := b.relative(m.Up.Span.File.Path)
		if was := gone[m.ID]; was != "" && !b.Has(m.Up.Span.File.Path) {
			b.was[now], b.from[now] = false, was
			delete(b.gone, was)
			delete(gone, m.ID)
		}
	}
}

// home returns the directory that the set's files were in, from the root.
func (b *Base) home(set *Set) string {
	dir := path.Dir(b.relative(filepath.Join(set.Path, "x")))
	for _, m := range set.Migrations {
		now := b.relative(m.Up.Span.File.Path)
		from, renamed := b.from[now]
		if !renamed {
			continue
		}
		rest, below := strings.CutPrefix(now, dir+"/")
		if was, ok := strings.CutSuffix(from, "/"+rest); below && ok {
			return was // the directory was renamed as a whole
		}
	}
	return dir
}

// touched reports whether a file of the set was changed, renamed or removed.
func (b *Base) touched(set *Set, dir string) bool {
	for s := range scriptsOf([]*Set{set}) {
		now := b.relative(s.Span.File.Path)
		if same, ok := b.was[now]; ok && !same || b.from[now] != "" {
			return true
		}
	}
	for gone := range b.gone {
		if strings.HasPrefix(gone, dir+"/") || dir == "." {
			return true
		}
	}
	return false
}

// had reports whether anything was in a directory, or below it.
func (b *Base) had(dir string) bool {
	if dir == "." {
		return true
	}
	for now := range b.was {
		was := now
		if from := b.from[now]; from != "" {
			was = from
		}
		if strings.HasPrefix(was, dir+"/") {
			return true
		}
	}
	for gone := range b.gone {
		if strings.HasPrefix(gone, dir+"/") {
			return true
		}
	}
	return false
}
