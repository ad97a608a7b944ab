package parser

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// show writes tokens as "kind:text".
func show(text string, tokens []token) string {
	names := map[tokenKind]string{
		tokenWord: "w", tokenQuoted: "q", tokenString: "s", tokenNumber: "n", tokenParam: "p",
		tokenOperator: "o", tokenEnd: "e", tokenPlaceholder: "$", tokenBad: "bad",
	}
	var all []string
	for _, t := range tokens {
		all = append(all, fmt.Sprintf("%s:%s", names[t.kind], text[t.start:t.end]))
	}
	return strings.Join(all, " ")
}

func TestScan(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"", ""},
		{" \t\r\n\f\v", ""},
		{"a_1$b é🐘 _x", "w:a_1$b w:é🐘 w:_x"},
		{`"a ""b"""`, `q:"a ""b"""`},
		{`"" ""`, `q:"" q:""`},
		{`U&"d\0061t" u&'x' U & 1`, `q:U&"d\0061t" s:u&'x' w:U o:& n:1`},
		{`'it''s' '\' x`, `s:'it''s' s:'\' w:x`},
		{`E'it\'s' e'\\' x`, `s:E'it\'s' s:e'\\' w:x`},
		{`B'01' X'1F' N'a' ee'x'`, `s:B'01' s:X'1F' s:N'a' w:ee s:'x'`},
		{"'a' \n -- it's\n 'b''' 'c'\n\"d\" E'e\\''\r\n'f\\''", "s:'a' \n -- it's\n 'b''' s:'c' q:\"d\" s:E'e\\''\r\n'f\\''"},
		{"'a' /* */\n'b' 'c'-- x", "s:'a' s:'b' s:'c'"},
		{"$$a'b$$ $t$ $$ $x$ $t$", "s:$$a'b$$ s:$t$ $$ $x$ $t$"},
		{"a$$b$$", "w:a$$b$$"},
		{"$1a$ $12", "p:$1 w:a$ p:$12"},
		{"$é$x$é$", "s:$é$x$é$"},
		{"a /* x /* y */ ; */ b -- c ; '\nd", "w:a w:b w:d"},
		{"1 1.5 .5 1. 1e3 1E-3 1.5e+3 1e 1_000 0x1F 0b01 0o17 0X_f 1_", "n:1 n:1.5 n:.5 n:1. n:1e3 n:1E-3 n:1.5e+3 n:1 w:e n:1_000 n:0x1F n:0b01 n:0o17 n:0X_f n:1 w:_"},
		{"a -- b\rc", "w:a w:c"},
		{"1..2 i..n", "n:1 o:.. n:2 w:i o:.. w:n"},
		{"a->>'b' #>> @> <= >= <> != ~* ||/", "w:a o:->> s:'b' o:#>> o:@> o:<= o:>= o:<> o:!= o:~* o:||/"},
		{"1+-1 a=-1 @-1 a*/*c*/b <--x\n1", "n:1 o:+ o:- n:1 w:a o:= o:- n:1 o:@- n:1 w:a o:* w:b o:< n:1"},
		{"a::int := b=>c [1:2]", "w:a o::: w:int o::= w:b o:=> w:c o:[ n:1 o:: n:2 o:]"},
		{"(a,b.c);", "o:( w:a o:, w:b o:. w:c o:) e:;"},
		{"'open", "bad:'open"},
		{`"open`, `bad:"open`},
		{`E'open\'`, `bad:E'open\'`},
		{"$x$ $$", "bad:$x$ $$"},
		{"a /* /* */", "w:a bad:/* /* */"},
		{"a \\ { } $ \x01", "w:a bad:\\ bad:{ bad:} bad:$ bad:\x01"},
		{"${a} {{ .b }} {% if x %} {# c #}", "$:${a} $:{{ .b }} $:{% if x %} $:{# c #}"},
		{"${s}.t ${p}_u u_${n} ${x:-d}", "$:${s} o:. w:t $:${p} w:_u w:u_ $:${n} $:${x:-d}"},
		{"'${a}' \"${b}\"", "s:'${a}' q:\"${b}\""},
		{"${a\n} {{ b", "bad:$ bad:{ w:a bad:} bad:{ bad:{ w:b"},
		{":x :'x'", "o:: w:x o:: s:'x'"},
	} {
		assert.Equal(t, test.want, show(test.text, scan(test.text)), "%q", test.text)
	}
}

func TestScanPsqlVariables(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{`:x :'y' :"z"`, `$::x $::'y' $::"z"`},
		{"a::x a[1:x] a := x", "w:a o::: w:x w:a o:[ n:1 o:: w:x o:] w:a o::= w:x"},
		{":1 : :'a b'", "o:: n:1 o:: o:: s:'a b'"},
	} {
		s := scanner{text: test.text, psql: true}
		var tokens []token
		for tok, ok := s.next(); ok; tok, ok = s.next() {
			tokens = append(tokens, tok)
		}
		assert.Equal(t, test.want, show(test.text, tokens), "%q", test.text)
	}
}
