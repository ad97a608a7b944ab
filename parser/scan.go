package parser

import "strings"

// A scanner cuts SQL into tokens by PostgreSQL's lexical rules, with
// standard_conforming_strings on.
// https://www.postgresql.org/docs/current/sql-syntax-lexical.html
//
// Two things that are not SQL are tokens too: the placeholders of template
// engines and, where psql is set, psql's variables.
type scanner struct {
	text string
	pos  int
	// psql is set where psql reads the text: :x is a variable.
	psql bool
	// brackets counts the open [, in which a colon is a slice's.
	brackets int
	// directives are the line comments that begin with "migracheck:".
	directives []token
	// ends are where the marks that end templateMarks come next, once they were
	// looked for.
	ends [len(templateMarks)]int
}

// scan returns the tokens of a text that psql does not read.
func scan(text string) []token {
	s := scanner{text: text}
	tokens := make([]token, 0, len(text)/5+1)
	for {
		t, ok := s.next()
		if !ok {
			return tokens
		}
		tokens = append(tokens, t)
	}
}

// next returns the next token, or false at the end of the text.
func (s *scanner) next() (token, bool) {
	start, terminated := s.skip()
	if !terminated {
		s.pos = len(s.text)
		return token{tokenBad, start, s.pos}, true
	}
	if start == len(s.text) {
		s.pos = start
		return token{}, false
	}
	kind, end := s.scan(start)
	s.pos = end
	return token{kind, start, end}, true
}

// skip returns the start of the next token, or of a comment that never ends.
func (s *scanner) skip() (start int, terminated bool) {
	i := s.pos
	for i < len(s.text) {
		switch {
		case isSpace(s.text[i]):
			i++
		case strings.HasPrefix(s.text[i:], "--"):
			end := lineEnd(s.text, i)
			if strings.HasPrefix(strings.TrimLeft(s.text[i+2:end], " \t"), "migracheck:") {
				s.directives = append(s.directives, token{tokenBad, i, end})
			}
			i = end
		case strings.HasPrefix(s.text[i:], "/*"):
			end := commentEnd(s.text, i)
			if end < 0 {
				return i, false
			}
			i = end
		default:
			return i, true
		}
	}
	return i, true
}

// lineEnd returns the end of the line that holds offset, without the line
// feed or carriage return.
func lineEnd(text string, offset int) int {
	if end := strings.IndexAny(text[offset:], "\r\n"); end >= 0 {
		return offset + end
	}
	return len(text)
}

// commentEnd returns the end of the block comment at i; comments nest. It is
// -1 where the comment has no end.
func commentEnd(text string, i int) int {
	depth := 0
	for i+1 < len(text) {
		switch text[i : i+2] {
		case "/*":
			depth++
			i += 2
		case "*/":
			depth--
			i += 2
			if depth == 0 {
				return i
			}
		default:
			i++
		}
	}
	return -1
}

// scan returns the kind and end of the token that starts at i.
func (s *scanner) scan(i int) (tokenKind, int) {
	c := s.text[i]
	switch {
	case isIdentStart(c):
		return s.word(i)
	case isDigit(c), c == '.' && i+1 < len(s.text) && isDigit(s.text[i+1]):
		return tokenNumber, numberEnd(s.text, i)
	case c == '\'':
		return quoted(tokenString, s.text, i, '\'', false)
	case c == '"':
		return s.name(i)
	case c == '$':
		return s.dollar(i)
	case c == '{':
		if end := s.templateEnd(i); end > 0 {
			return tokenPlaceholder, end
		}
		return tokenBad, i + 1
	case c == ';':
		return tokenEnd, i + 1
	case c == ':':
		return s.colon(i)
	case c == '.' && strings.HasPrefix(s.text[i:], ".."):
		return tokenOperator, i + 2
	case c == '[':
		s.brackets++
		return tokenOperator, i + 1
	case c == ']':
		s.brackets = max(0, s.brackets-1)
		return tokenOperator, i + 1
	case c == '(', c == ')', c == ',', c == '.':
		return tokenOperator, i + 1
	case isOperator(c):
		return tokenOperator, operatorEnd(s.text, i)
	}
	return tokenBad, i + 1
}

// word scans an identifier or keyword, or the constant or quoted identifier
// whose prefix looks like one: E'…', U&"…".
func (s *scanner) word(i int) (tokenKind, int) {
	rest := s.text[i:]
	if len(rest) >= 2 && rest[1] == '\'' {
		switch rest[0] {
		case 'e', 'E':
			return quoted(tokenString, s.text, i+1, '\'', true)
		case 'b', 'B', 'x', 'X', 'n', 'N':
			return quoted(tokenString, s.text, i+1, '\'', false)
		}
	}
	if len(rest) >= 3 && (rest[0] == 'u' || rest[0] == 'U') && rest[1] == '&' {
		switch rest[2] {
		case '\'':
			return quoted(tokenString, s.text, i+2, '\'', false)
		case '"':
			return quoted(tokenQuoted, s.text, i+2, '"', false)
		}
	}
	for i++; i < len(s.text) && isIdent(s.text[i]); i++ {
		if s.text[i] == '$' && s.templateEnd(i) > 0 {
			break // users_${n}
		}
	}
	return tokenWord, i
}

// name scans a quoted identifier. It is a placeholder where a template's action in
// it has quotes of its own: "{{ index .Options "Schema" }}".
func (s *scanner) name(i int) (tokenKind, int) {
	const longest = 500 // of such an action
	kind, end := quoted(tokenQuoted, s.text, i, '"', false)
	whole := end
	for from := i; kind != tokenBad; from = end {
		open := strings.Index(s.text[from:whole], "{{")
		if open < 0 {
			break
		}
		open += from
		if end = s.templateEnd(open); end <= whole && end > 0 {
			continue
		}
		if end < 0 || end-open > longest || strings.ContainsAny(s.text[open:end], "\r\n") {
			break
		}
		rest, after := quoted(tokenQuoted, s.text, end-1, '"', false)
		if rest == tokenBad {
			break
		}
		kind, whole = tokenPlaceholder, after
	}
	return kind, whole
}

// quoted scans from the opening quote at i to the closing one. A doubled
// quote stands for itself, and in an escape string a backslash for the next
// byte. A string constant may go on in the next line.
func quoted(kind tokenKind, text string, i int, quote byte, escapes bool) (tokenKind, int) {
	for i++; i < len(text); i++ {
		switch {
		case escapes && text[i] == '\\':
			i++
		case text[i] != quote:
		case i+1 < len(text) && text[i+1] == quote:
			i++
		case kind == tokenString && continued(text, i+1) > 0:
			i = continued(text, i+1) - 1
		default:
			return kind, i + 1
		}
	}
	return tokenBad, len(text)
}

// continued returns where a string constant that ended before i goes on:
// after the next quote, if a line feed and nothing but white space and line
// comments is between. Else it is -1.
func continued(text string, i int) int {
	newline := false
	for i < len(text) {
		switch {
		case text[i] == '\'' && newline:
			return i + 1
		case isSpace(text[i]):
			newline = newline || text[i] == '\n' || text[i] == '\r'
			i++
		case strings.HasPrefix(text[i:], "--"):
			i = lineEnd(text, i)
		default:
			return -1
		}
	}
	return -1
}

// dollar scans what begins with a dollar sign: a parameter, a placeholder or
// a dollar-quoted string.
func (s *scanner) dollar(i int) (tokenKind, int) {
	rest := s.text[i:]
	if len(rest) > 1 && isDigit(rest[1]) {
		end := i + 1
		for end < len(s.text) && isDigit(s.text[end]) {
			end++
		}
		return tokenParam, end
	}
	if end := s.templateEnd(i); end > 0 {
		return tokenPlaceholder, end
	}
	tag := dollarTag(rest)
	if tag == "" {
		return tokenBad, i + 1
	}
	end := strings.Index(rest[len(tag):], tag)
	if end < 0 {
		return tokenBad, len(s.text)
	}
	return tokenString, i + end + 2*len(tag)
}

// dollarTag returns the opening $tag$ of text, or "". A tag is an identifier
// without dollar signs, or nothing.
func dollarTag(text string) string {
	i := 1
	if i < len(text) && isIdentStart(text[i]) {
		for i++; i < len(text) && isIdent(text[i]) && text[i] != '$'; i++ {
		}
	}
	if i < len(text) && text[i] == '$' {
		return text[:i+1]
	}
	return ""
}

// templateMarks are what placeholders and actions begin and end with.
var templateMarks = [...]struct{ begin, end string }{{"${", "}"}, {"{{", "}}"}, {"{%", "%}"}, {"{#", "#}"}}

// templateEnd returns the end of the placeholder or action at i: ${x},
// {{ x }}, {% x %} or {# x #}. It is -1 where there is none.
func (s *scanner) templateEnd(i int) int {
	for m, marks := range templateMarks {
		if !strings.HasPrefix(s.text[i:], marks.begin) {
			continue
		}
		end := s.templateMark(m, i+len(marks.begin))
		// A placeholder ends on its line; otherwise the mark is only dirt.
		if !strings.HasPrefix(s.text[end:], marks.end) {
			return -1
		}
		return end + len(marks.end)
	}
	return -1
}

// templateMark returns where the end mark, or what no placeholder has, comes next
// at or after i, else the end of the text. What was found once is kept, so
// that many marks without an end are not looked for to the end each time.
func (s *scanner) templateMark(m, i int) int {
	if s.ends[m] < i {
		n := strings.Index(s.text[i:], templateMarks[m].end)
		if m == 0 {
			n = strings.IndexAny(s.text[i:], "}\n;")
		}
		if n < 0 {
			n = len(s.text) - i
		}
		s.ends[m] = i + n
	}
	return s.ends[m]
}

// colon scans ::, := and a lone colon, or psql's :x, :'x' and :"x".
func (s *scanner) colon(i int) (tokenKind, int) {
	rest := s.text[i+1:]
	if rest == "" {
		return tokenOperator, i + 1
	}
	if rest[0] == ':' || rest[0] == '=' {
		return tokenOperator, i + 2
	}
	if !s.psql || s.brackets > 0 {
		return tokenOperator, i + 1
	}
	name := rest
	quote := rest[0] == '\'' || rest[0] == '"'
	if quote {
		name = rest[1:]
	}
	n := 0
	for n < len(name) && (isIdent(name[n]) && name[n] != '$') {
		n++
	}
	switch {
	case n == 0 || isDigit(name[0]):
		return tokenOperator, i + 1
	case !quote:
		return tokenPlaceholder, i + 1 + n
	case n < len(name) && name[n] == rest[0]:
		return tokenPlaceholder, i + 1 + n + 2
	}
	return tokenOperator, i + 1
}

// numberEnd returns the end of the number at i. A dot is part of it unless a
// second one follows: 1..2 is the range of a PL/pgSQL loop.
func numberEnd(text string, i int) int {
	if text[i] == '0' && i+2 < len(text) {
		digits := ""
		switch text[i+1] {
		case 'x', 'X':
			digits = "0123456789abcdefABCDEF_"
		case 'o', 'O':
			digits = "01234567_"
		case 'b', 'B':
			digits = "01_"
		}
		if digits != "" && strings.IndexByte(digits, text[i+2]) >= 0 {
			for i += 2; i < len(text) && strings.IndexByte(digits, text[i]) >= 0; i++ {
			}
			return i
		}
	}
	i = digitsEnd(text, i)
	if i < len(text) && text[i] == '.' && !strings.HasPrefix(text[i:], "..") {
		i = digitsEnd(text, i+1)
	}
	if i < len(text) && (text[i] == 'e' || text[i] == 'E') {
		j := i + 1
		if j < len(text) && (text[j] == '+' || text[j] == '-') {
			j++
		}
		if j < len(text) && isDigit(text[j]) {
			return digitsEnd(text, j)
		}
	}
	return i
}

// digitsEnd returns the end of the digits at i, which single underscores may
// group.
func digitsEnd(text string, i int) int {
	for i < len(text) {
		if !isDigit(text[i]) && (text[i] != '_' || i+1 == len(text) || !isDigit(text[i+1])) {
			break
		}
		i++
	}
	return i
}

// operatorEnd returns the end of the operator at i. An operator stops where a
// comment starts, and ends in + or - only if it holds one of the characters
// that the standard's operators do not have.
func operatorEnd(text string, i int) int {
	end := i
	for end < len(text) && isOperator(text[end]) {
		if end > i && (strings.HasPrefix(text[end:], "--") || strings.HasPrefix(text[end:], "/*")) {
			break
		}
		end++
	}
	if !strings.ContainsAny(text[i:end], "~!@#%^&|`?") {
		for end > i+1 && (text[end-1] == '+' || text[end-1] == '-') {
			end--
		}
	}
	return end
}

func isSpace(c byte) bool {
	return c == ' ' || c >= '\t' && c <= '\r'
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isIdentStart(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c >= 0x80
}

func isIdent(c byte) bool { return isIdentStart(c) || isDigit(c) || c == '$' }

func isOperator(c byte) bool { return strings.IndexByte("+-*/<>=~!@#%^&|`?", c) >= 0 }

// is reports whether a token is that keyword (given in lower case) or that
// operator.
func (t token) is(text, want string) bool {
	return (t.kind == tokenWord || t.kind == tokenOperator) && t.end-t.start == len(want) &&
		strings.EqualFold(text[t.start:t.end], want)
}

// isOneOf reports whether a token is one of those keywords or operators.
func (t token) isOneOf(text string, wants ...string) bool {
	for _, w := range wants {
		if t.is(text, w) {
			return true
		}
	}
	return false
}

// follow reports whether the tokens from i on are those keywords and
// operators.
func follow(text string, tokens []token, i int, wants ...string) bool {
	if i < 0 || i+len(wants) > len(tokens) {
		return false
	}
	for j, w := range wants {
		if !tokens[i+j].is(text, w) {
			return false
		}
	}
	return true
}

// closing returns the index of the bracket that closes the one at i, or
// len(tokens).
func closing(text string, tokens []token, i int) int {
	depth := 0
	for ; i < len(tokens); i++ {
		if tokens[i].kind != tokenOperator || tokens[i].end-tokens[i].start != 1 {
			continue
		}
		switch text[tokens[i].start] {
		case '(', '[':
			depth++
		case ')', ']':
			if depth--; depth <= 0 {
				return i
			}
		}
	}
	return len(tokens)
}
