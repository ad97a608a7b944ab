package migration

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"github.com/migracheck/migracheck/parser/pattern"
)

// flyway reads V1.2__name.sql, U1.2__name.sql (its undo), R__name.sql
// (repeatable, after all versions) and B1.2__name.sql (baseline), in the
// directory and all below. The statements of a file are sent one by one in a
// transaction, unless its .conf file or a statement in it forbids that.
//
// The prefix V can be configured. Where no file has it, it is taken to be
// empty, if somebody says that the layout is Flyway's: nothing shows it.
// https://documentation.red-gate.com/fd/migrations-271585107.html
type flyway struct{}

func (flyway) Name() string { return "flyway" }

var flywayName = pattern.New(`^([VURBvurb])([0-9]+(?:[._][0-9]+)*)?(?:__(.*))?\.(sql|java|kt|groovy|scala)$`)

// flywayBare is the name of a versioned file where the prefix is empty.
var flywayBare = pattern.New(`^()([0-9]+(?:[._][0-9]+)*)__(.*)\.(sql)$`)

// A flywayFile is what a name says.
type flywayFile struct {
	in            *Input
	kind          byte // V, U, R or B
	version, name string
	parts         []string
	opaque        string // for a program
}

func (flyway) file(in *Input) (flywayFile, bool) {
	return flywayNamed(in, flywayName)
}

func flywayNamed(in *Input, as *pattern.Pattern) (flywayFile, bool) {
	m := as.FindStringSubmatch(path.Base(in.Name))
	if m == nil {
		return flywayFile{}, false
	}
	f := flywayFile{in: in, kind: strings.ToUpper(cmp.Or(m[1], "V"))[0], version: strings.ReplaceAll(m[2], "_", "."), name: m[3]}
	if (f.kind == 'R') != (f.version == "") {
		return flywayFile{}, false
	}
	if (f.kind == 'R' || m[4] != "sql") && !strings.Contains(path.Base(in.Name), "__") {
		return flywayFile{}, false
	}
	if m[4] != "sql" {
		f.opaque = "Java migration"
	}
	if f.version != "" {
		f.parts = strings.Split(f.version, ".")
	}
	return f, true
}

// compareVersions compares part by part; a part that is not there is zero.
func compareVersions(a, b flywayFile) int {
	for i := range max(len(a.parts), len(b.parts)) {
		if c := compareDigits(part(a, i), part(b, i)); c != 0 {
			return c
		}
	}
	return 0
}

func part(f flywayFile, i int) string {
	if i < len(f.parts) {
		return f.parts[i]
	}
	return "0"
}

// files returns the files with Flyway names, and the other SQL files.
func (l flyway) files(dir *Dir) (files []flywayFile, others []*Input) {
	all, others := dir.dialect()
	for _, in := range all {
		f, ok := l.file(in)
		switch {
		case ok:
			files = append(files, f)
		case !strings.HasSuffix(in.Name, ".sql.conf"):
			others = append(others, in)
		}
	}
	if slices.ContainsFunc(files, func(f flywayFile) bool { return f.kind == 'V' && f.opaque == "" }) {
		return files, others
	}
	others = slices.DeleteFunc(others, func(in *Input) bool {
		f, ok := flywayNamed(in, flywayBare)
		if ok {
			files = append(files, f)
		}
		return ok
	})
	return files, others
}

// Detect implements [Layout]. The separator of two underscores is what makes
// the name Flyway's. Directories below count only where nothing else is there.
func (l flyway) Detect(dir *Dir) Evidence {
	direct := dir.SQL()
	if len(direct) == 0 {
		all, _ := dir.dialect()
		direct = sqlOf(all)
		if slices.ContainsFunc(direct, func(in *Input) bool { return !l.shows(in) }) {
			return Evidence{}
		}
	}
	var files []*Input
	for _, in := range direct {
		if l.shows(in) {
			files = append(files, in)
		}
	}
	return Evidence{Reason: count(len(files), "file") + " named V1__name.sql", Files: files}
}

func (l flyway) shows(in *Input) bool {
	f, ok := l.file(in)
	return ok && f.opaque == "" && strings.Contains(path.Base(in.Name), "__")
}

// Load implements [Layout].
func (l flyway) Load(dir *Dir) *Set {
	set := &Set{Layout: l.Name()}
	files, others := l.files(dir)
	for _, in := range others {
		set.Ignored = append(set.Ignored, in.Path())
	}
	of := func(kind byte) []flywayFile {
		return slices.DeleteFunc(slices.Clone(files), func(f flywayFile) bool { return f.kind != kind })
	}
	versioned := of('V')
	if b, ok := l.baseline(set, of('B'), versioned); ok {
		versioned = append(versioned, b)
	}
	slices.SortStableFunc(versioned, func(a, b flywayFile) int {
		return cmp.Or(compareVersions(a, b), strings.Compare(a.in.Name, b.in.Name))
	})
	undos := of('U')
	for i, f := range versioned {
		if i > 0 && compareVersions(versioned[i-1], f) == 0 {
			set.Problems = append(set.Problems, duplicate(l.Name(), f.version, []*Input{versioned[i-1].in, f.in}))
		}
		m := l.migration(set, dir, f)
		at := slices.IndexFunc(undos, func(u flywayFile) bool { return compareVersions(u, f) == 0 })
		if at >= 0 {
			var opaque string
			m.Down, opaque = l.script(set, dir, undos[at])
			m.Down.Opaque = opaque
			undos = slices.Delete(undos, at, at+1)
		}
		set.Migrations = append(set.Migrations, m)
	}
	for _, u := range undos {
		set.Ignored = append(set.Ignored, u.in.Path())
		set.Problems = append(set.Problems, missingUp(u.in, u.version))
	}
	repeatable := of('R')
	slices.SortStableFunc(repeatable, func(a, b flywayFile) int { return strings.Compare(a.name, b.name) })
	for _, f := range repeatable {
		set.Migrations = append(set.Migrations, l.migration(set, dir, f))
	}
	return set
}

// baseline chooses the baseline that a history needs because the versions
// before it are gone: the highest one. With the versions still there it would
// do everything twice, and Flyway runs it on an empty schema only.
func (flyway) baseline(set *Set, baselines, versioned []flywayFile) (flywayFile, bool) {
	if len(baselines) == 0 {
		return flywayFile{}, false
	}
	slices.SortStableFunc(baselines, compareVersions)
	last := len(baselines) - 1
	needed := !slices.ContainsFunc(versioned, func(v flywayFile) bool { return compareVersions(v, baselines[last]) <= 0 })
	for i, b := range baselines {
		if i != last || !needed {
			set.Ignored = append(set.Ignored, b.in.Path())
		}
	}
	return baselines[last], needed
}

func (l flyway) migration(set *Set, dir *Dir, f flywayFile) *Migration {
	m := &Migration{ID: f.version, Name: strings.ReplaceAll(f.name, "_", " ")}
	if f.kind == 'R' {
		m.ID = strings.TrimSuffix(path.Base(f.in.Name), path.Ext(f.in.Name))
	}
	m.Up, m.Opaque = l.script(set, dir, f)
	return m
}

func (l flyway) script(set *Set, dir *Dir, f flywayFile) (*Script, string) {
	in := f.in
	if f.opaque != "" {
		return &Script{Span: in.Start()}, f.opaque
	}
	t := Wrapped
	if !l.inTransaction(dir, in) {
		t = Autocommit
	}
	s, opaque, problems := whole(in, l, t)
	set.Problems = append(set.Problems, problems...)
	return s, opaque
}

// alone matches the statements for which Flyway leaves the transaction out, as
// its parser has them; its list is shorter than PostgreSQL's.
// https://github.com/flyway/flyway/blob/main/flyway-database/flyway-database-postgresql/src/main/java/org/flywaydb/database/postgresql/PostgreSQLParser.java
var alone = pattern.New(`(?i)^(` +
	`(CREATE|DROP)( UNIQUE)? INDEX CONCURRENTLY` +
	`|(CREATE|DROP) (DATABASE|TABLESPACE|SUBSCRIPTION)` +
	`|ALTER SYSTEM` +
	`|REINDEX( VERBOSE)? (SCHEMA|DATABASE|SYSTEM)` +
	`|VACUUM|DISCARD ALL)\b`)

// inTransaction reports whether Flyway opens a transaction around the file.
func (flyway) inTransaction(dir *Dir, in *Input) bool {
	if conf := dir.beside(in, ".conf"); conf != nil {
		for l := range lines(conf.Body()) {
			key, value, _ := strings.Cut(l.text, "=")
			if strings.TrimSpace(key) == "executeInTransaction" {
				return !strings.EqualFold(strings.TrimSpace(value), "false")
			}
		}
	}
	for _, s := range statements(in.Text()) {
		if alone.MatchString(s) {
			return false
		}
	}
	return true
}

// beside returns the sidecar file of in: the same name with an ending more.
func (d *Dir) beside(in *Input, ending string) *Input {
	for _, other := range d.Below() {
		if other.Name == in.Name+ending {
			return other
		}
	}
	return nil
}
