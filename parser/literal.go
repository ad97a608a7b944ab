package parser

import (
	"strconv"
	"strings"
)

// constant returns the value of string constants as a layer of its own:
// tokens are one constant, or several that are concatenated with ||. It is
// false for anything else, and for the rare forms that are not decoded (bit
// strings, Unicode escapes).
func (l *layer) constant(tokens []token) (*layer, bool) {
	var changes []change
	start, end := 0, 0
	for i, t := range tokens {
		if i%2 == 1 && i < len(tokens)-1 && t.is(l.text, "||") {
			continue
		}
		if i%2 == 1 || t.kind != tokenString {
			return nil, false
		}
		from, to, escapes, ok := inside(l.text, t)
		if !ok {
			return nil, false
		}
		if i == 0 {
			start = from
		} else {
			changes = append(changes, change{start: end, end: from})
		}
		if l.text[from-1] == '\'' {
			changes = unescape(changes, l.text, from, to, escapes)
		}
		end = to
	}
	if len(tokens) == 0 {
		return nil, false
	}
	value, _ := l.sub(start, end, changes)
	value.depth++
	return &value, true
}

// inside returns the range of a string constant between its quotes, and
// whether backslashes escape in it.
func inside(text string, t token) (start, end int, escapes, ok bool) {
	switch c := text[t.start]; c {
	case '\'':
		return t.start + 1, t.end - 1, false, true
	case 'e', 'E', 'n', 'N':
		return t.start + 2, t.end - 1, c == 'e' || c == 'E', true
	case '$':
		tag := len(dollarTag(text[t.start:t.end]))
		return t.start + tag, t.end - tag, false, tag > 0
	}
	return 0, 0, false, false
}

// unescape appends the changes that decode text[from:to], the inside of a
// string constant.
func unescape(changes []change, text string, from, to int, escapes bool) []change {
	for i := from; i < to; i++ {
		switch {
		case text[i] == '\'' && text[i+1] != '\'': // goes on in the next line
			next := continued(text, i+1)
			changes = append(changes, change{start: i, end: next})
			i = next - 1
		case text[i] == '\'':
			changes = append(changes, change{start: i, end: i + 2, text: "'"})
			i++
		case escapes && text[i] == '\\' && i+1 < to:
			value, n := escape(text[i:to])
			changes = append(changes, change{start: i, end: i + n, text: value})
			i += n - 1
		}
	}
	return changes
}

// escape decodes the backslash escape that text begins with and returns its
// length.
func escape(text string) (value string, length int) {
	switch c := text[1]; c {
	case 'b':
		return "\b", 2
	case 'f':
		return "\f", 2
	case 'n':
		return "\n", 2
	case 'r':
		return "\r", 2
	case 't':
		return "\t", 2
	case 'x':
		return number(text, 2, 2, 16, "x")
	case 'u':
		return number(text, 2, 4, 16, "u")
	case 'U':
		return number(text, 2, 8, 16, "U")
	case '0', '1', '2', '3', '4', '5', '6', '7':
		return number(text, 1, 3, 8, string(c))
	default:
		return string(c), 2
	}
}

// number decodes up to n digits of an escape; without digits the escape is
// its letter.
func number(text string, start, n, base int, letter string) (value string, length int) {
	end := start
	for end < len(text) && end < start+n && strings.IndexByte("0123456789abcdefABCDEF"[:min(base, 10)+max(0, base-10)*2], text[end]) >= 0 {
		end++
	}
	code, err := strconv.ParseUint(text[start:end], base, 32)
	if err != nil {
		return letter, 2
	}
	if n > 3 {
		return string(rune(code)), end
	}
	return string([]byte{byte(code)}), end
}
