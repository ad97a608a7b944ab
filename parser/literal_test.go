package parser

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/parser/source"
)

func TestConstant(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"'a''b'", "a'b"},
		{"''", ""},
		{`'a\n'`, `a\n`},
		{`E'a\n\'\\\t\101\x41\u00e9\U0001F418\q'`, "a\n'\\\tAAé🐘q"},
		{`E'\xzz\u'`, "xzzu"},
		{"N'a'", "a"},
		{"$$a'$b$$", "a'$b"},
		{"$x$a$$b$x$", "a$$b"},
		{"'a' || $$b$$ || 'c''d'", "abc'd"},
		{"'a' -- it's\n  'b''c'\n'd'", "ab'cd"},
	} {
		l := &layer{text: test.text, file: source.NewFile("x.sql", test.text)}
		value, ok := l.constant(scan(test.text))
		require.True(t, ok, test.text)
		assert.Equal(t, test.want, value.text, test.text)
	}
	for _, text := range []string{"", "a", "'a' || b", "'a' ||", "|| 'a'", "B'01'", "X'1F'", `U&'\0041'`, "'a' || || 'b'", "'a' 'b'", "'a' || 'b' ||", "'a' + 'b'"} {
		l := &layer{text: text, file: source.NewFile("x.sql", text)}
		_, ok := l.constant(scan(text))
		assert.False(t, ok, text)
	}
}

// Every word of a value, however deep in quotes, stands where the source has
// it.
func TestConstantPlaces(t *testing.T) {
	text := "-- é🐘\r\nE'one\\ttwo ''three'' $$four$$ \\'five''''six\\''"
	file := source.NewFile("x.sql", text)
	l := &layer{text: text, file: file}
	value, ok := l.constant(scan(text))
	require.True(t, ok)
	four := strings.Index(value.text, "$$four$$")
	inner, ok := value.constant([]token{{tokenString, four, four + len("$$four$$")}})
	require.True(t, ok)
	for _, l := range []*layer{value, inner} {
		for _, tok := range scan(l.text) {
			if tok.kind != tokenWord {
				continue
			}
			word := l.text[tok.start:tok.end]
			assert.Equal(t, word, l.span(tok.start, tok.end).Text())
		}
	}
	assert.Equal(t, "four", inner.text)
	assert.Equal(t, 2, inner.depth)
}

func TestLayerSource(t *testing.T) {
	text := "abcdef"
	l := &layer{text: text, file: source.NewFile("x.sql", "__"+text), start: 2}
	// a[bc -> X]d[insert YY][e -> nothing]f
	s, marks := l.sub(0, 6, []change{
		{start: 1, end: 3, text: "X"},
		{start: 4, end: 4, text: "YY", mark: markVirtual, marked: true},
		{start: 4, end: 5, mark: markPeriod, marked: true},
	})
	require.Equal(t, "aXdYYf", s.text)
	assert.Equal(t, []mark{{markVirtual, 3}, {markPeriod, 5}}, marks)
	for _, test := range []struct {
		start, end int
		want       string
	}{
		{0, 1, "a"}, {1, 2, "bc"}, {2, 3, "d"}, {5, 6, "f"}, {0, 6, "abcdef"}, {0, 3, "abcd"},
		{3, 5, ""}, {3, 4, ""}, {3, 6, "ef"}, {1, 3, "bcd"}, {2, 2, ""}, {5, 5, ""}, {6, 6, ""},
	} {
		assert.Equal(t, test.want, s.span(test.start, test.end).Text(), "%d:%d", test.start, test.end)
	}
}
