package rules

import (
	"cmp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestLockFixes applies the fixes of lock rules: what they make of a file is
// read again, and the finding is gone.
func TestLockFixes(t *testing.T) {
	const base = "CREATE TABLE users (id bigint PRIMARY KEY);\nCREATE TABLE t (id bigint PRIMARY KEY, a int, user_id bigint);\nCREATE INDEX t_a ON t (a);\nCREATE MATERIALIZED VIEW mv AS SELECT id FROM t;\nCREATE UNIQUE INDEX mv_id ON mv (id);\nCREATE MATERIALIZED VIEW plain AS SELECT id FROM t;"
	goose := func(sql string) string { return "-- +goose Up\n" + sql + "\n\n-- +goose Down\n" }
	tests := []struct {
		name, before, after string
		base                string
		file                string
		safe                bool
	}{
		{name: "index", before: "CREATE UNIQUE INDEX x ON t (a);", after: "CREATE UNIQUE INDEX CONCURRENTLY x ON t (a);", safe: true},
		{name: "unnamed index", before: "create index on t (a)", after: "create index CONCURRENTLY on t (a)", safe: true},
		{name: "maybe in a transaction", before: "SELECT 1;\nCREATE INDEX x ON t (a);", after: "SELECT 1;\nCREATE INDEX CONCURRENTLY x ON t (a);"},
		{name: "in a transaction", before: "BEGIN;\nCREATE INDEX x ON t (a);\nCOMMIT;"},
		{name: "comment in the way", before: "CREATE /* c */ INDEX x ON t (a);"},
		{name: "drop index", before: "DROP INDEX IF EXISTS t_a;", after: "DROP INDEX CONCURRENTLY IF EXISTS t_a;", safe: true},
		{name: "reindex", before: "REINDEX (VERBOSE) TABLE t;", after: "REINDEX (VERBOSE) TABLE CONCURRENTLY t;", safe: true},
		{name: "refresh", before: "REFRESH MATERIALIZED VIEW mv;", after: "REFRESH MATERIALIZED VIEW CONCURRENTLY mv;", safe: true},
		{name: "refresh without unique index", before: "REFRESH MATERIALIZED VIEW plain;"},
		{
			name: "check that may share a transaction with what follows", safe: false,
			before: "ALTER TABLE t ADD CHECK (a > 0);",
			after:  "ALTER TABLE t ADD CHECK (a > 0) NOT VALID;",
		},
		{
			name: "check of which nothing shares the transaction", safe: true, base: goose(base),
			before: "-- +goose NO TRANSACTION\n" + goose("ALTER TABLE t ADD CHECK (a > 0);"),
			after:  "-- +goose NO TRANSACTION\n" + goose("ALTER TABLE t ADD CHECK (a > 0) NOT VALID;\n\nALTER TABLE t VALIDATE CONSTRAINT t_a_check;"),
		},
		{
			name:   "check among others",
			before: "ALTER TABLE t ADD CONSTRAINT pos CHECK (a > 0) NO INHERIT , ADD COLUMN b int;",
			after:  "ALTER TABLE t ADD CONSTRAINT pos CHECK (a > 0) NO INHERIT NOT VALID , ADD COLUMN b int;",
		},
		{
			name: "foreign key in a transaction", safe: false,
			before: "BEGIN;\nALTER TABLE t ADD FOREIGN KEY (user_id) REFERENCES users (id);\nCOMMIT;",
			after:  "BEGIN;\nALTER TABLE t ADD FOREIGN KEY (user_id) REFERENCES users (id) NOT VALID;\nCOMMIT;",
		},
		{
			name: "goose", safe: true, base: goose(base),
			before: goose("CREATE INDEX x ON t (a);"),
			after:  "-- +goose NO TRANSACTION\n" + goose("CREATE INDEX CONCURRENTLY x ON t (a);"),
		},
		{name: "goose with more", base: goose(base), before: goose("CREATE INDEX x ON t (a);\nSELECT 1;")},
		{name: "goose with more on the way down", base: goose(base), before: goose("CREATE INDEX x ON t (a);") + "DROP INDEX x;\nDELETE FROM users;\n"},
		{
			name: "goose with CRLF", safe: true, base: goose(base),
			before: strings.ReplaceAll(goose("CREATE INDEX x ON t (a);"), "\n", "\r\n"),
			after:  "-- +goose NO TRANSACTION\n" + strings.ReplaceAll(goose("CREATE INDEX CONCURRENTLY x ON t (a);"), "\n", "\r\n"),
		},
		{
			name: "sql-migrate", safe: true, base: "-- +migrate Up\n" + base + "\n",
			before: "-- +migrate Up\nCREATE INDEX x ON t (a);\n-- +migrate Down\nDROP INDEX x;\n",
			after:  "-- +migrate Up notransaction\nCREATE INDEX CONCURRENTLY x ON t (a);\n-- +migrate Down\nDROP INDEX x;\n",
		},
		{
			name: "Atlas", safe: true, base: "-- atlas:txmode file\n\n" + base,
			before: "-- the list of what is due\nCREATE INDEX x ON t (a);\n",
			after:  "-- atlas:txmode none\n\n-- the list of what is due\nCREATE INDEX CONCURRENTLY x ON t (a);\n",
		},
		{name: "Atlas with a directive", base: "-- atlas:txmode file\n\n" + base, before: "-- atlas:nolint\nCREATE INDEX x ON t (a);\n"},
		{
			name: "tern", safe: true, file: "002_change.sql", base: base + "\n---- create above / drop below ----\n",
			before: "CREATE INDEX x ON t (a);\n---- create above / drop below ----\nDROP INDEX x;\n",
			after:  "---- tern: disable-tx ----\nCREATE INDEX CONCURRENTLY x ON t (a);\n---- create above / drop below ----\nDROP INDEX x;\n",
		},
		{
			name: "morph", safe: true, file: "000002_change.up.sql", base: "-- morph:nontransactional\n" + base,
			before: "CREATE INDEX x ON t (a);\n",
			after:  "-- morph:nontransactional\nCREATE INDEX CONCURRENTLY x ON t (a);\n",
		},
		{
			name: "postgres-migrations", safe: true, file: "2-change.sql", base: "-- postgres-migrations disable-transaction\n" + base,
			before: "CREATE INDEX x ON t (a);\n",
			after:  "-- postgres-migrations disable-transaction\nCREATE INDEX CONCURRENTLY x ON t (a);\n",
		},
		{
			name: "sqlx", safe: true, file: "20260102000000_change.up.sql", base: "-- no-transaction\n" + base,
			before: "CREATE INDEX x ON t (a);\n",
			after:  "-- no-transaction\nCREATE INDEX CONCURRENTLY x ON t (a);\n",
		},
		{
			name: "Liquibase", safe: true, base: "-- liquibase formatted sql\n-- changeset a:1\n" + base,
			before: "-- liquibase formatted sql\n-- changeset a:2\nCREATE INDEX x ON t (a);\n-- rollback DROP INDEX x;\n",
			after:  "-- liquibase formatted sql\n-- changeset a:2 runInTransaction:false\nCREATE INDEX CONCURRENTLY x ON t (a);\n-- rollback DROP INDEX x;\n",
		},
		{
			name: "dbmate", safe: true, base: "-- migrate:up\n" + base + "\n-- migrate:down\n",
			before: "-- migrate:up\nCREATE INDEX x ON t (a);\n\n-- migrate:down\n",
			after:  "-- migrate:up transaction:false\nCREATE INDEX CONCURRENTLY x ON t (a);\n\n-- migrate:down\n",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.base == "" {
				tt.base = base
			}
			file := cmp.Or(tt.file, "20260102000000_change.sql")
			was := strings.NewReplacer("02", "01", "2-change", "1-change").Replace(file)
			files := []ExampleFile{{Path: "m/" + was, Text: tt.base, Before: true}, {Path: "m/" + file, Text: tt.before}}
			found := lockFindings(t, files)
			require.NotEmpty(t, found)
			f := found[0]
			if tt.after == "" {
				assert.Empty(t, f.Fixes)
				return
			}
			require.Len(t, f.Fixes, 1)
			assert.Equal(t, tt.safe, f.Fixes[0].Safe)
			files[1].Text = applied(files[1].Text, f.Fixes[0])
			assert.Equal(t, tt.after, files[1].Text)
			for _, again := range run(t, files, All()) {
				assert.NotContains(t, []string{"syntax-error", "refused-by-postgres", f.Rule.Name}, again.Rule.Name, line(again))
			}
		})
	}
}

// lockFindings are those of the rules that have fixes.
func lockFindings(t *testing.T, files []ExampleFile) []Finding {
	return run(t, files, []*Rule{blockingIndexBuild, blockingRefresh, blockingReindex, dropIndexWithoutConcurrently, tableScanUnderLock})
}

// applied returns a text with the edits of a fix.
func applied(text string, fix Fix) string {
	edits := slices.Clone(fix.Edits)
	slices.SortFunc(edits, func(a, b Edit) int { return b.At.Start - a.At.Start })
	for _, e := range edits {
		text = strings.Join([]string{text[:e.At.Start], text[e.At.End:]}, e.NewText)
	}
	return text
}
