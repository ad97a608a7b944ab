package parser

import (
	"errors"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"unicode/utf8"

	"github.com/migracheck/migracheck/parser/ddl"
	pg_query "github.com/migracheck/migracheck/parser/grammar"
	"github.com/migracheck/migracheck/parser/source"
)

// A Script is what Parse found in a span of a file.
type Script struct {
	Statements []ddl.Statement
	// Comments are the line comments that begin with "migracheck:" after the
	// dashes, without line end, in order.
	Comments []source.Span
}

// Parse reads a span of a file, which may be a part of it: one direction of a
// migration, or one statement of a tool that cuts its files itself. It never
// fails: what cannot be parsed is a Statement with Err, and the statements
// after it are read all the same.
func Parse(span source.Span) Script { return ParseFilled(span, nil, func([]ddl.Statement) {}) }

// statements reads a layer of a file, and shows the statements to each, some at
// a time, in order, as soon as they are read.
func (l *layer) statements(each func([]ddl.Statement)) Script {
	s := newSplitter(l.text, true)
	if l.start == 0 && strings.HasPrefix(l.text, byteOrderMark) {
		s.pos = len(byteOrderMark)
	}
	var batches [][]ddl.Statement
	for chunks := s.batch(nil); len(chunks) > 0; chunks = s.batch(chunks) {
		batch := make([]ddl.Statement, len(chunks))
		l.parseAll(chunks, batch)
		batches = append(batches, batch)
		each(batch)
	}
	var script Script
	if len(batches) == 1 {
		script.Statements = batches[0]
	} else {
		script.Statements = slices.Concat(batches...)
	}
	for _, d := range s.directives {
		script.Comments = append(script.Comments, l.span(d.start, d.end))
	}
	return script
}

const byteOrderMark = "\ufeff"

// batchSize is how many chunks are cut before they are parsed: enough to keep
// processors busy, and few enough that their tokens are soon forgotten.
const batchSize = 512

// batch returns the next chunks; none at the end of the text. It takes the
// memory of those before, which nothing may refer to any more, nor to their
// tokens.
func (s *splitter) batch(before []chunk) []chunk {
	if len(before) == batchSize {
		s.reuse(before)
	}
	chunks := before[:0]
	for len(chunks) < batchSize {
		c, ok := s.next()
		if !ok {
			break
		}
		chunks = append(chunks, c)
	}
	return chunks
}

// parseAll reads chunks into statements, on as many goroutines as there are
// processors, a share at a time.
func (l *layer) parseAll(chunks []chunk, statements []ddl.Statement) {
	const share = 16
	var next atomic.Int64
	work := func() {
		for {
			end := int(next.Add(share))
			for i := end - share; i < min(end, len(chunks)); i++ {
				statements[i] = l.parse(chunks[i])
			}
			if end >= len(chunks) {
				return
			}
		}
	}
	var group sync.WaitGroup
	for range min((len(chunks)-1)/share, runtime.GOMAXPROCS(0)-1) {
		group.Go(work)
	}
	work()
	group.Wait()
}

// parse reads one chunk of a layer.
func (l *layer) parse(c chunk) ddl.Statement {
	st := ddl.Statement{Span: l.span(c.start, c.end)}
	switch c.kind {
	case chunkMeta:
		l.meta(c, &st)
	case chunkAction:
		st.Kind = "template action"
		st.Ops = []ddl.Op{dynamic(st.Span, templateAction)}
	case chunkSQL:
		l.sql(c, nil, &st)
	}
	if c.dataEnd > 0 {
		setData(st.Ops, l.span(c.dataStart, c.dataEnd))
	}
	if c.conditional {
		makeConditional(st.Ops)
	}
	return st
}

// sql reads a chunk of SQL: as it stands, then with its placeholders taken
// for one thing or another, then as SQL of a newer grammar. Where everything
// is refused, the error is that of the attempt that came farthest. The
// changes, whose offsets count from the chunk's start, are made at any rate.
func (l *layer) sql(c chunk, changes []change, st *ddl.Statement) {
	st.Kind = guessKind(l.text[c.start:c.end], c.tokens)
	if hasPlaceholder(c.tokens) && isTemplated(l.text[c.start:c.end], c.tokens) {
		st.Ops = []ddl.Op{dynamic(st.Span, templateReason(l.text[c.start:c.end], c.tokens))}
		return
	}
	text := l.text[c.start:c.end]
	if l.try(c, changes, st) {
		return
	}
	if modern := modernForms(text, c.tokens); modern != nil {
		if l.try(c, merge(changes, modern), st) {
			return
		}
	}
	if l.refusedPlaceholder(c, st.Err.At) {
		st.Ops, st.Err = []ddl.Op{dynamic(st.Span, "placeholder that is neither a name nor a value")}, nil
	}
}

// refusedPlaceholder reports whether the parser gave up at a placeholder or
// right after one: it then stands for SQL of a form that cannot be guessed.
func (l *layer) refusedPlaceholder(c chunk, at source.Span) bool {
	for i, t := range c.tokens {
		if t.kind != tokenPlaceholder {
			continue
		}
		place := l.span(c.start+t.start, c.start+t.end)
		if at.Contains(place) || i+1 < len(c.tokens) && at.Start == l.span(c.start+c.tokens[i+1].start, c.end).Start {
			return true
		}
	}
	return false
}

// try reads a chunk with those changes and its placeholders taken for one
// thing or another, and reports whether one reading is accepted.
func (l *layer) try(c chunk, changes []change, st *ddl.Statement) bool {
	shapes := []placeholderShape{shapeByPlace, shapeIdentifier, shapeNumber}
	if !hasPlaceholder(c.tokens) {
		shapes = shapes[:1]
	}
	for _, shape := range shapes {
		s := l.statement(c, merge(placeholders(l.text[c.start:c.end], c.tokens, shape), changes))
		tree, err := s.tree()
		if err == nil {
			s.lowerInto(st, tree)
			return true
		}
		if st.Err == nil || err.At.Start > st.Err.At.Start {
			st.Err = err
		}
	}
	return false
}

// statement makes the statement of a chunk; the changes' offsets count from
// the chunk's start.
func (l *layer) statement(c chunk, changes []change) *statement {
	changes = slices.Clone(changes)
	for i := range changes {
		changes[i].start += c.start
		changes[i].end += c.start
	}
	s := &statement{tokens: c.tokens}
	s.layer, s.marks = l.sub(c.start, c.end, changes)
	if len(changes) > 0 {
		s.tokens = scan(s.text)
	}
	return s
}

// tree calls the PostgreSQL parser.
func (s *statement) tree() (*pg_query.ParseResult, *ddl.SyntaxError) {
	if err := s.unfit(); err != nil {
		return nil, err
	}
	tree, err := pg_query.Parse(s.text)
	if err == nil {
		return tree, s.newer(tree)
	}
	var refused *pg_query.Error
	if !errors.As(err, &refused) {
		// There is a tree, but it does not fit into a message of protobuf.
		return nil, &ddl.SyntaxError{At: s.span(0, len(s.text)), Message: tooDeep}
	}
	i := s.tokenAt(runeOffset(s.text, refused.Cursorpos-1))
	at := s.span(s.tokens[i].start, s.tokens[i].end)
	return nil, &ddl.SyntaxError{At: at, Message: trimMessage(refused.Message), Hint: s.hint(i)}
}

// unfit refuses what the PostgreSQL parser cannot be given: it takes a C
// string of UTF-8, recurses on the C stack, and takes minutes to find the end
// of comments that are opened within each other and never closed.
func (s *statement) unfit() *ddl.SyntaxError {
	if i := strings.IndexByte(s.text, 0); i >= 0 {
		return &ddl.SyntaxError{At: s.span(i, i+1), Message: "a NUL byte ends the statement for PostgreSQL"}
	}
	if !utf8.ValidString(s.text) {
		i := invalidByte(s.text)
		return &ddl.SyntaxError{At: s.span(i, i+1), Message: `invalid byte sequence for encoding "UTF8"`}
	}
	if last := s.tokens[len(s.tokens)-1]; last.kind == tokenBad && strings.HasPrefix(s.text[last.start:], "/*") {
		return &ddl.SyntaxError{At: s.span(last.start, last.start+2), Message: "unterminated /* comment"}
	}
	if nesting(s.text, s.tokens) > maxNesting {
		return &ddl.SyntaxError{At: s.span(0, len(s.text)), Message: tooDeep}
	}
	return nil
}

const tooDeep = "the statement is nested too deeply"

func invalidByte(text string) int {
	for i, r := range text {
		if _, size := utf8.DecodeRuneInString(text[i:]); r == utf8.RuneError && size == 1 {
			return i
		}
	}
	return len(text)
}

// runeOffset returns the offset of the nth rune of text, from 0.
func runeOffset(text string, n int) int {
	for i := range text {
		if n <= 0 {
			return i
		}
		n--
	}
	return len(text)
}

// tokenAt returns the index of the token that holds an offset, of the next
// one where none does, and of the last one at the end.
func (s *statement) tokenAt(offset int) int {
	for i, t := range s.tokens {
		if offset < t.end {
			return i
		}
	}
	return len(s.tokens) - 1
}

// trimMessage takes the place out of a message of PostgreSQL; it is in the
// error's span.
func trimMessage(message string) string {
	if i := strings.Index(message, ` at or near "`); i > 0 {
		return message[:i]
	}
	return message
}

// lowerInto lowers what the PostgreSQL parser understood.
func (s *statement) lowerInto(st *ddl.Statement, tree *pg_query.ParseResult) {
	st.Err = nil
	for _, raw := range tree.GetStmts() {
		kind, ops := s.lower(raw.GetStmt())
		s.addFeatures(raw.GetStmt(), ops)
		st.Kind = kind
		st.Ops = append(st.Ops, ops...)
	}
}

// setData tells a COPY where its inline data stands.
func setData(ops []ddl.Op, data source.Span) {
	for _, op := range ops {
		if c, ok := op.(*ddl.Copy); ok && c.From {
			c.Data = data
		}
	}
}

// makeConditional marks operations as run or not, as the database decides.
func makeConditional(ops []ddl.Op) {
	for _, op := range ops {
		facts := op.Facts()
		facts.Conditional = true
		if o, ok := op.(interface{ Set(ddl.Base) }); ok {
			o.Set(facts)
		}
	}
}

// meta reads a psql meta-command.
func (l *layer) meta(c chunk, st *ddl.Statement) {
	text := l.text[c.start:c.end]
	name := text[:wordEnd(text, 1)]
	st.Kind = name
	base := ddl.Base{At: st.Span}
	if name == `\copy` {
		command := chunk{start: c.start + 1, end: c.end, tokens: scan(text[1:])}
		s := l.statement(command, nil)
		if tree, err := s.tree(); err == nil {
			s.lowerInto(st, tree)
			st.Kind = name
			return
		}
		st.Ops = []ddl.Op{&ddl.Unmodelled{Base: base, Kind: name}}
		return
	}
	if reason := dynamicMeta(name); reason != "" {
		st.Ops = []ddl.Op{&ddl.Dynamic{Base: base, Reason: reason}}
		return
	}
	st.Ops = []ddl.Op{&ddl.Unmodelled{Base: base, Kind: name, Harmless: name != `\c` && name != `\connect` && name != `\!`}}
}

// dynamicMeta says what a meta-command makes unknowable, or "".
func dynamicMeta(name string) string {
	switch name {
	case `\i`, `\ir`, `\include`, `\include_relative`:
		return name + " runs another file"
	case `\gexec`:
		return `\gexec runs the results of a query`
	case `\if`, `\elif`, `\else`, `\endif`:
		return name + " decides when psql runs"
	}
	return ""
}

// guessKind names a statement that could not be parsed by its first words.
func guessKind(text string, tokens []token) string {
	var kind []string
	for _, t := range tokens {
		if t.kind != tokenWord || len(kind) == 3 {
			break
		}
		word := strings.ToUpper(text[t.start:t.end])
		switch word {
		case "OR", "REPLACE", "TEMP", "TEMPORARY", "UNLOGGED", "UNIQUE", "RECURSIVE", "CONSTRAINT", "LOCAL", "GLOBAL", "TRUSTED", "PROCEDURAL":
			continue
		}
		switch {
		case len(kind) == 0:
			kind = append(kind, word)
			switch word {
			case "CREATE", "ALTER", "DROP":
				continue
			}
			return word
		case word == "MATERIALIZED", word == "FOREIGN", word == "EVENT", word == "TEXT", word == "OPERATOR", word == "DEFAULT", word == "ACCESS", word == "USER" && len(kind) == 1:
			kind = append(kind, word)
		default:
			return strings.Join(append(kind, word), " ")
		}
	}
	if len(kind) == 0 {
		return "unknown"
	}
	return strings.Join(kind, " ")
}
