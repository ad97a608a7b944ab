package queries

import "strings"

// quoted returns the offset after the string, quoted name, dollar-quoted string
// or comment that begins at i, or i if none does. What is not closed ends with
// the text.
func quoted(sql string, i int) int {
	rest := sql[i:]
	switch {
	case strings.HasPrefix(rest, "--"):
		return i + end(rest, "\n", 2)
	case strings.HasPrefix(rest, "/*"):
		return i + comment(rest)
	case rest[0] == '"':
		return i + end(rest, `"`, 1)
	case rest[0] == '\'':
		if i > 0 && (sql[i-1] == 'E' || sql[i-1] == 'e') && (i == 1 || !isName(sql[i-2])) {
			return i + escaped(rest)
		}
		return i + end(rest, "'", 1) // '' is two strings, which comes to the same
	case rest[0] == '$' && (i == 0 || !isName(sql[i-1])):
		return i + dollar(rest)
	}
	return i
}

// end returns the offset after the first mark from an offset on.
func end(text, mark string, from int) int {
	if i := strings.Index(text[from:], mark); i >= 0 {
		return from + i + len(mark)
	}
	return len(text)
}

// comment returns the length of a comment, which may hold others.
func comment(text string) int {
	depth := 0
	for i := 0; i+1 < len(text); i++ {
		switch text[i : i+2] {
		case "/*":
			depth++
			i++
		case "*/":
			depth--
			i++
			if depth == 0 {
				return i + 1
			}
		}
	}
	return len(text)
}

// escaped returns the length of a string with backslash escapes.
func escaped(text string) int {
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '\'':
			return i + 1
		}
	}
	return len(text)
}

// dollar returns the length of a dollar-quoted string, 0 if it is none.
func dollar(text string) int {
	i := 1
	for i < len(text) && isName(text[i]) {
		i++
	}
	if i == len(text) || text[i] != '$' || isDigit(text[1]) {
		return 0
	}
	return end(text, text[:i+1], i+1)
}

// isName reports whether a byte can be part of a name.
func isName(b byte) bool {
	return b == '_' || b >= 0x80 || isDigit(b) || 'a' <= b|0x20 && b|0x20 <= 'z'
}

func isDigit(b byte) bool { return '0' <= b && b <= '9' }

// word returns the name that begins at i, "" if none does.
func word(sql string, i int) string {
	start := i
	if i < len(sql) && isDigit(sql[i]) {
		return ""
	}
	for i < len(sql) && isName(sql[i]) {
		i++
	}
	return sql[start:i]
}

// statements returns the ranges of a text between semicolons, without white
// space and without those that hold nothing but comments.
func statements(sql string) [][2]int {
	var found [][2]int
	start, text := -1, false
	add := func(end int) {
		if text {
			trimmed := strings.TrimRight(sql[start:end], " \t\r\n\f\v")
			found = append(found, [2]int{start, start + len(trimmed)})
		}
		start, text = -1, false
	}
	for i := 0; i < len(sql); {
		next := quoted(sql, i)
		remark := next > i && (strings.HasPrefix(sql[i:], "--") || strings.HasPrefix(sql[i:], "/*"))
		switch {
		case sql[i] == ';':
			add(i)
		case strings.IndexByte(" \t\r\n\f\v", sql[i]) < 0 && !remark:
			if start < 0 {
				start = i
			}
			text = true
		}
		i = max(next, i+1)
	}
	add(len(sql))
	return found
}
