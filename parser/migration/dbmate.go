package migration

import (
	"fmt"
	"slices"
	"strings"

	"github.com/migracheck/migracheck/parser/pattern"
	"github.com/migracheck/migracheck/parser/source"
)

// dbmate reads NNN*.sql with "-- migrate:up" and "-- migrate:down" blocks. A
// block is sent whole, in a transaction of its own unless it says
// transaction:false. A file may have several pairs of blocks; up and down, they
// run in the order of the file.
// https://github.com/amacneil/dbmate/blob/main/pkg/dbmate/migration.go
type dbmate struct{}

func (dbmate) Name() string { return "dbmate" }

var dbmateMarker = pattern.New(`(?m)^--\s*migrate:(up|down)(\s.*|$)`)

func (dbmate) marked(text string) bool {
	return strings.Contains(text, "migrate:") && dbmateMarker.MatchString(text)
}

// Detect implements [Layout].
func (l dbmate) Detect(dir *Dir) Evidence { return detectMarkers(l, "-- migrate:up", dir) }

// Load implements [Layout].
func (l dbmate) Load(dir *Dir) *Set {
	set := &Set{Layout: l.Name()}
	evidence := len(l.Detect(dir).Files)
	versions := map[string]*Input{}
	for _, in := range dir.Files() { // in order of name, as dbmate runs them
		version, rest := leadingDigits(in.Name)
		if version == "" || !strings.HasSuffix(in.Name, ".sql") {
			set.Ignored = append(set.Ignored, in.Path())
			if in.isSQL() && in.signedBy(l) {
				set.Problems = append(set.Problems, misnamed(l, in, "NNN_name.sql"))
			}
			continue
		}
		m := &Migration{ID: version, Name: strings.TrimLeft(strings.TrimSuffix(rest, ".sql"), "_-.")}
		set.Problems = append(set.Problems, sections(l, in, evidence, m)...)
		set.Migrations = append(set.Migrations, m)
		if first := versions[version]; first != nil {
			set.Problems = append(set.Problems, duplicate(l.Name(), version, []*Input{first, in}))
			continue
		}
		versions[version] = in
	}
	return set
}

func (dbmate) read(in *Input) (up, down *Script, problems []Problem) {
	body := in.Body()
	file := in.Source()
	bad := func(at source.Span, format string, args ...any) {
		problems = append(problems, Problem{Kind: BadMarker, At: at, Message: fmt.Sprintf(format, args...)})
	}
	var at *Script // the direction of the block that is open
	for l := range lines(body) {
		m := dbmateMarker.FindStringSubmatch(l.text)
		if m == nil {
			if at == nil && up == nil && strings.TrimSpace(l.text) != "" && !l.isComment() {
				bad(l.span(file), "SQL stands before the first -- migrate:up, so dbmate refuses the file")
				at = &Script{} // reported once
			}
			continue
		}
		t := Wrapped
		if slices.Contains(strings.Fields(m[2]), "transaction:false") {
			t = Implicit
		}
		target := &up
		if m[1] == "down" {
			target = &down
			if up == nil {
				bad(l.span(file), "-- migrate:down stands before -- migrate:up, so dbmate refuses the file")
			}
		}
		if *target == nil {
			*target = &Script{Span: source.Span{File: file, Start: l.start}}
		}
		closeBlock(at, l.start)
		at = *target
		at.Span.End = l.end
		at.Pieces = append(at.Pieces, Piece{Span: source.Span{File: file, Start: l.end, End: l.end}, Transaction: t, Separate: true})
	}
	closeBlock(at, body.End)
	if up == nil {
		bad(in.Start(), "there is no -- migrate:up block, so dbmate refuses the file")
		up = &Script{Span: in.Start()}
	} else if down == nil {
		bad(in.Start(), "there is no -- migrate:down block, so dbmate refuses the file")
	}
	return up, down, problems
}

// closeBlock gives the last block of a script its end, and drops it where it
// has no text.
func closeBlock(s *Script, end int) {
	if s == nil || len(s.Pieces) == 0 {
		return
	}
	last := &s.Pieces[len(s.Pieces)-1]
	last.Span.End, s.Span.End = end, end
	if strings.TrimSpace(last.Span.Text()) == "" {
		s.Pieces = s.Pieces[:len(s.Pieces)-1]
	}
}
