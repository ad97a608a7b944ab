package migration

import (
	"fmt"
	"slices"
	"strings"
)

// A Layout is one migration tool's way to lay out files.
//
// It sees a directory and answers with a whole set, so that it is free to take
// the order from names, numbers or a plan file, to look into directories per
// migration, to pair files, to cut files into sections and sections into
// statements, and to put opaque steps between SQL ones.
type Layout interface {
	// Name is the tool's name, as --framework takes it.
	Name() string
	// Detect looks for what only this tool's files have.
	Detect(dir *Dir) Evidence
	// Load reads the migrations by the tool's rules, whether or not Detect
	// found anything. It leaves SQL unparsed.
	Load(dir *Dir) *Set
}

// Evidence is what a layout recognises in a directory.
type Evidence struct {
	// Reason describes it ("41 files named NNN_name.up.sql").
	Reason string
	// Files are the files that show it; none: not this tool's directory.
	Files []*Input
}

// Layouts returns the layouts that migracheck knows, the most specific first.
// Plain comes last: it takes whatever SQL files there are.
func Layouts() []Layout {
	return []Layout{
		goose{},
		sqlMigrate{},
		dbmate{},
		tern{},
		liquibase{},
		sqitch{},
		nodePgMigrate{},
		graphileMigrate{},
		supabase{},
		drizzle{},
		hasura{},
		prisma{},
		diesel{},
		sqlx{},
		popx{},
		morph{},
		goPg{},
		bun{},
		maragudk{},
		golangMigrate{},
		refinery{},
		flyway{},
		postgresMigrations{},
		pgmigrate{},
		atlas{},
		custom{},
		plain{},
	}
}

// named returns the layout that --framework asks for.
func named(name string) (Layout, error) {
	var names []string
	for _, l := range Layouts() {
		if l.Name() == name {
			return l, nil
		}
		names = append(names, l.Name())
	}
	return nil, fmt.Errorf("unknown framework %q: known are auto, %s", name, strings.Join(names, ", "))
}

// detect returns the layout that most files speak for; where two have as many,
// the more specific one. Plain competes with nobody: a file with a tool's
// markers must never be read as if it had none. What else was considered says
// why it was not taken.
func detect(dir *Dir) (layout Layout, evidence Evidence, considered []string) {
	type candidate struct {
		Layout
		Evidence
	}
	var all []candidate
	best := -1
	for _, l := range Layouts() {
		if _, last := l.(plain); last && best >= 0 {
			break
		}
		e := l.Detect(dir)
		if len(e.Files) == 0 {
			continue
		}
		all = append(all, candidate{l, e})
		if best < 0 || len(e.Files) > len(all[best].Files) {
			best = len(all) - 1
		}
	}
	if best < 0 {
		return nil, Evidence{}, nil
	}
	for i, c := range all {
		if i == best {
			continue
		}
		why := "which is fewer"
		if len(c.Files) == len(all[best].Files) {
			why = "which is as many, but " + all[best].Name() + " is more specific"
		}
		considered = append(considered, fmt.Sprintf("not %s: %s, %s", c.Name(), c.Reason, why))
	}
	return all[best].Layout, all[best].Evidence, considered
}

// A signed layout has files that show whose they are by their text.
type signed interface {
	Layout
	// marked reports whether the text has the tool's markers.
	marked(text string) bool
}

// A single layout has rules of its own for one file without a name to go by.
type single interface {
	Layout
	// single reads the file.
	single(in *Input) ([]*Migration, []Problem)
}

// wholeAs is single for tools whose files have no parts.
func wholeAs(in *Input, l Layout, t Transaction) ([]*Migration, []Problem) {
	m := &Migration{ID: in.Name}
	var problems []Problem
	m.Up, m.Opaque, problems = whole(in, l, t)
	return []*Migration{m}, problems
}

// A marker is a tool's way to tell up from down within a file.
type marker interface {
	signed
	// read cuts one file into its sections.
	read(in *Input) (up, down *Script, problems []Problem)
}

// markers returns the tools whose files have markers.
func markers() []signed {
	var ms []signed
	for _, l := range Layouts() {
		if m, ok := l.(signed); ok {
			ms = append(ms, m)
		}
	}
	return ms
}

// foreign returns the name of another tool than l whose markers the file has.
func foreign(in *Input, l Layout) string {
	for _, m := range in.signers() {
		if m.Name() != l.Name() {
			return m.Name()
		}
	}
	return ""
}

// whole reads a file that has no sections. A file with the markers of another
// tool becomes opaque, because nobody can say that all of it is meant.
func whole(in *Input, l Layout, t Transaction) (s *Script, opaque string, problems []Problem) {
	s = &Script{Span: in.Body()}
	if in.Opaque() != "" {
		return s, in.Opaque(), nil
	}
	if other := foreign(in, l); other != "" {
		return s, "file with " + other + " markers", []Problem{{
			Kind:    MixedLayouts,
			At:      in.Start(),
			Message: fmt.Sprintf("%s has the markers of %s, but the directory is read as %s, which does not know them", in.Path(), other, l.Name()),
		}}
	}
	if strings.TrimSpace(s.Span.Text()) != "" {
		s.Pieces = []Piece{{Span: s.Span, Transaction: t}}
	}
	return s, "", nil
}

// sections reads a file of a tool with markers into m. A file that has none is
// read as all up, since it was written to be run, and is a problem, since the
// tool will not run it.
func sections(l marker, in *Input, evidence int, m *Migration) []Problem {
	if in.Opaque() != "" {
		m.Up, m.Opaque = &Script{Span: in.Body()}, in.Opaque()
		return nil
	}
	if in.signedBy(l) {
		up, down, problems := l.read(in)
		m.Up, m.Down = up, down
		if other := foreign(in, l); other != "" {
			problems = append(problems, Problem{
				Kind:    MixedLayouts,
				At:      in.Start(),
				Message: fmt.Sprintf("%s has the markers of both %s and %s, and is read as %s", in.Path(), l.Name(), other, l.Name()),
			})
		}
		return problems
	}
	var problems []Problem
	m.Up, m.Opaque, problems = whole(in, l, Implicit)
	if problems != nil {
		return problems
	}
	if evidence == 0 {
		return []Problem{{
			Kind:    BadMarker,
			At:      in.Start(),
			Message: fmt.Sprintf("%s has no %s marker, so %s refuses it", in.Path(), l.Name(), l.Name()),
		}}
	}
	return []Problem{{
		Kind:    MixedLayouts,
		At:      in.Start(),
		Message: fmt.Sprintf("%s has no %s marker although %s, so %s refuses it", in.Path(), l.Name(), others(evidence), l.Name()),
	}}
}

func others(n int) string {
	if n == 1 {
		return "another file of the directory does"
	}
	return fmt.Sprintf("%d other files of the directory do", n)
}

// detectMarkers is Detect for tools with markers: the name of a file does not
// count, because a marked file under a wrong name is still the tool's.
func detectMarkers(l marker, example string, dir *Dir) Evidence {
	files := slices.DeleteFunc(dir.SQL(), func(in *Input) bool { return !in.signedBy(l) })
	return Evidence{Reason: example + " in " + count(len(files), "file"), Files: files}
}

// count writes a number and its noun.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	if stem, ok := strings.CutSuffix(noun, "y"); ok {
		noun = stem + "ie"
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
