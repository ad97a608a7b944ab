package migration

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/migracheck/migracheck/parser/source"
)

// A revision is a file that is one direction of a version, as its name says.
type revision struct {
	in            *Input
	version, name string
	down          bool
	// opaque says what else than SQL the file is.
	opaque string
}

// A fileReader is a layout that knows from a file's text alone how it is run.
type fileReader interface {
	Layout
	readFile(in *Input) (s *Script, opaque string, problems []Problem)
}

// pair puts the files of a tool with an up and a down file into the set, in
// order of version. Versions that compare as equal are one.
func (s *Set) pair(l fileReader, files []revision, compare func(a, b string) int) {
	slices.SortStableFunc(files, func(a, b revision) int {
		return cmp.Or(compare(a.version, b.version), strings.Compare(a.in.Name, b.in.Name))
	})
	for len(files) > 0 {
		n := slices.IndexFunc(files, func(f revision) bool { return compare(f.version, files[0].version) != 0 })
		if n < 0 {
			n = len(files)
		}
		s.version(l, files[:n])
		files = files[n:]
	}
}

// version makes a migration of the files of one version; several where files
// compete for it.
func (s *Set) version(l fileReader, files []revision) {
	var ups, downs []revision
	for _, f := range files {
		if f.down {
			downs = append(downs, f)
		} else {
			ups = append(ups, f)
		}
	}
	read := func(f revision) (*Script, string) {
		if f.opaque != "" {
			return &Script{Span: f.in.Start()}, f.opaque
		}
		script, opaque, problems := l.readFile(f.in)
		s.Problems = append(s.Problems, problems...)
		return script, opaque
	}
	down := func(f revision) *Script {
		script, opaque := read(f)
		script.Opaque = opaque
		return script
	}
	for _, competing := range [][]revision{ups, downs} {
		if len(competing) > 1 {
			var inputs []*Input
			for _, f := range competing {
				inputs = append(inputs, f.in)
			}
			s.Problems = append(s.Problems, duplicate(l.Name(), competing[0].version, inputs))
		}
	}
	if len(ups) == 0 {
		f := downs[0]
		s.Problems = append(s.Problems, missingUp(f.in, f.version))
		s.Migrations = append(s.Migrations, &Migration{ID: f.version, Name: f.name, Up: &Script{Span: f.in.Start()}, Down: down(f)})
		return
	}
	for i, f := range ups {
		m := &Migration{ID: f.version, Name: f.name}
		m.Up, m.Opaque = read(f)
		at := slices.IndexFunc(downs, func(d revision) bool { return d.name == f.name })
		if at < 0 && i == 0 && len(downs) > 0 {
			at = 0 // names need not agree
		}
		if at >= 0 {
			m.Down = down(downs[at])
			downs = slices.Delete(downs, at, at+1)
		}
		s.Migrations = append(s.Migrations, m)
	}
}

// pass notes a file that the tool does not read; one that is numbered like a
// migration was meant to be one.
func (s *Set) pass(l Layout, in *Input, want string) {
	s.Ignored = append(s.Ignored, in.Path())
	digits, rest := leadingDigits(path.Base(in.Name))
	if !in.isSQL() || digits == "" || !strings.ContainsAny(rest[:1], "_-.") {
		return
	}
	s.Problems = append(s.Problems, Problem{
		Kind:    MixedLayouts,
		At:      in.Start(),
		Message: fmt.Sprintf("%s is numbered like a migration, but %s does not read it: its name is not %s", in.Path(), l.Name(), want),
	})
}

// refused notes a file for which the tool refuses the whole directory.
func (s *Set) refused(l Layout, in *Input, want string) {
	s.Problems = append(s.Problems, Problem{
		Kind:    MixedLayouts,
		At:      in.Start(),
		Message: fmt.Sprintf("%s is not %s, so %s refuses the directory", in.Path(), want, l.Name()),
	})
}

// part returns a piece for a part of a script; ok is false where nothing is
// there.
func (s *Script) part(start, end int, t Transaction) (piece Piece, ok bool) {
	span := source.Span{File: s.Span.File, Start: start, End: end}
	return Piece{Span: span, Transaction: t}, strings.TrimSpace(span.Text()) != ""
}

// split cuts the script into pieces at the lines that separate says, which
// belong to none.
func (s *Script) split(t Transaction, separates func(line) bool) {
	s.Pieces = nil
	at := s.Span.Start
	cut := func(end, next int) {
		if piece, ok := s.part(at, end, t); ok {
			s.Pieces = append(s.Pieces, piece)
		}
		at = next
	}
	for l := range lines(s.Span) {
		if separates(l) {
			cut(l.start, l.end)
		}
	}
	cut(s.Span.End, s.Span.End)
}

// splitLines is what bun and go-pg do with a file: they cut it at lines that say
// so, know no other directive, and read no line longer than bufio.Scanner does.
func (s *Script) splitLines(tool, directive string, t Transaction) []Problem {
	const longest = 64 << 10
	var problems []Problem
	bad := func(l line, format string, args ...any) {
		problems = append(problems, Problem{Kind: BadMarker, At: l.span(s.Span.File), Message: fmt.Sprintf(format, args...)})
	}
	s.split(t, func(l line) bool {
		if l.end-l.start > longest {
			bad(l, "this line is longer than 64 KiB, so %s cannot read the file", tool)
		}
		word, ok := strings.CutPrefix(l.text, directive)
		if ok && word != "split" {
			bad(l, "%s does not know the directive %q and refuses the file", tool, l.text)
		}
		return ok
	})
	return problems
}
