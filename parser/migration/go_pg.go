package migration

import (
	"path"
	"strconv"
	"strings"
)

// goPg reads the files of go-pg/migrations: those of bun, its successor, with
// "--gopg:split" lines, and in order of number.
// https://github.com/go-pg/migrations/blob/v8/collection.go (v8.1.0)
type goPg struct{}

func (goPg) Name() string { return "go-pg" }

func (goPg) revision(in *Input) (revision, bool) {
	ext := path.Ext(in.Name)
	if ext != ".sql" && ext != ".go" || strings.HasSuffix(in.Name, "_test.go") {
		return revision{}, false
	}
	version, name, ok := strings.Cut(strings.TrimSuffix(in.Name, ext), "_")
	if _, err := strconv.ParseInt(version, 10, 64); err != nil || !ok {
		return revision{}, false
	}
	f := revision{in: in, version: version, name: name}
	if ext == ".go" {
		f.opaque = goMigration
		return f, true
	}
	f.down, ok = direction(in.Name)
	name, _ = strings.CutSuffix(strings.TrimSuffix(strings.TrimSuffix(name, ".down"), ".up"), ".tx")
	f.name = name
	return f, ok
}

// Detect implements [Layout]. The names are golang-migrate's and bun's.
func (l goPg) Detect(dir *Dir) Evidence {
	var files []*Input
	why := ""
	for _, in := range dir.SQL() {
		if _, ok := direction(in.Name); !ok {
			continue
		}
		files = append(files, in)
		if hasLine(in.Text(), "--gopg:") {
			why = "--gopg: directives"
		}
	}
	if len(files) > 0 && dir.imports("github.com/go-pg/migrations") {
		why = "Go code that imports github.com/go-pg/migrations"
	}
	if why == "" {
		return Evidence{}
	}
	return Evidence{Reason: count(len(files), "file") + " named NNN_name.up.sql/.down.sql, and " + why, Files: files}
}

// Load implements [Layout].
func (l goPg) Load(dir *Dir) *Set {
	set := &Set{Layout: l.Name()}
	var files []revision
	for _, in := range dir.Files() {
		f, ok := l.revision(in)
		switch {
		case ok:
			files = append(files, f)
		case in.isSQL():
			set.Ignored = append(set.Ignored, in.Path())
			set.refused(l, in, "named NNN_name.up.sql or NNN_name.down.sql")
		default:
			set.Ignored = append(set.Ignored, in.Path())
		}
	}
	set.pair(l, files, compareDigits)
	return set
}

func (l goPg) readFile(in *Input) (*Script, string, []Problem) {
	return inLines(in, l, "--gopg:")
}
