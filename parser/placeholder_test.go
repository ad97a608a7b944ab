package parser

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/source"
)

func fill(text string, values Placeholders) []ddl.Statement {
	return ParseFilled(source.NewFile("x.sql", text).Whole(), values, func([]ddl.Statement) {}).Statements
}

func TestPlaceholdersAreFilledIn(t *testing.T) {
	values := Placeholders{
		"schema": "app", "t": "users", "Data.n": "7", "empty": "", "%p%": "pre_", ":DATABASE": "prod", "quote": "it's", "body": "ADD a int, DROP b", "flyway:user": "me",
		"all": "DROP TABLE a; DROP TABLE b",
	}
	for _, test := range []struct{ text, want string }{
		{"ALTER TABLE ${schema}.users ADD a int", "ALTER TABLE app.users ADD a int"},
		{"DROP TABLE %p%users, ${t}_old, {{.t}}, {{- .t -}}, {{ .t }}", "DROP TABLE pre_users, users_old, users, users, users"},
		{"SELECT '${schema}', '%p%', {{ .Data.n }}, '${flyway:user}'", "SELECT 'app', 'pre_', 7, 'me'"},
		{"SELECT ${schema:-public}, ${schema-public}, ${other:-public}", "SELECT app, app, ${other:-public}"},
		{"SELECT 1${empty}", "SELECT 1"},
		{`SELECT :'quote' FROM :"schema".:t WHERE a::t = x[1:t] AND ':t' = 'b' -- :t`, `SELECT 'it''s' FROM "app".users WHERE a::t = x[1:t] AND ':t' = 'b' -- :t`},
		{"ALTER DATABASE :DATABASE SET a = 1", "ALTER DATABASE prod SET a = 1"},
		{"ALTER TABLE u ${body}", "ALTER TABLE u ADD a int, DROP b"},
		{"DO $$ BEGIN DROP TABLE ${t}; END $$", "DO $$ BEGIN DROP TABLE users; END $$"},
	} {
		raw := &layer{text: test.text}
		filled, _ := raw.sub(0, len(test.text), values.changes(test.text))
		assert.Equal(t, test.want, filled.text)
	}
	assert.Len(t, fill("${all}; SELECT 1", values), 3)
	assert.Empty(t, Placeholders{"": "x"}.changes("a"))
}

func TestPlacesInFilledText(t *testing.T) {
	values := Placeholders{"schema": "a_long_name_of_a_schema", "body": "ADD x int,", "empty": "", "all": "DROP TABLE a; DROP TABLE b"}
	text := "/* ${schema} */ ALTER TABLE ${schema}.t ${body} DROP é${empty}, DROP ${other};\n-- migracheck:allow drop-column: ${schema}\n${all}; SELECT 1"
	got := fill(text, values)
	require.Len(t, got, 4)
	assert.Equal(t, "ALTER TABLE ${schema}.t ${body} DROP é${empty}, DROP ${other}", got[0].Span.Text())
	require.Len(t, got[0].Ops, 3)
	add, ok := got[0].Ops[0].(*ddl.AddColumn)
	require.True(t, ok)
	assert.Equal(t, "a_long_name_of_a_schema", add.Relation.Schema)
	assert.Equal(t, "${schema}.t", add.Relation.At.Text())
	assert.Equal(t, "${body}", add.At.Text())
	drop, ok := got[0].Ops[1].(*ddl.DropColumn)
	require.True(t, ok)
	assert.Equal(t, "é", drop.Column.Name)
	assert.Equal(t, "DROP é", drop.At.Text())
	other, ok := got[0].Ops[2].(*ddl.DropColumn)
	require.True(t, ok)
	assert.Equal(t, "${other}", other.Column.Name)
	assert.Equal(t, "DROP ${other}", other.At.Text())
	assert.Equal(t, "${all}", got[1].Span.Text())
	assert.Equal(t, "${all}", got[2].Span.Text())
	assert.Equal(t, "SELECT 1", got[3].Span.Text())

	script := ParseFilled(source.NewFile("x.sql", text).Whole(), values, func([]ddl.Statement) {})
	require.Len(t, script.Comments, 1)
	assert.Equal(t, "-- migracheck:allow drop-column: ${schema}", script.Comments[0].Text())

	wrong := fill("SELECT ${schema} FROM FROM", values)
	require.NotNil(t, wrong[0].Err)
	assert.Equal(t, "FROM", wrong[0].Err.At.Text())
	assert.Equal(t, 22, wrong[0].Err.At.Start)
}

func FuzzPlaceholders(f *testing.F) {
	f.Add("ALTER TABLE ${x}.t ${y} DROP :x", "x", "a", "${y}", "ADD b int,")
	f.Add("SELECT '%x%', {{ .y }}", "%x%", "it's", "y", "1; SELECT 2")
	f.Add("SELECT 1", "%x", "it's", "h\xd6", "1")
	f.Fuzz(func(t *testing.T, text, a, b, c, d string) {
		file := source.NewFile("x.sql", text)
		end := 0
		for _, s := range ParseFilled(file.Whole(), Placeholders{a: b, c: d}, func([]ddl.Statement) {}).Statements {
			require.True(t, file.Whole().Contains(s.Span))
			require.LessOrEqual(t, end, s.Span.End)
			end = s.Span.End
			for _, op := range s.Ops {
				require.True(t, s.Span.Contains(op.Span()), "%q in %q", op.Span().Text(), s.Span.Text())
			}
		}
	})
}
