package migration

import (
	"strings"

	"github.com/migracheck/migracheck/parser/pattern"
)

// hasura reads the migrations of one database of the Hasura CLI: directories
// NNN_name with up.sql and down.sql (or .yaml, for calls of its API), or, as its
// first version wrote them, files NNN_name.up.sql. The number decides the
// order, and the server runs each file in a transaction.
// https://github.com/hasura/graphql-engine/tree/master/cli/migrate
type hasura struct{}

func (hasura) Name() string { return "hasura" }

var (
	hasuraDir  = pattern.New(`^([0-9]+)(?:_(.*))?$`)
	hasuraFile = pattern.New(`^([0-9]+)_(.*)\.(up|down)\.(sql|yaml)$`)
	// hasuraConfig matches what only Hasura's config.yaml has.
	hasuraConfig = pattern.New(`(?m)^(metadata_directory|admin_secret|migrations_directory|actions):|^version: *[123]\s*$`)
)

// yamlMigration is a migration in calls of Hasura's API.
const yamlMigration = "Hasura migration in YAML"

// project says what beside the migrations, or above the database's directory, is
// Hasura's.
func (hasura) project(dir *Dir) string {
	at := dir.outer()
	if dir.name() != "migrations" && at != nil && at.name() == "migrations" {
		at = at.outer()
	}
	if at == nil {
		return ""
	}
	if in := at.File("config.yaml"); in != nil && hasuraConfig.MatchString(in.Text()) {
		return "below Hasura's config.yaml"
	}
	if metadata := at.Sub("metadata"); metadata != nil && metadata.File("version.yaml") != nil {
		return "below Hasura's metadata"
	}
	return ""
}

// revisions returns the files that the tool reads, and the others.
func (hasura) revisions(dir *Dir) (files []revision, others []*Input) {
	for _, in := range dir.Files() {
		m := hasuraFile.FindStringSubmatch(in.Name)
		if m == nil {
			others = append(others, in)
			continue
		}
		f := revision{in: in, version: m[1], name: m[2], down: m[3] == "down"}
		if m[4] == "yaml" {
			f.opaque = yamlMigration
		}
		files = append(files, f)
	}
	for _, name := range dir.Dirs() {
		if strings.HasPrefix(name, ".") {
			continue
		}
		sub := dir.Sub(name)
		if sub == nil {
			continue
		}
		m := hasuraDir.FindStringSubmatch(name)
		for _, in := range sub.Files() {
			stem, ext, _ := strings.Cut(in.Name, ".")
			if m == nil || stem != "up" && stem != "down" || ext != "sql" && ext != "yaml" {
				if m != nil || in.isSQL() {
					others = append(others, in)
				}
				continue
			}
			f := revision{in: in, version: m[1], name: m[2], down: stem == "down"}
			if ext == "yaml" {
				f.opaque = yamlMigration
			}
			files = append(files, f)
		}
	}
	return files, others
}

// Detect implements [Layout]. The names are golang-migrate's or those of any
// directory per migration, so that the place counts.
func (l hasura) Detect(dir *Dir) Evidence {
	files, _ := l.revisions(dir)
	if len(files) == 0 {
		return Evidence{}
	}
	place := l.project(dir)
	if place == "" {
		return Evidence{}
	}
	var inputs []*Input
	sql := 0
	for _, f := range files {
		inputs = append(inputs, f.in)
		if f.opaque == "" {
			sql++
		}
	}
	if sql == 0 {
		return Evidence{}
	}
	return Evidence{Reason: count(sql, "file") + " named NNN_name/up.sql or down.sql " + place, Files: inputs}
}

// Load implements [Layout].
func (l hasura) Load(dir *Dir) *Set {
	set := &Set{Layout: l.Name()}
	files, others := l.revisions(dir)
	for _, in := range others {
		set.pass(l, in, "NNN_name/up.sql or NNN_name/down.sql")
	}
	// A version may have its SQL and its API calls in two files.
	sql := map[revision]bool{}
	key := func(f revision) revision { return revision{version: f.version, name: f.name, down: f.down} }
	for _, f := range files {
		if f.opaque == "" {
			sql[key(f)] = true
		}
	}
	kept := files[:0]
	for _, f := range files {
		if f.opaque != "" && sql[key(f)] {
			set.Ignored = append(set.Ignored, f.in.Path())
			continue
		}
		kept = append(kept, f)
	}
	set.pair(l, kept, compareDigits)
	return set
}

func (l hasura) readFile(in *Input) (*Script, string, []Problem) { return whole(in, l, Wrapped) }
