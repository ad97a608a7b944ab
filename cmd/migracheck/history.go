package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/analyzer/rollback"
	"github.com/migracheck/migracheck/parser/migration"
	"github.com/migracheck/migracheck/parser/source"
)

// A history is what the paths hold, replayed.
type history struct {
	sets     []*migration.Set
	timeline *replay.Timeline
	version  int
	// undone returns what undoing the migrations of a window comes to.
	undone func(*replay.Window) []*rollback.Migration
	// compared says what the releases are compared with, and why.
	compared []string
}

// load reads and replays the migrations at paths. Directories are histories of
// their own; the timeline lists them one after the other.
func load(ctx context.Context, stdin io.Reader, paths []string, o *options) (*history, error) {
	sets, wait, err := migration.Begin(ctx, paths, migration.Options{Framework: o.framework, Projects: o.projects, Stdin: stdin, Staged: o.staging(), Contents: o.contents, Size: memoryOf(ctx).makeRoom})
	if err != nil {
		return nil, err
	}
	if o.since != "" { // which compares statements
		if err := wait(); err != nil {
			return nil, err
		}
	}
	h := &history{sets: sets, timeline: &replay.Timeline{}, version: o.pgVersion}
	for _, set := range sets {
		in, err := h.window(ctx, set, o)
		if err != nil {
			return nil, err
		}
		t := replay.Up(set.Migrations, replay.Options{InWindow: in, OneTransaction: set.OneTransaction, PGVersion: o.pgVersion})
		narrow(set, t)
		h.timeline.Windows = append(h.timeline.Windows, t.Windows...)
		h.timeline.Statements = append(h.timeline.Statements, t.Statements...)
		h.timeline.Steps = append(h.timeline.Steps, t.Steps...)
	}
	if err := wait(); err != nil {
		return nil, err
	}
	h.undone = rollback.Windows(h.timeline, replay.Options{PGVersion: h.version})
	return h, nil
}

// selected reports whether the user asked about a file: all, unless files were
// named one by one.
func (h *history) selected(f *source.File) bool {
	return slices.ContainsFunc(h.sets, func(s *migration.Set) bool { return s.Selected(f) })
}

// window tells which migrations of a set are being released, or returns nil
// where each is judged by itself.
func (h *history) window(ctx context.Context, set *migration.Set, o *options) (func(*migration.Migration) bool, error) {
	switch {
	case o.since != "":
		return h.since(ctx, set, o)
	case o.from != "":
		return from(set, o.from)
	}
	return nil, nil
}

func (h *history) since(ctx context.Context, set *migration.Set, o *options) (func(*migration.Migration) bool, error) {
	if len(set.Migrations) == 0 {
		return nil, nil
	}
	base, err := before(ctx, set, o)
	if err != nil {
		return nil, err
	}
	h.compared = append(h.compared, comparison(set, base))
	if err := base.Compare(ctx, set, migration.Options{Projects: o.projects}); err != nil {
		return nil, err
	}
	return func(m *migration.Migration) bool {
		path := m.Up.Span.File.Path
		return !base.Released(m) || set.Repeatable(m) && base.Edited(path)
	}, nil
}

// from returns the window that begins with a migration.
func from(set *migration.Set, id string) (func(*migration.Migration) bool, error) {
	first, err := find(set.Migrations, id)
	if err != nil {
		return nil, fmt.Errorf("--from: %w", err)
	}
	in := map[*migration.Migration]bool{}
	for _, m := range set.Migrations[first:] {
		in[m] = true
	}
	return func(m *migration.Migration) bool { return in[m] }, nil
}

// find returns the index of a migration by ID, as written or as a number
// whatever its leading zeros.
func find(ms []*migration.Migration, id string) (int, error) {
	for i, m := range ms {
		if m.ID == id || strings.TrimLeft(m.ID, "0") == strings.TrimLeft(id, "0") {
			return i, nil
		}
	}
	if len(ms) == 0 {
		return 0, fmt.Errorf("there is no migration %q", id)
	}
	return 0, fmt.Errorf("there is no migration %q: the %d migrations found go from %s to %s", id, len(ms), ms[0].ID, ms[len(ms)-1].ID)
}

// at returns the catalog after a migration, or after all of them for "". Every
// migration must be a window of its own.
func (h *history) at(id string) (*catalog.Catalog, error) {
	windows := h.timeline.Windows
	if id == "" {
		if len(windows) == 0 {
			return catalog.New(false), nil
		}
		return windows[len(windows)-1].End, nil
	}
	i, err := find(h.sets[0].Migrations, id)
	if err != nil {
		return nil, fmt.Errorf("--at: %w", err)
	}
	return windows[i].End, nil
}

// repository returns the root of the repository that the working directory is
// in, and what leads from there to it, with slashes; both are "" outside one.
func repository() (root, prefix string) {
	wd, err := os.Getwd()
	if err != nil {
		return "", ""
	}
	if root = migration.Root(wd); root == "" {
		return "", ""
	}
	relative, err := filepath.Rel(root, wd)
	if err != nil || relative == "." {
		return root, ""
	}
	return root, filepath.ToSlash(relative)
}
