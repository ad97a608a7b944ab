package migration

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestGraphileMigrateMigrationsProject(t *testing.T) {
	testProject(t, toolProject{
		path: "graphile_migrate/migrations", layout: "graphile-migrate",
		reason: "6 files with --! Previous in committed, beside testdata/graphile_migrate/migrations/current.sql",
		want: `
000001 up wrapped: CREATE SCHEMA app_public
000001 up wrapped: GRANT USAGE ON SCHEMA app_public TO :DATABAS
000001 up wrapped: CREATE TABLE app_public.users (id serial PRI
000002 index up implicit: CREATE INDEX CONCURRENTLY users_id ON app_pu
000003 up wrapped: ALTER TABLE app_public.users ADD COLUMN name
000003 up wrapped: CREATE FUNCTION app_public.label() RETURNS t
000004 up wrapped: SELECT 4
000005 up wrapped: SELECT 5
000007 up wrapped: SELECT 7
8 up wrapped: SELECT 8
current up wrapped: DROP FUNCTION IF EXISTS app_public.label()
|
current up wrapped: CREATE FUNCTION app_public.label() RETURNS t
|
current up wrapped: GRANT EXECUTE ON FUNCTION app_public.label()
|
current up wrapped: ALTER TABLE app_public.users DROP COLUMN IF
`,
		problems: `
graphile_migrate/migrations/committed/000004.sql:2:1: checksum-mismatch: graphile_migrate/migrations/committed/000004.sql was changed after it was committed: its hash differs, so graphile-migrate refuses it
graphile_migrate/migrations/committed/000007.sql:1:1: checksum-mismatch: the chain of hashes is broken: graphile_migrate/migrations/committed/000007.sql follows sha1:2123456789012345678901234567890123456789, and not the migration before it, so graphile-migrate refuses the directory
graphile_migrate/migrations/committed/8.sql:1:1: bad-marker: graphile_migrate/migrations/committed/8.sql has no --! Previous or no --! Hash header, so graphile-migrate refuses the directory
graphile_migrate/migrations/current.sql:7:1: bad-marker: the included file "missing.sql" is not in fixtures, so graphile-migrate refuses the file
graphile_migrate/migrations/fixtures/grants.sql:2:1: bad-marker: the file "functions/label.sql" is included in itself, so graphile-migrate refuses it
`,
		ignored: []string{
			"graphile_migrate/migrations/committed/draft_9.sql",
			"graphile_migrate/migrations/initial_schema.sql",
		},
	})
}

func TestGraphileMigrateSplitProject(t *testing.T) {
	testProject(t, toolProject{
		path: "graphile_migrate/split", layout: "graphile-migrate",
		reason: "committed, beside testdata/graphile_migrate/split/current/1-tables.sql",
		want: `
current/1-tables up wrapped: CREATE TABLE a (id int)
current/1-tables up wrapped: CREATE TABLE b (id int)
current/2-more up wrapped: CREATE TABLE c (id int)
current/10-last up implicit: SELECT 10
current/10-last up implicit: SELECT 11
`,
		problems: `
graphile_migrate/split/current/10-last.sql:1:1: bad-marker: --! no-transaction stands over 2 statements, and not over exactly one, so PostgreSQL runs them in a transaction all the same
graphile_migrate/split/current/2-more.sql:2:1: bad-marker: --! no-transaction is not the first line after the headers, so graphile-migrate opens a transaction all the same
graphile_migrate/split/current/notes.sql:1:1: mixed-layouts: graphile_migrate/split/current/notes.sql is not named NNN.sql or NNN-name.sql, so graphile-migrate refuses the directory
`,
		ignored: []string{
			"graphile_migrate/split/committed/.gitkeep",
			"graphile_migrate/split/current/3-blank.sql",
			"graphile_migrate/split/current/notes.sql",
		},
	})
}

func TestGraphileMigrateCommitted(t *testing.T) {
	const first = "--! Previous: -\n--! Hash: sha1:2c3d8fd2f6a2d2a5f1c1dd1bd3a1b2a76f1a2d24\n\nSELECT 1;\n"
	tests := []struct {
		name, text string
		problems   []string
	}{
		{"a wrong hash", first, []string{"m/000001.sql:2:1: checksum-mismatch"}},
		{"no blank line", strings.Replace(first, "\n\n", "\n", 1), []string{"m/000001.sql:3:1: bad-marker"}},
		{"CRLF", strings.ReplaceAll(first, "\n", "\r\n"), []string{"m/000001.sql:1:1: bad-marker"}},
		{"no hash", "--! Previous: -\n\nSELECT 1;\n", []string{"m/000001.sql:1:1: bad-marker"}},
		{"another hash", strings.Replace(first, "sha1:", "sha256:", 1), []string{"m/000001.sql:2:1: checksum-mismatch"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			set := readFiles(t, "", "000001.sql", tt.text)
			assert.Equal(t, "graphile-migrate", set.Layout)
			assert.Equal(t, tt.problems, problems(set))
		})
	}
}

func TestGraphileMigrateCurrent(t *testing.T) {
	const sign, placeholder = "{}", "a.txt"
	tests := []struct {
		name  string
		files []string
		want  []string
		bad   []string
	}{
		{"alone", []string{"current.sql", "--! no-transaction\n\nVACUUM;"}, []string{"current up [implicit VACUUM;]"}, nil},
		{"two statements", []string{"current.sql", "--! no-transaction\na; b;"}, []string{"current up [implicit a; b;]"}, []string{"m/current.sql:1:1: bad-marker"}},
		{"too late", []string{"current.sql", "a;\n--! no-transaction\nb;"}, []string{"current up [tx a; b;]"}, []string{"m/current.sql:2:1: bad-marker"}},
		{"what a commit writes", []string{"current.sql", "a;\n--! Included x.sql\nb;\n--! EndIncluded x.sql"}, []string{"current up [tx a; b;]"}, []string{"m/current.sql:2:1: bad-marker"}},
		{
			"an include twice, and one above", []string{"current.sql", "--!include x.sql\na;\n--! include x.sql\n--!include ../current.sql", "fixtures/x.sql", "x;"},
			[]string{"current up [tx x;] [tx a;] [tx x;]"}, []string{"m/current.sql:4:1: bad-marker"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			set := readFiles(t, "", append(tt.files, ".gmrc", sign, placeholder, "")...)
			assert.Equal(t, "graphile-migrate", set.Layout)
			assert.Equal(t, tt.want, summary(set))
			assert.Equal(t, tt.bad, problems(set))
		})
	}
}

// TestGraphileMigrateIncludesDouble holds that files that include others twice
// come to an end.
func TestGraphileMigrateIncludesDouble(t *testing.T) {
	pairs := []string{"committed/x", "", "current.sql", "--!include a.sql\nSELECT 1;"}
	for name := 'a'; name < 'z'; name++ {
		next := string(name + 1)
		pairs = append(pairs, "fixtures/"+string(name)+".sql", strings.Repeat("--!include "+next+".sql\n", 2))
	}
	set := readFiles(t, "", append(pairs, "fixtures/z.sql", "SELECT 2;")...)
	assert.NotEmpty(t, set.Problems)
	assert.Less(t, len(set.Migrations[0].Up.Pieces), 1002)
}
