package parser_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/migracheck/migracheck/parser"
)

func TestAlike(t *testing.T) {
	const same, perhaps, different = "same", "perhaps", "different"
	for _, c := range []struct{ a, b, want string }{
		{"a > 0", "((A)>0)", same},
		{"a > 0", "a > 1", different},
		{"a > 0", "b > 0", different},
		{"a > 0", "a >= 0", different},
		{"'x'", "'x'::text", perhaps},
		{"'x'::text", "CAST('x' AS text)", same},
		{"s IN ('a', 'b')", "s = ANY (ARRAY['a'::text, 'b'::text])", perhaps},
		{"s IN ('a', 'b')", "s IN ('a', 'c')", different},
		{"now()", "NOW( )", same},
		{"now()", "clock_timestamp()", different},
		{"a -- why\n > 0", "a > 0", same},
		{"SELECT a FROM t", "select  a from T;", same},
		{"SELECT a FROM t", "SELECT t.a FROM public.t", perhaps},
		{"SELECT * FROM t", "SELECT a FROM t", perhaps},
		{"SELECT a AS a FROM t WHERE b = 'false'", "SELECT t.a FROM t WHERE b = false", perhaps},
		{"SELECT a AS b FROM t", "SELECT a FROM t", different},
		{"SELECT a FROM t", "SELECT a FROM u", different},
		{"SELECT a FROM t", "SELECT a FROM t WHERE a > 0", different},
		{"a >", "a > 0", perhaps},
		{"'it''s'", "'it''s'", same},
	} {
		ok, maybe := parser.Alike(c.a, c.b)
		got := different
		switch {
		case ok:
			got = same
		case maybe:
			got = perhaps
		}
		assert.Equal(t, c.want, got, "%s and %s", c.a, c.b)
	}
}
