package source_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/migracheck/migracheck/parser/source"
)

func TestPosition(t *testing.T) {
	for _, test := range []struct {
		name, text, at string
		line, column   int
	}{
		{"first byte", "SELECT 1", "SELECT", 1, 1},
		{"second line", "a\nb c", "c", 2, 3},
		{"CRLF is one line end", "a\r\nb c", "c", 2, 3},
		{"a carriage return alone is none", "a\rb c", "c", 1, 5},
		{"a tab is one column", "\tx", "x", 1, 2},
		{"é is one column", "é x", "x", 1, 3},
		{"an elephant is one column", "-- 🐘\n🐘 x", "x", 2, 3},
		{"a byte order mark has no width", "\ufeffx", "x", 1, 1},
		{"but only at the start", "a\n\ufeffx", "x", 2, 2},
		{"an invalid byte is one column", "\xffx", "x", 1, 2},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := source.NewFile("a.sql", test.text)
			assert.Equal(t, source.Position{Line: test.line, Column: test.column}, f.Position(strings.Index(test.text, test.at)))
		})
	}
}

func TestPositionOutside(t *testing.T) {
	f := source.NewFile("a.sql", "ab\ncd")
	assert.Equal(t, source.Position{Line: 1, Column: 1}, f.Position(-1))
	assert.Equal(t, source.Position{Line: 2, Column: 3}, f.Position(5))
	assert.Equal(t, source.Position{Line: 2, Column: 3}, f.Position(99))
	assert.Equal(t, source.Position{Line: 1, Column: 1}, source.NewFile("", "").Position(0))
}

func TestLine(t *testing.T) {
	f := source.NewFile("a.sql", "\ufeffa\r\n\tb\n\nd")
	for line, want := range map[int]string{1: "a", 2: "\tb", 3: "", 4: "d"} {
		text, offset := f.Line(line)
		assert.Equal(t, want, text, line)
		assert.Equal(t, want, f.Text[offset:offset+len(want)], line)
	}
	text, _ := f.Line(5)
	assert.Empty(t, text)
	assert.Equal(t, 4, f.Lines())
	assert.Equal(t, 1, source.NewFile("", "").Lines())
	assert.Equal(t, 1, source.NewFile("", "a\n").Lines())
}

func TestSpan(t *testing.T) {
	f := source.NewFile("a.sql", "one two")
	one, two := source.Span{File: f, End: 3}, source.Span{File: f, Start: 4, End: 7}
	assert.Equal(t, "two", two.Text())
	assert.True(t, f.Whole().Contains(two))
	assert.False(t, one.Contains(two))
	assert.Negative(t, one.Compare(two))
	assert.Negative(t, f.Whole().Compare(source.Span{File: source.NewFile("b.sql", "")}))
	assert.True(t, source.Span{}.IsZero())
	assert.Empty(t, source.Span{}.Text())
	assert.Equal(t, source.Position{Line: 1, Column: 5}, two.From())
	assert.Equal(t, source.Position{Line: 1, Column: 8}, two.To())
}
