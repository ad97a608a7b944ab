package migration

import (
	"regexp"
	"sync"
)

// A pattern is a regular expression that is not compiled before it is used: a
// run meets few of those of all tools, and compiling the rest would take it
// longer than reading a file.
type pattern struct{ expression func() *regexp.Regexp }

func newPattern(text string) *pattern {
	return &pattern{sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(text) })}
}

func (p *pattern) MatchString(s string) bool            { return p.expression().MatchString(s) }
func (p *pattern) FindStringIndex(s string) []int       { return p.expression().FindStringIndex(s) }
func (p *pattern) FindStringSubmatch(s string) []string { return p.expression().FindStringSubmatch(s) }
func (p *pattern) FindStringSubmatchIndex(s string) []int {
	return p.expression().FindStringSubmatchIndex(s)
}
func (p *pattern) ReplaceAllString(s, by string) string {
	return p.expression().ReplaceAllString(s, by)
}
