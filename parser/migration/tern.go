package migration

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/migracheck/migracheck/parser/pattern"
	"github.com/migracheck/migracheck/parser/source"
)

// tern reads NNN_name.sql, numbered from 1 without a hole. What stands above
// the separator is up, what stands below is down; without one, or with nothing
// below, there is no way back. Each half runs in a transaction of its own, or
// statement by statement where it says so. Files are Go templates: what is in
// braces is a placeholder, and the .sql files of the directories below are
// templates for it, no migrations. After each migration all settings are reset.
// https://github.com/jackc/tern/blob/v2.4.2/migrate/migrate.go
type tern struct{}

func (tern) Name() string { return "tern" }

const (
	ternSeparator = "---- create above / drop below ----"
	ternConf      = "tern.conf"
)

var (
	ternName      = pattern.New(`^(\d+)_(.+)\.sql$`)
	ternDisableTx = pattern.New(`(?m)^---- tern: disable-tx ----$`)
	// ternMeant matches lines that are meant to disable the transaction,
	// whether or not tern takes them for that.
	ternMeant = pattern.New(`(?im)^[ \t]*-{2,}[ \t]*tern:[ \t]*disable-tx[ \t]*-*[ \t\r]*$`)
)

func (tern) marked(text string) bool {
	return strings.Contains(text, ternSeparator) || strings.Contains(text, "tern:") && ternMeant.MatchString(text)
}

// Detect implements [Layout]. Files without a way back have no separator; they
// count where others have one, where tern's own file lies beside them, or where
// Go code there uses tern.
func (l tern) Detect(dir *Dir) Evidence {
	var named, marked []*Input
	for _, in := range dir.SQL() {
		if in.signedBy(l) {
			marked = append(marked, in)
		}
		if ternName.MatchString(in.Name) && foreign(in, l) == "" {
			named = append(named, in)
		}
	}
	switch {
	case dir.File(ternConf) != nil && len(named) > 0:
		return Evidence{Reason: ternConf + " with " + count(len(named), "file") + " named NNN_name.sql", Files: named}
	case len(marked) > 0:
		return Evidence{Reason: ternSeparator + " in " + count(len(marked), "file"), Files: named}
	case len(named) > 0 && dir.imports("github.com/jackc/tern/"):
		return Evidence{Reason: count(len(named), "file") + " named NNN_name.sql beside Go code that imports tern", Files: named}
	}
	return Evidence{}
}

// Load implements [Layout].
func (l tern) Load(dir *Dir) *Set {
	set := &Set{Layout: l.Name()}
	var ms []numbered
	for _, in := range dir.Files() {
		parts := ternName.FindStringSubmatch(in.Name)
		if parts == nil {
			if in.Name != ternConf {
				set.Ignored = append(set.Ignored, in.Path())
			}
			if in.isSQL() && in.signedBy(l) {
				set.Problems = append(set.Problems, misnamed(l, in, "NNN_name.sql"))
			}
			continue
		}
		number, err := strconv.ParseUint(parts[1], 10, 31)
		if err != nil || number == 0 {
			set.Problems = append(set.Problems, Problem{
				Kind:    BadMarker,
				At:      in.Start(),
				Message: fmt.Sprintf("the number of %s is not one that tern counts with: it begins at 1, so tern fails on the directory", in.Path()),
			})
		}
		m := &Migration{ID: parts[1], Name: parts[2]}
		var problems []Problem
		m.Up, m.Down, m.Opaque, problems = l.script(in)
		set.Problems = append(set.Problems, problems...)
		ms = append(ms, numbered{number, in, m})
	}
	for _, in := range dir.Below()[len(dir.Files()):] {
		if in.isSQL() {
			set.Ignored = append(set.Ignored, in.Path())
		}
	}
	set.orderNumbered(ms)
	set.Problems = append(set.Problems, l.holes(ms)...)
	set.inSessions(ResetSession)
	return set
}

// holes reports numbers that are left out: tern refuses all migrations then.
func (tern) holes(ms []numbered) []Problem {
	var problems []Problem
	before := uint64(0)
	for _, m := range ms {
		if m.number > before+1 {
			what := fmt.Sprintf("version %d is", before+1)
			if m.number > before+2 {
				what = fmt.Sprintf("versions %d to %d are", before+1, m.number-1)
			}
			problems = append(problems, Problem{
				Kind:    VersionGap,
				At:      m.in.Start(),
				Message: fmt.Sprintf("%s missing before %s, so tern refuses the directory", what, m.in.Path()),
			})
		}
		before = m.number
	}
	return problems
}

// single implements [single].
func (l tern) single(in *Input) ([]*Migration, []Problem) {
	m := &Migration{ID: in.Name}
	var problems []Problem
	m.Up, m.Down, m.Opaque, problems = l.script(in)
	return []*Migration{m}, problems
}

// script reads a file with or without a separator.
func (l tern) script(in *Input) (up, down *Script, opaque string, problems []Problem) {
	if in.Opaque() != "" || foreign(in, l) != "" {
		up, opaque, problems = whole(in, l, Wrapped)
		return up, nil, opaque, problems
	}
	up, down, problems = l.read(in)
	return up, down, "", problems
}

func (l tern) read(in *Input) (up, down *Script, problems []Problem) {
	body := in.Body()
	above, below := body, source.Span{}
	if n := strings.Index(body.Text(), ternSeparator); n >= 0 {
		above.End = body.Start + n
		below = source.Span{File: body.File, Start: above.End + len(ternSeparator), End: body.End}
	}
	up, problems = l.half(above)
	if !l.hasSQL(above.Text()) {
		problems = append(problems, Problem{
			Kind:    BadMarker,
			At:      in.Start(),
			Message: fmt.Sprintf("%s has no SQL for the way up, so tern refuses the directory", in.Path()),
		})
	}
	if strings.TrimSpace(below.Text()) != "" {
		var more []Problem
		down, more = l.half(below)
		down.Span.Start = above.End
		problems = append(problems, more...)
	}
	return up, down, problems
}

// hasSQL reports what tern takes for SQL: a line that is no comment.
func (tern) hasSQL(text string) bool {
	for l := range strings.SplitSeq(text, "\n") {
		if l = strings.TrimSpace(l); l != "" && !strings.HasPrefix(l, "--") {
			return true
		}
	}
	return false
}

func (tern) half(at source.Span) (*Script, []Problem) {
	s := &Script{Span: at}
	text := at.Text()
	if strings.TrimSpace(text) == "" {
		return s, nil
	}
	t := Wrapped
	var problems []Problem
	if ternDisableTx.MatchString(text) {
		t = Autocommit
	} else if m := ternMeant.FindStringIndex(text); m != nil {
		line := source.Span{File: at.File, Start: at.Start + m[0], End: at.Start + m[1]}
		problems = append(problems, Problem{
			Kind:    BadMarker,
			At:      line,
			Message: "this line is not exactly ---- tern: disable-tx ----, so tern passes over it and runs the file in a transaction",
		})
	}
	s.Pieces = []Piece{{Span: at, Transaction: t}}
	return s, problems
}
