package report

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestCells(t *testing.T) {
	for _, test := range []struct {
		text, want string
		width      int
	}{
		{"abc", "abc", 3},
		{"a\tb", "a   b", 5},
		{"\t\t", "        ", 8},
		{"é", "é", 1},
		{"e\u0301x", "e\u0301x", 2},
		{"表", "表", 2},
		{"🐘", "🐘", 2},
		{"👩‍🔬", "👩‍🔬", 2},
		{"🇦🇹", "🇦🇹", 2},
		{"\x1b[31m", "␛[31m", 5},
		{"\x00\x7f", "␀␡", 2},
		{"\r\n", "␍␊", 2},
		{"\u0085", "<U+0085>", 8},
		{"\u202e", "<U+202E>", 8},
		{"\u200b", "<U+200B>", 8},
		{"\u2028", "<U+2028>", 8},
		{"\ufeff", "<U+FEFF>", 8},
		{"\ufffe", "<U+FFFE>", 8},
		{"\u3164", "<U+3164>", 8}, // a letter that cannot be seen
		{"\xff", "<FF>", 4},
		{"\ufffd", "\ufffd", 1},
		{"##[x]", "## [x]", 6},
		{"##vso[x]", "##vso [x]", 9},
		{"#[x]", "#[x]", 4},
		{"a[1]", "a[1]", 4},
	} {
		width, end := 0, 0
		for _, c := range cells(test.text) {
			width += c.width
			assert.Equal(t, end, c.start, "cells of %q leave no gap", test.text)
			end = c.end
		}
		assert.Equal(t, len(test.text), end)
		assert.Equal(t, test.want, visible(test.text))
		assert.Equal(t, test.width, width, "%q", test.text)
	}
}

func TestLines(t *testing.T) {
	for text, want := range map[string]string{
		"f:1:2: expected a list\nf:3:4: expected a text": "f:1:2: expected a list\nf:3:4: expected a text",
		"cannot read a\n::error::b\x1b[31m##vso[c]: d":   "cannot read a\n| ::error::b␛[31m##vso [c]: d",
		"::error::":  "::error::", // a name of the program stands before it
		"a\r\n  ::x": "a␍\n|   ::x",
	} {
		assert.Equal(t, want, Lines(text))
	}
}
