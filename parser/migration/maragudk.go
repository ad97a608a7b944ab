package migration

import (
	"strings"

	"github.com/migracheck/migracheck/parser/pattern"
)

// maragudk reads the files of maragudk/migrate: name.up.sql and name.down.sql,
// where the whole name is the version, so that 0001_a and 0001_b are two. Each
// file runs in a transaction, and nothing turns it off.
// https://github.com/maragudk/migrate/blob/main/migrate.go (2026-02-19)
type maragudk struct{}

func (maragudk) Name() string { return "maragudk" }

// The dots match any character, as in the tool: a_up.sql is an up file, too.
var maragudkName = pattern.New(`^([\w-]+).(up|down).sql$`)

func (maragudk) revision(in *Input) (revision, bool) {
	m := maragudkName.FindStringSubmatch(in.Name)
	if m == nil {
		return revision{}, false
	}
	return revision{in: in, version: m[1], down: m[2] == "down"}, true
}

// Detect implements [Layout]. Nothing in names and files is the tool's own, so
// Go code must say it.
func (l maragudk) Detect(dir *Dir) Evidence {
	var files []*Input
	for _, in := range dir.SQL() {
		if _, ok := l.revision(in); ok {
			files = append(files, in)
		}
	}
	for _, pkg := range []string{"maragu.dev/migrate", "github.com/maragudk/migrate"} {
		if len(files) > 0 && dir.imports(pkg) {
			return Evidence{Reason: count(len(files), "file") + " named name.up.sql/.down.sql, and Go code that imports " + pkg, Files: files}
		}
	}
	return Evidence{}
}

// Load implements [Layout].
func (l maragudk) Load(dir *Dir) *Set {
	set := &Set{Layout: l.Name()}
	var files []revision
	for _, in := range dir.Files() {
		f, ok := l.revision(in)
		if ok {
			files = append(files, f)
			continue
		}
		set.pass(l, in, "name.up.sql or name.down.sql")
	}
	set.pair(l, files, strings.Compare)
	return set
}

func (l maragudk) readFile(in *Input) (*Script, string, []Problem) { return whole(in, l, Wrapped) }
