package parser

import (
	"sort"

	"github.com/migracheck/migracheck/parser/source"
)

// A tokenKind is what the scanner tells apart. Comments and white space are
// not tokens.
type tokenKind uint8

const (
	tokenWord        tokenKind = iota // keyword or plain identifier
	tokenQuoted                       // "identifier", U&"identifier"
	tokenString                       // every kind of string constant, dollar quotes too
	tokenNumber                       // 1, 1.5e3, 0x1F
	tokenParam                        // $1
	tokenOperator                     // one operator or punctuation mark: = ->> :: ( ) , . [ ]
	tokenEnd                          // semicolon
	tokenPlaceholder                  // ${x}, {{ .x }}, psql's :x; gone once a statement is rewritten
	tokenBad                          // an unterminated quote or comment, a byte SQL has no use for
)

// A token is a range of bytes of a statement's text.
type token struct {
	kind       tokenKind
	start, end int
}

// A statement is one statement on its way from text to operations. Its text
// is what the PostgreSQL parser gets; where that differs from the source
// (placeholders, forms of a newer grammar, strings in strings) the layer
// knows how to come back.
type statement struct {
	layer
	// tokens are the tokens of text.
	tokens []token
	// marks are what the rewriting took away, by offset in text.
	marks []mark
}

// A layer is a text made from a range of an outer one: of the file, or of a
// layer that was itself made from something (the body of a function in the
// string constant of a DO block).
type layer struct {
	// text is the result: for a statement without its semicolon.
	text string
	file *source.File
	// outer is the text that this one was made from; nil is the file's.
	outer *layer
	// start is the offset in the outer text of the range.
	start int
	// edits made the range into text; they are in order and disjoint.
	edits []edit
	// depth counts the string constants around the text.
	depth int
}

// An edit is a place where a layer differs from its range: text[at:at+size]
// stands for length bytes from offset, counted from the range's start.
type edit struct {
	at, size       int
	offset, length int
}

// A change is an edit to come: bytes start to end of a text give way to
// another text.
type change struct {
	start, end int
	text       string
	// mark is noted, if marked, at the place of the change.
	mark   markKind
	marked bool
}

// A markKind is a form of PostgreSQL 18 that was rewritten to one of 17.
type markKind uint8

const (
	// markNotNull: "[CONSTRAINT n] NOT NULL c" as a table constraint, read
	// as "UNIQUE (c)". It stands at the UNIQUE. (UNIQUE because the grammar
	// accepts a column list there and it has a location.)
	markNotNull markKind = iota
	// markNotValid: NOT VALID of the markNotNull constraint before it.
	markNotValid
	// markVirtual: GENERATED ALWAYS AS (…) [VIRTUAL], read as STORED. It
	// stands at the GENERATED.
	markVirtual
	// markNotEnforced and markEnforced: taken away after a constraint or in
	// ALTER CONSTRAINT. They stand where they were.
	markNotEnforced
	markEnforced
	// markInherit and markNoInherit: taken away in ALTER CONSTRAINT;
	// markNoInherit also after the markNotNull constraint before it.
	markInherit
	markNoInherit
	// markWithoutOverlaps and markPeriod: taken away in the column list of a
	// key or a foreign key.
	markWithoutOverlaps
	markPeriod
	// markNotNullNoInherit: NOT NULL NO INHERIT of a column, NO INHERIT
	// taken away.
	markNotNullNoInherit
	// markReturning: the OLD/NEW aliases of RETURNING, taken away.
	markReturning
	// markOnly: ONLY of VACUUM and ANALYZE, taken away.
	markOnly
	// markLargeObjects: LARGE OBJECTS in ALTER DEFAULT PRIVILEGES, read as
	// TABLES. It stands there.
	markLargeObjects
)

// inPlace reports whether a mark stands at what was rewritten, not after it.
func (k markKind) inPlace() bool {
	return k == markNotNull || k == markVirtual || k == markLargeObjects
}

// A mark is a form that was rewritten, at its offset in the statement's text.
type mark struct {
	kind   markKind
	offset int
}

// sub returns the layer of text[start:end] after some changes, whose offsets
// are in text, in order and disjoint, and the marks of those changes.
func (l *layer) sub(start, end int, changes []change) (layer, []mark) {
	s := layer{file: l.file, outer: l, start: start, depth: l.depth}
	if l.outer == nil && len(l.edits) == 0 {
		s.outer, s.start = nil, l.start+start // nothing to come back through
	}
	if len(changes) == 0 {
		s.text = l.text[start:end]
		return s, nil
	}
	var marks []mark
	var text []byte
	from := start
	for _, c := range changes {
		text = append(text, l.text[from:c.start]...)
		s.edits = append(s.edits, edit{at: len(text), size: len(c.text), offset: c.start - start, length: c.end - c.start})
		if c.marked {
			marks = append(marks, mark{c.mark, len(text)})
		}
		text = append(text, c.text...)
		from = c.end
	}
	s.text = string(append(text, l.text[from:end]...))
	return s, marks
}

// span returns the place in the file of text[start:end].
func (l *layer) span(start, end int) source.Span {
	from := l.source(start, false)
	return source.Span{File: l.file, Start: from, End: max(from, l.source(end, true))}
}

// source returns the offset in the file of an offset in text, as the start
// or as the end of a range. Within replaced text it is the start of what was
// replaced, or its end.
func (l *layer) source(offset int, end bool) int {
	i := sort.Search(len(l.edits), func(i int) bool {
		return l.edits[i].at > offset || end && l.edits[i].at == offset
	})
	if i > 0 {
		switch e := l.edits[i-1]; {
		case offset >= e.at+e.size:
			offset += e.offset + e.length - e.at - e.size
		case end:
			offset = e.offset + e.length
		default:
			offset = e.offset
		}
	}
	if l.outer == nil {
		return l.start + offset
	}
	return l.outer.source(l.start+offset, end)
}
