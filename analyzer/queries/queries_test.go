package queries_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/analyzer/queries"
	"github.com/migracheck/migracheck/parser/source"
)

func TestParameters(t *testing.T) {
	for _, test := range []struct {
		name, sql string
		style     queries.Style
		want      string
	}{
		{"PostgreSQL's own", "SELECT a ? b, :c, @d, $1", 0, "SELECT a ? b, :c, @d, $1"},
		{"question marks", "SELECT ? WHERE a = ?", queries.Question, "SELECT $1 WHERE a = $2"},
		{"the operator", "SELECT a ?? b, a ?| c, a ?& d", queries.Question, "SELECT a ? b, a ?| c, a ?& d"},
		{"in strings", `SELECT '?', E'\'?', "?", $$?$$, $x$?$x$ -- ?` + "\n/* ? /* ? */ ? */ , ?", queries.Question, `SELECT '?', E'\'?', "?", $$?$$, $x$?$x$ -- ?` + "\n/* ? /* ? */ ? */ , $1"},
		{"after numbers", "SELECT $3, ?", queries.Question, "SELECT $3, $4"},
		{"colons", "SELECT :a::text, :b, :a, x[1:2], 'a:b'::::int", queries.Colon, "SELECT $1::text, $2, $1, x[1:2], 'a:b'::int"},
		{"at", "SELECT @a, @b, @a, x @> y, x <@z", queries.At, "SELECT $1, $2, $1, x @> y, x <@z"},
		{"bun", "SELECT ?0, ?1, ?0, ?name FROM ?TableName", queries.Bun, "SELECT $1, $2, $1, $3 FROM __unknown__"},
		{"sqlc", "SELECT sqlc.embed(users), @a FROM users WHERE b = sqlc.arg('a') AND c = sqlc.narg(c)", queries.Macros | queries.At, "SELECT users.*, $1 FROM users WHERE b = $1 AND c = $2"},
		{"what does not end", "SELECT '?", queries.Question, "SELECT '?"},
		{"a lone mark", "?", queries.Question, "$1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			assert.Equal(t, test.want, queries.Parameters(test.sql, test.style))
		})
	}
}

// A read is what is expected of a query: where its text is, and what.
type read struct {
	line, column int
	name, sql    string
	source       queries.Source
}

func TestRead(t *testing.T) {
	for _, test := range []struct {
		name, text string
		want       []read
		hidden     int
	}{
		{
			name: "named",
			text: "\ufeff-- name: GetUser :one\r\n-- returns one\r\nSELECT *\r\nFROM users WHERE id = @id AND a = sqlc.narg(a);\r\n\r\n--name: other-query\nUPDATE users SET a = :a WHERE id = :id\n/* name: Last :exec */\nDELETE FROM users WHERE a = ';'",
			want: []read{
				{3, 1, "GetUser", "SELECT *\r\nFROM users WHERE id = $1 AND a = $2", queries.File},
				{7, 1, "other-query", "UPDATE users SET a = $1 WHERE id = $2", queries.File},
				{9, 1, "Last", "DELETE FROM users WHERE a = ';'", queries.File},
			},
		},
		{
			name: "a list",
			text: "-- what we run\nSELECT 1;\n SELECT $$;$$ ; ;\nSELECT a[:x]",
			want: []read{
				{2, 1, "", "SELECT 1", queries.File},
				{3, 2, "", "SELECT $$;$$", queries.File},
				{4, 1, "", "SELECT a[$1]", queries.File},
			},
		},
		{
			name: "CSV",
			text: "userid,query,calls\n10,\"SELECT \"\"a\"\"\nFROM t WHERE b = $1\",7\n10,COMMIT,1\n11,<insufficient privilege>,2\n",
			want: []read{
				{2, 4, "", "SELECT \"a\"\nFROM t WHERE b = $1", queries.Statistics},
				{4, 4, "", "COMMIT", queries.Statistics},
			},
			hidden: 1,
		},
		{
			name: "JSON",
			text: "[\n {\"calls\": 1, \"query\": \"SELECT \\\"a\\\" FROM t\", \"x\": [\"query\", {\"query\": \"COMMIT\"}]},\n {\"query\": null}, {\"query\": \"<insufficient privilege>\"}]",
			want: []read{
				{2, 24, "", `SELECT "a" FROM t`, queries.Statistics},
				{2, 72, "", "COMMIT", queries.Statistics},
			},
			hidden: 1,
		},
		{
			name: "JSON lines",
			text: "{\"query\": \"SELECT 1\"}\n{\"query\": \"SELECT 2\"}\n",
			want: []read{{1, 11, "", "SELECT 1", queries.Statistics}, {2, 11, "", "SELECT 2", queries.Statistics}},
		},
		{name: "nothing", text: " -- nothing\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			found, hidden, err := queries.Read(source.NewFile("queries", test.text))
			require.NoError(t, err)
			var got []read
			for _, q := range found {
				from := q.At.From()
				assert.NotContains(t, q.At.Text()[:1], " ")
				got = append(got, read{from.Line, from.Column, q.Name, q.SQL, q.Source})
			}
			assert.Equal(t, test.want, got)
			assert.Len(t, hidden, test.hidden)
			for _, u := range hidden {
				assert.Contains(t, u.At.Text(), "<insufficient privilege>")
			}
		})
	}
}

func TestReadErrors(t *testing.T) {
	for name, text := range map[string]string{
		"JSON that ends early":  `[{"query": "SELECT 1"`,
		"CSV with a lost quote": "query,calls\n\"SELECT 1,7\n",
		"CSV of other lengths":  "query,calls\nSELECT 1\n",
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := queries.Read(source.NewFile("in", text))
			require.ErrorContains(t, err, "in: ")
		})
	}
}

func TestName(t *testing.T) {
	for text, want := range map[string]struct {
		name    string
		command bool
	}{
		"-- name: GetUser :one\nSELECT 1": {"GetUser", true},
		"\n-- name: get-user\nSELECT 1":   {"get-user", false},
		"SELECT 1\n-- name: late :one":    {"", false},
		"SELECT 1":                        {"", false},
	} {
		name, command := queries.Name(text)
		assert.Equal(t, want.name, name, text)
		assert.Equal(t, want.command, command, text)
	}
}

func FuzzRead(f *testing.F) {
	for _, seed := range []string{"-- name: a :one\nSELECT $1", "query\n\"a\"", `[{"query":"a\\"}]`, "SELECT $a$;$a$;'", "/*;E'\\"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		file := source.NewFile("fuzz", text)
		found, hidden, err := queries.Read(file)
		if err != nil {
			return
		}
		for _, q := range found {
			if q.At.Start < 0 || q.At.End > len(text) || q.At.Start > q.At.End {
				t.Fatalf("place of %q is %d to %d of %d", q.SQL, q.At.Start, q.At.End, len(text))
			}
			if q.Source == queries.File && strings.Trim(q.At.Text(), " \t\r\n\f\v") == "" {
				t.Fatalf("an empty query")
			}
		}
		for _, u := range hidden {
			if u.Reason == "" {
				t.Fatal("a reason is missing")
			}
		}
		// All styles of a long text take the fuzzer's patience of a second.
		first, last := queries.Style(0), queries.Style(32)
		if len(text) > 500 {
			first = queries.Style(len(text)) % last
			last = first + 1
		}
		for style := first; style < last; style++ {
			queries.Parameters(text, style)
		}
	})
}
