package migration

import (
	"path"
	"slices"
	"strings"
)

// plain reads whatever SQL files there are, in natural order of name, as one
// simple query each. It is for tools that have no layout of their own here, and
// for scripts run by hand. Directories with an up.sql or migration.sql are
// migrations, too, and where files lie in numbered directories (1, v1.2.0), those
// are read one after the other.
type plain struct{}

func (plain) Name() string { return "plain" }

// scripts are the names of the up file in a directory per migration.
var scripts = []string{"up.sql", "migration.sql"}

// Detect implements [Layout].
func (l plain) Detect(dir *Dir) Evidence {
	if (supabase{}).holds(dir) || (pgmigrate{}).elsewhere(dir) {
		return Evidence{} // seeds or a dump, beside the directory of the migrations
	}
	folders := l.folders(dir)
	if files := dir.SQL(); len(files) > 0 && folders == nil {
		return Evidence{Reason: count(len(files), "SQL file"), Files: files}
	}
	var files []*Input
	for _, name := range dir.Dirs() {
		if up := upOf(dir, name); up != nil {
			files = append(files, up)
		}
	}
	if len(files) > 0 {
		return Evidence{Reason: count(len(files), "directory") + " with " + path.Base(files[0].Name), Files: files}
	}
	for _, name := range folders {
		files = append(files, dir.Sub(name).SQL()...)
	}
	if len(files) == 0 {
		return Evidence{}
	}
	return Evidence{Reason: count(len(files), "SQL file") + " in " + count(len(folders), "numbered directory"), Files: files}
}

func upOf(dir *Dir, name string) *Input {
	if strings.HasPrefix(name, ".") {
		return nil
	}
	sub := dir.Sub(name)
	if sub == nil {
		return nil
	}
	for _, script := range scripts {
		if in := sub.File(script); in != nil {
			return in
		}
	}
	return nil
}

// A plainFile is what a name says: the name of the migration and its direction.
type plainFile struct {
	in   *Input
	stem string
	down bool
	// sure is set where the name cannot mean anything else.
	sure bool
}

// downWords are what people call the way back.
var downWords = []string{"down", "rollback", "revert", "undo", "downgrade"}

// upWords are what they call the way there, when they name it.
var upWords = []string{"up", "forward", "upgrade"}

func plainName(in *Input) plainFile {
	f := plainFile{in: in, stem: in.Name[:len(in.Name)-len(path.Ext(in.Name))]}
	lower := strings.ToLower(f.stem)
	if slices.Contains(downWords, lower) {
		f.stem, f.down, f.sure = "", true, true
		return f
	}
	if slices.Contains(upWords, lower) {
		f.stem = ""
		return f
	}
	for _, word := range downWords {
		for _, mark := range []string{".", "_", "-"} {
			if strings.HasSuffix(lower, mark+word) {
				f.stem, f.down, f.sure = f.stem[:len(f.stem)-len(mark+word)], true, mark == "."
				return f
			}
			if strings.HasPrefix(lower, word+mark) {
				f.stem, f.down = f.stem[len(word+mark):], true
				return f
			}
		}
	}
	for _, word := range upWords {
		for _, mark := range []string{".", "_", "-"} {
			if strings.HasSuffix(lower, mark+word) {
				f.stem = f.stem[:len(f.stem)-len(mark+word)]
				return f
			}
		}
	}
	return f
}

// Load implements [Layout].
func (l plain) Load(dir *Dir) *Set {
	set := &Set{Layout: l.Name()}
	files := dir.SQL()
	if folders := l.folders(dir); folders != nil {
		l.numbered(dir, folders, set)
		return set
	}
	if len(files) == 0 {
		l.directories(dir, set)
		return set
	}
	for _, in := range dir.Files() {
		if !in.isSQL() {
			set.Ignored = append(set.Ignored, in.Path())
		}
	}
	for _, name := range dir.Dirs() {
		if folderName.MatchString(name) && dir.Sub(name) != nil {
			for _, in := range dir.Sub(name).SQL() {
				set.Ignored = append(set.Ignored, in.Path())
			}
		}
	}
	var ups, downs []plainFile
	for _, in := range files {
		if f := plainName(in); f.down {
			downs = append(downs, f)
		} else {
			ups = append(ups, f)
		}
	}
	ups, downs = l.settle(ups, downs)
	slices.SortStableFunc(ups, func(a, b plainFile) int { return natural(a.in.Name, b.in.Name) })
	var stems []string
	for _, up := range ups {
		stems = append(stems, up.stem)
	}
	shared := sharedVersions(stems)
	for _, up := range ups {
		m := l.migration(set, up.stem, up.in, shared)
		if at := slices.IndexFunc(downs, func(d plainFile) bool { return d.stem == up.stem }); at >= 0 {
			l.down(set, m, downs[at].in)
			downs = slices.Delete(downs, at, at+1)
		}
		set.Migrations = append(set.Migrations, m)
	}
	for _, d := range downs {
		// A down file with nothing to undo is no migration; it is not read as
		// one, and it is not forgotten.
		set.Ignored = append(set.Ignored, d.in.Path())
		set.Problems = append(set.Problems, missingUp(d.in, d.stem))
	}
	set.Problems = append(set.Problems, gaps(sequence(ups))...)
	return set
}

// settle decides what names leave open. "shut_down.sql" is a down file where
// shut.sql is its up file, or where other files come in pairs; else the words
// are just a name.
func (plain) settle(ups, downs []plainFile) (up, down []plainFile) {
	paired := func(d plainFile) bool {
		return slices.ContainsFunc(ups, func(u plainFile) bool { return u.stem == d.stem })
	}
	pairs := slices.ContainsFunc(downs, func(d plainFile) bool { return d.sure || paired(d) })
	for _, d := range downs {
		if pairs || d.sure {
			down = append(down, d)
			continue
		}
		ups = append(ups, plainFile{in: d.in, stem: d.in.Name[:len(d.in.Name)-len(path.Ext(d.in.Name))]})
	}
	return ups, down
}

// sequence returns the numbers of the files if all have one.
func sequence(ups []plainFile) []numbered {
	var ms []numbered
	for _, up := range ups {
		digits, _ := leadingDigits(up.stem)
		_, _, n, ok := versionName(digits + "_")
		if !ok || len(ms) > 0 && ms[len(ms)-1].number > n {
			return nil
		}
		ms = append(ms, numbered{number: n, in: up.in})
	}
	return ms
}

// directories reads a directory per migration.
func (l plain) directories(dir *Dir, set *Set) {
	for _, in := range dir.Files() {
		set.Ignored = append(set.Ignored, in.Path())
	}
	names := slices.DeleteFunc(dir.Dirs(), func(name string) bool { return upOf(dir, name) == nil })
	for _, name := range dir.Dirs() {
		// A directory of other scripts among those with an up.sql.
		if folderName.MatchString(name) && !slices.Contains(names, name) && dir.Sub(name) != nil {
			for _, in := range dir.Sub(name).SQL() {
				set.Ignored = append(set.Ignored, in.Path())
			}
		}
	}
	slices.SortStableFunc(names, natural)
	shared := sharedVersions(names)
	for _, name := range names {
		up := upOf(dir, name)
		m := l.migration(set, name, up, shared)
		sub := dir.Sub(name)
		if down := sub.File("down.sql"); down != nil {
			l.down(set, m, down)
		}
		for _, in := range sub.Files() {
			if in != up && in.Name != "down.sql" {
				set.Ignored = append(set.Ignored, in.Path())
			}
		}
		set.Migrations = append(set.Migrations, m)
	}
}

func (l plain) migration(set *Set, stem string, in *Input, shared map[string]bool) *Migration {
	m := &Migration{ID: stem}
	if stem == "" {
		m.ID = strings.TrimSuffix(path.Base(in.Name), path.Ext(in.Name))
	}
	if version, name := plainVersion(stem); name != "" && !shared[version] {
		m.ID, m.Name = version, name
	}
	var problems []Problem
	m.Up, m.Opaque, problems = whole(in, l, Unstated)
	set.Problems = append(set.Problems, problems...)
	return m
}

// plainVersion cuts a name into what tells it from others and the rest: at the
// end of the digits it begins with, or, where these are but a part of a date
// (2024-01-31-120000_name), at the first underscore, as Diesel does. The version
// of any other name is the whole.
func plainVersion(stem string) (version, name string) {
	digits, rest := leadingDigits(stem)
	if digits == "" || rest == "" || !strings.ContainsAny(rest[:1], "_-.") {
		return stem, ""
	}
	if more, _ := leadingDigits(rest[1:]); more == "" {
		return digits, rest[1:]
	}
	version, name, _ = strings.Cut(stem, "_")
	if strings.Trim(version, "-.0123456789") != "" {
		return stem, ""
	}
	return version, name
}

// sharedVersions returns the versions that several names have, which therefore
// tell none of them apart.
func sharedVersions(stems []string) map[string]bool {
	seen, shared := map[string]bool{}, map[string]bool{}
	for _, stem := range stems {
		version, _ := plainVersion(stem)
		shared[version] = shared[version] || seen[version]
		seen[version] = true
	}
	return shared
}

func (l plain) down(set *Set, m *Migration, in *Input) {
	s, opaque, problems := whole(in, l, Unstated)
	s.Opaque = opaque
	m.Down = s
	set.Problems = append(set.Problems, problems...)
}
