package replay_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/migracheck/migracheck/analyzer/replay"
)

// TestWhatCannotBeReadLeavesDoubt holds that after something of unknown effect
// nothing that was there before is said to be missing, or to be there already.
func TestWhatCannotBeReadLeavesDoubt(t *testing.T) {
	const schema = "CREATE TABLE t (a int, b int); CREATE TABLE u (a int PRIMARY KEY); CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;"
	const loop = "DO $$ DECLARE n text; BEGIN FOR n IN SELECT tablename FROM pg_tables LOOP EXECUTE format('ALTER TABLE %I ADD c int', n); END LOOP; END $$;"
	for _, tt := range []struct{ sql, without, with string }{
		{"ALTER TABLE t DROP COLUMN c", "42703", ""},
		{"ALTER TABLE t DROP CONSTRAINT k", "42704", ""},
		{"ALTER TABLE t ADD COLUMN a int", "42701", ""},
		{"ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES u (b)", "42703", ""},
		{"DROP TRIGGER x ON t", "42704", ""},
		{"DROP POLICY p ON t", "42704", ""},
		{"CREATE INDEX ON t (c)", "42703", ""},
		{"UPDATE t SET c = 1", "42703", ""},
		{"CREATE TABLE t ()", "42P07", ""},
		{"ALTER TABLE t ALTER COLUMN a TYPE box", "42804", "42804"},
		{"CREATE TABLE n (a int); ALTER TABLE n DROP COLUMN c", "42703", "42703"},
		{"CREATE TABLE n (a int); CREATE TABLE n ()", "42P07", "42P07"},
		{"CREATE TABLE n (a int); ALTER TABLE n ADD FOREIGN KEY (a) REFERENCES t (c)", "42703", ""},
	} {
		t.Run(tt.sql, func(t *testing.T) {
			assert.Equal(t, tt.without, lastRefusal(t, schema, "SELECT 1;", tt.sql), "without the loop")
			assert.Equal(t, tt.with, lastRefusal(t, schema, loop, tt.sql), "with the loop")
		})
	}
}

// lastRefusal replays three migrations and returns the code of the last
// statement's refusal, or "".
func lastRefusal(t *testing.T, first, second, third string) string {
	t.Helper()
	line := replay.Up(history(t, "plain", "1.sql", first, "2.sql", second, "3.sql", third), replay.Options{})
	if refused := line.Statements[len(line.Statements)-1].Refused; refused != nil {
		return refused.SQLState
	}
	return ""
}
