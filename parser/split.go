package parser

import "strings"

// A chunk is what the splitter takes for one statement.
type chunk struct {
	kind chunkKind
	// start and end are offsets in the text that is split; the end is that
	// of the last token, before the semicolon.
	start, end int
	// tokens are those of the chunk, their offsets from its start.
	tokens []token
	// data is the inline data after COPY … FROM stdin, offsets in the text.
	dataStart, dataEnd int
	// conditional is set between \if and \endif, or {{ if }} and {{ end }}.
	conditional bool
}

type chunkKind uint8

const (
	chunkSQL    chunkKind = iota
	chunkMeta             // a psql meta-command, without tokens
	chunkAction           // a control action of a template engine, without tokens
)

// A splitter cuts a text into chunks, one scan over the text.
type splitter struct {
	scanner
	// tokens are those of the chunk under way.
	tokens []token
	// parens counts the open parentheses, blocks the open BEGIN ATOMIC and
	// CASE … END inside.
	parens, blocks int
	// conditions counts the open \if, {{ if }} and their kin.
	conditions int
	// held is a chunk found before the one under way could be returned.
	held    chunk
	holding bool
	// data is where the line that ends inline data comes next, once it was
	// looked for.
	data int
	// pool is for the tokens of all chunks of a batch.
	pool []token
}

func newSplitter(text string, psql bool) *splitter {
	return &splitter{scanner: scanner{text: text, psql: psql}}
}

// reuse gives the memory for the tokens of chunks to those that follow. It is
// called between two chunks.
func (s *splitter) reuse(chunks []chunk) {
	n := 0
	for _, c := range chunks {
		n += len(c.tokens)
	}
	if n > cap(s.pool) {
		s.pool = make([]token, 0, n+n/4)
	}
	s.tokens = s.pool[:0]
}

// next returns the next chunk, or false at the end of the text.
func (s *splitter) next() (chunk, bool) {
	if s.holding {
		s.holding = false
		return s.held, true
	}
	for {
		t, ok := s.scanner.next()
		if !ok {
			return s.flush()
		}
		switch {
		case t.kind == tokenEnd:
			if s.parens > 0 || s.blocks > 0 {
				if !s.lost() {
					s.tokens = append(s.tokens, t)
					continue
				}
			}
			if c, ok := s.flush(); ok {
				s.inlineData(&c)
				return c, true
			}
		case t.kind == tokenBad && s.psql && strings.HasPrefix(s.text[t.start:], `\;`):
			s.pos++ // psql's semicolon that does not send yet
			if c, ok := s.flush(); ok {
				return c, true
			}
		case t.kind == tokenBad && s.isMeta(t):
			meta := s.meta(t)
			if c, ok := s.flush(); ok {
				s.held, s.holding = meta, true
				return c, true
			}
			return meta, true
		case t.kind == tokenPlaceholder && len(s.tokens) == 0 && action(s.text[t.start:t.end]) != "":
			return s.action(t), true
		default:
			s.count(t)
			s.tokens = append(s.tokens, t)
		}
	}
}

// flush returns the chunk under way, if there is one.
func (s *splitter) flush() (chunk, bool) {
	tokens := s.tokens
	s.tokens = s.tokens[len(s.tokens):]
	s.parens, s.blocks, s.brackets = 0, 0, 0
	if len(tokens) == 0 {
		return chunk{}, false
	}
	c := chunk{start: tokens[0].start, end: tokens[len(tokens)-1].end, conditional: s.conditions > 0}
	for i := range tokens {
		tokens[i].start -= c.start
		tokens[i].end -= c.start
	}
	c.tokens = tokens[:len(tokens):len(tokens)]
	return c, true
}

// count keeps track of parentheses and of SQL-standard routine bodies.
func (s *splitter) count(t token) {
	switch t.kind {
	case tokenOperator:
		switch s.text[t.start] {
		case '(':
			s.parens++
		case ')':
			s.parens = max(0, s.parens-1)
		}
	case tokenWord:
		last := len(s.tokens) - 1
		switch {
		case t.is(s.text, "atomic"):
			if s.blocks == 0 && last > 0 && s.tokens[last].is(s.text, "begin") && s.tokens[0].is(s.text, "create") {
				s.blocks = 1
			}
		case s.blocks == 0:
		case t.is(s.text, "case"):
			s.blocks++
		case t.is(s.text, "end"):
			s.blocks--
		}
	}
}

// lost reports whether a semicolon within parentheses or a body ends the
// statement all the same, because a parenthesis or END is missing: what
// follows is a keyword at the start of a line that begins statements, and
// those do not belong here.
func (s *splitter) lost() bool {
	ahead := scanner{text: s.text, pos: s.pos, ends: s.ends}
	t, ok := ahead.next()
	s.ends = ahead.ends
	if !ok || !startsLine(s.text, t.start) {
		return false
	}
	inside := s.blocks > 0 || s.isRule()
	return t.kind == tokenWord && t.isOneOf(s.text, "create", "alter", "drop", "comment", "grant", "revoke", "begin", "commit", "truncate") ||
		t.kind == tokenWord && !inside && beginsStatement(s.text[t.start:t.end])
}

// isRule reports whether the chunk under way is a CREATE RULE, whose actions
// stand in parentheses with semicolons.
func (s *splitter) isRule() bool {
	return follow(s.text, s.tokens, 0, "create", "rule") || follow(s.text, s.tokens, 0, "create", "or", "replace", "rule")
}

// startsLine reports whether only white space stands before offset in its line.
func startsLine(text string, offset int) bool {
	for offset--; offset >= 0 && text[offset] != '\n'; offset-- {
		if !isSpace(text[offset]) {
			return false
		}
	}
	return true
}

// beginsStatement reports whether a word is one that SQL statements begin
// with.
func beginsStatement(word string) bool {
	switch strings.ToLower(word) {
	case "abort", "alter", "analyze", "begin", "call", "checkpoint", "close", "cluster", "comment", "commit",
		"copy", "create", "deallocate", "declare", "delete", "discard", "do", "drop", "end", "execute", "explain",
		"fetch", "grant", "import", "insert", "listen", "load", "lock", "merge", "move", "notify", "prepare",
		"reassign", "refresh", "reindex", "release", "reset", "revoke", "rollback", "savepoint", "security",
		"select", "set", "show", "start", "table", "truncate", "unlisten", "update", "vacuum", "values", "with":
		return true
	}
	return false
}

// inlineData takes the data after COPY … FROM stdin; into the chunk: the
// lines up to one that is \. and nothing else, or up to the end of the text.
// Without such a line, text that goes on in SQL is not data.
func (s *splitter) inlineData(c *chunk) {
	if !isCopyFromStdin(s.text[c.start:c.end], c.tokens) {
		return
	}
	start := strings.IndexByte(s.text[s.pos:], '\n')
	if start < 0 {
		return
	}
	start += s.pos + 1
	if end := s.endOfData(start); end < len(s.text) {
		c.dataStart, c.dataEnd = start, end
		s.pos = end + len(dataMark)
		return
	}
	ahead := scanner{text: s.text, pos: start}
	t, ok := ahead.next()
	if !ok || t.kind == tokenWord && beginsStatement(s.text[t.start:t.end]) {
		return
	}
	c.dataStart, c.dataEnd = start, len(s.text)
	s.pos = len(s.text)
}

// dataMark is the line that ends inline data.
const dataMark = `\.`

// endOfData returns where the next such line begins at or after a line, else the
// end of the text. What was found once is kept, so that many COPY without data
// do not look for it to the end each time.
func (s *splitter) endOfData(line int) int {
	if s.data >= line {
		return s.data
	}
	for s.data = line; s.data < len(s.text); {
		at := strings.Index(s.text[s.data:], dataMark)
		if at < 0 {
			s.data = len(s.text)
			break
		}
		s.data += at
		if (s.data == 0 || s.text[s.data-1] == '\n') && lineEnd(s.text, s.data) == s.data+len(dataMark) {
			break
		}
		s.data += len(dataMark)
	}
	return s.data
}

// isCopyFromStdin reports whether a statement is a COPY that reads the lines
// after it.
func isCopyFromStdin(text string, tokens []token) bool {
	if len(tokens) == 0 || !tokens[0].is(text, "copy") {
		return false
	}
	for i := 1; i < len(tokens); i++ {
		if tokens[i].is(text, "(") {
			i = closing(text, tokens, i)
		} else if follow(text, tokens, i, "from", "stdin") {
			return true
		}
	}
	return false
}

// isMeta reports whether a backslash begins a psql meta-command: at the start
// of a line or of a statement, or one of those that send what was typed so
// far.
func (s *splitter) isMeta(t token) bool {
	if !s.psql || s.text[t.start] != '\\' {
		return false
	}
	if len(s.tokens) == 0 || startsLine(s.text, t.start) {
		return true
	}
	switch s.text[t.start:wordEnd(s.text, t.start+1)] {
	case `\g`, `\gx`, `\gexec`, `\gset`, `\gdesc`, `\crosstabview`, `\watch`:
		return true
	}
	return false
}

// meta returns the meta-command at a backslash; it extends to the end of the
// line.
func (s *splitter) meta(t token) chunk {
	end := lineEnd(s.text, t.start)
	s.pos = end
	c := chunk{kind: chunkMeta, start: t.start, end: t.start + len(strings.TrimRight(s.text[t.start:end], " \t"))}
	switch s.text[t.start:wordEnd(s.text, t.start+1)] {
	case `\if`:
		s.conditions++
	case `\endif`:
		s.conditions = max(0, s.conditions-1)
	case `\copy`:
		s.inlineDataOfMeta(&c)
	}
	return c
}

func (s *splitter) inlineDataOfMeta(c *chunk) {
	command := chunk{start: c.start + 1, end: c.end, tokens: scan(s.text[c.start+1 : c.end])}
	s.inlineData(&command)
	c.dataStart, c.dataEnd = command.dataStart, command.dataEnd
}

// wordEnd returns the end of the letters and underscores at i, or of the one
// other character there.
func wordEnd(text string, i int) int {
	end := i
	for end < len(text) && (isIdentStart(text[end]) && text[end] < 0x80) {
		end++
	}
	if end == i && i < len(text) && !isSpace(text[i]) {
		return i + 1
	}
	return end
}

// action returns the chunk of a control action between statements.
func (s *splitter) action(t token) chunk {
	switch action(s.text[t.start:t.end]) {
	case "if", "range", "with", "define", "block", "tag if", "tag for", "tag macro":
		s.conditions++
	case "end", "tag endif", "tag endfor", "tag endmacro":
		s.conditions = max(0, s.conditions-1)
	}
	return chunk{kind: chunkAction, start: t.start, end: t.end, conditional: s.conditions > 0}
}

// action returns the keyword of a template's control action, "comment" or
// "" for a placeholder that stands for a piece of SQL.
func action(placeholder string) string {
	switch {
	case strings.HasPrefix(placeholder, "{#"):
		return "comment"
	case strings.HasPrefix(placeholder, "{%"):
	case !strings.HasPrefix(placeholder, "{{"):
		return ""
	}
	inner := strings.TrimLeft(strings.TrimPrefix(placeholder[2:], "-"), " \t\r\n")
	word := inner[:wordEnd(inner, 0)]
	switch word {
	case "if", "else", "end", "range", "with", "define", "block", "template", "break", "continue":
		return word
	case "/":
		return "comment"
	case "$":
		if strings.Contains(inner, ":=") {
			return "set"
		}
	}
	if strings.HasPrefix(placeholder, "{%") {
		return "tag " + word
	}
	return ""
}
