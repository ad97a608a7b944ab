package migration

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	suggestedDown = "-- why\n\nDROP TABLE b;\n"
	// functionDown is cut in two by tools that know no dollar quotes.
	functionDown = "DROP TABLE b;\nCREATE FUNCTION f() RETURNS integer LANGUAGE plpgsql AS $$\nBEGIN\n    RETURN 1;\nEND\n$$;\n"
)

func TestAddDown(t *testing.T) {
	tests := []struct {
		name, framework string
		path, up        string
		sql             string
		// file and text are what is there afterwards; refused why nothing is.
		file, text, refused string
	}{
		{"golang-migrate", "golang-migrate", "m/1_a.up.sql", "CREATE TABLE b ();\n", suggestedDown, "m/1_a.down.sql", suggestedDown, ""},
		{"another ending", "golang-migrate", "m/1_a.up.pgsql", "CREATE TABLE b ();\n", suggestedDown, "m/1_a.down.pgsql", suggestedDown, ""},
		{"bun with a transaction", "bun", "m/1_a.tx.up.sql", "CREATE TABLE b ();\n", suggestedDown, "m/1_a.tx.down.sql", suggestedDown, ""},
		{"popx for one database", "popx", "m/1_a.postgres.up.sql", "CREATE TABLE b ();\n", suggestedDown, "m/1_a.postgres.down.sql", suggestedDown, ""},
		{"sqlx", "sqlx", "m/1_a.up.sql", "CREATE TABLE b ();\n", suggestedDown, "m/1_a.down.sql", suggestedDown, ""},
		{"sqlx without transaction", "sqlx", "m/1_a.up.sql", "-- no-transaction\nCREATE TABLE b ();\n", suggestedDown, "m/1_a.down.sql", "-- no-transaction\n" + suggestedDown, ""},
		{"sqlx that does not go back", "sqlx", "m/1_a.sql", "CREATE TABLE b ();\n", suggestedDown, "", "", "sqlx has downs only for files named NNN_name.up.sql"},
		{"diesel", "diesel", "m/1_a/up.sql", "CREATE TABLE b ();\n", suggestedDown, "m/1_a/down.sql", suggestedDown, ""},
		{"hasura", "hasura", "m/1_a/up.sql", "CREATE TABLE b ();\n", suggestedDown, "m/1_a/down.sql", suggestedDown, ""},
		{"goose", "goose", "m/1_a.sql", "-- +goose Up\nCREATE TABLE b ();\n", suggestedDown, "m/1_a.sql", "-- +goose Up\nCREATE TABLE b ();\n\n-- +goose Down\n" + suggestedDown, ""},
		{"goose with a function", "goose", "m/1_a.sql", "-- +goose Up\nCREATE TABLE b ();", functionDown, "m/1_a.sql",
			"-- +goose Up\nCREATE TABLE b ();\n\n-- +goose Down\nDROP TABLE b;\n-- +goose StatementBegin\n" + strings.TrimSuffix(strings.TrimPrefix(functionDown, "DROP TABLE b;\n"), "\n") + "\n-- +goose StatementEnd\n", ""},
		{"goose with Windows lines", "goose", "m/1_a.sql", "-- +goose Up\r\nCREATE TABLE b ();\r\n", suggestedDown, "m/1_a.sql",
			"-- +goose Up\r\nCREATE TABLE b ();\r\n\r\n-- +goose Down\r\n-- why\r\n\r\nDROP TABLE b;\r\n", ""},
		{"goose that replaces dollar signs", "goose", "m/1_a.sql", "-- +goose ENVSUB ON\n-- +goose Up\nCREATE TABLE b ();\n", functionDown, "", "", "would not be read as it is meant"},
		{"a comment that is a marker", "goose", "m/1_a.sql", "-- +goose Up\nCREATE TABLE b ();\n", "-- +goose Up\nDROP TABLE b;\n", "", "", "would not be read as it is meant"},
		{"sql-migrate without transaction", "sql-migrate", "m/1_a.sql", "-- +migrate Up notransaction\nCREATE TABLE b ();\n", suggestedDown, "m/1_a.sql",
			"-- +migrate Up notransaction\nCREATE TABLE b ();\n\n-- +migrate Down notransaction\n" + suggestedDown, ""},
		{"dbmate", "dbmate", "m/1_a.sql", "-- migrate:up\nCREATE TABLE b ();\n", suggestedDown, "m/1_a.sql", "-- migrate:up\nCREATE TABLE b ();\n\n-- migrate:down\n" + suggestedDown, ""},
		{"dbmate without transaction", "dbmate", "m/1_a.sql", "-- migrate:up transaction:false\nCREATE TABLE b ();\n", suggestedDown, "m/1_a.sql",
			"-- migrate:up transaction:false\nCREATE TABLE b ();\n\n-- migrate:down transaction:false\n" + suggestedDown, ""},
		{"tern", "tern", "m/1_a.sql", "CREATE TABLE b ();\n", suggestedDown, "m/1_a.sql", "CREATE TABLE b ();\n\n---- create above / drop below ----\n" + suggestedDown, ""},
		{"tern with nothing below", "tern", "m/1_a.sql", "CREATE TABLE b ();\n---- create above / drop below ----\n", suggestedDown, "m/1_a.sql",
			"CREATE TABLE b ();\n---- create above / drop below ----\n\n" + suggestedDown, ""},
		{"tern takes braces for templates", "tern", "m/1_a.sql", "CREATE TABLE b ();\n", "SELECT '{{1}}';\n", "", "", "tern takes for a template"},
		{"node-pg-migrate", "node-pg-migrate", "m/1_a.sql", "-- Up Migration\nCREATE TABLE b ();\n", suggestedDown, "m/1_a.sql",
			"-- Up Migration\nCREATE TABLE b ();\n\n-- Down Migration\n" + suggestedDown, ""},
		{"flyway", "flyway", "m/V1__a.sql", "CREATE TABLE b ();\n", suggestedDown, "", "", "flyway has no place for down scripts"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inTree(t, tt.path, tt.up)
			set := load(t, Options{Framework: tt.framework}, "m")[0]
			require.Len(t, set.Migrations, 1)
			require.Nil(t, set.Migrations[0].Down)
			a, err := set.AddDown(set.Migrations[0], tt.sql)
			if tt.refused != "" {
				require.ErrorContains(t, err, tt.refused)
				return
			}
			require.NoError(t, err)
			require.NoError(t, a.Write())
			got, err := os.ReadFile(tt.file)
			require.NoError(t, err)
			assert.Equal(t, tt.text, string(got))

			again := load(t, Options{Framework: tt.framework}, "m")[0]
			require.Len(t, again.Migrations, 1)
			m := again.Migrations[0]
			require.NotNil(t, m.Down, "read back")
			assert.Len(t, lasting(m.Up), len(lasting(set.Migrations[0].Up)))
			assert.Len(t, lasting(m.Down), strings.Count(tt.sql, ";\n")-strings.Count(tt.sql, "RETURN 1;\n"))
			assert.Equal(t, set.Migrations[0].Up.Pieces[0].Transaction, m.Down.Pieces[0].Transaction)

			_, err = again.AddDown(m, tt.sql)
			var existing *ExistingError
			require.ErrorAs(t, err, &existing)
			assert.Equal(t, tt.file, existing.Path)
			left, err := os.ReadDir("m")
			require.NoError(t, err)
			for _, f := range left {
				assert.NotContains(t, f.Name(), ".sql.", "no temporary file is left")
			}
		})
	}
}

// TestAddDownMeanwhile: what comes between reading and writing is kept.
func TestAddDownMeanwhile(t *testing.T) {
	inTree(t, "m/1_a.up.sql", "CREATE TABLE b ();\n", "n/1_a.sql", "-- +goose Up\nCREATE TABLE b ();\n")
	files, sections := load(t, Options{}, "m")[0], load(t, Options{}, "n")[0]
	file, err := files.AddDown(files.Migrations[0], suggestedDown)
	require.NoError(t, err)
	section, err := sections.AddDown(sections.Migrations[0], suggestedDown)
	require.NoError(t, err)

	write(t, ".", "m/1_a.down.sql", "SELECT 1;\n", "n/1_a.sql", "-- +goose Up\nCREATE TABLE c ();\n\n")
	var existing *ExistingError
	require.ErrorAs(t, file.Write(), &existing)
	require.ErrorContains(t, section.Write(), "n/1_a.sql has changed since it was read")
	for path, want := range map[string]string{"m/1_a.down.sql": "SELECT 1;\n", "n/1_a.sql": "-- +goose Up\nCREATE TABLE c ();\n\n"} {
		got, err := os.ReadFile(path)
		require.NoError(t, err)
		assert.Equal(t, want, string(got))
	}
}
