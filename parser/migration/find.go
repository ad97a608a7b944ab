package migration

import (
	"cmp"
	"context"
	"os"
	"path"
	"slices"
	"strings"
)

// A Found is a directory that looks as if it held the migrations of a project.
type Found struct {
	// Path is the directory, with slashes, from the one that was searched.
	Path string
	// Layout is the tool's name; Reason says how it was recognised.
	Layout, Reason string

	files []string
	plain bool
}

// Find looks for migrations in a directory and everywhere below it, in order
// of path. Where only SQL files show, and nothing of a tool, the path must
// speak of migrations, or each have a directory of its own. Directories of
// tests and examples count where there is nothing else.
func Find(ctx context.Context, dir string) ([]Found, error) {
	top, err := OpenDir(os.DirFS(dir), ".", ".")
	if err != nil {
		return nil, err
	}
	var all []Found
	var failed error
	look := func(at string, d *Dir) {
		if failed = cmp.Or(failed, prefetch(ctx, wantedFiles(d))); failed != nil {
			return
		}
		if layout, evidence, _ := detect(d); layout != nil {
			f := Found{Path: at, Layout: layout.Name(), Reason: evidence.Reason}
			_, f.plain = layout.(plain)
			for _, in := range evidence.Files {
				f.files = append(f.files, in.Path())
			}
			if !f.plain || f.migrations() {
				all = append(all, f)
			}
		}
	}
	look(".", top)
	top.walk(look)
	if failed != nil {
		return nil, failed
	}
	found := settled(all)
	if serious := slices.DeleteFunc(slices.Clone(found), func(f Found) bool { return f.trial() }); len(serious) > 0 {
		return serious, nil
	}
	return found, nil
}

// settled leaves those that are not part of another. A tool that looks below
// its directory is taken at the innermost that has all its files; of plain
// directories the outermost counts, and only apart from those of tools.
func settled(all []Found) []Found {
	var kept []Found
	for _, f := range all {
		covered := func(file string) bool {
			return slices.ContainsFunc(all, func(g Found) bool {
				return g.Layout == f.Layout && g.Path != f.Path && below(g.Path, f.Path) && slices.Contains(g.files, file)
			})
		}
		switch {
		case f.plain:
		case slices.ContainsFunc(f.files, func(file string) bool { return !covered(file) }) && !slices.ContainsFunc(kept, func(k Found) bool { return below(f.Path, k.Path) }):
			kept = append(kept, f)
		}
	}
	for _, f := range all {
		if f.plain && !slices.ContainsFunc(kept, func(k Found) bool { return below(f.Path, k.Path) || below(k.Path, f.Path) }) {
			kept = append(kept, f)
		}
	}
	slices.SortFunc(kept, func(a, b Found) int { return strings.Compare(a.Path, b.Path) })
	return kept
}

// below reports whether a path is a directory or in it.
func below(p, dir string) bool {
	return dir == "." || p == dir || strings.HasPrefix(p, dir+"/")
}

// migrations reports whether a plain directory is one of migrations.
func (f Found) migrations() bool {
	return strings.Contains(strings.ToLower(f.Path), "migrat") ||
		!slices.ContainsFunc(f.files, func(file string) bool { return path.Dir(file) == f.Path })
}

// trials are names of directories whose migrations no production sees.
var trials = []string{"test", "tests", "testing", "fixtures", "example", "examples", "e2e", "spec", "demo"}

func (f Found) trial() bool {
	return slices.ContainsFunc(strings.Split(strings.ToLower(f.Path), "/"), func(part string) bool { return slices.Contains(trials, part) })
}
