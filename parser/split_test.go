package parser

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// splitAll returns the text of all chunks, with a mark for what is not SQL.
func splitAll(text string) []string {
	var all []string
	s := newSplitter(text, true)
	for c, ok := s.next(); ok; c, ok = s.next() {
		chunk := text[c.start:c.end]
		switch c.kind {
		case chunkMeta:
			chunk = "meta " + chunk
		case chunkAction:
			chunk = "action " + chunk
		}
		if c.conditional {
			chunk = "maybe " + chunk
		}
		if c.dataEnd > 0 {
			chunk += " <" + text[c.dataStart:c.dataEnd] + ">"
		}
		all = append(all, chunk)
	}
	return all
}

func TestSplit(t *testing.T) {
	for _, test := range []struct {
		name, text string
		want       []string
	}{
		{"empty", " ; -- x\n ;; /* y */", nil},
		{"plain", "a; b ;\nc", []string{"a", "b", "c"}},
		{"comments around", "-- x\na /* in */ b -- y\n; /* z */", []string{"a /* in */ b"}},
		{"quotes", `a ';' ";" $$;$$ $x$;$x$ E'\';'; b`, []string{`a ';' ";" $$;$$ $x$;$x$ E'\';'`, "b"}},
		{"rule", "CREATE RULE r AS ON INSERT TO t DO (INSERT INTO a VALUES (1);\nDELETE FROM b); c",
			[]string{"CREATE RULE r AS ON INSERT TO t DO (INSERT INTO a VALUES (1);\nDELETE FROM b)", "c"}},
		{"atomic body", "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN a THEN 1 END;\nSELECT 2; END; c",
			[]string{"CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN a THEN 1 END;\nSELECT 2; END", "c"}},
		{"begin is no body", "BEGIN; a; END; b", []string{"BEGIN", "a", "END", "b"}},
		{"missing parenthesis", "CREATE TABLE t (a int;\nCREATE TABLE u (a int);\nSELECT 1",
			[]string{"CREATE TABLE t (a int", "CREATE TABLE u (a int)", "SELECT 1"}},
		{"semicolon for a comma", "CREATE TABLE t (a int;\nb int);\nSELECT 1",
			[]string{"CREATE TABLE t (a int;\nb int)", "SELECT 1"}},
		{"missing END", "CREATE FUNCTION f() BEGIN ATOMIC SELECT 1;\nSELECT 2;\nCREATE TABLE t ()",
			[]string{"CREATE FUNCTION f() BEGIN ATOMIC SELECT 1;\nSELECT 2", "CREATE TABLE t ()"}},
		{"missing parenthesis in a rule", "CREATE RULE r AS ON INSERT TO t DO (SELECT 1;\nSELECT 2;\nDROP TABLE t",
			[]string{"CREATE RULE r AS ON INSERT TO t DO (SELECT 1;\nSELECT 2", "DROP TABLE t"}},
		{"too many parentheses", "a ) ) ; b", []string{"a ) )", "b"}},
		{"unterminated", "a; 'b; c", []string{"a", "'b; c"}},

		{"meta-commands", "\\set x 1  \r\na;\n\\echo ';'\nb", []string{`meta \set x 1`, "a", `meta \echo ';'`, "b"}},
		{"gexec", "SELECT 1 \\gexec\nb", []string{"SELECT 1", `meta \gexec`, "b"}},
		{"backslash semicolon", `SELECT 1\; SELECT 2 \; \;`, []string{"SELECT 1", "SELECT 2"}},
		{"backslash within", `a \q b; c`, []string{`a \q b`, "c"}},
		{"if", "\\if :x\na;\n\\else\nb;\n\\endif\nc", []string{`meta \if :x`, "maybe a", `meta \else`, "maybe b", `meta \endif`, "c"}},
		{"nothing after the backslash", "\\", []string{`meta \`}},

		{"copy", "COPY t (a, b) FROM stdin;\n1\t;'\n\\N\tx\n\\.\nb;", []string{"COPY t (a, b) FROM stdin <1\t;'\n\\N\tx\n>", "b"}},
		{"copy with options", "copy t FROM STDIN WITH (FORMAT csv);\r\n1,\"\r\n\\.\r\nb", []string{"copy t FROM STDIN WITH (FORMAT csv) <1,\"\r\n>", "b"}},
		{"copy to the end", "COPY t FROM stdin;\n1\n2", []string{"COPY t FROM stdin <1\n2>"}},
		{"copy without data", "COPY t FROM stdin;\n\n-- next\nCREATE TABLE u ();", []string{"COPY t FROM stdin", "CREATE TABLE u ()"}},
		{"copy at the end", "COPY t FROM stdin;", []string{"COPY t FROM stdin"}},
		{"copy of a file", "COPY t FROM 'stdin'; 1", []string{"COPY t FROM 'stdin'", "1"}},
		{"copy of a query", "COPY (SELECT a FROM stdin) TO stdout;\nb", []string{"COPY (SELECT a FROM stdin) TO stdout", "b"}},
		{"psql's copy", "\\copy t from stdin\n1;\n\\.\nb", []string{"meta \\copy t from stdin <1;\n>", "b"}},

		{"actions", "{{ if .x }}\na;\n{{ else }} b; {{- end }}\n{{ template \"x;\" . }}\nc",
			[]string{"maybe action {{ if .x }}", "maybe a", "maybe action {{ else }}", "maybe b", "action {{- end }}", `action {{ template "x;" . }}`, "c"}},
		{"jinja", "{% if x %} a; {% endif %} {# ; #} b", []string{"maybe action {% if x %}", "maybe a", "action {% endif %}", "action {# ; #}", "b"}},
		{"placeholder", "{{ .sql }}; ${b}", []string{"{{ .sql }}", "${b}"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			assert.Equal(t, test.want, splitAll(test.text))
		})
	}
}

func TestSplitTokensCountFromTheChunk(t *testing.T) {
	text := "a; /* x */ b (c);"
	s := newSplitter(text, false)
	for _, want := range []string{"w:a", "w:b o:( w:c o:)"} {
		c, ok := s.next()
		assert.True(t, ok)
		assert.Equal(t, want, show(text[c.start:c.end], c.tokens))
	}
}

func TestDirectives(t *testing.T) {
	text := "-- migracheck:allow a: b\r\nSELECT '-- migracheck:no' --migracheck: x\n, $$\n-- migracheck:no\n$$;\n-- not migracheck:\n/* -- migracheck: */"
	s := newSplitter(text, true)
	for _, ok := s.next(); ok; _, ok = s.next() {
	}
	var got []string
	for _, d := range s.directives {
		got = append(got, text[d.start:d.end])
	}
	assert.Equal(t, []string{"-- migracheck:allow a: b", "--migracheck: x"}, got)
}

func TestSplitIsLinear(t *testing.T) {
	// A splitter that looks ahead each time would need minutes for each.
	for text, chunks := range map[string]int{
		"(" + strings.Repeat("a;\n", 300_000):           1, // each semicolon, for what begins a statement
		"a" + strings.Repeat("{%", 1_000_000):           1, // each mark, for its end
		"a" + strings.Repeat("${", 1_000_000) + "\n}":   1,
		"(" + strings.Repeat(";{%", 300_000):            1,
		strings.Repeat("COPY a FROM stdin;\n", 100_000): 100_000, // each COPY, for the end of its data
	} {
		n := 0
		s := newSplitter(text, true)
		for _, ok := s.next(); ok; _, ok = s.next() {
			n++
		}
		assert.Equal(t, chunks, n, text[:20])
	}
}

func TestDataOfSeveralCopies(t *testing.T) {
	const text = "COPY a FROM stdin;\n1\n\\.\nCOPY b FROM stdin;\nSELECT 1;\nCOPY c FROM stdin;\n2\\.\n\\.x\n\\.\r\nCOPY d FROM stdin;\n3\n"
	s := newSplitter(text, true)
	var data []string
	for c, ok := s.next(); ok; c, ok = s.next() {
		data = append(data, text[c.dataStart:c.dataEnd])
	}
	assert.Equal(t, []string{"1\n", "SELECT 1;\nCOPY c FROM stdin;\n2\\.\n\\.x\n", "3\n"}, data)
}
