package parser

import "strings"

// Same reports whether two texts are the same SQL: the same tokens, whatever
// comments and white space are between them and however keywords and names
// without quotes are capitalised. That holds within the dollar quotes of DO and
// of routines, too.
func Same(a, b string) bool {
	x, y := scan(a), scan(b)
	if len(x) != len(y) {
		return false
	}
	code := len(x) > 0 && hasBody(a, x)
	for i := range x {
		s, t := a[x[i].start:x[i].end], b[y[i].start:y[i].end]
		switch {
		case s == t:
		case x[i].kind == tokenWord && y[i].kind == tokenWord && strings.EqualFold(s, t):
		case code && sameBody(s, t):
		default:
			return false
		}
	}
	return true
}

// hasBody reports whether a statement has code in dollar quotes.
func hasBody(text string, tokens []token) bool {
	if tokens[0].is(text, "DO") {
		return true
	}
	const prefix = 4 // CREATE OR REPLACE FUNCTION
	for _, t := range tokens[:min(prefix, len(tokens))] {
		if t.is(text, "FUNCTION") || t.is(text, "PROCEDURE") {
			return tokens[0].is(text, "CREATE")
		}
	}
	return false
}

// sameBody compares two dollar-quoted texts as code.
func sameBody(a, b string) bool {
	x, okay := dollarQuoted(a)
	y, too := dollarQuoted(b)
	return okay && too && Same(x, y)
}

// dollarQuoted returns what is between the dollar quotes of a token.
func dollarQuoted(s string) (string, bool) {
	if !strings.HasPrefix(s, "$") {
		return "", false
	}
	end := strings.IndexByte(s[1:], '$') + 2
	if end < 2 || len(s) < 2*end {
		return "", false
	}
	return s[end : len(s)-end], true
}
