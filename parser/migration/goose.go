package migration

import (
	"fmt"
	"path"
	"strings"

	"github.com/migracheck/migracheck/parser/pattern"
	"github.com/migracheck/migracheck/parser/source"
)

// goose reads NNN_name.sql with "-- +goose" annotations, and knows of
// NNN_name.go in the same number space. It splits scripts itself and sends
// each statement alone, within one transaction per file.
// https://github.com/pressly/goose/blob/main/internal/sqlparser/parser.go
type goose struct{}

func (goose) Name() string { return "goose" }

var gooseMarker = pattern.New(`(?m)^[ \t]*--[ \t]*\+goose[ \t]+(?i:up|down|statementbegin|no transaction)[ \t]*\r?$`)

func (goose) marked(text string) bool {
	return strings.Contains(text, "+goose") && gooseMarker.MatchString(text)
}

// Detect implements [Layout].
func (l goose) Detect(dir *Dir) Evidence { return detectMarkers(l, "-- +goose Up", dir) }

// Load implements [Layout].
func (l goose) Load(dir *Dir) *Set {
	set := &Set{Layout: l.Name()}
	evidence := len(l.Detect(dir).Files)
	var ms []numbered
	for _, in := range dir.Files() {
		ext := path.Ext(in.Name)
		version, name, n, ok := versionName(strings.TrimSuffix(in.Name, ext))
		if !ok || n == 0 || n > 1<<63-1 || ext != ".sql" && ext != ".go" || strings.HasSuffix(in.Name, "_test.go") {
			set.Ignored = append(set.Ignored, in.Path())
			if in.isSQL() && in.signedBy(l) {
				set.Problems = append(set.Problems, misnamed(l, in, "NNN_name.sql"))
			}
			continue
		}
		m := &Migration{ID: version, Name: name}
		if ext == ".go" {
			m.Up, m.Opaque = &Script{Span: in.Start()}, goMigration
		} else {
			set.Problems = append(set.Problems, sections(l, in, evidence, m)...)
		}
		ms = append(ms, numbered{n, in, m})
	}
	set.sortNumbered(ms)
	return set
}

// misnamed reports a file with a tool's markers that the tool passes over.
func misnamed(l Layout, in *Input, want string) Problem {
	return Problem{
		Kind:    MixedLayouts,
		At:      in.Start(),
		Message: fmt.Sprintf("%s has %s markers, but %s does not read it: its name is not %s", in.Path(), l.Name(), l.Name(), want),
	}
}

// A gooseParser is the state machine of goose's own parser.
type gooseParser struct {
	file     *source.File
	up, down *splitter
	at       *splitter // nil before the first marker
	block    bool      // between StatementBegin and StatementEnd
	noTx     bool
	early    bool // SQL before the first marker was reported
	envsub   bool // after ENVSUB ON
	dollars  bool // a dollar quote there was reported
	problems []Problem
}

func (goose) read(in *Input) (up, down *Script, problems []Problem) {
	p := &gooseParser{file: in.Source()}
	body := in.Body()
	if body.Start > 0 {
		p.problem(in.Start(), "a byte order mark stands before the first line, where goose takes it for SQL")
	}
	for l := range lines(body) {
		trimmed := strings.TrimSpace(l.text)
		if strings.HasPrefix(trimmed, "--") && strings.Contains(trimmed, "+goose") {
			p.annotation(l)
			continue
		}
		p.line(l)
	}
	if p.block {
		p.problem(p.end(body.End), "-- +goose StatementBegin has no -- +goose StatementEnd")
	}
	p.finish(body.End)
	if p.up == nil {
		p.problem(in.Start(), "there is no -- +goose Up annotation, so goose refuses the file")
		up = &Script{Span: in.Start()}
	} else {
		up = p.up.script
	}
	if p.down != nil {
		down = p.down.script
	}
	if !p.noTx {
		up.wrap()
		if down != nil {
			down.wrap()
		}
	}
	return up, down, p.problems
}

func (p *gooseParser) problem(at source.Span, format string, args ...any) {
	p.problems = append(p.problems, Problem{Kind: BadMarker, At: at, Message: fmt.Sprintf(format, args...)})
}

// end returns the place of a problem that shows at the end of a text.
func (p *gooseParser) end(at int) source.Span {
	return source.Span{File: p.file, Start: at, End: at}
}

func (p *gooseParser) line(l line) {
	s := p.at
	if s == nil {
		if !p.early && strings.TrimSpace(l.text) != "" && !l.isComment() {
			p.early = true
			p.problem(l.span(p.file), "SQL stands before the first -- +goose Up, so goose refuses the file")
		}
		return
	}
	if !s.begun && (l.text == "" || l.isComment()) {
		return
	}
	p.dollarQuote(l)
	s.add(l)
	if !p.block && l.endsStatement() {
		s.cut(l.end, l.end, false)
	}
}

// dollarQuote reports a dollar quote where goose replaces variables: of $$ it
// leaves one sign, and $body$ it takes for a variable.
// https://github.com/mfridman/interpolate/blob/main/parser.go
func (p *gooseParser) dollarQuote(l line) {
	if !p.envsub || p.dollars {
		return
	}
	for i := range len(l.text) {
		if l.text[i] != '$' {
			continue
		}
		if tag := dollarTag(l.text[i:]); tag != "" {
			p.dollars = true
			p.problem(source.Span{File: p.file, Start: l.start + i, End: l.start + i + len(tag)}, "%s stands where ENVSUB is on, where goose replaces dollar signs, so that PostgreSQL does not get a dollar quote", tag)
			return
		}
	}
}

func (p *gooseParser) annotation(l line) {
	at := l.span(p.file)
	if strings.HasPrefix(l.text, " ") || strings.HasPrefix(l.text, "\t") {
		p.problem(at, "white space stands before a goose annotation, so goose refuses the file")
	}
	words := strings.Replace(strings.ReplaceAll(l.text, "--", ""), "+goose", "", 1)
	switch command := strings.TrimSpace(words); strings.ToLower(command) {
	case "up":
		if p.at != nil {
			p.problem(at, "-- +goose Up stands here for the second time or after -- +goose Down")
			if p.at == p.up {
				return
			}
		}
		p.finish(l.start)
		p.at = p.section(&p.up, l)
	case "down":
		p.goDown(l, at)
	case "statementbegin":
		if p.at == nil || p.block {
			p.problem(at, "-- +goose StatementBegin stands outside an Up or Down section or within another block")
			return
		}
		p.block = true
	case "statementend":
		if !p.block {
			p.problem(at, "-- +goose StatementEnd has no -- +goose StatementBegin")
			return
		}
		p.block = false
		p.at.cut(l.start, l.end, true)
	case "no transaction":
		p.noTx = true
	case "envsub on", "envsub off":
		// Variables are placeholders, which the SQL parser knows.
		p.envsub = strings.EqualFold(command, "envsub on")
	case "":
		p.problem(at, "this goose annotation is empty, so goose refuses the file")
	default:
		p.problem(at, "goose does not know the annotation %q and refuses the file", "+goose "+command)
	}
}

func (p *gooseParser) goDown(l line, at source.Span) {
	switch {
	case p.block:
		p.problem(at, "-- +goose Down stands within a StatementBegin block")
	case p.up == nil:
		p.problem(at, "-- +goose Down stands before -- +goose Up, so goose refuses the file")
	case p.down != nil:
		p.problem(at, "-- +goose Down stands here for the second time")
		return
	}
	p.finish(l.start)
	p.at = p.section(&p.down, l)
}

// section begins a section, or goes on with one that a problem was reported for.
func (p *gooseParser) section(s **splitter, l line) *splitter {
	if *s == nil {
		*s = newSplitter(&Script{Span: source.Span{File: p.file, Start: l.start, End: l.end}})
	}
	(*s).open(l.end)
	return *s
}

// finish ends the section that is open.
func (p *gooseParser) finish(end int) {
	s := p.at
	if s == nil {
		return
	}
	if s.text && !p.block {
		p.problem(s.first, "no line of this statement ends in a semicolon, so goose refuses the file as unfinished")
	}
	s.cut(end, end, p.block)
	s.close(end)
	p.block, p.at = false, nil
}
