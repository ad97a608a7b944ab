package migration

import (
	"strings"

	"github.com/migracheck/migracheck/parser/pattern"
)

// popx reads the files of Ory's tool: NNN_name.up.sql for all databases, or
// NNN_name.postgres.up.sql for one, which counts before the other, and
// ".autocommit" before the direction where no transaction is to be opened. An
// empty file means that there is nothing to do for that database.
// https://github.com/ory/x/blob/master/popx/match.go (2026-07-24)
type popx struct{}

func (popx) Name() string { return "popx" }

var popxName = pattern.New(`^(\d+)_([^.]+)(?:\.([a-z0-9]+))?(?:\.(autocommit))?\.(up|down)\.sql$`)

// dialects are the databases that popx knows, under all their names.
var dialects = map[string]string{
	"postgres": "postgres", "postgresql": "postgres", "pg": "postgres", "pgx": "postgres",
	"cockroach": "cockroach", "cockroachdb": "cockroach", "crdb": "cockroach",
	"mysql": "mysql", "mariadb": "mariadb", "sqlite": "sqlite3", "sqlite3": "sqlite3",
}

// A popxFile is what a name says.
type popxFile struct {
	revision
	// dialect is "" for all databases, and the name as written for one that
	// popx does not know.
	dialect    string
	known      bool
	autocommit bool
}

func (popx) file(in *Input) (popxFile, bool) {
	m := popxName.FindStringSubmatch(in.Name)
	if m == nil {
		return popxFile{}, false
	}
	f := popxFile{
		revision:   revision{in: in, version: m[1], name: m[2], down: m[5] == "down"},
		dialect:    m[3],
		autocommit: m[4] != "",
		known:      true,
	}
	if f.dialect == "autocommit" {
		f.dialect, f.autocommit = "", true
	}
	if f.dialect != "" {
		var name string
		if name, f.known = dialects[f.dialect]; f.known {
			f.dialect = name
		}
	}
	return f, true
}

// Detect implements [Layout]. The names are golang-migrate's, so one must have
// a dialect or the word autocommit.
func (l popx) Detect(dir *Dir) Evidence {
	var files []*Input
	sign := ""
	for _, in := range dir.SQL() {
		f, ok := l.file(in)
		if !ok || !f.known {
			continue
		}
		files = append(files, in)
		if sign == "" && (f.dialect != "" || f.autocommit) {
			sign = in.Name
		}
	}
	if sign == "" {
		return Evidence{}
	}
	return Evidence{Reason: count(len(files), "file") + " named NNN_name[.dialect][.autocommit].up.sql/.down.sql, " + sign + " among them", Files: files}
}

// Load implements [Layout].
func (l popx) Load(dir *Dir) *Set {
	set := &Set{Layout: l.Name(), emptyIsMeant: true}
	type half struct {
		version string
		down    bool
	}
	specific := map[half]bool{}
	var ours []popxFile
	for _, in := range dir.Files() {
		f, ok := l.file(in)
		switch {
		case !ok:
			set.pass(l, in, "NNN_name[.dialect][.autocommit].up.sql or .down.sql")
		case f.dialect != "" && f.dialect != "postgres":
			set.Ignored = append(set.Ignored, in.Path())
		default:
			ours = append(ours, f)
			if f.dialect != "" {
				specific[half{f.version, f.down}] = true
			}
		}
	}
	var files []revision
	for _, f := range ours {
		if f.dialect == "" && specific[half{f.version, f.down}] {
			set.Ignored = append(set.Ignored, f.in.Path())
			continue
		}
		files = append(files, f.revision)
	}
	set.pair(l, files, strings.Compare)
	return set
}

func (l popx) readFile(in *Input) (*Script, string, []Problem) {
	t := Wrapped
	if f, ok := l.file(in); ok && f.autocommit {
		t = Implicit
	}
	return whole(in, l, t)
}
