// Package source holds the text of input files and the positions in it.
//
// Inside migracheck a place is a half-open range of bytes. Lines and columns
// exist only in [File.Position], because two ways to say where something is
// will one day disagree. A byte order mark, CRLF line ends, tabs and
// multi-byte text are therefore this package's business and nobody else's.
//
// It does not read files, decode other encodings than UTF-8, or know SQL.
package source

import (
	"sort"
	"strings"
	"sync"
	"unicode/utf8"
)

// A File is one input text and the path that reports show for it.
type File struct {
	// Path is slash-separated, as it is shown to the user.
	Path string
	// Text is the whole content, byte for byte, with its byte order mark if
	// it has one.
	Text string

	once  sync.Once
	lines []int // offset of the first byte of each line
	marks []mark
}

// A mark is a character within a long line whose column is known, so that
// columns need not be counted from the start of a line that has no end.
type mark struct {
	offset, column int
}

// markEvery is the distance of marks in bytes.
const markEvery = 4096

// NewFile returns a File; the line index is built when first asked for.
func NewFile(path, text string) *File {
	return &File{Path: path, Text: text}
}

// A Position is a line and a column, both from 1. Columns count code points
// (runes); a byte order mark has no width, and an invalid byte counts as one.
type Position struct {
	Line, Column int
}

func (f *File) index() []int {
	f.once.Do(func() {
		f.lines = append(make([]int, 0, strings.Count(f.Text, "\n")+1), 0)
		for i := 0; i < len(f.Text); i++ {
			if f.Text[i] == '\n' {
				f.lines = append(f.lines, i+1)
			}
		}
		for i, start := range f.lines {
			end := len(f.Text)
			if i+1 < len(f.lines) {
				end = f.lines[i+1]
			}
			if end-start > markEvery {
				f.mark(start, end)
			}
		}
	})
	return f.lines
}

// mark sets the marks of one line.
func (f *File) mark(start, end int) {
	if start == 0 && strings.HasPrefix(f.Text, byteOrderMark) {
		start = len(byteOrderMark)
	}
	last, column := start, 1
	for i := range f.Text[start:end] {
		if start+i >= last+markEvery {
			last = start + i
			f.marks = append(f.marks, mark{last, column})
		}
		column++
	}
}

// Position returns the line and column of the byte at offset. Offsets outside
// the text are moved to its nearest end.
func (f *File) Position(offset int) Position {
	offset = min(max(offset, 0), len(f.Text))
	lines := f.index()
	line := sort.SearchInts(lines, offset+1) - 1
	known := mark{lines[line], 1}
	if i := sort.Search(len(f.marks), func(i int) bool { return f.marks[i].offset > offset }); i > 0 && f.marks[i-1].offset > known.offset {
		known = f.marks[i-1]
	}
	text := f.Text[known.offset:offset]
	if known.offset == 0 {
		text = strings.TrimPrefix(text, byteOrderMark)
	}
	return Position{Line: line + 1, Column: utf8.RuneCountInString(text) + known.column}
}

const byteOrderMark = "\ufeff"

// Lines returns the number of lines; a text that ends in a line feed has no
// empty last line, and an empty text has one line.
func (f *File) Lines() int {
	n := len(f.index())
	if n > 1 && f.lines[n-1] == len(f.Text) {
		n--
	}
	return n
}

// Line returns the text of a line, from 1, without its line end and without
// the byte order mark, and the offset of its first byte.
func (f *File) Line(line int) (text string, offset int) {
	lines := f.index()
	if line < 1 || line > len(lines) {
		return "", len(f.Text)
	}
	offset = lines[line-1]
	end := len(f.Text)
	if line < len(lines) {
		end = lines[line] - 1
	}
	text = strings.TrimSuffix(f.Text[offset:end], "\r")
	if line == 1 && strings.HasPrefix(text, byteOrderMark) {
		return text[len(byteOrderMark):], offset + len(byteOrderMark)
	}
	return text, offset
}

// Whole returns the span of the whole file.
func (f *File) Whole() Span { return Span{File: f, Start: 0, End: len(f.Text)} }

// A Span is a half-open range of bytes of a file. The zero Span is nowhere.
type Span struct {
	File       *File
	Start, End int
}

// IsZero reports whether s is nowhere.
func (s Span) IsZero() bool { return s.File == nil }

// Text returns the bytes that s covers.
func (s Span) Text() string {
	if s.File == nil {
		return ""
	}
	return s.File.Text[s.Start:s.End]
}

// Contains reports whether t lies within s.
func (s Span) Contains(t Span) bool {
	return s.File == t.File && s.Start <= t.Start && t.End <= s.End
}

// From returns the position of the first byte.
func (s Span) From() Position { return s.File.Position(s.Start) }

// To returns the position just after the last byte.
func (s Span) To() Position { return s.File.Position(s.End) }

// Compare orders spans by path, start and end.
func (s Span) Compare(t Span) int {
	if s.File != t.File {
		var a, b string
		if s.File != nil {
			a = s.File.Path
		}
		if t.File != nil {
			b = t.File.Path
		}
		if c := strings.Compare(a, b); c != 0 {
			return c
		}
	}
	if s.Start != t.Start {
		return s.Start - t.Start
	}
	return s.End - t.End
}
