package migration

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"github.com/migracheck/migracheck/parser/pattern"
)

// pgmigrate reads all *.sql files in the directory and below, in order of their
// names without the directories. Each runs in a transaction. There are no down
// migrations.
// https://github.com/peterldowns/pgmigrate/blob/main/pgmigrate.go (v0.4.0)
type pgmigrate struct{}

func (pgmigrate) Name() string { return "pgmigrate" }

const pgmigrateConfig = ".pgmigrate.yaml"

// Detect implements [Layout]. Nothing in names and files is the tool's own.
func (l pgmigrate) Detect(dir *Dir) Evidence {
	files := dir.SQL()
	if len(files) == 0 || l.elsewhere(dir) {
		return Evidence{}
	}
	config := dir.nearest(pgmigrateConfig)
	if config == nil && !dir.imports("github.com/peterldowns/pgmigrate") {
		return Evidence{}
	}
	files = slices.DeleteFunc(files, func(in *Input) bool { return foreign(in, l) != "" })
	reason := count(len(files), "SQL file") + ", and Go code that imports github.com/peterldowns/pgmigrate"
	if config != nil {
		reason = count(len(files), "SQL file") + ", and " + config.Path()
	}
	return Evidence{Reason: reason, Files: files}
}

// Load implements [Layout].
func (l pgmigrate) Load(dir *Dir) *Set {
	set := &Set{Layout: l.Name()}
	files := dir.Below()
	slices.SortStableFunc(files, func(a, b *Input) int {
		return cmp.Or(strings.Compare(path.Base(a.Name), path.Base(b.Name)), strings.Compare(a.Name, b.Name))
	})
	var before *Input
	for _, in := range files {
		if !strings.HasSuffix(in.Name, ".sql") {
			set.Ignored = append(set.Ignored, in.Path())
			continue
		}
		id := strings.TrimSuffix(path.Base(in.Name), ".sql")
		if before != nil && path.Base(before.Name) == path.Base(in.Name) {
			set.Problems = append(set.Problems, duplicate(l.Name(), id, []*Input{before, in}))
		}
		before = in
		m := &Migration{ID: id}
		var problems []Problem
		m.Up, m.Opaque, problems = l.readFile(in)
		set.Problems = append(set.Problems, problems...)
		set.Migrations = append(set.Migrations, m)
	}
	return set
}

// migrationsKey matches the line of the configuration that names the directory
// of the migrations.
var migrationsKey = pattern.New(`(?m)^migrations:[ \t]*["']?([^"'#\r\n]*)`)

// elsewhere reports whether the directory has the configuration, which names one
// below it. What is beside that, such as a dump of the schema, is no migration.
func (pgmigrate) elsewhere(dir *Dir) bool {
	config := dir.File(pgmigrateConfig)
	if config == nil {
		return false
	}
	m := migrationsKey.FindStringSubmatch(config.Text())
	if m == nil {
		return false
	}
	name := path.Clean(strings.TrimSpace(m[1]))
	return name != "." && !path.IsAbs(name) && !strings.HasPrefix(name, "..")
}

func (l pgmigrate) readFile(in *Input) (*Script, string, []Problem) { return whole(in, l, Wrapped) }
