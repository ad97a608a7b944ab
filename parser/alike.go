package parser

import (
	"slices"
	"strings"

	pg_query "github.com/migracheck/migracheck/parser/grammar"
	"github.com/migracheck/migracheck/parser/pattern"
)

// Alike compares two texts of SQL, both expressions or both queries. They are
// the same where PostgreSQL reads them as the same tree: blanks, comments,
// superfluous parentheses and the case of names do not count. They may be the
// same where they differ in nothing but what PostgreSQL adds or drops by itself
// when it stores them: casts, qualifiers, aliases, what a star stands for.
func Alike(a, b string) (same, perhaps bool) {
	if a == b {
		return true, true
	}
	x, okay := canonical(a)
	y, also := canonical(b)
	if !okay || !also {
		return false, true
	}
	if x == y {
		return true, true
	}
	return false, strings.Contains(x, "*") != strings.Contains(y, "*") || slices.Equal(essence(x), essence(y))
}

// canonical returns SQL as PostgreSQL's parser writes it.
func canonical(text string) (string, bool) {
	text = strings.TrimRight(text, "; \t\r\n")
	for _, sql := range []string{"SELECT (" + text + "\n)", text} {
		tree, err := pg_query.Parse(sql)
		if err != nil {
			continue
		}
		out, err := pg_query.Deparse(tree)
		if err != nil {
			return "", false
		}
		return out, true
	}
	return "", false
}

var (
	casts      = pattern.New(`::("[^"]*"|[a-z_][a-z0-9_.]*)( varying| precision| with(out)? time zone)?(\([0-9, ]*\))?(\[\])*`)
	qualifiers = pattern.New(`("[^"]*"|[a-z_][a-z0-9_$]*)\.`)
	aliases    = pattern.New(`("[^"]*"|[a-z_][a-z0-9_$]*) AS ("[^"]*"|[a-z_][a-z0-9_$]*)`)
	tokens     = pattern.New(`'(?:[^']|'')*'|"[^"]*"|[A-Za-z_][A-Za-z0-9_$]*|[0-9][0-9.]*|[<>=!~+*/%|&#^@-]+`)
)

// essence are the words of an expression, sorted, without those that PostgreSQL
// adds or drops.
func essence(canonical string) []string {
	text := qualifiers.ReplaceAllString(casts.ReplaceAllString(canonical, ""), "")
	text = aliases.ReplaceAllStringFunc(text, func(s string) string {
		if name, alias, _ := strings.Cut(s, " AS "); name == alias {
			return name // the name that it has anyway
		}
		return s
	})
	all := tokens.FindAllString(text, -1)
	for i, w := range all {
		all[i] = strings.ToLower(strings.Trim(w, "'")) // 'false' is stored as false where a boolean is wanted
	}
	all = slices.DeleteFunc(all, func(w string) bool {
		switch strings.ToUpper(w) {
		case "AS", "IN", "ANY", "ARRAY", "=", "CAST", "TEXT", "INNER":
			return true
		}
		return false
	})
	slices.Sort(all)
	return all
}
