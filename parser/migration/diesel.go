package migration

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/migracheck/migracheck/parser/pattern"
)

// diesel reads a directory per migration: up.sql, perhaps down.sql, and
// perhaps a metadata.toml that turns the transaction off. Versions are what
// stands before the first underscore, without hyphens, and are compared as
// text. Other tools have such directories, too: they are Diesel's by the dates
// in the names, the first migration that it generates, a metadata.toml, or the
// project's own files above.
// https://github.com/diesel-rs/diesel/blob/main/diesel_migrations/src/file_based_migrations.rs (2.3)
type diesel struct{}

func (diesel) Name() string { return "diesel" }

const (
	dieselMetadata = "metadata.toml"
	dieselFirst    = "00000000000000_diesel_initial_setup"
)

// dieselName matches the names that diesel_cli generates.
var dieselName = pattern.New(`^\d{4}-\d{2}-\d{2}-\d{6}(-\d{4})?_`)

// Detect implements [Layout].
func (diesel) Detect(dir *Dir) Evidence {
	var files []*Input
	dated, other := 0, ""
	for _, f := range folders(dir) {
		up := f.dir.File("up.sql")
		if up == nil {
			continue
		}
		files = append(files, up)
		switch {
		case dieselName.MatchString(f.name):
			dated++
		case f.name == dieselFirst, f.dir.File(dieselMetadata) != nil:
			other = f.name
		}
	}
	switch {
	case len(files) == 0:
		return Evidence{}
	case dated > 0:
		return Evidence{Reason: count(dated, "directory") + " named YYYY-MM-DD-HHMMSS_name with up.sql", Files: files}
	case other == dieselFirst:
		return Evidence{Reason: other + " and other directories with up.sql", Files: files}
	case other != "":
		return Evidence{Reason: "up.sql beside a " + dieselMetadata, Files: files}
	}
	if conf, _ := dir.above("diesel.toml"); conf != nil {
		return Evidence{Reason: count(len(files), "directory") + " with up.sql below " + conf.Path(), Files: files}
	}
	if dir.crate("diesel_migrations") {
		return Evidence{Reason: count(len(files), "directory") + " with up.sql, and Cargo.toml depends on diesel_migrations", Files: files}
	}
	return Evidence{}
}

// A folder is a directory that is a migration, or should be.
type folder struct {
	name string
	dir  *Dir
}

// folders returns the directories that are not hidden, in order of name.
func folders(dir *Dir) []folder {
	var fs []folder
	for _, name := range dir.Dirs() {
		if strings.HasPrefix(name, ".") {
			continue
		}
		if sub := dir.Sub(name); sub != nil {
			fs = append(fs, folder{name, sub})
		}
	}
	return fs
}

// rest adds the files of a migration's directory that the tool does not read
// to those ignored.
func (f folder) rest(set *Set, read ...string) {
	for _, in := range f.dir.Files() {
		if !slices.Contains(read, in.Name) {
			set.Ignored = append(set.Ignored, in.Path())
		}
	}
}

// Load implements [Layout].
func (l diesel) Load(dir *Dir) *Set {
	set := &Set{Layout: l.Name()}
	for _, in := range dir.Files() {
		if in.Name != "diesel.toml" {
			set.Ignored = append(set.Ignored, in.Path())
		}
	}
	type version struct {
		text      string
		up        *Input
		migration *Migration
	}
	var vs []version
	for _, f := range folders(dir) {
		up := f.dir.File("up.sql")
		if up == nil {
			f.rest(set)
			if files := f.dir.Files(); len(files) > 0 {
				set.Problems = append(set.Problems, Problem{
					Kind:    BadMarker,
					At:      files[0].Start(),
					Message: fmt.Sprintf("there is no up.sql in %s, so diesel refuses the directory above it", f.dir.Path),
				})
			}
			continue
		}
		m := &Migration{}
		m.ID, m.Name, _ = strings.Cut(f.name, "_")
		var problems []Problem
		m.Up, m.Down, m.Opaque, problems = l.scripts(f, up)
		set.Problems = append(set.Problems, problems...)
		f.rest(set, "up.sql", "down.sql", dieselMetadata)
		vs = append(vs, version{strings.ReplaceAll(m.ID, "-", ""), up, m})
	}
	slices.SortStableFunc(vs, func(a, b version) int { return cmp.Compare(a.text, b.text) })
	for i, v := range vs {
		set.Migrations = append(set.Migrations, v.migration)
		if i > 0 && vs[i-1].text == v.text {
			set.Problems = append(set.Problems, duplicate(l.Name(), v.migration.ID, []*Input{vs[i-1].up, v.up}))
		}
	}
	return set
}

func (l diesel) scripts(f folder, in *Input) (up, down *Script, opaque string, problems []Problem) {
	t := Wrapped
	if meta := f.dir.File(dieselMetadata); meta != nil && !l.inTransaction(meta) {
		t = Implicit
	}
	up, opaque, problems = whole(in, l, t)
	problems = append(problems, l.void(in)...)
	if in = f.dir.File("down.sql"); in != nil {
		var more []Problem
		var reason string
		down, reason, more = whole(in, l, t)
		down.Opaque = reason
		problems = append(append(problems, more...), l.void(in)...)
	}
	return up, down, opaque, problems
}

// void reports a file without a single byte, which is an error to Diesel.
func (diesel) void(in *Input) []Problem {
	if len(in.Raw()) > 0 {
		return nil
	}
	return []Problem{{
		Kind:    EmptyMigration,
		At:      in.Start(),
		Message: in.Path() + " is empty, so diesel refuses to run it; a comment is enough",
	}}
}

var runInTransaction = pattern.New(`^run_in_transaction\s*=\s*(true|false)$`)

// inTransaction reads a metadata.toml. A file that does not set the key means
// false, and one that is no TOML is passed over: so Diesel's own reader has it.
func (diesel) inTransaction(meta *Input) bool {
	set := false
	for l := range lines(meta.Body()) {
		text, _, _ := strings.Cut(l.text, "#")
		text = strings.TrimSpace(text)
		switch m := runInTransaction.FindStringSubmatch(text); {
		case m != nil:
			set = m[1] == "true"
		case strings.HasPrefix(text, "["):
			return set // keys of a table are others
		case text != "" && (!strings.Contains(text, "=") || strings.HasPrefix(text, "run_in_transaction")):
			return true
		}
	}
	return set
}

// single implements [single].
func (l diesel) single(in *Input) ([]*Migration, []Problem) { return wholeAs(in, l, Wrapped) }
