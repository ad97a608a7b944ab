package catalog

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/migracheck/migracheck/parser/ddl"
)

// maxName is NAMEDATALEN - 1.
const maxName = 63

// objectName is PostgreSQL's makeObjectName: name1_name2_label, the longer of
// the two names cut until the whole fits. Empty parts are left out.
func objectName(name1, name2, label string) string {
	room := maxName
	if name2 != "" {
		room--
	}
	if label != "" {
		room -= len(label) + 1
	}
	n1, n2 := len(name1), len(name2)
	for n1+n2 > room && n1+n2 > 0 {
		if n1 > n2 {
			n1--
		} else {
			n2--
		}
	}
	s := clip(name1, n1)
	if name2 != "" {
		s += "_" + clip(name2, n2)
	}
	if label != "" {
		s += "_" + label
	}
	return s
}

// clip cuts a string to at most n bytes without splitting a character.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// chooseName is ChooseRelationName: the first of name1_name2_label,
// …label1, …label2 that is free in the schema. The name of a constraint's index
// must be free among constraints too.
func (e *editor) chooseName(schema, name1, name2, label string, constraint bool) string {
	for pass := 0; ; pass++ {
		l := label
		if pass > 0 {
			l += strconv.Itoa(pass)
		}
		n := ddl.Name{Schema: schema, Name: objectName(name1, name2, l)}
		if _, taken := e.relname.get(n); taken {
			continue
		}
		if _, taken := e.connames.get(n); taken && constraint {
			continue
		}
		return n.Name
	}
}

// chooseConstraintName is ChooseConstraintName, for constraints without an
// index.
func (e *editor) chooseConstraintName(schema, name1, name2, label string) string {
	for pass := 0; ; pass++ {
		l := label
		if pass > 0 {
			l += strconv.Itoa(pass)
		}
		n := ddl.Name{Schema: schema, Name: objectName(name1, name2, l)}
		if _, taken := e.connames.get(n); !taken {
			return n.Name
		}
	}
}

// chooseNotNullName returns the name that PostgreSQL 18 gives a column's NOT
// NULL constraint. It avoids those of a table that had this one's name before.
func (e *editor) chooseNotNullName(r *Relation, column string) string {
	others := r.Attributes
	if old, _ := e.gone.get(r.QualifiedName()); old != nil && old.OID != r.OID {
		if renamed := e.RelationByOID(old.OID); renamed != nil && renamed.Schema == r.Schema {
			for _, a := range renamed.Attributes {
				if a.Name == column {
					a = &Attribute{NotNullName: a.NotNullName}
				}
				others = append(slices.Clip(others), a)
			}
		}
	}
	for pass := 0; ; pass++ {
		label := "not_null"
		if pass > 0 {
			label += strconv.Itoa(pass)
		}
		name := objectName(r.Name, column, label)
		taken := r.Constraint(name) != nil || slices.ContainsFunc(others, func(a *Attribute) bool {
			return a.NotNullName == name && a.Name != column
		})
		if !taken {
			return name
		}
	}
}

// chooseIndexName is ChooseIndexName. The columns are the index's, those of
// INCLUDE too.
func (e *editor) chooseIndexName(r *Relation, columns []string, kind ddl.ConstraintKind) string {
	switch kind {
	case ddl.PrimaryKey:
		return e.chooseName(r.Schema, r.Name, "", "pkey", true)
	case ddl.Exclude:
		return e.chooseName(r.Schema, r.Name, joinNames(columns), "excl", true)
	case ddl.Unique:
		return e.chooseName(r.Schema, r.Name, joinNames(columns), "key", true)
	}
	return e.chooseName(r.Schema, r.Name, joinNames(columns), "idx", false)
}

// joinNames is ChooseIndexNameAddition: names are joined until the result is
// too long for a name anyhow.
func joinNames(columns []string) string {
	var b strings.Builder
	for _, c := range columns {
		if b.Len() > 0 {
			b.WriteByte('_')
		}
		b.WriteString(c)
		if b.Len() > maxName {
			break
		}
	}
	return clip(b.String(), maxName)
}

// indexColumnNames is ChooseIndexColumnNames: what pg_attribute calls an
// index's columns.
func indexColumnNames(elements []ddl.IndexElement, include []string) []string {
	var names []string
	add := func(name string) {
		unique := name
		for i := 1; slices.Contains(names, unique); i++ {
			n := strconv.Itoa(i)
			unique = clip(name, maxName-len(n)) + n
		}
		names = append(names, unique)
	}
	for _, el := range elements {
		switch {
		case el.Column != "":
			add(el.Column)
		case el.Expr == nil:
			add("expr")
		default:
			name, _ := expressionName(el.Expr.Text)
			if name == "" {
				name = "expr"
			}
			add(name)
		}
	}
	for _, c := range include {
		add(c)
	}
	return names
}

// expressionName is FigureColname for what index expressions are made of: the
// function called, the column read, or the type cast to (weak). Operators have
// no name.
func expressionName(text string) (name string, weak bool) {
	text = strings.TrimSpace(text)
	for strings.HasPrefix(text, "(") && closing(text, 0) == len(text)-1 {
		text = strings.TrimSpace(text[1 : len(text)-1])
	}
	if inner, typ, ok := cutCast(text); ok {
		if n, weak := expressionName(inner); n != "" && !weak {
			return n, false
		}
		return typ, true
	}
	ident, rest := leadingName(text)
	if ident == "" {
		return "", false
	}
	rest = strings.TrimSpace(rest)
	switch {
	case rest == "" && !isNumber(ident):
		return ident, false
	case strings.EqualFold(ident, "case"):
		return "case", true
	case strings.HasPrefix(rest, "(") && closing(rest, 0) == len(rest)-1:
		if strings.EqualFold(ident, "cast") {
			i := strings.LastIndex(strings.ToLower(rest), " as ")
			if i < 0 {
				return "", false
			}
			if n, weak := expressionName(rest[1:i]); n != "" && !weak {
				return n, false
			}
			typ, _ := leadingName(strings.TrimSpace(rest[i+4:]))
			return typ, true
		}
		return ident, false
	}
	return "", false
}

func isNumber(s string) bool { return s != "" && s[0] >= '0' && s[0] <= '9' }

// cutCast splits "x::type" at the last cast of the outermost level, where the
// cast is the outermost operator.
func cutCast(text string) (inner, typ string, ok bool) {
	depth, at := 0, -1
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\'' || c == '"':
			i = quoteEnd(text, i)
		case c == '(' || c == '[':
			depth++
		case c == ')' || c == ']':
			depth--
		case depth > 0:
		case strings.HasPrefix(text[i:], "::"):
			at = i
			i++
		case strings.IndexByte("+-*/<>=~!@#%^&|?", c) >= 0:
			return "", "", false
		}
	}
	if at < 0 {
		return "", "", false
	}
	typ, _ = leadingName(strings.TrimSpace(text[at+2:]))
	if typ == "" {
		return "", "", false
	}
	if std := standardTypeNames[typ]; std != "" {
		typ = std
	}
	return text[:at], typ, true
}

// leadingName reads a possibly qualified name and returns its last part.
func leadingName(text string) (name, rest string) {
	for {
		name, text = leadingPart(text)
		if name == "" || !strings.HasPrefix(text, ".") {
			return name, text
		}
		text = text[1:]
	}
}

// leadingPart reads one identifier, folded to lower case unless quoted.
func leadingPart(text string) (name, rest string) {
	if strings.HasPrefix(text, `"`) {
		end := quoteEnd(text, 0)
		if end >= len(text) {
			return "", text
		}
		return strings.ReplaceAll(text[1:end], `""`, `"`), text[end+1:]
	}
	i := 0
	for i < len(text) && (text[i] == '_' || text[i] == '$' || text[i] >= 0x80 || text[i] >= '0' && text[i] <= '9' || text[i]|0x20 >= 'a' && text[i]|0x20 <= 'z') {
		i++
	}
	return strings.ToLower(text[:i]), text[i:]
}

// closing returns the index of the parenthesis that closes the one at i, or
// -1.
func closing(text string, i int) int {
	depth := 0
	for ; i < len(text); i++ {
		switch text[i] {
		case '\'', '"':
			i = quoteEnd(text, i)
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return -1
}

// quoteEnd returns the index of the quote that closes the one at i, or the
// text's length.
func quoteEnd(text string, i int) int {
	q := text[i]
	for i++; i < len(text); i++ {
		if text[i] != q {
			continue
		}
		if i+1 < len(text) && text[i+1] == q {
			i++
			continue
		}
		return i
	}
	return len(text)
}
