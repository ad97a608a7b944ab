package migration

import (
	"context"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// A stagingArea is the indexes of the repositories that paths are in.
type stagingArea struct {
	ctx     context.Context
	staging *Staging
	indexes map[string]*index
}

// of returns the index of the repository that a path is in, and the path there.
func (a *stagingArea) of(p string) (x *index, at string, err error) {
	dir := p
	if info, err := os.Stat(p); err != nil || !info.IsDir() {
		dir = above(filepath.Clean(p))
	}
	dir = existing(dir)
	root := Root(realPath(absolute(dir)))
	if x = a.indexes[root]; x == nil {
		if x, err = openIndex(a.ctx, dir, a.staging); err != nil {
			return nil, "", err
		}
		a.indexes[root] = x
	}
	at, err = x.locate(p)
	return x, at, err
}

func absolute(p string) string {
	abs, err := filepath.Abs(p)
	if err != nil {
		return p
	}
	return abs
}

// present leaves out the paths that the next commit does not have any more. A
// path that nobody knows stays, for the error.
func (a *stagingArea) present(paths []string) ([]string, error) {
	var kept []string
	for _, p := range paths {
		x, at, err := a.of(p)
		if err != nil {
			return nil, err
		}
		_, err = x.Stat(at)
		_, diskErr := os.Stat(p)
		switch {
		case err == nil && diskErr != nil:
			// Deleted in the work tree alone. Its directory has it.
			kept = append(kept, existing(filepath.Dir(p)))
		case err == nil, diskErr == nil:
			kept = append(kept, p)
		case !x.removes(at):
			kept = append(kept, p)
		}
	}
	return kept, nil
}

// keep leaves of what would be read what has something staged, and has it read
// from the index.
func (a *stagingArea) keep(wanted []*target) ([]*target, error) {
	var kept []*target
	for _, t := range wanted {
		x, at, err := a.of(t.dir)
		if err != nil {
			return nil, err
		}
		if len(x.within(at)) == 0 {
			continue
		}
		x.scope = append(x.scope, at)
		t.index, t.at = x, at
		kept = append(kept, t)
	}
	return kept, nil
}

// loadStaged is [Load] for what is staged.
func loadStaged(ctx context.Context, paths []string, opts Options) ([]*Set, error) {
	area := &stagingArea{ctx: ctx, staging: opts.Staged, indexes: map[string]*index{}}
	paths, err := area.present(paths)
	if err != nil || len(paths) == 0 {
		return nil, err
	}
	wanted, err := targets(paths, opts)
	if err != nil {
		return nil, err
	}
	if wanted, err = area.keep(wanted); err != nil {
		return nil, err
	}
	var sets []*Set
	for _, t := range wanted {
		forced, reason, err := opts.choice(t.project)
		if err != nil {
			return nil, err
		}
		set, err := t.readStaged(ctx, forced, reason)
		if err != nil && t.hasSQL() {
			return nil, err
		}
		if err != nil {
			continue // what is staged there is no migration
		}
		t.project.apply(set)
		if slices.ContainsFunc(set.Migrations, set.asked) {
			set.forgetDowns()
			sets = append(sets, set)
		}
	}
	return sets, nil
}

// forgetDowns leaves out the down scripts that nobody asked about, for a hook has
// no time to parse them.
func (s *Set) forgetDowns() {
	for _, m := range s.Migrations {
		if !s.asked(m) {
			m.Down = nil
		}
	}
}

// asked reports whether the user asked about a migration.
func (s *Set) asked(m *Migration) bool {
	return s.Selected(m.Up.Span.File) || m.Down != nil && s.Selected(m.Down.Span.File)
}

// readStaged reads a directory from the index. What was named of it counts
// where it is staged, too.
func (t *target) readStaged(ctx context.Context, forced Layout, reason string) (*Set, error) {
	dir, err := OpenDir(t.index, t.at, shown(t.dir))
	if err != nil {
		return nil, err
	}
	set, err := read(ctx, dir, forced, reason)
	if err != nil {
		return nil, err
	}
	if !t.whole {
		set.selected = map[string]bool{}
		for _, name := range t.named {
			set.choose(shown(filepath.Join(t.dir, name)))
		}
	}
	staged := map[string]bool{}
	for _, name := range t.index.within(t.at) {
		if t.at != "." {
			name = strings.TrimPrefix(name, t.at+"/")
		}
		p := shown(filepath.Join(t.dir, filepath.FromSlash(name)))
		staged[p] = set.selected == nil || set.selected[p]
	}
	set.selected = staged
	return set, nil
}

// hasSQL reports whether a script is staged in the target's directory.
func (t *target) hasSQL() bool {
	return slices.ContainsFunc(t.index.within(t.at), func(name string) bool { return strings.EqualFold(path.Ext(name), ".sql") })
}
