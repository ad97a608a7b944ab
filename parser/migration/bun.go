package migration

import (
	"path"
	"strings"

	"github.com/migracheck/migracheck/parser/pattern"
)

// bun reads NNN_name.up.sql and NNN_name.down.sql, with ".tx" before the
// direction where it is to open a transaction, and knows of NNN_name.go. It cuts
// files at "--bun:split" lines and orders versions as text. Files in directories
// below are left out: a project embeds them by a pattern.
// https://github.com/uptrace/bun/blob/master/migrate/migrations.go (v1.2.18)
type bun struct{}

func (bun) Name() string { return "bun" }

var bunName = pattern.New(`^(\d{1,14})_([0-9a-z_\-]+)\.`)

// transactional matches the names of files that bun and go-pg wrap.
var transactional = pattern.New(`\.tx\.(up|down)\.sql$`)

// direction cuts ".up.sql" and ".down.sql" off a name; ok is false for others.
func direction(name string) (down, ok bool) {
	switch {
	case strings.HasSuffix(name, ".up.sql"):
		return false, true
	case strings.HasSuffix(name, ".down.sql"):
		return true, true
	}
	return false, false
}

func (bun) revision(in *Input) (revision, bool) {
	m := bunName.FindStringSubmatch(in.Name)
	if m == nil || strings.HasSuffix(in.Name, "_test.go") {
		return revision{}, false
	}
	f := revision{in: in, version: m[1], name: m[2]}
	if path.Ext(in.Name) == ".go" {
		f.opaque = goMigration
		return f, true
	}
	var ok bool
	f.down, ok = direction(in.Name)
	return f, ok
}

// Detect implements [Layout]. The names are golang-migrate's, but for ".tx."; so
// one file must have more than the name, or Go code must say it.
func (l bun) Detect(dir *Dir) Evidence {
	var files []*Input
	why := ""
	for _, in := range dir.SQL() {
		if _, ok := direction(in.Name); !ok {
			continue
		}
		files = append(files, in)
		switch {
		case why == "" && transactional.MatchString(in.Name):
			why = in.Name + " among them"
		case hasLine(in.Text(), "--bun:"):
			why = "--bun: directives"
		}
	}
	if len(files) > 0 && dir.imports("github.com/uptrace/bun/migrate") {
		why = "Go code that imports github.com/uptrace/bun/migrate"
	}
	if why == "" {
		return Evidence{}
	}
	return Evidence{Reason: count(len(files), "file") + " named NNN_name.up.sql/.down.sql, and " + why, Files: files}
}

// hasLine reports whether a line begins so.
func hasLine(text, start string) bool {
	return strings.HasPrefix(text, start) || strings.Contains(text, "\n"+start)
}

// Load implements [Layout].
func (l bun) Load(dir *Dir) *Set {
	set := &Set{Layout: l.Name()}
	var files []revision
	for _, in := range dir.Files() {
		f, ok := l.revision(in)
		if ok {
			files = append(files, f)
			continue
		}
		set.Ignored = append(set.Ignored, in.Path())
		if _, meant := direction(in.Name); meant {
			set.refused(l, in, "named NNN_name.up.sql or NNN_name.down.sql, in lower case")
		}
	}
	set.pair(l, files, strings.Compare)
	return set
}

func (l bun) readFile(in *Input) (*Script, string, []Problem) {
	return inLines(in, l, "--bun:")
}

// inLines reads a file of bun or go-pg.
func inLines(in *Input, l Layout, directive string) (*Script, string, []Problem) {
	t := Implicit
	if transactional.MatchString(in.Name) {
		t = Wrapped
	}
	s, opaque, problems := whole(in, l, t)
	if opaque == "" {
		problems = append(problems, s.splitLines(l.Name(), directive, t)...)
	}
	return s, opaque, problems
}
