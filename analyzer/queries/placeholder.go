package queries

import (
	"strconv"
	"strings"

	"github.com/migracheck/migracheck/parser/pattern"
)

// A Style is how a library writes the parameters of a query; styles can be
// combined. The zero Style is PostgreSQL's own $1.
type Style uint8

// The styles.
const (
	// Question is ?, with ?? for the operator.
	Question Style = 1 << iota
	// Colon is :name, with :: for a cast and :::: for one too.
	Colon
	// At is @name.
	At
	// Bun is Question, with ?0 for an argument by its place, ?name for a field
	// of one, and ?TableName and its like for what a model knows.
	Bun
	// Macros are the functions of sqlc: sqlc.arg(name), sqlc.narg(name),
	// sqlc.slice(name) and sqlc.embed(table), with At.
	Macros
)

// numbered matches PostgreSQL's parameters.
var numbered = pattern.New(`\$([0-9]+)`)

// macro matches the functions of sqlc.
var macro = pattern.New(`^sqlc\.(arg|narg|slice|embed)\(\s*['"]?(\w+)['"]?\s*\)`)

// Parameters returns the text with the placeholders of a style as numbered
// parameters. A name has one number wherever it stands.
func Parameters(sql string, style Style) string {
	if style == 0 {
		return sql
	}
	last := Last(sql)
	names := map[string]int{}
	var out strings.Builder
	fresh := func(name string) {
		n, known := names[name]
		if !known || name == "" {
			last++
			n = last
			names[name] = n
		}
		out.WriteString("$" + strconv.Itoa(n))
	}
	for i := 0; i < len(sql); {
		if next := quoted(sql, i); next > i {
			out.WriteString(sql[i:next])
			i = next
			continue
		}
		length, name, ok := style.placeholder(sql, i)
		switch {
		case !ok:
			out.WriteString(sql[i : i+length])
		case strings.HasPrefix(name, "="):
			out.WriteString(name[1:])
		default:
			fresh(name)
		}
		i += length
	}
	return out.String()
}

// Last returns the highest number of a parameter in a text.
func Last(sql string) int {
	last := 0
	for _, m := range numbered.FindAllStringSubmatch(sql, -1) {
		if n, err := strconv.Atoi(m[1]); err == nil && n < 1<<16 {
			last = max(last, n)
		}
	}
	return last
}

// placeholder returns the length of what stands at i, and whether that is a
// placeholder: its name, "" if it has none, or = and the text in its place.
func (s Style) placeholder(sql string, i int) (length int, name string, ok bool) {
	rest := sql[i:]
	after := word(sql, i+1)
	switch {
	case s&Colon != 0 && strings.HasPrefix(rest, "::::"):
		return 4, "=::", true
	case strings.HasPrefix(rest, "::"):
		return 2, "", false
	case s&Colon != 0 && rest[0] == ':' && after != "":
		return 1 + len(after), after, true
	case s&(At|Macros) != 0 && rest[0] == '@' && after != "" && (i == 0 || !operator(sql[i-1])):
		return 1 + len(after), after, true
	case s&Macros != 0 && (i == 0 || !isName(sql[i-1])):
		m := macro.FindStringSubmatch(rest)
		switch {
		case m == nil:
			return 1, "", false
		case m[1] == "embed":
			return len(m[0]), "=" + m[2] + ".*", true
		}
		return len(m[0]), m[2], true
	case s&(Question|Bun) != 0 && strings.HasPrefix(rest, "??"):
		return 2, "=?", true
	case s&(Question|Bun) != 0 && strings.HasPrefix(rest, "?|"), s&(Question|Bun) != 0 && strings.HasPrefix(rest, "?&"):
		return 2, "", false
	case s&Bun != 0 && rest[0] == '?' && after != "":
		if strings.HasPrefix(after, "Table") || strings.HasPrefix(after, "Column") || strings.HasPrefix(after, "PK") {
			return 1 + len(after), "=" + Unknown, true
		}
		return 1 + len(after), after, true
	case s&Bun != 0 && rest[0] == '?' && len(rest) > 1 && isDigit(rest[1]):
		n := 1
		for n < len(rest) && isDigit(rest[n]) {
			n++
		}
		return n, rest[1:n], true
	case s&(Question|Bun) != 0 && rest[0] == '?':
		return 1, "", true
	}
	return 1, "", false
}

// operator reports whether a byte can be part of an operator that ends in @.
func operator(b byte) bool { return strings.IndexByte("<>=@~!#%^&|?+-*/", b) >= 0 && b != '=' }
