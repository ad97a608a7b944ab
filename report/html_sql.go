package report

import "strings"

// A sqlLexer tells, line by line, what the bytes of SQL are, as far as colours
// need it: it takes no text for wrong. What goes on over the end of a line (a
// comment, a string) goes on in the next. The zero value is outside of anything.
type sqlLexer struct {
	// depth is that of nested comments.
	depth int
	// until ends the string or the name that the lexer is in; escapes: a
	// backslash escapes in it.
	until   string
	escapes bool
	class   sqlClass
}

// A sqlClass is the class of a byte, as styles have it.
type sqlClass string

const (
	sqlPlain   sqlClass = ""
	sqlKeyword sqlClass = "k"
	sqlString  sqlClass = "s"
	sqlName    sqlClass = "q"
	sqlNumber  sqlClass = "n"
	sqlComment sqlClass = "c"
)

// line returns the class of every byte of a line.
func (l *sqlLexer) line(text string) []sqlClass {
	classes := make([]sqlClass, len(text))
	for i := 0; i < len(text); {
		n, class := l.next(text, i)
		for end := i + n; i < end; i++ {
			classes[i] = class
		}
	}
	return classes
}

// next returns the length, at least 1, and the class of what begins at i.
func (l *sqlLexer) next(text string, i int) (int, sqlClass) {
	rest := text[i:]
	switch c := rest[0]; {
	case l.depth > 0:
		return l.comment(rest, 0), sqlComment
	case l.until != "":
		return l.quoted(rest, 0), l.class
	case strings.HasPrefix(rest, "--"):
		return len(rest), sqlComment
	case strings.HasPrefix(rest, "/*"):
		l.depth = 1
		return l.comment(rest, 2), sqlComment
	case c == '\'':
		l.until, l.escapes, l.class = "'", i > 0 && lower(text[i-1]) == 'e' && (i < 2 || !isSQLWord(text[i-2])), sqlString
		return l.quoted(rest, 1), sqlString
	case c == '"':
		l.until, l.escapes, l.class = `"`, false, sqlName
		return l.quoted(rest, 1), sqlName
	case c == '$':
		tag := dollarTag(rest)
		if tag == "" {
			return 1, sqlPlain
		}
		l.until, l.escapes, l.class = tag, false, sqlString
		return l.quoted(rest, len(tag)), sqlString
	case isSQLWord(c):
		n := 1
		for n < len(rest) && (isSQLWord(rest[n]) || rest[n] == '$') {
			n++
		}
		switch {
		case c >= '0' && c <= '9':
			return n, sqlNumber
		case isKeyword(strings.ToUpper(rest[:n])):
			return n, sqlKeyword
		}
		return n, sqlPlain
	}
	return 1, sqlPlain
}

// lower is an ASCII letter in lower case.
func lower(c byte) byte { return c | 0x20 }

// comment returns where the comment ends that the lexer is in, within a line.
func (l *sqlLexer) comment(rest string, i int) int {
	for i < len(rest) {
		switch {
		case strings.HasPrefix(rest[i:], "*/"):
			l.depth--
			i += 2
			if l.depth == 0 {
				return i
			}
		case strings.HasPrefix(rest[i:], "/*"):
			l.depth++
			i += 2
		default:
			i++
		}
	}
	return len(rest)
}

// quoted returns where the string or name ends that the lexer is in. A doubled
// quote ends one and begins another, which looks the same.
func (l *sqlLexer) quoted(rest string, i int) int {
	for i < len(rest) {
		switch {
		case l.escapes && rest[i] == '\\':
			i += 2
		case strings.HasPrefix(rest[i:], l.until):
			i += len(l.until)
			l.until = ""
			return i
		default:
			i++
		}
	}
	return len(rest)
}

// dollarTag returns the $tag$ that a text begins with, or "".
func dollarTag(text string) string {
	for i := 1; i < len(text); i++ {
		switch {
		case text[i] == '$':
			return text[:i+1]
		case !isSQLWord(text[i]) || i == 1 && text[i] >= '0' && text[i] <= '9':
			return ""
		}
	}
	return ""
}

func isSQLWord(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || lower(c) >= 'a' && lower(c) <= 'z' || c >= 0x80
}

// isKeyword reports whether a word is one that migrations are read by. It is
// about colour: not every keyword is here, and a column may have such a name.
func isKeyword(word string) bool {
	switch word {
	case "ADD", "ALL", "ALTER", "ALWAYS", "AND", "ANY", "AS", "ASC", "ATTACH", "BEFORE", "BEGIN", "BETWEEN", "BY",
		"CASCADE", "CASE", "CAST", "CHECK", "CLUSTER", "COLLATE", "COLUMN", "COMMENT", "COMMIT", "CONCURRENTLY", "CONFLICT", "CONSTRAINT", "COPY", "CREATE", "CROSS",
		"DATABASE", "DECLARE", "DEFAULT", "DEFERRABLE", "DEFERRED", "DELETE", "DESC", "DETACH", "DISABLE", "DISTINCT", "DO", "DOMAIN", "DROP",
		"EACH", "ELSE", "ENABLE", "END", "ENUM", "EXCEPT", "EXCLUDE", "EXECUTE", "EXISTS", "EXTENSION", "FALSE", "FOR", "FOREIGN", "FROM", "FULL", "FUNCTION",
		"GENERATED", "GRANT", "GROUP", "HAVING", "IDENTITY", "IF", "IMMUTABLE", "IN", "INCLUDE", "INDEX", "INHERITS", "INITIALLY", "INNER", "INSERT", "INTO", "IS",
		"JOIN", "KEY", "LANGUAGE", "LEFT", "LIKE", "LIMIT", "LOCAL", "LOCK", "MATERIALIZED", "MERGE", "NO", "NOT", "NULL", "NULLS", "OF", "ON", "ONLY", "OR", "ORDER", "OUTER", "OWNER",
		"PARTITION", "POLICY", "PRIMARY", "PROCEDURE", "PUBLICATION", "REFERENCES", "REFRESH", "REINDEX", "RENAME", "REPLACE", "RESTRICT", "RETURN", "RETURNING", "RETURNS", "REVOKE", "RIGHT", "ROLE", "ROLLBACK", "ROW",
		"SCHEMA", "SECURITY", "SELECT", "SEQUENCE", "SET", "STABLE", "STATISTICS", "STORED", "TABLE", "TEMPORARY", "THEN", "TO", "TRIGGER", "TRUE", "TRUNCATE", "TYPE",
		"UNION", "UNIQUE", "UNLOGGED", "UPDATE", "USING", "VACUUM", "VALID", "VALIDATE", "VALUE", "VALUES", "VIEW", "VOLATILE", "WHEN", "WHERE", "WITH", "WITHOUT":
		return true
	}
	return false
}
