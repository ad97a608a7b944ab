package migration

import (
	"path"
	"slices"
	"strings"

	"github.com/migracheck/migracheck/parser/pattern"
	"github.com/migracheck/migracheck/parser/source"
)

// atlas reads *.sql in order of name beside an atlas.sum file. Statements are
// sent one by one in a transaction per file. It computes down migrations, so
// that there are no files for them. Directories in the format of another tool
// are that tool's, and only their checksums are Atlas's.
// https://github.com/ariga/atlas/blob/master/sql/migrate/dir.go
type atlas struct{}

func (atlas) Name() string { return "atlas" }

var atlasDirective = pattern.New(`^-- *atlas:(\w+)(?: +(.*?))?[ \t]*$`)

// directives returns the directives at the top of a file, which stand before a
// blank line; those right before a statement are the statement's.
func (atlas) directives(in *Input) map[string]string {
	found := map[string]string{}
	for l := range lines(in.Body()) {
		if !strings.HasPrefix(l.text, "--") && !strings.HasPrefix(l.text, "#") {
			if strings.TrimSpace(l.text) != "" {
				return nil
			}
			return found
		}
		if m := atlasDirective.FindStringSubmatch(l.text); m != nil {
			found[m[1]] = m[2]
		}
	}
	return found
}

// Detect implements [Layout]: files listed in atlas.sum, or with a directive
// that says how to run them, unless their names or markers are another tool's.
func (l atlas) Detect(dir *Dir) Evidence {
	reason := "-- atlas: directives"
	sum := dir.File(atlasSum)
	if sum != nil {
		reason = atlasSum
	}
	var files []*Input
	for _, in := range dir.SQL() {
		if golangMigrateName.MatchString(in.Name) || flyway.shows(flyway{}, in) || foreign(in, l) != "" {
			continue
		}
		if sum != nil || l.directed(in) {
			files = append(files, in)
		}
	}
	return Evidence{Reason: reason + " with " + count(len(files), "file"), Files: files}
}

func (l atlas) directed(in *Input) bool {
	for name := range l.directives(in) {
		if name != "nolint" {
			return true
		}
	}
	return false
}

// Load implements [Layout].
func (l atlas) Load(dir *Dir) *Set {
	set := &Set{Layout: l.Name()}
	versions := map[string]*Input{}
	for _, in := range dir.Files() { // in order of name, as Atlas runs them
		if !strings.HasSuffix(in.Name, ".sql") {
			if in.Name != atlasSum {
				set.Ignored = append(set.Ignored, in.Path())
			}
			continue
		}
		directives := l.directives(in)
		if _, ok := directives["checkpoint"]; ok && len(set.Migrations) > 0 {
			// The files before it do the same, one by one.
			set.Ignored = append(set.Ignored, in.Path())
			continue
		}
		m := &Migration{}
		m.ID, m.Name, _ = strings.Cut(strings.TrimSuffix(in.Name, ".sql"), "_")
		if first := versions[m.ID]; first != nil {
			set.Problems = append(set.Problems, duplicate(l.Name(), m.ID, []*Input{first, in}))
		} else {
			versions[m.ID] = in
		}
		t := Wrapped
		if directives["txmode"] == "none" {
			t = Autocommit
		}
		var problems []Problem
		m.Up, m.Opaque, problems = whole(in, l, t)
		set.Problems = append(set.Problems, problems...)
		if _, ok := directives["txtar"]; ok && m.Opaque == "" {
			set.Problems = append(set.Problems, l.archive(in, m, t)...)
		}
		if d := l.delimiter(in); d != "" {
			m.Up.Pieces = delimited(m.Up.Pieces, d)
		}
		set.Migrations = append(set.Migrations, m)
	}
	return set
}

// atlasSection is the line that begins a file of an archive.
var atlasSection = pattern.New(`^-- (\S+) --[ \t]*$`)

// archive reads a file that holds several: migration.sql is the up half,
// down.sql the way back, and checks are queries that are run before.
func (l atlas) archive(in *Input, m *Migration, t Transaction) []Problem {
	body := in.Body()
	m.Up.Pieces = nil
	var at *Script // the section that is open
	end := func(offset int) {
		if at == nil {
			return
		}
		at.Span.End = offset
		piece := Piece{Span: source.Span{File: at.Span.File, Start: at.Pieces[0].Span.Start, End: offset}, Transaction: t}
		at.Pieces = nil
		if strings.TrimSpace(piece.Span.Text()) != "" {
			at.Pieces = []Piece{piece}
		}
		at = nil
	}
	found := false
	for line := range lines(body) {
		name := atlasSection.FindStringSubmatch(line.text)
		if name == nil {
			continue
		}
		end(line.start)
		section := &Script{Span: source.Span{File: in.Source(), Start: line.start}, Pieces: []Piece{{Span: source.Span{Start: line.end}}}}
		switch name[1] {
		case "migration.sql":
			m.Up, at, found = section, section, true
		case "down.sql":
			m.Down, at = section, section
		}
	}
	end(body.End)
	if found {
		return nil
	}
	m.Up = &Script{Span: in.Start()}
	return []Problem{{Kind: BadMarker, At: in.Start(), Message: "the archive " + in.Path() + " has no section -- migration.sql --, so that it does nothing"}}
}

// nolint notes comments that turn findings of Atlas's own linter off. They say
// nothing of ours, whose rules ask other things.
func nolint(dir *Dir, set *Set) []string {
	used := map[*source.File]bool{}
	for s := range scriptsOf([]*Set{set}) {
		used[s.Span.File] = true
	}
	files := 0
	for in := range dir.known() {
		if in.isSQL() && used[in.Source()] && strings.Contains(in.Text(), "atlas:nolint") && atlasNolint.MatchString(in.Text()) {
			used[in.Source()] = false
			files++
		}
	}
	if files == 0 {
		return nil
	}
	return []string{"-- atlas:nolint in " + count(files, "file") + " is for the linter of Atlas and hides nothing here"}
}

var atlasNolint = pattern.New(`(?m)^-- *atlas:nolint\b`)

var atlasEscapes = strings.NewReplacer(`\n`, "\n", `\r`, "\r", `\t`, "\t")

// delimiter returns what ends statements instead of the semicolon. Atlas takes
// the directive only from the first line.
func (atlas) delimiter(in *Input) string {
	first, _, _ := strings.Cut(in.Text(), "\n")
	m := atlasDirective.FindStringSubmatch(strings.TrimSuffix(first, "\r"))
	if m == nil || m[1] != "delimiter" {
		return ""
	}
	return atlasEscapes.Replace(m[2])
}

// delimited cuts pieces at a delimiter, which belongs to none.
func delimited(pieces []Piece, delimiter string) []Piece {
	var out []Piece
	for _, p := range pieces {
		// The directive's own line holds the delimiter, too.
		at := p.Span.Start + until(p.Span.Text(), "\n")
		start := p.Span.Start
		for at <= p.Span.End {
			end, next := p.Span.End, p.Span.End+1
			if n := strings.Index(p.Span.File.Text[at:p.Span.End], delimiter); n >= 0 {
				end, next = at+n, at+n+len(delimiter)
			}
			cut := Piece{Span: source.Span{File: p.Span.File, Start: start, End: end}, Transaction: p.Transaction}
			if strings.TrimSpace(cut.Span.Text()) != "" {
				out = append(out, cut)
			}
			at, start = next, next
		}
	}
	return out
}

// listed returns the files that Atlas would sum in the layout's directory.
func listed(dir *Dir, layout string) []*Input {
	files := dir.SQL()
	if layout == (golangMigrate{}).Name() {
		files = slices.DeleteFunc(files, func(in *Input) bool { return !strings.HasSuffix(in.Name, ".up.sql") })
	}
	return slices.DeleteFunc(files, func(in *Input) bool { return path.Ext(in.Name) != ".sql" })
}
