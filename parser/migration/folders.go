package migration

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/migracheck/migracheck/parser/pattern"
)

// folderName matches directories that are called after a number or a version.
var folderName = pattern.New(`^[vV]?\d+([._-]\d+)*([._-].*)?$`)

// folders returns the numbered directories that together hold the migrations, in
// order; nil where that is not sure: where one of the directories is a tool's, or
// SQL files lie elsewhere, too. A file without a number beside them (LATEST.sql,
// schema.sql) is the whole schema in one.
func (plain) folders(dir *Dir) []string {
	if len(dir.SQL()) > 1 || slices.ContainsFunc(dir.SQL(), func(in *Input) bool { return folderName.MatchString(in.Name) }) {
		return nil
	}
	var names []string
	for _, name := range dir.Dirs() {
		if strings.HasPrefix(name, ".") {
			continue
		}
		sub := dir.Sub(name)
		if sub == nil || len(sub.SQL()) == 0 {
			continue
		}
		if !folderName.MatchString(name) || upOf(dir, name) != nil || tooled(sub) {
			return nil
		}
		names = append(names, name)
	}
	if len(names) < 2 {
		return nil // one directory is read as itself
	}
	slices.SortStableFunc(names, natural)
	return names
}

// tooled reports whether the files of a directory are a tool's.
func tooled(dir *Dir) bool {
	return slices.ContainsFunc(Layouts(), func(l Layout) bool {
		_, any := l.(plain)
		return !any && len(l.Detect(dir).Files) > 0
	})
}

// numbered reads numbered directories one after the other. The version of a
// migration is that of both.
func (l plain) numbered(dir *Dir, folders []string, set *Set) {
	for _, in := range dir.Files() {
		set.Ignored = append(set.Ignored, in.Path())
	}
	for _, name := range folders {
		sub := l.Load(dir.Sub(name))
		for _, m := range sub.Migrations {
			m.ID = name + "/" + m.ID
		}
		set.Migrations = append(set.Migrations, sub.Migrations...)
		set.Problems = append(set.Problems, sub.Problems...)
		set.Ignored = append(set.Ignored, sub.Ignored...)
	}
}

// together reports whether the files of a directory are read with those of the
// one above: in numbered directories, in graphile-migrate's, and in those below
// pgmigrate's.
func together(up, dir string) bool {
	name := filepath.Base(dir)
	if up == dir {
		return false
	}
	top, root := rooted(up)
	d, err := OpenDir(os.DirFS(top), root, shown(up))
	if err != nil {
		return false
	}
	graphile := name == "committed" || name == "current"
	numbered := folderName.MatchString(name)
	if !graphile && !numbered && d.nearest(pgmigrateConfig) == nil {
		return false
	}
	layout, _, _ := detect(d)
	switch layout.(type) {
	case graphileMigrate:
		return graphile
	case pgmigrate:
		return true
	case plain:
		return numbered && slices.Contains(plain{}.folders(d), name)
	}
	return false
}
