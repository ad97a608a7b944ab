package migration

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/migracheck/migracheck/parser/pattern"
	"github.com/migracheck/migracheck/parser/source"
)

// sqlMigrate reads *.sql with "-- +migrate" commands: like goose, but without
// numbers as identity, with sections that may come in any order and more than
// once, and with a transaction per direction.
// https://github.com/rubenv/sql-migrate/blob/master/sqlparse/sqlparse.go
type sqlMigrate struct{}

func (sqlMigrate) Name() string { return "sql-migrate" }

var sqlMigrateMarker = pattern.New(`(?m)^-- \+migrate +(Up|Down)(\s|$)`)

func (sqlMigrate) marked(text string) bool {
	return strings.Contains(text, "+migrate") && sqlMigrateMarker.MatchString(text)
}

// Detect implements [Layout].
func (l sqlMigrate) Detect(dir *Dir) Evidence { return detectMarkers(l, "-- +migrate Up", dir) }

// Load implements [Layout].
func (l sqlMigrate) Load(dir *Dir) *Set {
	set := &Set{Layout: l.Name()}
	evidence := len(l.Detect(dir).Files)
	for _, in := range dir.Files() {
		if !strings.HasSuffix(in.Name, ".sql") {
			set.Ignored = append(set.Ignored, in.Path())
			continue
		}
		// The tool's identity is the whole name; the extension says nothing.
		m := &Migration{ID: strings.TrimSuffix(in.Name, ".sql")}
		if _, name, _, ok := versionName(m.ID); ok {
			m.Name = name
		}
		set.Problems = append(set.Problems, sections(l, in, evidence, m)...)
		set.Migrations = append(set.Migrations, m)
	}
	slices.SortStableFunc(set.Migrations, func(a, b *Migration) int { return l.compare(a.ID, b.ID) })
	return set
}

var numericPrefix = pattern.New(`^(\d+).*$`)

// compare orders by numeric prefix where both have one and they differ; names
// with a number come before names without.
func (sqlMigrate) compare(a, b string) int {
	m, n := numericPrefix.FindStringSubmatch(a), numericPrefix.FindStringSubmatch(b)
	switch {
	case m != nil && n != nil:
		x, errX := strconv.ParseInt(m[1], 10, 64)
		y, errY := strconv.ParseInt(n[1], 10, 64)
		if errX == nil && errY == nil && x != y {
			return map[bool]int{true: -1, false: 1}[x < y]
		}
	case m != nil:
		return -1
	case n != nil:
		return 1
	}
	return strings.Compare(a, b)
}

type sqlMigrateParser struct {
	file           *source.File
	up, down       *splitter
	noUpTx, noDown bool
	at             *splitter
	block          bool
	problems       []Problem
}

func (sqlMigrate) read(in *Input) (up, down *Script, problems []Problem) {
	p := &sqlMigrateParser{file: in.Source()}
	body := in.Body()
	for l := range lines(body) {
		if strings.HasPrefix(l.text, "-- +migrate ") {
			p.command(l, strings.Fields(strings.TrimPrefix(l.text, "-- +migrate ")))
			continue
		}
		p.line(l)
	}
	if p.block {
		p.problem(source.Span{File: p.file, Start: body.End, End: body.End}, "-- +migrate StatementBegin has no -- +migrate StatementEnd")
	}
	p.finish(body.End)
	up = &Script{Span: in.Start()}
	if p.up != nil {
		up = p.up.script
	}
	if !p.noUpTx {
		up.wrap()
	}
	if p.down != nil {
		down = p.down.script
		if !p.noDown {
			down.wrap()
		}
	}
	return up, down, p.problems
}

func (p *sqlMigrateParser) problem(at source.Span, message string) {
	p.problems = append(p.problems, Problem{Kind: BadMarker, At: at, Message: message})
}

func (p *sqlMigrateParser) line(l line) {
	s := p.at
	if s == nil || !s.begun && (strings.TrimSpace(l.text) == "" || l.isComment()) {
		return
	}
	s.add(l)
	if !p.block && l.endsStatement() {
		s.cut(l.end, l.end, false)
	}
}

func (p *sqlMigrateParser) command(l line, words []string) {
	if len(words) == 0 {
		p.problem(l.span(p.file), "this sql-migrate command is incomplete, so sql-migrate refuses the file")
		return
	}
	switch words[0] {
	case "Up":
		p.finish(l.start)
		p.at = p.section(&p.up, l)
		p.noUpTx = p.noUpTx || slices.Contains(words[1:], "notransaction")
	case "Down":
		p.finish(l.start)
		p.at = p.section(&p.down, l)
		p.noDown = p.noDown || slices.Contains(words[1:], "notransaction")
	case "StatementBegin":
		if p.at == nil {
			return // the tool does not mind
		}
		p.block = true
	case "StatementEnd":
		if p.block {
			p.block = false
			p.at.cut(l.start, l.end, true)
		}
	default:
		p.problem(l.span(p.file), fmt.Sprintf("sql-migrate does not know the command %q and passes over it", words[0]))
	}
}

func (p *sqlMigrateParser) section(s **splitter, l line) *splitter {
	if *s == nil {
		*s = newSplitter(&Script{Span: source.Span{File: p.file, Start: l.start, End: l.end}})
	}
	(*s).open(l.end)
	return *s
}

func (p *sqlMigrateParser) finish(end int) {
	s := p.at
	if s == nil {
		return
	}
	if s.text && !p.block {
		p.problem(s.first, "no line of this statement ends in a semicolon, so sql-migrate refuses the file as unfinished")
	}
	s.cut(end, end, p.block)
	s.close(end)
	p.block, p.at = false, nil
}
