package migration

import (
	"iter"
	"strings"

	"github.com/migracheck/migracheck/parser/source"
)

// A line is a line of a file: its text without line end, the offset of its
// first byte and of the next line's.
type line struct {
	text       string
	start, end int
}

// lines yields the lines within a span.
func lines(s source.Span) iter.Seq[line] {
	return func(yield func(line) bool) {
		for at := s.Start; at < s.End; {
			end := s.End
			if n := strings.IndexByte(s.File.Text[at:s.End], '\n'); n >= 0 {
				end = at + n + 1
			}
			text := strings.TrimSuffix(s.File.Text[at:end], "\n")
			if !yield(line{strings.TrimSuffix(text, "\r"), at, end}) {
				return
			}
			at = end
		}
	}
}

// span returns the line without white space around it.
func (l line) span(f *source.File) source.Span {
	start := l.start + len(l.text) - len(strings.TrimLeft(l.text, " \t"))
	return source.Span{File: f, Start: start, End: max(start, l.start+len(strings.TrimRight(l.text, " \t")))}
}

// isComment reports whether nothing but a comment is on the line.
func (l line) isComment() bool { return strings.HasPrefix(strings.TrimSpace(l.text), "--") }

// endsStatement reports what goose and sql-migrate take for the end of a
// statement: the last word before a comment ends in a semicolon. Quotes and
// dollar quotes they do not know, and a /* comment */ counts as words.
func (l line) endsStatement() bool {
	last := ""
	for word := range strings.FieldsSeq(l.text) {
		if strings.HasPrefix(word, "--") {
			break
		}
		last = word
	}
	return strings.HasSuffix(last, ";")
}

// A splitter collects the pieces of one direction of a script for tools that
// send each statement alone.
type splitter struct {
	script *Script
	// start is where the piece begins that is being collected.
	start int
	// begun is set once the piece has more than comments; text once it has
	// more than white space. They differ in a line of blanks.
	begun, text bool
	first       source.Span
	section     int // index of the section's first piece
}

func newSplitter(script *Script) *splitter { return &splitter{script: script} }

// open begins a section after its marker.
func (p *splitter) open(start int) {
	p.start, p.begun, p.text = start, false, false
	p.section = len(p.script.Pieces)
}

// add takes a line into the piece.
func (p *splitter) add(l line) {
	p.begun = true
	if !p.text && strings.TrimSpace(l.text) != "" {
		p.text, p.first = true, l.span(p.script.Span.File)
	}
}

// cut ends the piece at end; the next begins at next. A block was marked as one
// statement, and may hold several.
func (p *splitter) cut(end, next int, block bool) {
	p.begun = false
	if !p.text {
		return // comments go to the piece that follows
	}
	piece := Piece{Span: source.Span{File: p.script.Span.File, Start: p.start, End: end}, Transaction: Autocommit}
	if block || strings.Count(piece.Span.Text(), ";") > 1 {
		piece.Transaction = Implicit
	}
	p.script.Pieces = append(p.script.Pieces, piece)
	p.start, p.text = next, false
}

// close ends the section. Comments that are left belong to the last piece, or
// are a piece of their own: they may be directives.
func (p *splitter) close(end int) {
	p.script.Span.End = end
	rest := source.Span{File: p.script.Span.File, Start: p.start, End: end}
	if p.start >= end || strings.TrimSpace(rest.Text()) == "" {
		return
	}
	if len(p.script.Pieces) > p.section {
		last := &p.script.Pieces[len(p.script.Pieces)-1]
		last.Span.End = end
		return
	}
	p.script.Pieces = append(p.script.Pieces, Piece{Span: rest, Transaction: Autocommit})
}

// wrap marks all pieces as run in the tool's transaction.
func (s *Script) wrap() {
	for i := range s.Pieces {
		s.Pieces[i].Transaction = Wrapped
	}
}

// commentLines yields the lines of a text that begin with two dashes, without
// line end.
func commentLines(text string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for rest := text; ; {
			if strings.HasPrefix(rest, "--") {
				line, _, _ := strings.Cut(rest, "\n")
				if !yield(line) {
					return
				}
			}
			next := strings.Index(rest, "\n--")
			if next < 0 {
				return
			}
			rest = rest[next+1:]
		}
	}
}
