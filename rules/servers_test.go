package rules

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/analyzer/postgres"
)

func TestMain(m *testing.M) { postgres.Main(m) }

// needsServers skips a test that starts six servers.
func needsServers(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("servers take a while to start")
	}
}

// finds reports whether a rule has a finding on the second of two migrations.
func finds(t *testing.T, rule *Rule, major int, before, after string) bool {
	t.Helper()
	folder := fmt.Sprintf("m-pg%d/", major)
	findings := run(t, []ExampleFile{
		{Path: folder + "1.up.sql", Text: before, Before: true},
		{Path: folder + "2.up.sql", Text: after},
	}, []*Rule{rule})
	return len(findings) > 0
}

// attempt runs statements in a transaction that is rolled back, and returns the
// SQLSTATE of the first that fails, or "".
func attempt(t *testing.T, c *pgx.Conn, read func(pgx.Tx), statements ...string) string {
	t.Helper()
	ctx := context.Background()
	tx, err := c.Begin(ctx)
	require.NoError(t, err)
	defer func() { _ = tx.Rollback(ctx) }()
	for _, s := range statements {
		if _, err := tx.Exec(ctx, s); err != nil {
			var refused *pgconn.PgError
			require.ErrorAs(t, err, &refused, s)
			return refused.Code
		}
	}
	if read != nil {
		read(tx)
	}
	return ""
}

// TestNewEnumValueOnServers compares use-new-enum-value with what servers refuse.
func TestNewEnumValueOnServers(t *testing.T) {
	needsServers(t)
	const schema = `CREATE TYPE mood AS ENUM ('sad');
CREATE TABLE t (id int, m mood, n text);
CREATE TABLE u (id int, m mood);`
	uses := []string{
		"INSERT INTO t VALUES (2, 'new')",
		"INSERT INTO t (n) VALUES ('new')",
		"INSERT INTO t (m) SELECT 'new'",
		"INSERT INTO t (m, id) VALUES ('sad', 1), ('new', 2)",
		"UPDATE t SET m = 'new'",
		"UPDATE t SET n = 'new'",
		"UPDATE t SET id = 1 WHERE m = 'new'",
		"UPDATE t SET id = 1 FROM u WHERE u.m = 'new'",
		"UPDATE t SET id = 1 WHERE m::text = 'new'",
		"UPDATE t SET id = 1 WHERE n = 'new'",
		"DELETE FROM t WHERE t.m IN ('sad', 'new')",
		"SELECT count(*) FROM t WHERE m = 'new'",
		"SELECT count(*) FROM t WHERE id IN (SELECT id FROM u WHERE m = 'new')",
		"SELECT 'new'::mood",
		"SELECT 'new'",
		"ALTER TABLE t ALTER m SET DEFAULT 'new'",
		"ALTER TABLE t ALTER n SET DEFAULT 'new'",
		"ALTER TABLE t ADD COLUMN k mood DEFAULT 'new'",
		"CREATE TABLE v (m mood DEFAULT 'new')",
		"CREATE TABLE v (m mood CHECK (m <> 'new'))",
		"ALTER TABLE t ADD CHECK (m <> 'new')",
		"CREATE INDEX ON t (id) WHERE m = 'new'",
		"CREATE VIEW v AS SELECT id FROM t WHERE m = 'new'",
		"CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN UPDATE t SET m = 'new'; END $$",
		"CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ UPDATE t SET m = 'new' $$",
		"CREATE POLICY p ON t USING (m = 'new')",
		"CREATE TABLE young (m young DEFAULT 'x')",
		"CREATE TABLE young (m young DEFAULT 'y')",
		"INSERT INTO u VALUES (1, 'sad')",
	}
	postgres.Each(t, func(t *testing.T, s *postgres.Server) {
		c := s.Database(t).Connect(t)
		_, err := c.Exec(context.Background(), schema)
		require.NoError(t, err)
		for _, use := range uses {
			release := []string{"ALTER TYPE mood ADD VALUE 'new'", "CREATE TYPE young AS ENUM ('x')", "ALTER TYPE young ADD VALUE 'y'", use}
			refused := attempt(t, c, nil, release...) == "55P04"
			script := "BEGIN;\n" + strings.Join(release, ";\n") + ";\nCOMMIT;"
			assert.Equal(t, refused, finds(t, useNewEnumValue, s.Major, schema, script), use)
		}
	})
}

// TestLossyTypeChangeOnServers compares lossy-type-change with what becomes of a
// stored value: it is lost where the statement succeeds and the value, cast
// back, is another.
func TestLossyTypeChangeOnServers(t *testing.T) {
	needsServers(t)
	cases := []struct{ typ, value, change string }{
		{"text", "abcdefgh", "varchar(3)"},
		{"text", "abcdefgh", "varchar(3) USING a::varchar(3)"},
		{"text", "abcdefgh", "varchar(3) USING CAST(a AS varchar(3))"},
		{"text", "abcdefgh", "char(3) USING a::char(3)"},
		{"text", "abcdefgh", "text USING a::varchar(3)"},
		{"text", "abcdefgh", "text USING left(a, 3)"},
		{"text", "abcdefgh", "int USING NULL"},
		{"text", "12", "int USING a::int"},
		{"varchar(9)", "abcdefgh", "text"},
		{"numeric(10,4)", "1.2345", "numeric(10,2)"},
		{"numeric(10,4)", "1.2345", "numeric(12,4)"},
		{"numeric(10,4)", "1.2345", "numeric"},
		{"numeric", "1.2345", "numeric(10,2)"},
		{"numeric", "1.5", "int"},
		{"numeric", "1.2345", "money"},
		{"numeric(10,4)", "123456.7891", "float4"},
		{"numeric", "12345678901234567.89", "float8"},
		{"bigint", "9007199254740993", "float8"},
		{"bigint", "9007199254740993", "numeric"},
		{"bigint", "9007199254740993", "int"},
		{"int", "16777217", "float4"},
		{"int", "16777217", "float8"},
		{"smallint", "32767", "float4"},
		{"int", "7", "bigint"},
		{"float8", "1.23456789012345", "float4"},
		{"float8", "1.23456789012345", "int"},
		{"float8", "1.23456789012345", "numeric"},
		{"timestamptz", "2024-05-06 07:08:09.5+00", "date"},
		{"timestamptz", "2024-05-06 07:08:09.5+00", "timestamptz(0)"},
		{"timestamptz", "2024-05-06 07:08:09.5+00", "timestamp"},
		{"timestamp", "2024-05-06 07:08:09", "date USING a::date"},
		{"date", "2024-05-06", "timestamp"},
		{"interval", "1 day 02:03:04.5", "interval(0)"},
		{"json", `{"b":1,  "a":2,"b":3}`, "jsonb"},
		{"jsonb", `{"b": 1}`, "json USING a::json"},
		{"varbit", "10101", "varbit(3)"},
		{"varbit", "10101", "varbit(3) USING a::varbit(3)"},
		{"inet", "10.0.0.1/8", "cidr"},
		{"cidr", "10.0.0.0/8", "inet"},
	}
	postgres.Each(t, func(t *testing.T, s *postgres.Server) {
		c := s.Database(t).Connect(t)
		for _, test := range cases {
			schema := "CREATE TABLE t (a " + test.typ + ");"
			change := "ALTER TABLE t ALTER a TYPE " + test.change
			lost := false
			code := attempt(t, c, func(tx pgx.Tx) {
				var back *string
				require.NoError(t, tx.QueryRow(context.Background(), "SELECT a::"+test.typ+"::text FROM t").Scan(&back))
				lost = back == nil || *back != canonical(t, tx, test.value, test.typ)
			}, schema, "INSERT INTO t VALUES ('"+test.value+"')", change)
			name := test.typ + " to " + test.change
			if code != "" {
				assert.False(t, lost, name)
			}
			assert.Equal(t, lost, finds(t, lossyTypeChange, s.Major, schema, change+";"), name)
		}
	})
}

// canonical returns a value as the server writes it.
func canonical(t *testing.T, tx pgx.Tx, value, typ string) string {
	t.Helper()
	var text string
	require.NoError(t, tx.QueryRow(context.Background(), "SELECT '"+value+"'::"+typ+"::text").Scan(&text))
	return text
}

// TestStaleFunctionBodyOnServers compares stale-function-body with calls of
// functions after a change.
func TestStaleFunctionBodyOnServers(t *testing.T) {
	needsServers(t)
	bodies := []string{
		"CREATE FUNCTION f() RETURNS bigint LANGUAGE sql AS 'SELECT count(email) FROM t'",
		"CREATE FUNCTION f() RETURNS bigint LANGUAGE sql AS 'SELECT count(id) FROM t'",
		"CREATE FUNCTION f() RETURNS bigint LANGUAGE plpgsql AS $$ BEGIN RETURN (SELECT count(x.email) FROM t x); END $$",
		"CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN INSERT INTO t (id, email) VALUES (1, 'x'); END $$",
		"CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN UPDATE t SET id = 1 WHERE email = 'x'; END $$",
		"CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN DELETE FROM t WHERE t.email = 'x'; END $$",
		"CREATE FUNCTION f() RETURNS bigint LANGUAGE plpgsql AS $$ DECLARE n bigint; BEGIN SELECT count(*) INTO n FROM t; RETURN n; END $$",
		"CREATE FUNCTION f() RETURNS bigint LANGUAGE sql AS 'SELECT count(email) FROM u'",
	}
	changes := []string{
		"ALTER TABLE t RENAME email TO mail",
		"ALTER TABLE t DROP COLUMN email",
		"ALTER TABLE t RENAME TO people",
		"DROP TABLE t",
		"ALTER TABLE t SET SCHEMA s",
		"ALTER TABLE t ADD COLUMN phone text",
	}
	const schema = "CREATE SCHEMA s; CREATE TABLE t (id int, email text); CREATE TABLE u (id int, email text);"
	postgres.Each(t, func(t *testing.T, s *postgres.Server) {
		c := s.Database(t).Connect(t)
		for _, body := range bodies {
			for _, change := range changes {
				code := attempt(t, c, nil, schema, body, change, "SELECT f()")
				fails := code == "42703" || code == "42P01"
				require.True(t, fails || code == "", "%s: %s: %s", body, change, code)
				assert.Equal(t, fails, finds(t, staleFunctionBody, s.Major, schema+"\n"+body+";", change+";"), "%s: %s", body, change)
			}
		}
	})
}
