package migration

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/migracheck/migracheck/parser/pattern"
)

// golangMigrate reads NNN_name.up.sql and NNN_name.down.sql. A file is sent as
// one simple query; the tool opens no transaction.
// https://github.com/golang-migrate/migrate/blob/master/source/parse.go
type golangMigrate struct{}

func (golangMigrate) Name() string { return "golang-migrate" }

var golangMigrateName = pattern.New(`^([0-9]+)_(.*)\.(up|down)\.(.*)$`)

// A half is one of the two files of a version.
type half struct {
	in            *Input
	version, name string
	number        uint64
	down          bool
}

func (golangMigrate) half(in *Input) (half, bool) {
	m := golangMigrateName.FindStringSubmatch(in.Name)
	if m == nil {
		return half{}, false
	}
	n, err := strconv.ParseUint(m[1], 10, 64)
	if err != nil {
		return half{}, false
	}
	return half{in: in, version: m[1], name: m[2], number: n, down: m[3] == "down"}, true
}

// Detect implements [Layout]. A down file alone shows nothing: other tools pair
// name.sql with name.down.sql.
func (l golangMigrate) Detect(dir *Dir) Evidence {
	ups := false
	files := slices.DeleteFunc(dir.Files(), func(in *Input) bool {
		h, ok := l.half(in)
		ok = ok && sqlExtension(in.Name)
		ups = ups || ok && !h.down
		return !ok
	})
	if !ups {
		return Evidence{}
	}
	return Evidence{Reason: count(len(files), "file") + " named NNN_name.up.sql/.down.sql", Files: files}
}

// sqlExtension reports whether a name ends as PostgreSQL scripts do; the tool
// takes any ending.
func sqlExtension(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".sql", ".pgsql", ".psql":
		return true
	}
	return false
}

// Load implements [Layout].
func (l golangMigrate) Load(dir *Dir) *Set {
	set := &Set{Layout: l.Name()}
	versions := map[uint64][]half{}
	var order []uint64
	for _, in := range dir.Files() {
		h, ok := l.half(in)
		if !ok {
			set.Ignored = append(set.Ignored, in.Path())
			if p := l.overlooked(in); p != nil {
				set.Problems = append(set.Problems, *p)
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

// overlooked reports a file that was meant to be a migration by its number,
// and which the tool passes over without a word.
func (l golangMigrate) overlooked(in *Input) *Problem {
	if !in.isSQL() {
		return nil
	}
	digits, rest := leadingDigits(in.Name)
	if digits == "" || !strings.ContainsAny(rest[:1], "_-.") {
		return nil
	}
	return &Problem{
		Kind:    MixedLayouts,
		At:      in.Start(),
		Message: fmt.Sprintf("%s is numbered like a migration, but golang-migrate does not read it: its name is not NNN_name.up.sql or NNN_name.down.sql", in.Path()),
	}
}

// version makes migrations of the files of one version: one, unless files
// compete for it.
func (l golangMigrate) version(halves []half) ([]numbered, []Problem) {
	var ups, downs []half
	for _, h := range halves {
		if h.down {
			downs = append(downs, h)
		} else {
			ups = append(ups, h)
		}
	}
	var ms []numbered
	var problems []Problem
	for _, up := range ups {
		m := &Migration{ID: up.version, Name: up.name}
		var more []Problem
		m.Up, m.Opaque, more = l.script(up.in)
		problems = append(problems, more...)
		at := slices.IndexFunc(downs, func(d half) bool { return d.name == up.name })
		if at < 0 && len(ups) == 1 && len(downs) > 0 {
			at = 0 // names need not agree
		}
		if at >= 0 {
			m.Down, more = l.down(downs[at].in)
			problems = append(problems, more...)
			downs = slices.Delete(downs, at, at+1)
		}
		ms = append(ms, numbered{up.number, up.in, m})
	}
	if len(ups) == 1 && len(downs) > 0 {
		// Two down files for one up file.
		problems = append(problems, duplicate(l.Name(), downs[0].version, inputs(halves, true)))
		return ms, problems
	}
	for _, down := range downs {
		m := &Migration{ID: down.version, Name: down.name, Up: &Script{Span: down.in.Start()}}
		var more []Problem
		m.Down, more = l.down(down.in)
		problems = append(problems, more...)
		problems = append(problems, missingUp(down.in, down.version))
		ms = append(ms, numbered{down.number, down.in, m})
	}
	return ms, problems
}

func inputs(halves []half, down bool) []*Input {
	var out []*Input
	for _, h := range halves {
		if h.down == down {
			out = append(out, h.in)
		}
	}
	return out
}

func missingUp(down *Input, version string) Problem {
	return Problem{
		Kind:    EmptyMigration,
		At:      down.Start(),
		Message: fmt.Sprintf("version %s has the down file %s and no up file", version, down.Path()),
	}
}

func (l golangMigrate) down(in *Input) (*Script, []Problem) {
	s, opaque, problems := l.script(in)
	s.Opaque = opaque
	return s, problems
}

// script reads a whole file, except where its ending says that it is no SQL.
func (l golangMigrate) script(in *Input) (*Script, string, []Problem) {
	if path.Ext(in.Name) == ".go" {
		return &Script{Span: in.Start()}, goMigration, nil
	}
	return whole(in, l, Implicit)
}

const goMigration = "Go migration"
