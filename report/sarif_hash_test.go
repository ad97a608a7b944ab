package report

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// The values are what GitHub's uploader computes.
func TestLineHashes(t *testing.T) {
	lorem := strings.Repeat("Lorem ipsum dolor sit amet.\n", 10)
	for _, test := range []struct{ text, want string }{
		{"", "c129715d7a2bc9a3:1"},
		{" a\nb\n  \t\tc\n d", "271789c17abda88f:1 54703d4cd895b18:1 180aee12dab6264:1 a23a3dc5e078b07b:1"},
		{"\ufeffSELECT 1;\n", "ff581c1991fa6548:1 c129715d7a2bc9a3:1"},
		{"-- 🐘 é\nCREATE INDEX i ON t (a);\n", "ed31133d606dad46:1 ac2bac59f2d0e9d0:1 c129715d7a2bc9a3:1"},
		{"ALTER TABLE a\r\n  ADD b int;\r\n", "6d104f1c5e6e8fd1:1 c52e4039a33c5262:1 c129715d7a2bc9a3:1"},
		{"SELECT\u00a01;", "cb06cea9837d88d7:1"},
	} {
		assert.Equal(t, test.want, strings.Join(lineHashes(test.text), " "), "%q", test.text)
	}
	hashes := lineHashes(lorem)
	assert.Equal(t, []string{
		"a7f2ff13bc495cf2:1", "a7f2ff13bc495cf2:2", "a7f2ff13bc495cf2:3", "a7f2ff13bc495cf2:4", "a7f2ff13bc495cf2:5",
		"a7f2ff13bc495cf2:6", "a7f2ff1481e87703:1",
	}, hashes[:7])
}

// A carriage return that blanks part from its line feed ends a line itself.
func TestLineHashesOfStrayCarriageReturns(t *testing.T) {
	assert.Len(t, lineHashes("a\r \nb"), 3)
	assert.Len(t, lineHashes("a\r\nb"), 2)
	assert.Len(t, lineHashes("a\rb"), 2)
	assert.Len(t, lineHashes("a\r\r\nb"), 3)
}

// https://encoding.spec.whatwg.org/#utf-8-decoder
func TestDecodeRune(t *testing.T) {
	for _, test := range []struct {
		text string
		size int
	}{
		{"\xff", 1},
		{"\x80", 1},
		{"\xc3", 1},
		{"\xc3(", 1},
		{"\xe2\x82", 2},
		{"\xe2\x82(", 2},
		{"\xe0\x80\x80", 1},
		{"\xed\xa0\x80", 1},
		{"\xf0\x9f\x90", 3},
		{"\xf0\x80", 1},
		{"\xf4\x90", 1},
		{"\xf5\x80", 1},
	} {
		r, size := decodeRune(test.text)
		assert.Equal(t, '\ufffd', r)
		assert.Equal(t, test.size, size, "%q", test.text)
	}
}
