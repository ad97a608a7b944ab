package migration

import (
	"path"
	"strconv"
	"strings"

	"github.com/migracheck/migracheck/parser/pattern"
)

// postgresMigrations reads the files of the npm package postgres-migrations:
// NNN-name.sql and .js, numbered without a gap from 1 on. A file runs in a
// transaction unless it says otherwise, anywhere in it. There are no down
// migrations.
// https://github.com/ThomWright/postgres-migrations/blob/master/src/run-migration.ts (5.3.0)
type postgresMigrations struct{}

func (postgresMigrations) Name() string { return "postgres-migrations" }

const postgresMigrationsMarker = "-- postgres-migrations disable-transaction"

var postgresMigrationsName = pattern.New(`(?i)^(\d+)[-_]?(.*)\.(sql|js)$`)

// Detect implements [Layout].
func (l postgresMigrations) Detect(dir *Dir) Evidence {
	var files []*Input
	why := ""
	for _, in := range dir.SQL() {
		if !postgresMigrationsName.MatchString(in.Name) || foreign(in, l) != "" {
			continue
		}
		files = append(files, in)
		if strings.Contains(in.Text(), postgresMigrationsMarker) {
			why = postgresMigrationsMarker
		}
	}
	if manifest := dir.requires("postgres-migrations"); why == "" && len(files) == len(dir.SQL()) && manifest != nil {
		why = "postgres-migrations in " + manifest.Path()
	}
	if why == "" {
		return Evidence{}
	}
	return Evidence{Reason: count(len(files), "file") + " named NNN-name.sql, and " + why, Files: files}
}

// Load implements [Layout].
func (l postgresMigrations) Load(dir *Dir) *Set {
	set := &Set{Layout: l.Name()}
	var ms []numbered
	for _, in := range dir.Files() {
		f := postgresMigrationsName.FindStringSubmatch(in.Name)
		if f == nil {
			set.Ignored = append(set.Ignored, in.Path())
			if in.isSQL() {
				set.refused(l, in, "named NNN-name.sql")
			}
			continue
		}
		n, err := strconv.ParseUint(f[1], 10, 64)
		if err != nil {
			set.Ignored = append(set.Ignored, in.Path())
			continue
		}
		m := &Migration{ID: f[1], Name: f[2]}
		if strings.EqualFold(path.Ext(in.Name), ".js") {
			m.Up, m.Opaque = &Script{Span: in.Start()}, "JavaScript migration"
		} else {
			var problems []Problem
			m.Up, m.Opaque, problems = l.readFile(in)
			set.Problems = append(set.Problems, problems...)
		}
		ms = append(ms, numbered{n, in, m})
	}
	set.sortNumbered(ms)
	return set
}

func (l postgresMigrations) readFile(in *Input) (*Script, string, []Problem) {
	t := Wrapped
	if strings.Contains(in.Text(), postgresMigrationsMarker) {
		t = Implicit
	}
	return whole(in, l, t)
}
