package migration

import "strings"

// statements returns the beginnings of the statements of a text: their first
// words, one space between them, without comments. It knows strings, quoted
// names, dollar quotes and comments, so that nothing within them counts.
func statements(text string) []string {
	var out []string
	for _, c := range clauses(text) {
		out = append(out, c.head)
	}
	return out
}

// A clause is a statement as tools see it that split scripts themselves: its
// first words, and where it stands, with the semicolon and what precedes it.
type clause struct {
	head       string
	start, end int
}

// clauses splits a text at its semicolons, those of a function body in BEGIN
// ATOMIC apart. What has no word is no clause, and belongs to the next.
func clauses(text string) []clause {
	var out []clause
	var words []string
	start := 0
	atomic, before := 0, "" // depth of BEGIN ATOMIC and CASE; the word before
	flush := func(end int) {
		if len(words) > 0 {
			out = append(out, clause{strings.Join(words, " "), start, end})
			start = end
		}
		words, before = nil, ""
	}
	const enough = 5 // words that tell statements apart
	add := func(word string) {
		if len(words) < enough {
			words = append(words, word)
		}
		switch {
		case atomic == 0 && strings.EqualFold(before, "begin") && strings.EqualFold(word, "atomic"),
			atomic > 0 && strings.EqualFold(word, "case"):
			atomic++
		case atomic > 0 && strings.EqualFold(word, "end"):
			atomic--
		}
		before = word
	}
	for i := 0; i < len(text); {
		switch c := text[i]; {
		case c == ';':
			i++
			if atomic == 0 {
				flush(i)
			}
		case strings.HasPrefix(text[i:], "--"):
			i += until(text[i:], "\n")
		case strings.HasPrefix(text[i:], "/*"):
			i += blockComment(text[i:])
		case c == '\'':
			i += quoted(text[i:], '\'', i > 0 && (text[i-1] == 'e' || text[i-1] == 'E'))
			add("''")
		case c == '"':
			n := quoted(text[i:], '"', false)
			add(text[i : i+n])
			i += n
		case c == '$':
			if tag := dollarTag(text[i:]); tag != "" {
				i += len(tag)
				i += until(text[i:], tag)
				add("$$")
				continue
			}
			i++
		case wordByte(c):
			n := 1
			for i+n < len(text) && (wordByte(text[i+n]) || text[i+n] == '$') {
				n++
			}
			add(text[i : i+n])
			i += n
		default:
			i++
		}
	}
	flush(len(text))
	return out
}

func wordByte(c byte) bool {
	return c == '_' || c >= 0x80 || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

// until returns the length of text up to and with the next end.
func until(text, end string) int {
	if n := strings.Index(text, end); n >= 0 {
		return n + len(end)
	}
	return len(text)
}

// blockComment returns the length of a comment, which may hold others.
func blockComment(text string) int {
	level := 0
	for i := 0; i < len(text); i++ {
		switch {
		case strings.HasPrefix(text[i:], "/*"):
			level++
			i++
		case strings.HasPrefix(text[i:], "*/"):
			level--
			i++
			if level == 0 {
				return i + 1
			}
		}
	}
	return len(text)
}

// quoted returns the length of a quoted text; a doubled quote is two quoted
// texts in a row, which makes no difference here.
func quoted(text string, quote byte, escapes bool) int {
	for i := 1; i < len(text); i++ {
		switch {
		case escapes && text[i] == '\\':
			i++
		case text[i] == quote:
			return i + 1
		}
	}
	return len(text)
}

// dollarTag returns the "$tag$" that text begins with, or "".
func dollarTag(text string) string {
	for i := 1; i < len(text); i++ {
		switch c := text[i]; {
		case c == '$':
			return text[:i+1]
		case !wordByte(c) || i == 1 && '0' <= c && c <= '9':
			return ""
		}
	}
	return ""
}
