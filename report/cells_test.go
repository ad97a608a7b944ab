package report

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
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

// What is drawn takes the columns that were counted, however characters that
// join others meet those that are made visible.
func TestCellsAreCountedAsDrawn(t *testing.T) {
	odd := []rune("a[#* \x1f\x01\n\té〮〯\u0301\u200d\ufe0e\ufe0f🐘👩👨🏽🏻🇩🇪가각\u1160\u115f\u3164\uffa0\u20e3漢｡ﾞﾟ\u0e33\u0eb3\u093f\u0903\ufeff\u202e\u00ad\u0600\u0d4e\u2028\u034f～·…─")
	random := rand.New(rand.NewPCG(1, 2))
	for range 100_000 {
		var text, drawn strings.Builder
		for range 1 + random.IntN(5) {
			text.WriteRune(odd[random.IntN(len(odd))])
		}
		counted, again := 0, 0
		for _, c := range cells(text.String()) {
			counted += c.width
			drawn.WriteString(c.text)
		}
		for _, c := range cells(drawn.String()) {
			again += c.width
		}
		require.Equal(t, counted, again, "%q is drawn as %q", text.String(), drawn.String())
		require.Equal(t, drawn.String(), visible(text.String()), "what is shown without a look at its cells")
	}
}
