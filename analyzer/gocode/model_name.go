package gocode

import (
	"slices"
	"strings"

	"github.com/migracheck/migracheck/parser/pattern"
)

// A plural is a rule of how English words become plural.
type plural struct {
	matches *pattern.Pattern
	by      string
}

// plurals are the rules of github.com/jinzhu/inflection 1.0, which GORM, bun
// and go-pg name tables with, the first that matches. They are for names in
// lower case.
var plurals = []plural{
	{pattern.New(`^(equipment|information|rice|money|species|series|fish|sheep|jeans|police)$`), "$1"},
	{pattern.New(`person$`), "people"},
	{pattern.New(`man$`), "men"},
	{pattern.New(`child$`), "children"},
	{pattern.New(`sex$`), "sexes"},
	{pattern.New(`move$`), "moves"},
	{pattern.New(`mombie$`), "mombies"},
	{pattern.New(`(quiz)$`), "${1}zes"},
	{pattern.New(`^(oxen)$`), "$1"},
	{pattern.New(`^(ox)$`), "${1}en"},
	{pattern.New(`^(m|l)ice$`), "${1}ice"},
	{pattern.New(`^(m|l)ouse$`), "${1}ice"},
	{pattern.New(`(matr|vert|ind)(?:ix|ex)$`), "${1}ices"},
	{pattern.New(`(x|ch|ss|sh)$`), "${1}es"},
	{pattern.New(`([^aeiouy]|qu)y$`), "${1}ies"},
	{pattern.New(`(hive)$`), "${1}s"},
	{pattern.New(`(?:([^f])fe|([lr])f)$`), "${1}${2}ves"},
	{pattern.New(`sis$`), "ses"},
	{pattern.New(`([ti])a$`), "${1}a"},
	{pattern.New(`([ti])um$`), "${1}a"},
	{pattern.New(`(buffal|tomat)o$`), "${1}oes"},
	{pattern.New(`(bu)s$`), "${1}ses"},
	{pattern.New(`(alias|status)$`), "${1}es"},
	{pattern.New(`(octop|vir)i$`), "${1}i"},
	{pattern.New(`(octop|vir)us$`), "${1}i"},
	{pattern.New(`^(ax|test)is$`), "${1}es"},
	{pattern.New(`s$`), "s"},
	{pattern.New(`([a-zA-Z])$`), "${1}s"},
}

// pluralize returns the plural of a name.
func pluralize(name string) string {
	for _, p := range plurals {
		if p.matches.MatchString(name) {
			return p.matches.ReplaceAllString(name, p.by)
		}
	}
	return name
}

// gormInitialisms are words that GORM takes as one where they are written in
// capitals, in the order in which it looks for them.
var gormInitialisms = strings.Fields("API ASCII CPU CSS DNS EOF GUID HTML HTTP HTTPS ID IP JSON LHS QPS RAM RHS RPC SLA SMTP SSH TLS TTL UID UI UUID URI URL UTF8 VM XML XSRF XSS")

// gormName returns what GORM makes of the name of a type or field.
func gormName(name string) string {
	var pairs []string
	for _, word := range gormInitialisms {
		pairs = append(pairs, word, word[:1]+strings.ToLower(word[1:]))
	}
	s := strings.NewReplacer(pairs...).Replace(name)
	var out strings.Builder
	for i := range len(s) {
		if !isUpper(s, i) {
			out.WriteByte(s[i])
			continue
		}
		last := i == len(s)-1
		inWord := isUpper(s, i-1) && (last || isUpper(s, i+1) || isDigit(s, i+1))
		beside := i > 0 && s[i-1] == '_' || !last && s[i+1] == '_'
		if i > 0 && !inWord && (last || !beside) {
			out.WriteByte('_')
		}
		out.WriteByte(s[i] | 0x20)
	}
	return out.String()
}

// underscore returns what bun and go-pg make of the name of a type or field.
func underscore(name string) string {
	var out strings.Builder
	for i := range len(name) {
		if !isUpper(name, i) {
			out.WriteByte(name[i])
			continue
		}
		if i > 0 && i+1 < len(name) && (isLower(name, i-1) || isLower(name, i+1)) {
			out.WriteByte('_')
		}
		out.WriteByte(name[i] | 0x20)
	}
	return out.String()
}

func isUpper(s string, i int) bool { return i >= 0 && i < len(s) && 'A' <= s[i] && s[i] <= 'Z' }
func isLower(s string, i int) bool { return i >= 0 && i < len(s) && 'a' <= s[i] && s[i] <= 'z' }
func isDigit(s string, i int) bool { return i >= 0 && i < len(s) && '0' <= s[i] && s[i] <= '9' }

// tagSettings splits a tag of GORM's kind; keys are in capitals.
func tagSettings(tag string) map[string]string {
	out := map[string]string{}
	var parts []string
	for _, part := range strings.Split(tag, ";") {
		if n := len(parts); n > 0 && strings.HasSuffix(parts[n-1], `\`) {
			parts[n-1] = strings.TrimSuffix(parts[n-1], `\`) + ";" + part
			continue
		}
		parts = append(parts, part)
	}
	for _, part := range parts {
		key, text, has := strings.Cut(part, ":")
		key = strings.TrimSpace(strings.ToUpper(key))
		switch {
		case has:
			out[key] = strings.ReplaceAll(text, `\"`, `"`)
		case key != "":
			out[key] = key
		}
	}
	return out
}

// truth reports whether one of the settings is there and is not false.
func truth(settings map[string]string, keys ...string) bool {
	return slices.ContainsFunc(keys, func(key string) bool {
		text, is := settings[key]
		return is && text != "" && !strings.EqualFold(text, "false")
	})
}
