package migration

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestFlow loads a project of each tool and writes down every statement in the
// order in which the tool runs it, with its direction and its transaction.
func TestFlow(t *testing.T) {
	for _, tt := range []struct {
		name, framework string
		files           []string
		want            string
	}{
		{
			name: "golang-migrate",
			files: []string{
				"0002_mail.up.sql", "ALTER TABLE users ADD mail text;\nUPDATE users SET mail = '';\n",
				"0002_mail.down.sql", "ALTER TABLE users DROP mail;\n",
				"1_users.up.pgsql", "CREATE TABLE users (id int);\n",
				"1_users.down.pgsql", "DROP TABLE users;\n",
				"0003_index.up.sql", "CREATE INDEX CONCURRENTLY i ON users (id);\n",
				"4_split.up.sql", "BEGIN;\nSELECT 1;\nCOMMIT;\nSELECT 2;\n",
				"4_split.down.sql", "-- irreversible\n",
				"5_seed.up.go", "package m",
				"0006_nothing.up.sql", "\n",
				"schema.sql", "CREATE TABLE x ();", "7.up.sql", "SELECT 7;", "99999999999999999999_x.up.sql", "SELECT 8;",
			},
			want: `
1 up alone: CREATE TABLE users (id int)
1 down alone: DROP TABLE users
0002 up implicit: ALTER TABLE users ADD mail
0002 up implicit: UPDATE users SET mail =
0002 down alone: ALTER TABLE users DROP mail
0003 up alone: CREATE INDEX CONCURRENTLY i ON
4 up implicit: BEGIN
4 up implicit: SELECT 1
4 up implicit: COMMIT
4 up implicit: SELECT 2
5 opaque: Go migration
ignored: m/7.up.sql
ignored: m/99999999999999999999_x.up.sql
ignored: m/schema.sql
m/7.up.sql:1:1: mixed-layouts: m/7.up.sql is numbered like a migration, but golang-migrate does not read it: its name is not NNN_name.up.sql or NNN_name.down.sql
m/99999999999999999999_x.up.sql:1:1: mixed-layouts: m/99999999999999999999_x.up.sql is numbered like a migration, but golang-migrate does not read it: its name is not NNN_name.up.sql or NNN_name.down.sql
m/0006_nothing.up.sql:1:1: empty-migration: the up migration in m/0006_nothing.up.sql has no SQL statement
`,
		},
		{
			name: "goose",
			files: []string{
				"00001_users.sql", "-- a comment\n-- +goose Up\nCREATE TABLE users (\n  id int -- the key;\n); -- done\n-- +goose StatementBegin\nCREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$\nBEGIN\n  RETURN 1;\nEND $$;\n-- +goose StatementEnd\nINSERT INTO users VALUES (1);\n\n-- +goose Down\nDROP FUNCTION f();\nDROP TABLE users;\n",
				"00002_index.sql", "-- +goose NO TRANSACTION\n-- +goose Up\nSET lock_timeout = '5s';\nCREATE INDEX CONCURRENTLY i ON users (id);\n-- +goose StatementBegin\nSELECT 1;\nSELECT 2;\n-- +goose StatementEnd\n-- +goose StatementBegin\nSELECT 3;\n-- +goose StatementEnd\n-- +goose Down\nDROP INDEX CONCURRENTLY i;\n",
				"00003_data.go", "package m", "00003_data_test.go", "package m",
				"00010_env.sql", "-- +goose Up\n-- +goose ENVSUB ON\nCREATE TABLE ${SCHEMA:-public}.t (a int);\n-- +goose ENVSUB OFF\nDO $$ BEGIN END $$;\n-- +goose Down\nDROP TABLE t;\n",
				"00011_dollar.sql", "-- +goose ENVSUB ON\n-- +goose Up\n-- +goose StatementBegin\nDO $body$ BEGIN END $body$;\n-- +goose StatementEnd\n",
				"00012_down_only_comment.sql", "-- +goose Up\nSELECT 1;\n-- +goose Down\n-- nothing to undo\n",
			},
			want: `
00001 up tx: CREATE TABLE users ( id
00001 up tx: CREATE FUNCTION f() RETURNS int
00001 up tx: INSERT INTO users VALUES (1)
00001 down tx: DROP FUNCTION f()
00001 down tx: DROP TABLE users
00002 up alone: SET lock_timeout = '5s'
00002 up alone: CREATE INDEX CONCURRENTLY i ON
00002 up implicit: SELECT 1
00002 up implicit: SELECT 2
00002 up alone: SELECT 3
00002 down alone: DROP INDEX CONCURRENTLY i
00003 opaque: Go migration
00010 up tx: CREATE TABLE ${SCHEMA:-public}.t (a int)
00010 up tx: DO $$ BEGIN END $$
00010 down tx: DROP TABLE t
00011 up tx: DO $body$ BEGIN END $body$
00012 up tx: SELECT 1
ignored: m/00003_data_test.go
m/00010_env.sql:1:1: version-gap: versions 4 to 9 are missing between m/00003_data.go and m/00010_env.sql
m/00011_dollar.sql:4:4: bad-marker: $body$ stands where ENVSUB is on, where goose replaces dollar signs, so that PostgreSQL does not get a dollar quote
`,
		},
		{
			name: "dbmate",
			files: []string{
				"20240101_users.sql", "-- migrate:up\nCREATE TABLE users (id int);\nSELECT 1;\n\n-- migrate:down\nDROP TABLE users;\n",
				"20240102_index.sql", "-- migrate:up transaction:false\nCREATE INDEX CONCURRENTLY i ON users (id);\n-- migrate:down transaction:false\nDROP INDEX CONCURRENTLY i;\n",
				"20240103_two.sql", "-- migrate:up transaction:false\nSET lock_timeout = '5s';\nCREATE INDEX CONCURRENTLY j ON users (id);\n-- migrate:down\n",
				"20240104_pairs.sql", "-- migrate:up\nSELECT 1;\n-- migrate:down\nSELECT -1;\n-- migrate:up transaction:false\nSELECT 2;\n-- migrate:down transaction:false\nSELECT -2;\nSELECT -3;\n",
				"README", "", "seed.sql", "SELECT 1;",
			},
			want: `
20240101 up apart tx: CREATE TABLE users (id int)
20240101 up apart tx: SELECT 1
20240101 down apart tx: DROP TABLE users
20240102 up apart alone: CREATE INDEX CONCURRENTLY i ON
20240102 down apart alone: DROP INDEX CONCURRENTLY i
20240103 up apart implicit: SET lock_timeout = '5s'
20240103 up apart implicit: CREATE INDEX CONCURRENTLY j ON
20240104 up apart tx: SELECT 1
20240104 up apart alone: SELECT 2
20240104 down apart tx: SELECT -1
20240104 down apart implicit: SELECT -2
20240104 down apart implicit: SELECT -3
ignored: m/README
ignored: m/seed.sql
`,
		},
		{
			name: "sql-migrate",
			files: []string{
				"10_b.sql", "-- +migrate Up\nSELECT 10;\n-- +migrate Down\nSELECT -10;\n",
				"2_a.sql", "-- +migrate Up notransaction\n-- a comment\nCREATE INDEX CONCURRENTLY i ON users (id);\nSELECT 2;\n-- +migrate StatementBegin\nSELECT 3;\nSELECT 4;\n-- +migrate StatementEnd\n-- +migrate Down\nDROP INDEX CONCURRENTLY i;\n",
				"2_b.sql", "-- +migrate Down notransaction\nSELECT -2;\n-- +migrate Up\nCREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$\nSELECT 1;\n$$;\n-- +migrate Upp\n",
				"a.sql", "-- +migrate Up\nSELECT 0;\n",
				"notes.txt", "",
			},
			want: `
2_a up alone: CREATE INDEX CONCURRENTLY i ON
2_a up alone: SELECT 2
2_a up implicit: SELECT 3
2_a up implicit: SELECT 4
2_a down tx: DROP INDEX CONCURRENTLY i
2_b up tx: CREATE FUNCTION f() RETURNS int
2_b up tx: $$; -- +migrate Upp
2_b down alone: SELECT -2
10_b up tx: SELECT 10
10_b down tx: SELECT -10
a up tx: SELECT 0
ignored: m/notes.txt
m/2_b.sql:7:1: bad-marker: sql-migrate does not know the command "Upp" and passes over it
`,
		},
		{
			name: "flyway",
			files: []string{
				"V1__users.sql", "CREATE TABLE ${schema}.users (id int);\nSELECT 1;\n",
				"V1.10__last.sql", "SELECT 110;",
				"V1_9__before.sql", "SELECT 19;",
				"v20240101120000__stamp.sql", "SELECT 2024;",
				"U1_9__before.sql", "SELECT -19;",
				"sub/V2__index.sql", "CREATE INDEX CONCURRENTLY i ON users (id);",
				"V3__reindex.sql", "REINDEX INDEX CONCURRENTLY i;",
				"V4__conf.sql", "REINDEX INDEX CONCURRENTLY i;\nSELECT 4;", "V4__conf.sql.conf", "executeInTransaction=false\n",
				"V5__java.java", "class X {}", "V6__drop.sql", "drop\n\tindex /* x */ concurrently i;",
				"V7__enum.sql", "ALTER TYPE mood ADD VALUE 'x';",
				"V8__refresh.sql", "REFRESH MATERIALIZED VIEW CONCURRENTLY m;",
				"V9__conf.sql", "VACUUM users;", "V9__conf.sql.conf", "executeInTransaction = true\n",
				"R__b_view.sql", "CREATE OR REPLACE VIEW b AS SELECT 1;", "R__a_view.sql", "CREATE OR REPLACE VIEW a AS SELECT 1;",
				"B1.10__base.sql", "SELECT 0;", "afterMigrate.sql", "SELECT 'hook';", "V.sql", "SELECT 'no';",
			},
			want: `
1 up tx: CREATE TABLE ${schema}.users (id int)
1 up tx: SELECT 1
1.9 up tx: SELECT 19
1.9 down tx: SELECT -19
1.10 up tx: SELECT 110
2 up alone: CREATE INDEX CONCURRENTLY i ON
3 up tx: REINDEX INDEX CONCURRENTLY i
4 up alone: REINDEX INDEX CONCURRENTLY i
4 up alone: SELECT 4
5 opaque: Java migration
6 up alone: drop index /* x */
7 up tx: ALTER TYPE mood ADD VALUE
8 up tx: REFRESH MATERIALIZED VIEW CONCURRENTLY m
9 up tx: VACUUM users
20240101120000 up tx: SELECT 2024
R__a_view up tx: CREATE OR REPLACE VIEW a
R__b_view up tx: CREATE OR REPLACE VIEW b
ignored: m/B1.10__base.sql
ignored: m/V.sql
ignored: m/afterMigrate.sql
`,
		},
		{
			name: "flyway without a prefix", framework: "flyway",
			files: []string{"20180102_10__b.sql", "SELECT 2;", "20180102_9__a.sql", "SELECT 1;", "R__c.sql", "SELECT 3;", "U20180102_9__a.sql", "SELECT -1;", "x.sql", "SELECT 'no';", "20180103_single.sql", "SELECT 'no';"},
			want: `
20180102.9 up tx: SELECT 1
20180102.9 down tx: SELECT -1
20180102.10 up tx: SELECT 2
R__c up tx: SELECT 3
ignored: m/20180103_single.sql
ignored: m/x.sql
`,
		},
		{
			name: "flyway from a baseline",
			files: []string{
				"B3__base.sql", "SELECT 3;", "B2__older.sql", "SELECT 2;", "V4__c.sql", "SELECT 4;",
			},
			want: `
3 up tx: SELECT 3
4 up tx: SELECT 4
ignored: m/B2__older.sql
`,
		},
		{
			name: "atlas",
			files: []string{
				"1_users.sql", "-- Create \"users\" table\nCREATE TABLE users (id int);\n-- atlas:nolint data_depend\nALTER TABLE users ADD a int NOT NULL;\n",
				"10_last.sql", "SELECT 10;",
				"2_index.sql", "-- atlas:txmode none\n\nSET lock_timeout = '5s';\nCREATE INDEX CONCURRENTLY i ON users (id);\n",
				"3_delimiter.sql", "-- atlas:delimiter -- end\n\nCREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1; $$\n-- end\nSELECT 3\n-- end\n",
				"4_archive.sql", "-- atlas:txtar\n\n-- checks.sql --\nSELECT NOT EXISTS (SELECT FROM users);\n\n-- migration.sql --\nDROP TABLE users;\nSELECT 4;\n-- down.sql --\nCREATE TABLE users (id int);\n",
				"5_checkpoint.sql", "-- atlas:checkpoint v1\n\nCREATE TABLE everything ();",
				"6_empty.sql", "-- atlas:txtar\n\n-- checks.sql --\nSELECT 1;\n",
				"atlas.sum", "",
			},
			want: `
10 up tx: SELECT 10
1 up tx: CREATE TABLE users (id int)
1 up tx: ALTER TABLE users ADD a
2 up alone: SET lock_timeout = '5s'
2 up alone: CREATE INDEX CONCURRENTLY i ON
3 up tx: CREATE FUNCTION f() RETURNS int
3 up tx: SELECT 3
4 up tx: DROP TABLE users
4 up tx: SELECT 4
4 down tx: CREATE TABLE users (id int)
ignored: m/5_checkpoint.sql
m/6_empty.sql:1:1: bad-marker: the archive m/6_empty.sql has no section -- migration.sql --, so that it does nothing
m/atlas.sum:1:1: checksum-mismatch: m/atlas.sum is not an atlas.sum file: its first line is no h1: hash
`,
		},
		{
			name: "plain",
			files: []string{
				"10_last.sql", "SELECT 10;", "2_two.sql", "SELECT 2;\nCREATE INDEX CONCURRENTLY i ON users (id);", "2_two.down.sql", "SELECT -2;", "rollback_10_last.sql", "SELECT -10;",
				"notes.md", "",
			},
			want: `
2 up unstated: SELECT 2
2 up unstated: CREATE INDEX CONCURRENTLY i ON
2 down unstated: SELECT -2
10 up unstated: SELECT 10
10 down unstated: SELECT -10
ignored: m/notes.md
`,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			set, err := LoadFS(context.Background(), files(tt.files...), "m", Options{Framework: tt.framework})
			require.NoError(t, err)
			assert.Equal(t, strings.Fields(tt.name)[0], set.Layout)
			assert.Equal(t, strings.TrimPrefix(tt.want, "\n"), flow(set))
		})
	}
}

func TestAtlasNolintHidesNothing(t *testing.T) {
	set := readFiles(t, "", "1_a.up.sql", "-- atlas:nolint\na;", "2_b.up.sql", "b;\n-- atlas:nolint MF103\nc;", "3_c.up.sql", "c;")
	assert.Equal(t, []string{"-- atlas:nolint in 2 files is for the linter of Atlas and hides nothing here"}, set.Considered)
}
