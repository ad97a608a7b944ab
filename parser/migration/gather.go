package migration

import (
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// gathering returns the topmost directory from which a tool takes the file:
// that of a plan, of a changelog, or of the migration's directory. It returns
// "" where nothing above speaks of the file. For any file of a directory of
// scripts, a plan does.
func gathering(file string) (found string) {
	dir := filepath.Dir(file)
	for range levels + 1 {
		top, root := rooted(dir)
		d, err := OpenDir(os.DirFS(top), root, shown(dir))
		if err != nil {
			break
		}
		if rest, ok := placeOf(file, false).from(placeOf(dir, true)); ok && d.gathers(filepath.ToSlash(rest)) {
			found = dir
		}
		up := above(dir)
		if up == dir || d.holds(".git") {
			break
		}
		dir = up
	}
	return found
}

// gathers reports whether the tool of the directory takes a file below it.
func (d *Dir) gathers(name string) bool {
	dir, base := path.Split(name)
	single := strings.Count(dir, "/") == 1
	switch {
	case single && (base == "up.sql" || base == "down.sql") && len(diesel{}.Detect(d).Files) > 0:
		return true
	case single && (base == prismaScript || base == "migration.ts") && d.File(prismaLock) != nil:
		return true
	}
	if p := (sqitch{}).project(d); p.plan != nil {
		return p.takes(name)
	}
	return liquibase{}.takes(d, name)
}

// takes reports whether a file is the plan or below a directory of scripts.
func (p sqitchProject) takes(name string) bool {
	return name == p.plan.Name || slices.ContainsFunc([]string{p.deploy, p.revert, p.verify, p.reworked}, func(dir string) bool {
		return dir != "." && strings.HasPrefix(name, dir+"/")
	})
}

// takes reports whether a changelog of the directory leads to the file.
func (l liquibase) takes(d *Dir, name string) bool {
	if !structuredName(name) && path.Ext(name) != ".sql" {
		return false
	}
	roots := changelogs(d)
	if len(roots) == 0 {
		return false
	}
	c := l.walk(d, roots)
	in := c.own(&Input{Name: name})
	return c.visited[in] || c.used[in]
}
