package parser

import (
	"iter"
	"slices"
	"sort"
	"strings"

	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/source"
)

// A clause is a run of tokens of a statement. The tree of pg_query says where
// some nodes begin and never where one ends; clauses say where things are.
type clause struct {
	*statement
	from, to int // indexes of tokens, half-open
}

// whole returns the clause that is all of the statement.
func (s *statement) whole() clause { return clause{s, 0, len(s.tokens)} }

func (c clause) empty() bool { return c.from >= c.to }

// part returns a clause of the same statement, kept within c.
func (c clause) part(from, to int) clause {
	from = min(max(from, c.from), c.to)
	return clause{c.statement, from, min(max(to, from), c.to)}
}

// offsets returns the range of the statement's text that c covers; an empty
// clause is not a place, and stands for the whole statement.
func (c clause) offsets() (start, end int) {
	switch {
	case !c.empty():
		return c.tokens[c.from].start, c.tokens[c.to-1].end
	case len(c.tokens) > 0:
		return c.tokens[0].start, c.tokens[len(c.tokens)-1].end
	}
	return 0, len(c.text)
}

// here returns the place of c in the file.
func (c clause) here() source.Span { return c.span(c.offsets()) }

// hereWithTaken is like here, and covers what the rewriting took away right
// after c as well.
func (c clause) hereWithTaken() source.Span {
	at := c.here()
	if !c.anyMarked(markNotEnforced, markEnforced, markInherit, markNoInherit, markNotValid) {
		return at
	}
	next := len(c.text)
	if c.to < len(c.tokens) {
		next = c.tokens[c.to].start
	}
	end := c.span(next, next).Start
	if end <= at.End {
		return at
	}
	taken := source.Span{File: at.File, Start: at.Start, End: end}
	at.End = at.Start + len(strings.TrimRight(taken.Text(), " \t\r\n"))
	return at
}

// base returns the facts of an operation that c performs.
func (c clause) base() ddl.Base { return ddl.Base{At: c.hereWithTaken()} }

// token returns the text of a token, or "" outside of c.
func (c clause) token(i int) string {
	if i < c.from || i >= c.to {
		return ""
	}
	return c.text[c.tokens[i].start:c.tokens[i].end]
}

// ident reports whether a token can be a name.
func (c clause) ident(i int) bool {
	return i >= c.from && i < c.to && (c.tokens[i].kind == tokenWord || c.tokens[i].kind == tokenQuoted)
}

// has reports whether the tokens from i on are these keywords or marks. A word
// after a dot is never a keyword.
func (c clause) has(i int, words ...string) bool {
	for n, w := range words {
		if i+n < c.from || i+n >= c.to {
			return false
		}
		t := c.tokens[i+n]
		if t.end-t.start != len(w) || t.kind == tokenQuoted || !strings.EqualFold(c.text[t.start:t.end], w) {
			return false
		}
	}
	return !(i > c.from && c.token(i-1) == "." && c.tokens[i].kind == tokenWord)
}

// hasAny returns whether token i is one of the words.
func (c clause) hasAny(i int, words ...string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return c.has(i, w) })
}

// top yields the tokens of c that stand in no brackets (CASE and END are
// brackets too), opening and closing ones included. It ends at a bracket that
// closes what c did not open.
func (c clause) top() iter.Seq[int] {
	return func(yield func(int) bool) {
		var open []string
		for i := c.from; i < c.to; i++ {
			outer := len(open) == 0
			switch closer := c.closer(i); {
			case closer != "":
				open = append(open, closer)
			case outer && c.closes(i):
				return
			case !outer && c.has(i, open[len(open)-1]):
				open = open[:len(open)-1]
				outer = len(open) == 0
			}
			if outer && !yield(i) {
				return
			}
		}
	}
}

// closer returns what closes the bracket that token i opens.
func (c clause) closer(i int) string {
	switch {
	case c.has(i, "("):
		return ")"
	case c.has(i, "["):
		return "]"
	case c.has(i, "CASE") && !c.has(i-1, "END"):
		return "END"
	}
	return ""
}

func (c clause) closes(i int) bool { return c.has(i, ")") || c.has(i, "]") }

// find returns the first place outside brackets where these words stand.
func (c clause) find(words ...string) (int, bool) {
	for i := range c.top() {
		if c.has(i, words...) {
			return i, true
		}
	}
	return 0, false
}

// hasWords reports whether the words stand in c outside brackets.
func hasWords(c clause, words ...string) bool {
	_, ok := c.find(words...)
	return ok
}

// after returns what follows the words; nothing where c does not have them.
func (c clause) after(words ...string) clause {
	if i, ok := c.find(words...); ok {
		return c.part(i+len(words), c.to)
	}
	return c.part(c.to, c.to)
}

// before returns what stands before the words; all of c where it does not
// have them.
func (c clause) before(words ...string) clause {
	if i, ok := c.find(words...); ok {
		return c.part(c.from, i)
	}
	return c
}

// skip returns c without the words at its beginning, if they are there.
func (c clause) skip(words ...string) clause {
	if c.has(c.from, words...) {
		return c.part(c.from+len(words), c.to)
	}
	return c
}

// skipAny returns c without the first of the words that it begins with.
func (c clause) skipAny(words ...string) clause {
	if c.hasAny(c.from, words...) {
		return c.part(c.from+1, c.to)
	}
	return c
}

// skipIf returns c without IF EXISTS or IF NOT EXISTS.
func (c clause) skipIf() clause { return c.skip("IF", "NOT", "EXISTS").skip("IF", "EXISTS") }

// split returns the parts between the commas outside brackets.
func (c clause) split() []clause {
	if c.empty() {
		return nil
	}
	var parts []clause
	from, last := c.from, c.from
	for i := range c.top() {
		if c.has(i, ",") {
			parts = append(parts, c.part(from, i))
			from = i + 1
		}
		last = i + 1
	}
	return append(parts, c.part(from, last))
}

// group returns what stands in the first parentheses of c, and what follows
// them.
func (c clause) group() (inside, rest clause) {
	open := -1
	for i := range c.top() {
		if open < 0 && c.has(i, "(") {
			open = i
		} else if open >= 0 && c.has(i, ")") {
			return c.part(open+1, i), c.part(i+1, c.to)
		}
	}
	return c.part(c.to, c.to), c.part(c.to, c.to)
}

// index returns the token that stands at an offset of the text, or the next.
func (c clause) index(location int) int {
	return sort.Search(len(c.tokens), func(i int) bool { return c.tokens[i].end > location })
}

// at returns c from an offset of the text on; all of c where the tree does not
// know the place.
func (c clause) at(location int32) clause {
	if location <= 0 {
		return c
	}
	return c.part(c.index(int(location)), c.to)
}

// item returns the element of a list that begins at an offset of the text:
// it goes to the next comma, or to the end of the list.
func (c clause) item(location int32) clause {
	c = c.at(location)
	last := c.from
	for i := range c.top() {
		if c.has(i, ",") {
			break
		}
		last = i + 1
	}
	return c.part(c.from, last)
}

// name divides c into the possibly qualified name that it begins with and the
// rest.
func (c clause) name() (name, rest clause) {
	i := c.from
	if !c.ident(i) {
		return c.part(i, i), c
	}
	for i++; c.token(i) == "." && c.ident(i+1); {
		i += 2
	}
	return c.part(c.from, i), c.part(i, c.to)
}

// first returns the first token of c.
func (c clause) first() clause { return c.part(c.from, c.from+1) }

// last returns the last token of c.
func (c clause) last() clause { return c.part(c.to-1, c.to) }

// named returns the first token as the place of an identifier.
func (c clause) named(name string) ddl.Ident {
	if name == "" {
		return ddl.Ident{}
	}
	return ddl.Ident{Name: name, At: c.first().here()}
}

func (c clause) anyMarked(kinds ...markKind) bool { return slices.ContainsFunc(kinds, c.marked) }

// marked reports whether a form of that kind was rewritten within c, or taken
// away right after it.
func (c clause) marked(kind markKind) bool {
	if c.empty() {
		return false
	}
	start, end := c.tokens[c.from].start, len(c.text)
	if c.to < len(c.tokens) {
		end = c.tokens[c.to].start
	}
	if !kind.inPlace() {
		start++ // it follows what it belongs to
	}
	return slices.ContainsFunc(c.marks, func(m mark) bool { return m.kind == kind && start <= m.offset && m.offset <= end })
}
