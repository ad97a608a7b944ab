package parser

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/pattern"
	"github.com/migracheck/migracheck/parser/source"
)

// Placeholders are the values that a tool fills in before it sends a file.
//
// A name (letters, digits, and _ . : - after the first) stands for all the ways
// to write it: ${name}, ${name:-default} and {{ .name }} wherever they are, in
// strings and comments as well, and psql's :name, :'name' and :"name" where
// psql sees them. Any other key is the text itself that gives way, as
// "%schema%" or ":DATABASE_NAME". What is not among them stays a placeholder.
type Placeholders map[string]string

// placeholderName matches keys that are names.
var placeholderName = pattern.New(`^[A-Za-z_][A-Za-z0-9_.:-]*$`)

// changes returns the places of a text that have values, in order and disjoint.
func (p Placeholders) changes(text string) []change {
	if len(p) == 0 {
		return nil
	}
	var found []change
	for key, value := range p {
		switch {
		case key == "" || !strings.Contains(text, key):
		case placeholderName.MatchString(key):
			for _, at := range braced(key).FindAllStringIndex(text, -1) {
				found = append(found, change{start: at[0], end: at[1], text: value})
			}
		default:
			for at := strings.Index(text, key); at >= 0; {
				end := at + len(key)
				found = append(found, change{start: at, end: end, text: value})
				if at = strings.Index(text[end:], key); at >= 0 {
					at += end
				}
			}
		}
	}
	found = append(found, p.variables(text)...)
	slices.SortFunc(found, func(a, b change) int {
		return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(b.end, a.end), strings.Compare(a.text, b.text))
	})
	var out []change
	for _, c := range found {
		if len(out) == 0 || c.start >= out[len(out)-1].end {
			out = append(out, c)
		}
	}
	return out
}

// braced matches a name between the braces of a template engine. A default
// ends at the first brace.
func braced(name string) *regexp.Regexp {
	name = regexp.QuoteMeta(name)
	return regexp.MustCompile(`\$\{` + name + `(?::?-[^{}\n]*)?\}|\{\{-?[ \t]*\.` + name + `[ \t]*-?\}\}`)
}

// variables returns the variables of psql that have values; psql does not look
// into strings and comments.
func (p Placeholders) variables(text string) []change {
	var found []change
	s := scanner{text: text, psql: true}
	for t, ok := s.next(); ok; t, ok = s.next() {
		if t.kind != tokenPlaceholder || text[t.start] != ':' {
			continue
		}
		name := text[t.start+1 : t.end]
		quote := ""
		if name[0] == '\'' || name[0] == '"' {
			quote, name = name[:1], name[1:len(name)-1]
		}
		if value, ok := p[name]; ok {
			value = quote + strings.ReplaceAll(value, quote, quote+quote) + quote
			if quote == "" {
				value = p[name]
			}
			found = append(found, change{start: t.start, end: t.end, text: value})
		}
	}
	return found
}

// ParseFilled is [Parse] of a span after a tool has filled in values. Places
// are those of the file: what a value has brought is where its placeholder is.
// It calls each with the statements, some at a time, in order, as soon as they
// are read.
func ParseFilled(span source.Span, values Placeholders, each func([]ddl.Statement)) Script {
	if span.IsZero() {
		return Script{}
	}
	raw := &layer{text: span.Text(), file: span.File, start: span.Start}
	filled, _ := raw.sub(0, len(raw.text), values.changes(raw.text))
	return filled.statements(each)
}
