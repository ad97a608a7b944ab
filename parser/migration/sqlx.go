package migration

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/migracheck/migracheck/parser/pattern"
)

// sqlx reads NNN_name.sql, or NNN_name.up.sql with NNN_name.down.sql; one
// directory may have both kinds. A file is sent as one simple query, in a
// transaction unless its very first bytes are "-- no-transaction". Where no
// file has that comment, the names alone are not sqlx's: then the manifest of
// the Rust package must depend on it.
// https://github.com/launchbadge/sqlx/blob/main/sqlx-core/src/migrate/source.rs
type sqlx struct{}

func (sqlx) Name() string { return "sqlx" }

const sqlxNoTransaction = "-- no-transaction"

// sqlxMeant matches a first comment that is meant to be sqlxNoTransaction.
var sqlxMeant = pattern.New(`(?i)^--[ \t]*no[- _]transaction\b`)

// named says what sqlx does with a file: it passes over names without an
// underscore or without .sql, and stops at any other without a number.
func (sqlx) named(in *Input) (h half, passed bool) {
	version, rest, ok := strings.Cut(in.Name, "_")
	if !ok || !strings.HasSuffix(rest, ".sql") {
		return half{}, true
	}
	number, err := strconv.ParseUint(version, 10, 63)
	if err != nil {
		return half{}, false
	}
	h = half{in: in, version: version, number: number, down: strings.HasSuffix(rest, ".down.sql")}
	for _, ending := range []string{".up.sql", ".down.sql", ".sql"} {
		if name, ok := strings.CutSuffix(rest, ending); ok {
			h.name = name
			break
		}
	}
	return h, true
}

// Detect implements [Layout].
func (l sqlx) Detect(dir *Dir) Evidence {
	var files []*Input
	comments, strays := 0, 0
	for _, in := range dir.SQL() {
		h, passed := l.named(in)
		switch {
		case !passed:
			strays++
		case h.in == nil || foreign(in, l) != "":
		default:
			files = append(files, in)
			if bytes.HasPrefix(in.Raw(), []byte(sqlxNoTransaction)) {
				comments++
			}
		}
	}
	switch {
	case len(files) == 0:
		return Evidence{}
	case comments > 0:
		return Evidence{Reason: sqlxNoTransaction + " first in " + count(comments, "file"), Files: files}
	case strays == 0 && dir.crate("sqlx") && !dir.crate("refinery") && !dir.crate("diesel_migrations"):
		return Evidence{Reason: count(len(files), "file") + " named NNN_name.sql, and Cargo.toml depends on sqlx", Files: files}
	}
	return Evidence{}
}

// Load implements [Layout].
func (l sqlx) Load(dir *Dir) *Set {
	set := &Set{Layout: l.Name()}
	versions := map[uint64][]half{}
	var order []uint64
	for _, in := range dir.Files() {
		h, passed := l.named(in)
		if h.in == nil {
			set.Ignored = append(set.Ignored, in.Path())
			if !passed {
				set.Problems = append(set.Problems, Problem{
					Kind:    BadMarker,
					At:      in.Start(),
					Message: fmt.Sprintf("the name of %s does not begin with a number, so sqlx refuses the directory", in.Path()),
				})
			}
			continue
		}
		if versions[h.number] == nil {
			order = append(order, h.number)
		}
		versions[h.number] = append(versions[h.number], h)
	}
	var ms []numbered
	for _, n := range order {
		more, problems := l.version(versions[n])
		ms = append(ms, more...)
		set.Problems = append(set.Problems, problems...)
	}
	set.sortNumbered(ms)
	return set
}

// version makes migrations of the files of one version. A down file belongs to
// the up file of its name, or to the only one there is.
func (l sqlx) version(halves []half) (ms []numbered, problems []Problem) {
	ups := slices.DeleteFunc(slices.Clone(halves), func(h half) bool { return h.down })
	downs := slices.DeleteFunc(slices.Clone(halves), func(h half) bool { return !h.down })
	for _, up := range ups {
		m := &Migration{ID: up.version, Name: up.name}
		var more []Problem
		m.Up, m.Opaque, more = l.script(up.in)
		problems = append(problems, more...)
		at := slices.IndexFunc(downs, func(d half) bool { return d.name == up.name || len(ups) == 1 })
		if at >= 0 {
			m.Down, more = l.down(downs[at].in)
			problems = append(problems, more...)
			downs = slices.Delete(downs, at, at+1)
		}
		ms = append(ms, numbered{up.number, up.in, m})
	}
	for _, d := range downs {
		if len(ups) > 0 {
			problems = append(problems, duplicate(l.Name(), d.version, inputs(halves, true)))
			continue
		}
		m := &Migration{ID: d.version, Name: d.name, Up: &Script{Span: d.in.Start()}}
		var more []Problem
		m.Down, more = l.down(d.in)
		problems = append(append(problems, more...), missingUp(d.in, d.version))
		ms = append(ms, numbered{d.number, d.in, m})
	}
	return ms, problems
}

// single implements [single].
func (l sqlx) single(in *Input) ([]*Migration, []Problem) {
	m := &Migration{ID: in.Name}
	var problems []Problem
	m.Up, m.Opaque, problems = l.script(in)
	return []*Migration{m}, problems
}

func (l sqlx) down(in *Input) (*Script, []Problem) {
	s, opaque, problems := l.script(in)
	s.Opaque = opaque
	return s, problems
}

func (l sqlx) script(in *Input) (s *Script, opaque string, problems []Problem) {
	t := Wrapped
	if bytes.HasPrefix(in.Raw(), []byte(sqlxNoTransaction)) {
		t = Implicit
	}
	s, opaque, problems = whole(in, l, t)
	if t == Wrapped && opaque == "" {
		problems = append(problems, l.late(in)...)
	}
	return s, opaque, problems
}

// late reports the comment where sqlx does not look for it.
func (sqlx) late(in *Input) []Problem {
	for l := range lines(in.Body()) {
		text := strings.TrimSpace(l.text)
		switch {
		case text != "" && !l.isComment():
			return nil
		case sqlxMeant.MatchString(text):
			return []Problem{{
				Kind:    BadMarker,
				At:      l.span(in.Source()),
				Message: fmt.Sprintf("%s is not the very first text of %s, so sqlx runs the file in a transaction", sqlxNoTransaction, in.Path()),
			}}
		}
	}
	return nil
}
