package migration

import (
	"cmp"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/migracheck/migracheck/parser/source"
)

// A Custom describes how a home-made tool lays out its files.
type Custom struct {
	// Files is a regular expression for the whole path of a migration's file,
	// from the directory and with slashes. Its groups "version", "name" and
	// "direction" say what is what; version or name must be there, and
	// together they tell migrations apart.
	Files string
	// Down are the values of the group "direction" that mean down; without
	// the group all files are up.
	Down []string
	// Order is "number" (of the version, part by part; the default where there
	// is a version) or "name" (of the path, as text).
	Order string
	// UpMarker and DownMarker are regular expressions for the lines that
	// begin the up and the down part of a file; "" for none. Without an
	// UpMarker a file begins with its up part.
	UpMarker, DownMarker string
	// Separator is a regular expression for the lines between which a file is
	// sent piece by piece; "" sends it whole, ";" statement by statement.
	Separator string
	// Transaction is "migration" (the tool opens one for each; default),
	// "all" (one around all that are pending) or "none".
	Transaction string
	// NoTransaction is a regular expression for a line that turns the
	// transaction off for its part of the file, or for the whole file where it
	// stands before the first marker.
	NoTransaction string
}

// A CustomError is something wrong in a Custom.
type CustomError struct {
	// Field is the field, in kebab-case: "files", "up-marker".
	Field string
	// Message says what is wrong with it.
	Message string
}

func (e *CustomError) Error() string { return e.Field + " " + e.Message }

// Check returns what is wrong with the description, as a *[CustomError], or nil.
func (c *Custom) Check() error {
	_, err := c.compile()
	return err
}

const customName = "custom"

// custom reads files as a [Custom] describes; without one, none.
type custom struct {
	*Custom
	files                    *regexp.Regexp
	up, down, separator, off *regexp.Regexp // nil for none
	byName                   bool
}

func (custom) Name() string { return customName }

// compile checks a description and makes it ready for use.
func (c *Custom) compile() (custom, error) {
	l := custom{Custom: c}
	for _, check := range []func(*custom) *CustomError{(*custom).checkFiles, (*custom).checkOrder, (*custom).checkLines, (*custom).checkTransaction} {
		if err := check(&l); err != nil {
			return custom{}, err
		}
	}
	return l, nil
}

// expression compiles a regular expression; nil for "".
func expression(field, text string) (*regexp.Regexp, *CustomError) {
	if text == "" {
		return nil, nil
	}
	re, err := regexp.Compile(text)
	if err != nil {
		return nil, &CustomError{field, "is no regular expression: " + strings.TrimPrefix(err.Error(), "error parsing regexp: ")}
	}
	return re, nil
}

func (c *custom) checkFiles() (err *CustomError) {
	bad := func(field, format string, args ...any) *CustomError {
		return &CustomError{field, fmt.Sprintf(format, args...)}
	}
	if c.Files == "" {
		return bad("files", `is missing: it is a regular expression for the paths of the migrations, as (?P<version>[0-9]+)_(?P<name>.*)\.sql`)
	}
	if _, err = expression("files", c.Files); err != nil {
		return err
	}
	if c.files, err = expression("files", "^(?:"+c.Files+")$"); err != nil {
		return err
	}
	groups := map[string]bool{}
	for _, name := range c.files.SubexpNames() {
		switch name {
		case "", "version", "name", "direction":
			groups[name] = true
		default:
			return bad("files", "has a group %q: groups are version, name and direction", name)
		}
	}
	switch {
	case !groups["version"] && !groups["name"]:
		return bad("files", "has neither a group (?P<version>…) nor a group (?P<name>…), so nothing tells migrations apart")
	case groups["direction"] && len(c.Down) == 0:
		return bad("down", "is missing: it lists what the group direction in files is for a down file")
	case !groups["direction"] && len(c.Down) > 0:
		return bad("down", "has no use: files has no group (?P<direction>…)")
	case groups["direction"] && c.UpMarker != "":
		return bad("up-marker", "has no use: a file is one direction, as the group direction in files says")
	case groups["direction"] && c.DownMarker != "":
		return bad("down-marker", "has no use: a file is one direction, as the group direction in files says")
	}
	c.byName = !groups["version"]
	return nil
}

func (c *custom) checkOrder() *CustomError {
	switch c.Order {
	case "":
	case "name":
		c.byName = true
	case "number":
		if c.byName {
			return &CustomError{"order", "is by number, but files has no group (?P<version>…)"}
		}
	default:
		return &CustomError{"order", fmt.Sprintf("is %q: it is number or name", c.Order)}
	}
	return nil
}

// checkLines checks the regular expressions for lines.
func (c *custom) checkLines() (err *CustomError) {
	for _, e := range []struct {
		field, text string
		to          **regexp.Regexp
	}{{"up-marker", c.UpMarker, &c.up}, {"down-marker", c.DownMarker, &c.down}, {"no-transaction", c.NoTransaction, &c.off}} {
		if *e.to, err = expression(e.field, e.text); err != nil {
			return err
		}
		if *e.to != nil && (*e.to).MatchString("") {
			return &CustomError{e.field, "matches an empty line, and so every line"}
		}
	}
	if c.Separator == ";" {
		return nil
	}
	c.separator, err = expression("separator", c.Separator)
	return err
}

func (c *custom) checkTransaction() *CustomError {
	switch c.Transaction {
	case "", "migration", "all", "none":
		return nil
	}
	return &CustomError{"transaction", fmt.Sprintf("is %q: it is migration, all or none", c.Transaction)}
}

// Detect implements [Layout]: nothing shows a layout that only its team knows.
func (custom) Detect(*Dir) Evidence { return Evidence{} }

// A customFile is what a path says.
type customFile struct {
	in            *Input
	version, name string
	down          bool
}

func (c custom) file(in *Input) (customFile, bool) {
	if c.Custom == nil {
		return customFile{}, false
	}
	m := c.files.FindStringSubmatch(in.Name)
	if m == nil {
		return customFile{}, false
	}
	f := customFile{in: in}
	for i, group := range c.files.SubexpNames() {
		switch group {
		case "version":
			f.version = m[i]
		case "name":
			f.name = m[i]
		case "direction":
			f.down = slices.Contains(c.Down, m[i])
		}
	}
	return f, true
}

// compare orders files: by the numbers in their versions, or by path.
func (c custom) compare(a, b customFile) int {
	if c.byName {
		return strings.Compare(a.in.Name, b.in.Name)
	}
	m, n := numbersIn(a.version), numbersIn(b.version)
	for i := range max(len(m), len(n)) {
		x, y := "", ""
		if i < len(m) {
			x = m[i]
		}
		if i < len(n) {
			y = n[i]
		}
		if order := compareDigits(x, y); order != 0 {
			return order
		}
	}
	return cmp.Or(natural(a.version, b.version), strings.Compare(a.in.Name, b.in.Name))
}

// numbersIn returns the runs of digits in a version.
func numbersIn(version string) []string {
	return strings.FieldsFunc(version, func(r rune) bool { return r < '0' || r > '9' })
}

// Load implements [Layout].
func (c custom) Load(dir *Dir) *Set {
	set := &Set{Layout: c.Name(), OneTransaction: c.Custom != nil && c.Transaction == "all"}
	var ups, downs []customFile
	for _, in := range dir.Below() {
		f, ok := c.file(in)
		switch {
		case !ok:
			set.Ignored = append(set.Ignored, in.Path())
		case f.down:
			downs = append(downs, f)
		default:
			ups = append(ups, f)
		}
	}
	slices.SortStableFunc(ups, c.compare)
	versions, same := map[string]int{}, map[string][]*Input{}
	for _, up := range ups {
		versions[up.version]++
		same[up.id()] = append(same[up.id()], up.in)
	}
	for _, up := range ups {
		m := c.migration(set, up)
		if up.version != "" && versions[up.version] == 1 {
			m.ID = up.version
		}
		if files := same[up.id()]; len(files) > 1 && files[0] == up.in {
			set.Problems = append(set.Problems, duplicate("the tool", m.ID, files))
		}
		at := slices.IndexFunc(downs, func(d customFile) bool {
			return d.id() == up.id() || d.version == up.version && d.version != "" && versions[d.version] == 1
		})
		if at >= 0 {
			m.Down = c.downFile(set, downs[at])
			downs = slices.Delete(downs, at, at+1)
		}
		set.Migrations = append(set.Migrations, m)
	}
	for _, d := range downs {
		set.Ignored = append(set.Ignored, d.in.Path())
		set.Problems = append(set.Problems, missingUp(d.in, d.id()))
	}
	return set
}

// id tells migrations apart.
func (f customFile) id() string {
	if f.version == "" || f.name == "" {
		return f.version + f.name
	}
	return f.version + "_" + f.name
}

func (c custom) migration(set *Set, f customFile) *Migration {
	m := &Migration{ID: f.id(), Name: f.name}
	var problems []Problem
	if c.up == nil && c.down == nil {
		m.Up, m.Opaque, problems = c.whole(f.in)
	} else {
		m.Up, m.Down, m.Opaque, problems = c.parts(f.in)
	}
	set.Problems = append(set.Problems, problems...)
	return m
}

func (c custom) downFile(set *Set, f customFile) *Script {
	s, opaque, problems := c.whole(f.in)
	s.Opaque = opaque
	set.Problems = append(set.Problems, problems...)
	return s
}

// programs are the languages of migrations that are no SQL, by the ending of
// their files.
var programs = map[string]string{
	".clj": "Clojure", ".cs": "C#", ".ex": "Elixir", ".exs": "Elixir", ".go": "Go", ".groovy": "Groovy", ".hs": "Haskell",
	".java": "Java", ".kt": "Kotlin", ".php": "PHP", ".pl": "Perl", ".py": "Python", ".rb": "Ruby", ".rs": "Rust",
	".scala": "Scala", ".sh": "shell",
	".js": "JavaScript", ".cjs": "JavaScript", ".mjs": "JavaScript", ".ts": "TypeScript", ".cts": "TypeScript", ".mts": "TypeScript",
}

// whole reads a file that is one direction. What a program does is not known.
func (c custom) whole(in *Input) (*Script, string, []Problem) {
	if language := programs[path.Ext(in.Name)]; language != "" {
		return &Script{Span: in.Start()}, language + " migration", nil
	}
	s, opaque, problems := whole(in, c, Wrapped)
	if len(s.Pieces) == 0 {
		return s, opaque, problems
	}
	p := c.begin(in, in.Body().Start)
	for l := range lines(in.Body()) {
		p.line(l)
	}
	p.close(in.Body().End)
	return p.finish(false), opaque, problems
}

// parts reads a file that markers cut into directions. One without any is up as
// a whole, since it was written to be run, and is a problem, since the tool may
// see nothing in it.
func (c custom) parts(in *Input) (up, down *Script, opaque string, problems []Problem) {
	marks := func(l line) bool { return matches(c.up, l) || matches(c.down, l) }
	if in.Opaque() != "" || programs[path.Ext(in.Name)] != "" {
		up, opaque, problems = c.whole(in)
		return up, nil, opaque, problems
	}
	if c.up != nil && !anyLine(in.Body(), marks) {
		up, opaque, problems = c.whole(in)
		if len(up.Pieces) > 0 {
			problems = append(problems, c.problem(in.Start(), "%s has no line that the up-marker or the down-marker matches, so that all of it is read as up", in.Path()))
		}
		return up, nil, opaque, problems
	}
	body := in.Body()
	var ups, downs, at *customPart
	off, early := false, false
	if c.up == nil {
		ups = c.begin(in, body.Start)
		at = ups
	}
	for l := range lines(body) {
		switch {
		case matches(c.up, l):
			at = c.open(&ups, at, in, l)
		case matches(c.down, l):
			at = c.open(&downs, at, in, l)
		case at != nil:
			at.line(l)
		case matches(c.off, l):
			off = true
		case !early && strings.TrimSpace(l.text) != "" && !l.isComment():
			early = true
			problems = append(problems, c.problem(l.span(in.Source()), "SQL stands before the first line that the up-marker or the down-marker matches, and belongs to neither"))
		}
	}
	at.close(body.End)
	up = &Script{Span: in.Start()}
	if ups != nil {
		up = ups.finish(off)
	}
	if downs != nil {
		down = downs.finish(off)
	}
	return up, down, "", problems
}

func (custom) problem(at source.Span, format string, args ...any) Problem {
	return Problem{Kind: BadMarker, At: at, Message: fmt.Sprintf(format, args...)}
}

func matches(re *regexp.Regexp, l line) bool { return re != nil && re.MatchString(l.text) }

func anyLine(s source.Span, is func(line) bool) bool {
	for l := range lines(s) {
		if is(l) {
			return true
		}
	}
	return false
}

// A customPart collects one direction of a file.
type customPart struct {
	custom
	script *Script
	// start is where the piece under way begins.
	start int
	off   bool
}

func (c custom) begin(in *Input, at int) *customPart {
	return &customPart{custom: c, script: &Script{Span: source.Span{File: in.Source(), Start: at, End: at}}, start: at}
}

// open ends the part that is open and begins or goes on with another, whose
// marker is the line.
func (c custom) open(part **customPart, last *customPart, in *Input, l line) *customPart {
	if last != nil {
		last.close(l.start)
	}
	if *part == nil {
		*part = c.begin(in, l.start)
	}
	(*part).start = l.end
	(*part).script.Span.End = l.end
	(*part).off = (*part).off || matches(c.off, l)
	return *part
}

func (p *customPart) line(l line) {
	p.off = p.off || matches(p.custom.off, l)
	if matches(p.separator, l) {
		p.close(l.start)
		p.start = l.end
	}
}

// close ends the piece under way.
func (p *customPart) close(end int) {
	piece := Piece{Span: source.Span{File: p.script.Span.File, Start: p.start, End: max(p.start, end)}}
	p.start = piece.Span.End
	p.script.Span.End = max(p.script.Span.End, end)
	if strings.TrimSpace(piece.Span.Text()) != "" {
		p.script.Pieces = append(p.script.Pieces, piece)
	}
}

// finish gives the pieces their transaction, which a line anywhere in the part
// may have turned off, or one before it.
func (p *customPart) finish(off bool) *Script {
	off = off || p.off
	t := Wrapped
	if off || p.Transaction == "none" {
		t = Implicit
		if p.Separator == ";" {
			t = Autocommit
		}
	}
	for i := range p.script.Pieces {
		p.script.Pieces[i].Transaction, p.script.Pieces[i].Separate = t, off
	}
	return p.script
}
