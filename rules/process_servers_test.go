package rules

import (
	"context"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/analyzer/postgres"
)

// simpleQuery sends a script as one simple query, as tools do with a file.
func simpleQuery(t *testing.T, c *pgx.Conn, sql string) error {
	t.Helper()
	_, err := c.PgConn().Exec(context.Background(), sql).ReadAll()
	return err
}

// exists reports whether another session sees a relation.
func exists(t *testing.T, d *postgres.Database, name string) bool {
	t.Helper()
	var found bool
	require.NoError(t, d.Connect(t).QueryRow(context.Background(), "SELECT to_regclass($1) IS NOT NULL", name).Scan(&found))
	return found
}

// TestTransactionControlOnServers shows what the rules about BEGIN, COMMIT and
// SET in scripts say of PostgreSQL.
func TestTransactionControlOnServers(t *testing.T) {
	needsServers(t)
	ctx := context.Background()
	postgres.Each(t, func(t *testing.T, s *postgres.Server) {
		t.Run("what is not committed goes with the session", func(t *testing.T) {
			d := s.Database(t)
			c := d.Connect(t)
			require.NoError(t, simpleQuery(t, c, "BEGIN; CREATE TABLE t (id int);"))
			assert.Equal(t, byte('T'), c.PgConn().TxStatus(), "the transaction is open after the query")
			require.NoError(t, c.Close(ctx))
			assert.False(t, exists(t, d, "t"))
		})
		t.Run("the next COMMIT of the session commits it", func(t *testing.T) {
			d := s.Database(t)
			c := d.Connect(t)
			require.NoError(t, simpleQuery(t, c, "BEGIN; CREATE TABLE t (id int);"))
			require.NoError(t, simpleQuery(t, c, "BEGIN"))
			require.NoError(t, simpleQuery(t, c, "COMMIT"))
			assert.True(t, exists(t, d, "t"))
		})
		t.Run("ROLLBACK fails nothing", func(t *testing.T) {
			d := s.Database(t)
			require.NoError(t, simpleQuery(t, d.Connect(t), "BEGIN; CREATE TABLE t (id int); ROLLBACK;"))
			assert.False(t, exists(t, d, "t"))
		})
		t.Run("COMMIT ends the transaction around it", func(t *testing.T) {
			d := s.Database(t)
			c := d.Connect(t)
			for _, sql := range []string{"BEGIN", "BEGIN", "CREATE TABLE t (id int)", "COMMIT"} {
				require.NoError(t, simpleQuery(t, c, sql))
			}
			assert.Equal(t, byte('I'), c.PgConn().TxStatus())
			require.Error(t, simpleQuery(t, c, "CREATE TABLE t (id int)"))
			require.NoError(t, simpleQuery(t, c, "ROLLBACK"), "outside a transaction it warns")
			assert.True(t, exists(t, d, "t"), "what stands before it stays")
		})
		t.Run("SET outlives COMMIT and SET LOCAL does not", func(t *testing.T) {
			c := s.Database(t).Connect(t)
			require.NoError(t, simpleQuery(t, c, "CREATE SCHEMA app; BEGIN; SET search_path = app; COMMIT; BEGIN; SET LOCAL search_path = x; COMMIT;"))
			assert.Equal(t, []string{"app"}, postgres.Lines(t, c, "SHOW search_path"))
			require.NoError(t, simpleQuery(t, c, "CREATE TABLE t (id int)"))
			assert.Equal(t, []string{"app"}, postgres.Lines(t, c, "SELECT relnamespace::regnamespace::text FROM pg_class WHERE relname = 't'"))
		})
		t.Run("an empty search_path finds nothing", func(t *testing.T) {
			c := s.Database(t).Connect(t)
			require.NoError(t, simpleQuery(t, c, "CREATE TABLE t (id int); SELECT pg_catalog.set_config('search_path', '', false);"))
			assert.ErrorContains(t, simpleQuery(t, c, "SELECT * FROM t"), "42P01")
		})
	})
}

// TestUnrepeatableOnServers compares unrepeatable-statement with what servers
// say to a statement that has run before.
func TestUnrepeatableOnServers(t *testing.T) {
	needsServers(t)
	const schema = "CREATE TABLE t (id int, n int); CREATE INDEX t_n ON t (n); CREATE TYPE mood AS ENUM ('sad'); CREATE TABLE gone (id int);"
	statements := []string{
		"ALTER TABLE t ADD COLUMN m int",
		"ALTER TABLE t ADD COLUMN IF NOT EXISTS m int",
		"ALTER TABLE t DROP COLUMN n",
		"ALTER TABLE t DROP COLUMN IF EXISTS n",
		"ALTER TABLE t ALTER COLUMN n SET NOT NULL",
		"ALTER TABLE t RENAME COLUMN n TO m",
		"ALTER TABLE t ADD CONSTRAINT c CHECK (n > 0) NOT VALID",
		"CREATE TABLE u (id int)",
		"CREATE TABLE IF NOT EXISTS u (id int)",
		"DROP TABLE gone",
		"DROP TABLE IF EXISTS gone",
		"CREATE INDEX CONCURRENTLY t_id ON t (id)",
		"CREATE INDEX CONCURRENTLY IF NOT EXISTS t_id ON t (id)",
		"DROP INDEX CONCURRENTLY t_n",
		"DROP INDEX CONCURRENTLY IF EXISTS t_n",
		"ALTER TYPE mood ADD VALUE 'glad'",
		"ALTER TYPE mood ADD VALUE IF NOT EXISTS 'glad'",
		"CREATE OR REPLACE VIEW v AS SELECT id FROM t",
		"CREATE VIEW v AS SELECT id FROM t",
	}
	postgres.Each(t, func(t *testing.T, s *postgres.Server) {
		c := s.Database(t).Connect(t)
		for _, sql := range statements {
			require.NoError(t, simpleQuery(t, c, "SET client_min_messages = error; DROP SCHEMA public CASCADE; CREATE SCHEMA public; "+schema))
			require.NoError(t, simpleQuery(t, c, sql), sql)
			refused := simpleQuery(t, c, sql) != nil
			script := "-- +goose NO TRANSACTION\n-- +goose Up\n" + sql + ";\nREINDEX TABLE CONCURRENTLY t;\n"
			found := run(t, []ExampleFile{
				{Path: "m/1_a.sql", Text: "-- +goose Up\n" + strings.ReplaceAll(schema, ";", ";\n"), Before: true},
				{Path: "m/2_b.sql", Text: script},
			}, []*Rule{unrepeatableStatement})
			assert.Equal(t, refused, len(found) > 0, sql)
		}
	})
}
