package migration

import (
	"crypto/sha1"
	"encoding/hex"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/migracheck/migracheck/parser/pattern"
	"github.com/migracheck/migracheck/parser/source"
)

// graphileMigrate reads committed/NNNNNN(-name).sql, which form a chain of
// hashes, and after them what is being written: current.sql, or the files of
// current/. Each runs in a transaction, unless its first line says that it wants
// none. The files of current/ share one, which is not told here. What
// "--!include" names is read in its place. There are no down migrations.
// https://github.com/graphile/migrate/blob/main/src/migration.ts (v2.0.0-rc.3)
type graphileMigrate struct{}

func (graphileMigrate) Name() string { return "graphile-migrate" }

var (
	graphileName    = pattern.New(`^([0-9]+)(?:-([-_a-zA-Z0-9]*))?\.sql$`)
	graphileHeader  = pattern.New(`^--! ([A-Z][a-zA-Z0-9_]*)(?::(.*))?$`)
	graphileSwitch  = pattern.New(`(?m)^--!\s*no-transaction\b`)
	graphileInclude = pattern.New(`^--![ \t]*include[ \t]+(.*\.sql)[ \t]*$`)
	graphileExpands = pattern.New(`--!\s*(?:End)?Included?`)
)

// committed returns the directory of the committed migrations and the one around
// it, either of which may be the directory that was named; whole is nil where
// only the committed ones are read.
func (l graphileMigrate) committed(dir *Dir) (committed, whole *Dir) {
	if sub := dir.Sub("committed"); sub != nil {
		return sub, dir
	}
	if slices.ContainsFunc(dir.SQL(), l.chained) {
		return dir, nil
	}
	if dir.nearest(".gmrc") != nil && len(l.current(dir)) > 0 {
		return &Dir{Path: dir.show("committed")}, dir
	}
	return nil, nil
}

// chained reports whether a file is a committed migration.
func (graphileMigrate) chained(in *Input) bool {
	return graphileName.MatchString(in.Name) && strings.HasPrefix(in.Text(), "--! Previous:")
}

// current returns what is being written.
func (graphileMigrate) current(dir *Dir) []*Input {
	if in := dir.File("current.sql"); in != nil {
		return []*Input{in}
	}
	if sub := dir.Sub("current"); sub != nil {
		return sub.SQL()
	}
	return nil
}

// Detect implements [Layout].
func (l graphileMigrate) Detect(dir *Dir) Evidence {
	committed, whole := l.committed(dir)
	if committed == nil {
		return Evidence{}
	}
	files := slices.DeleteFunc(committed.SQL(), func(in *Input) bool { return !l.chained(in) })
	reason := count(len(files), "file") + " with --! Previous"
	if whole != nil {
		reason += " in committed"
		if len(files) == 0 {
			reason = "committed"
		}
		if current := l.current(whole); len(current) > 0 {
			files = append(files, current...)
			reason += ", beside " + current[0].Path()
		}
	}
	return Evidence{Reason: reason, Files: files}
}

// Load implements [Layout].
func (l graphileMigrate) Load(dir *Dir) *Set {
	set := &Set{Layout: l.Name()}
	committed, whole := l.committed(dir)
	if committed == nil {
		committed = dir
	}
	var before *graphileFile
	used := map[string]*Input{}
	files := committed.SQL()
	slices.SortStableFunc(files, func(a, b *Input) int { return natural(a.Name, b.Name) })
	for _, in := range committed.Files() {
		if !graphileName.MatchString(in.Name) {
			set.pass(l, in, "NNNNNN.sql or NNNNNN-name.sql")
		}
	}
	for _, in := range files {
		name := graphileName.FindStringSubmatch(in.Name)
		if name == nil {
			continue
		}
		if first := used[name[1]]; first != nil {
			set.Problems = append(set.Problems, duplicate(l.Name(), name[1], []*Input{first, in}))
		} else {
			used[name[1]] = in
		}
		f := l.file(in)
		set.Migrations = append(set.Migrations, l.migration(set, f, name[1], name[2], whole))
		if in.Opaque() == "" {
			set.Problems = append(set.Problems, f.check(before)...)
		}
		before = f
	}
	if whole == nil {
		return set
	}
	current := l.current(whole)
	for _, in := range whole.Files() {
		if !slices.Contains(current, in) {
			set.Ignored = append(set.Ignored, in.Path())
		}
	}
	slices.SortStableFunc(current, func(a, b *Input) int { return natural(a.Name, b.Name) })
	for _, in := range current {
		id := "current"
		if in.Name != "current.sql" {
			if !graphileName.MatchString(in.Name) {
				set.Ignored = append(set.Ignored, in.Path())
				set.refused(l, in, "named NNN.sql or NNN-name.sql")
				continue
			}
			id = "current/" + strings.TrimSuffix(in.Name, ".sql")
		}
		f := l.file(in)
		if at := graphileExpands.FindStringIndex(in.Text()); at != nil {
			start := in.Start()
			start.Start, start.End = start.Start+at[0], start.Start+at[1]
			set.Problems = append(set.Problems, f.problem(BadMarker, start, "--! Included is what the tool writes for --!include when it commits, so graphile-migrate refuses the file"))
		}
		m := l.migration(set, f, id, "", whole)
		if m.Opaque == "" && len(m.Up.Pieces) == 0 || len(m.Up.Pieces) == 1 && len(statements(m.Up.Pieces[0].Span.Text())) == 0 {
			set.Ignored = append(set.Ignored, in.Path()) // nothing is being written
			continue
		}
		set.Migrations = append(set.Migrations, m)
	}
	return set
}

// A graphileFile is a migration cut into its headers and its body.
type graphileFile struct {
	in      *Input
	headers map[string]string
	at      map[string]source.Span
	// body is without white space around it; after is the line that follows
	// the headers.
	body  source.Span
	after line
}

func (graphileMigrate) file(in *Input) *graphileFile {
	f := &graphileFile{in: in, headers: map[string]string{}, at: map[string]source.Span{}}
	whole := in.Body()
	f.body = whole
	for l := range lines(whole) {
		m := graphileHeader.FindStringSubmatch(l.text)
		if m == nil {
			f.after = l
			break
		}
		f.headers[m[1]], f.at[m[1]] = strings.TrimSpace(m[2]), l.span(whole.File)
		f.body.Start = l.end
		f.after = line{start: l.end, end: l.end}
	}
	text := f.body.Text()
	f.body.Start += len(text) - len(strings.TrimLeftFunc(text, jsSpace))
	f.body.End = f.body.Start + len(strings.TrimFunc(text, jsSpace))
	return f
}

// jsSpace is what JavaScript's trim takes away.
func jsSpace(r rune) bool {
	return r == '\ufeff' || r != '\u0085' && unicode.IsSpace(r)
}

func (graphileFile) problem(kind ProblemKind, at source.Span, format string, args ...any) Problem {
	return Problem{Kind: kind, At: at, Message: fmt.Sprintf(format, args...)}
}

// check returns what is wrong with a committed migration's headers: its place in
// the chain, and its hash.
func (f *graphileFile) check(before *graphileFile) []Problem {
	previous, hash := f.headers["Previous"], f.headers["Hash"]
	start := f.in.Start()
	switch {
	case strings.HasSuffix(strings.SplitN(f.in.Text(), "\n", 2)[0], "\r"):
		return []Problem{f.problem(BadMarker, start, "%s has CRLF line ends, which are not what was committed, so graphile-migrate refuses it", f.in.Path())}
	case previous == "" || hash == "":
		return []Problem{f.problem(BadMarker, start, "%s has no --! Previous or no --! Hash header, so graphile-migrate refuses the directory", f.in.Path())}
	case f.after.text != "":
		return []Problem{f.problem(BadMarker, f.after.span(start.File), "no blank line stands after the headers, so graphile-migrate refuses the file")}
	}
	var problems []Problem
	expected := "-"
	if before != nil {
		expected = before.headers["Hash"]
	}
	if previous != expected {
		p := f.problem(Checksum, f.at["Previous"], "the chain of hashes is broken: %s follows %s, and not the migration before it, so graphile-migrate refuses the directory", f.in.Path(), previous)
		if before != nil {
			p.Related = []Related{{At: before.at["Hash"], Message: "the hash of the migration before"}}
		} else {
			p.Message = fmt.Sprintf("%s follows %s, but no migration comes before it, so graphile-migrate refuses the directory", f.in.Path(), previous)
		}
		problems = append(problems, p)
	}
	_, invalid := f.headers["AllowInvalidHash"]
	if !strings.HasPrefix(hash, "sha1:") {
		return append(problems, f.problem(Checksum, f.at["Hash"], "the hash of %s is not checked: it is no sha1", f.in.Path()))
	}
	switch right := f.hash() == hash; {
	case !right && !invalid:
		problems = append(problems, f.problem(Checksum, f.at["Hash"], "%s was changed after it was committed: its hash differs, so graphile-migrate refuses it", f.in.Path()))
	case right && invalid:
		problems = append(problems, f.problem(Checksum, f.at["AllowInvalidHash"], "%s allows an invalid hash, but its hash is right, so graphile-migrate refuses it", f.in.Path()))
	}
	return problems
}

// hash is what the tool computes for a committed migration, from the bytes as
// they are.
func (f *graphileFile) hash() string {
	previous := f.headers["Previous"]
	if previous == "-" {
		previous = ""
	}
	raw := strings.ToValidUTF8(string(f.in.Raw()), "\ufffd")
	if text := f.in.Source().Text; raw == text {
		raw = f.body.Text()
	} else if at := strings.Index(raw, "\n\n"); at >= 0 {
		raw = raw[at:] // bytes that are not UTF-8 are not where the spans say
	}
	trimmed := strings.TrimFunc(previous+"\n"+strings.TrimFunc(raw, jsSpace), jsSpace)
	sum := sha1.Sum([]byte(trimmed + "\n"))
	return "sha1:" + hex.EncodeToString(sum[:])
}

// migration reads the body of a file. Includes are looked for in fixtures of
// the directory.
func (l graphileMigrate) migration(set *Set, f *graphileFile, id, name string, dir *Dir) *Migration {
	m := &Migration{ID: id, Name: name}
	var problems []Problem
	m.Up, m.Opaque, problems = l.script(f, dir)
	set.Problems = append(set.Problems, problems...)
	return m
}

func (l graphileMigrate) readFile(in *Input) (*Script, string, []Problem) {
	return l.script(l.file(in), nil)
}

func (l graphileMigrate) script(f *graphileFile, dir *Dir) (*Script, string, []Problem) {
	s, opaque, problems := whole(f.in, l, Wrapped)
	if opaque != "" {
		return s, opaque, problems
	}
	first, _, _ := strings.Cut(f.body.Text(), "\n")
	t := Wrapped
	if graphileSwitch.MatchString(first) {
		t = Implicit
		at := source.Span{File: f.body.File, Start: f.body.Start, End: f.body.Start + len(strings.TrimRight(first, " \t\r"))}
		if n := len(statements(f.body.Text())); n != 1 {
			problems = append(problems, f.problem(BadMarker, at,
				"--! no-transaction stands over %s, and not over exactly one, so PostgreSQL runs them in a transaction all the same", count(n, "statement")))
		}
	} else if at := graphileSwitch.FindStringIndex(f.body.Text()); at != nil {
		problems = append(problems, f.problem(BadMarker, source.Span{File: f.body.File, Start: f.body.Start + at[0], End: f.body.Start + at[1]},
			"--! no-transaction is not the first line after the headers, so graphile-migrate opens a transaction all the same"))
	}
	s.Pieces = nil
	e := expansion{script: s, transaction: t, dir: dir, left: 1000}
	e.text(f.body, []*source.File{f.body.File})
	return s, "", append(problems, e.problems...)
}

// An expansion adds pieces to a script, with those of the files that it includes
// in their places.
type expansion struct {
	script      *Script
	transaction Transaction
	dir         *Dir
	// left is how many includes are followed yet: files that include others
	// twice can double without end.
	left     int
	problems []Problem
}

// text adds the pieces of a text. Open are the files that are being read.
func (e *expansion) text(text source.Span, open []*source.File) {
	at := text.Start
	cut := func(end, next int) {
		span := source.Span{File: text.File, Start: at, End: end}
		if strings.TrimSpace(span.Text()) != "" {
			e.script.Pieces = append(e.script.Pieces, Piece{Span: span, Transaction: e.transaction})
		}
		at = next
	}
	for l := range lines(text) {
		m := graphileInclude.FindStringSubmatch(l.text)
		if m == nil {
			continue
		}
		cut(l.start, l.end)
		in := fixture(e.dir, m[1])
		why := ""
		switch {
		case in == nil:
			why = "the included file %s is not in fixtures, so graphile-migrate refuses the file"
		case slices.Contains(open, in.Source()):
			why = "the file %s is included in itself, so graphile-migrate refuses it"
		case in.Opaque() != "":
			why = "the included file %s cannot be read as text"
		case e.left == 0:
			why = "the file %s is one of too many that are included, and is not read"
		}
		if why != "" {
			e.problems = append(e.problems, Problem{Kind: BadMarker, At: l.span(text.File), Message: fmt.Sprintf(why, strconv.Quote(m[1]))})
			continue
		}
		e.left--
		e.text(in.Body(), append(slices.Clone(open), in.Source()))
	}
	cut(text.End, text.End)
}

// fixture returns a file in the directory "fixtures", or nil.
func fixture(dir *Dir, name string) *Input {
	if dir == nil {
		return nil
	}
	at := dir.Sub("fixtures")
	name = path.Clean(name)
	for at != nil {
		first, rest, ok := strings.Cut(name, "/")
		if !ok {
			return at.File(first)
		}
		at, name = at.Sub(first), rest
	}
	return nil
}
