package rules

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"

	"github.com/migracheck/migracheck/analyzer/postgres"
	"github.com/migracheck/migracheck/parser/migration"
)

// holdsThat is a statement that fails with 22012 unless an expression is true.
func holdsThat(expr string) string { return "SELECT 1 / (" + expr + ")::int" }

// TestPracticeOnServers holds what practice rules and their pages say about
// PostgreSQL to servers: statements, of which the last fails with a code, or with
// one of several, or succeeds.
func TestPracticeOnServers(t *testing.T) {
	needsServers(t)
	long := strings.Repeat("x", 63)
	claims := []struct {
		rule, sqlstate string
		statements     []string
	}{
		{"short-integer-key", "2200H", []string{"CREATE TABLE t (id serial, x int)", "SELECT setval('t_id_seq', 2147483647)", "INSERT INTO t (x) VALUES (1)"}},
		{"short-integer-key", "2200H", []string{"CREATE TABLE t (id smallserial, x int)", "SELECT setval('t_id_seq', 32767)", "INSERT INTO t (x) VALUES (1)"}},
		{"short-integer-key", "2200H", []string{"CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY, x int)", "SELECT setval('t_id_seq', 2147483647)", "INSERT INTO t (x) VALUES (1)"}},
		{"short-integer-key", "22003", []string{"CREATE SEQUENCE s", "CREATE TABLE t (id int DEFAULT nextval('s'), x int)", "SELECT setval('s', 2147483647)", "INSERT INTO t (x) VALUES (1)"}},
		{"short-integer-key", "", []string{"CREATE TABLE t (id int PRIMARY KEY)", "CREATE TABLE u (t_id bigint REFERENCES t)"}},

		{"timestamp-without-time-zone", "", []string{
			"CREATE TABLE t (a timestamp, b timestamptz)",
			"SET TimeZone = 'UTC'", "INSERT INTO t VALUES (now(), now())", "SET TimeZone = 'Asia/Tokyo'", "INSERT INTO t VALUES (now(), now())",
			holdsThat("(SELECT count(DISTINCT a) FROM t) = 2 AND (SELECT count(DISTINCT b) FROM t) = 1"),
		}},

		{"missing-primary-key", "55000", []string{"CREATE TABLE t (x int)", "INSERT INTO t VALUES (1)", "CREATE PUBLICATION p FOR TABLE t", "UPDATE t SET x = 2"}},
		{"missing-primary-key", "55000", []string{"CREATE TABLE t (x int NOT NULL UNIQUE)", "INSERT INTO t VALUES (1)", "CREATE PUBLICATION p FOR TABLE t", "DELETE FROM t"}},
		{"missing-primary-key", "", []string{"CREATE TABLE t (x int PRIMARY KEY)", "INSERT INTO t VALUES (1)", "CREATE PUBLICATION p FOR TABLE t", "UPDATE t SET x = 2", "DELETE FROM t"}},
		{"missing-primary-key", "", []string{"CREATE TABLE t (x int)", "ALTER TABLE t REPLICA IDENTITY FULL", "CREATE PUBLICATION p FOR TABLE t", "UPDATE t SET x = 2", "DELETE FROM t"}},

		{"truncated-identifier", "42P07", []string{"CREATE TABLE " + long + "a (x int)", "CREATE TABLE " + long + "b (x int)"}},
		{"truncated-identifier", "42710", []string{"CREATE TABLE t (x int CONSTRAINT " + long + "a CHECK (x > 0))", "ALTER TABLE t ADD CONSTRAINT " + long + "b CHECK (x > 1)"}},
		{"truncated-identifier", "42703", []string{"CREATE TABLE " + long + "a (x int)", "CREATE TABLE IF NOT EXISTS " + long + "b (y int)", "SELECT y FROM " + long + "b"}},
		{"truncated-identifier", "", []string{"CREATE TABLE " + strings.Repeat("ä", 31) + "xy (x int)", holdsThat("EXISTS (SELECT FROM pg_class WHERE relname = repeat('ä', 31) || 'x')")}},

		{"unnamed-constraint", "", []string{"CREATE TABLE t (x int CONSTRAINT t_y_check CHECK (x > 0))", "ALTER TABLE t ADD COLUMN y int CHECK (y > 0)", "ALTER TABLE t DROP CONSTRAINT t_y_check1"}},
		{"unnamed-constraint", "42704", []string{"CREATE TABLE t (y int CHECK (y > 0))", "ALTER TABLE t DROP CONSTRAINT t_y_check1"}},
		{"unnamed-index", "", []string{"CREATE TABLE t (x int)", "CREATE INDEX ON t (x)", "CREATE INDEX ON t (x)", "DROP INDEX t_x_idx, t_x_idx1"}},
		{"unnamed-index", "42601", []string{"CREATE TABLE t (x int)", "CREATE INDEX IF NOT EXISTS ON t (x)"}},

		{"serial-column", "42501", []string{"CREATE TABLE t (id bigserial, x int)", "GRANT INSERT ON t TO pg_monitor", "SET ROLE pg_monitor", "INSERT INTO t (x) VALUES (1)"}},
		{"serial-column", "", []string{"CREATE TABLE t (id bigint GENERATED ALWAYS AS IDENTITY, x int)", "GRANT INSERT ON t TO pg_monitor", "SET ROLE pg_monitor", "INSERT INTO t (x) VALUES (1)"}},
		{"serial-column", "23505", []string{"CREATE TABLE t (id bigserial PRIMARY KEY, x int)", "INSERT INTO t (id) VALUES (1)", "INSERT INTO t (x) VALUES (1)"}},

		{"json-column", "42883", []string{"CREATE TABLE t (j json)", "SELECT DISTINCT j FROM t"}},
		{"json-column", "42883", []string{"CREATE TABLE t (j json)", "SELECT j FROM t GROUP BY j"}},
		{"json-column", "42883", []string{"CREATE TABLE t (j json)", "SELECT j FROM t UNION SELECT j FROM t"}},
		{"json-column", "42883", []string{"CREATE TABLE t (j json)", "SELECT FROM t WHERE j = j"}},
		{"json-column", "", []string{"CREATE TABLE t (j jsonb)", "SELECT DISTINCT j FROM t WHERE j = j GROUP BY j"}},

		{"char-column", "", []string{holdsThat("'ab'::char(5) = 'ab' AND NOT 'ab'::char(5) LIKE 'ab' AND length('ab'::char(5)) = 2 AND octet_length('ab'::char(5)) = 5")}},
		{"char-column", "", []string{
			"CREATE TABLE t (c char(5))", "CREATE TABLE f AS SELECT pg_relation_filenode('t') AS n", "ALTER TABLE t ALTER c TYPE char(6)",
			holdsThat("(SELECT n FROM f) <> pg_relation_filenode('t')"),
		}},
		{"length-limited-varchar", "22001", []string{"CREATE TABLE t (c varchar(2))", "INSERT INTO t VALUES ('abc')"}},
		{"length-limited-varchar", "0A000", []string{"CREATE TABLE t (c varchar(2))", "PREPARE p AS SELECT c FROM t", "EXECUTE p", "ALTER TABLE t ALTER c TYPE varchar(3)", "EXECUTE p"}},
		{"length-limited-varchar", "", []string{
			"CREATE TABLE t (c text CONSTRAINT k CHECK (length(c) < 3))", "PREPARE p AS SELECT c FROM t", "EXECUTE p",
			"ALTER TABLE t DROP CONSTRAINT k, ADD CONSTRAINT k CHECK (length(c) < 4) NOT VALID", "EXECUTE p",
		}},
		{"rounded-timestamp", "", []string{holdsThat("'2026-01-01 00:00:00.6+00'::timestamptz(0) > '2026-01-01 00:00:00.6+00'::timestamptz")}},
		{"float-amount", "", []string{holdsThat("0.1::float8 + 0.2::float8 <> 0.3::float8 AND 0.1::numeric + 0.2::numeric = 0.3::numeric")}},
		{"nullable-boolean", "", []string{"CREATE TABLE t (b boolean)", "INSERT INTO t VALUES (NULL)", holdsThat("NOT EXISTS (SELECT FROM t WHERE b) AND NOT EXISTS (SELECT FROM t WHERE NOT b)")}},
		{"enum-type", "42601 0A000", []string{"CREATE TYPE e AS ENUM ('a', 'b')", "ALTER TYPE e RENAME VALUE 'a' TO 'c'", "ALTER TYPE e DROP VALUE 'b'"}},

		{"constrained-domain", "", []string{
			"CREATE DOMAIN d AS int CHECK (VALUE > 0)", "CREATE TABLE t (x int)", "CREATE TABLE f AS SELECT pg_relation_filenode('t') AS n",
			"ALTER TABLE t ADD COLUMN d d DEFAULT 1", holdsThat("(SELECT n FROM f) <> pg_relation_filenode('t')"),
		}},
		{"constrained-domain", "", []string{
			"CREATE DOMAIN d AS int", "CREATE TABLE t (x int)", "CREATE TABLE f AS SELECT pg_relation_filenode('t') AS n",
			"ALTER TABLE t ADD COLUMN d d DEFAULT 1", holdsThat("(SELECT n FROM f) = pg_relation_filenode('t')"),
		}},

		{"hash-index", "0A000", []string{"CREATE TABLE t (x int)", "CREATE UNIQUE INDEX ON t USING hash (x)"}},
		{"hash-index", "0A000", []string{"CREATE TABLE t (x int, y int)", "CREATE INDEX ON t USING hash (x, y)"}},

		{"duplicate-index", "", []string{
			// What a foreign key refers to is the first index that fits.
			"CREATE TABLE t (id int PRIMARY KEY)", "CREATE UNIQUE INDEX i ON t (id)", "CREATE TABLE u (id int REFERENCES t (id))", "DROP INDEX i",
		}},
		{"duplicate-index", "2BP01", []string{
			"CREATE TABLE t (id int NOT NULL)", "CREATE UNIQUE INDEX i ON t (id)", "ALTER TABLE t ADD PRIMARY KEY (id)", "CREATE TABLE u (id int REFERENCES t (id))", "DROP INDEX i",
		}},

		{"insert-without-columns", "42601", []string{"CREATE TABLE t (x int, y int)", "ALTER TABLE t DROP COLUMN y", "INSERT INTO t VALUES (1, 2)"}},
		{"insert-without-columns", "", []string{"CREATE TABLE t (y int, x int)", "INSERT INTO t VALUES (1, 2)", holdsThat("(SELECT y FROM t) = 1")}},

		{"definer-without-search-path", "", []string{
			"CREATE TABLE accounts (x int)", "INSERT INTO accounts VALUES (1)",
			"CREATE FUNCTION f() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT count(*) FROM accounts'",
			"CREATE FUNCTION g() RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS 'SELECT count(*) FROM accounts'",
			"CREATE TEMP TABLE accounts (x int)", holdsThat("f() = 0 AND g() = 1"),
		}},

		{"rewrite-rule", "", []string{
			"CREATE SEQUENCE s", "CREATE TABLE t (x int DEFAULT nextval('s'), y int)", "CREATE TABLE log (x int)",
			"CREATE RULE r AS ON INSERT TO t DO ALSO INSERT INTO log VALUES (NEW.x)", "INSERT INTO t (y) VALUES (1)", holdsThat("(SELECT x FROM t) <> (SELECT x FROM log)"),
		}},

		{"star-in-view", "2BP01", []string{"CREATE TABLE t (x int, y int)", "CREATE VIEW v AS SELECT * FROM t", "ALTER TABLE t DROP COLUMN y"}},
		{"star-in-view", "0A000", []string{"CREATE TABLE t (x int, y int)", "CREATE VIEW v AS SELECT * FROM t", "ALTER TABLE t ALTER y TYPE bigint"}},
		{"star-in-view", "42703", []string{"CREATE TABLE t (x int, y int)", "CREATE VIEW v AS SELECT * FROM t", "ALTER TABLE t ADD COLUMN z int", "SELECT z FROM v"}},
		{"star-in-view", "", []string{"CREATE TABLE t (x int, y int)", "CREATE VIEW v AS SELECT * FROM (SELECT x FROM t) q", "ALTER TABLE t DROP COLUMN y"}},

		{"table-inheritance", "", []string{"CREATE TABLE a (x int PRIMARY KEY)", "CREATE TABLE b () INHERITS (a)", "INSERT INTO a VALUES (1)", "INSERT INTO b VALUES (1)"}},
		{"table-inheritance", "23503", []string{"CREATE TABLE a (x int PRIMARY KEY)", "CREATE TABLE b () INHERITS (a)", "INSERT INTO b VALUES (1)", "CREATE TABLE c (x int REFERENCES a)", "INSERT INTO c VALUES (1)"}},
	}
	postgres.Each(t, func(t *testing.T, s *postgres.Server) {
		c := s.Database(t).Connect(t)
		for _, claim := range claims {
			assert.NotNil(t, Find(claim.rule), claim.rule)
			at, code := firstRefused(t, c, claim.statements)
			name := fmt.Sprintf("%s: %s", claim.rule, strings.Join(claim.statements, "; "))
			if claim.sqlstate == "" {
				assert.Empty(t, code, "%s: %d", name, at)
				continue
			}
			assert.Contains(t, strings.Fields(claim.sqlstate), code, name)
			assert.Equal(t, len(claim.statements)-1, at, name)
		}
	})
}

// TestBornOnServers releases all files of a rule's corner cases together, and
// compares what the rule reports with what the server's catalog has at the end.
func TestBornOnServers(t *testing.T) {
	needsServers(t)
	const tables = ` FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace`
	const own = ` WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_|^information_schema' AND NOT EXISTS (SELECT FROM pg_inherits WHERE inhrelid = c.oid)`
	cases := []struct {
		rule  *Rule
		query string
		// counts is what messages have of the findings that count.
		counts string
	}{
		{missingPrimaryKey, `SELECT c.relname` + tables + own + ` AND NOT EXISTS (SELECT FROM pg_constraint WHERE conrelid = c.oid AND contype = 'p')
			AND NOT ((c.relreplident IN ('i', 'f') OR c.relpersistence = 'u') AND EXISTS (SELECT FROM pg_index WHERE indrelid = c.oid AND indisunique))`, ""},
		{shortIntegerKey, `SELECT c.relname || '.' || a.attname` + tables + ` JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype = 'p'
			JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY(k.conkey) LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum` + own + `
			AND a.atttypid IN ('int2'::regtype, 'int4'::regtype) AND (a.attidentity <> '' OR pg_get_expr(d.adbin, d.adrelid) ~ 'nextval')`, "counts up in type"},
		{unindexedForeignKey, `SELECT c.relname || '.' || k.conname` + tables + ` JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype = 'f'` + own + `
			AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indkey[0] = ANY(k.conkey))`, ""},
	}
	s := postgres.One(t, 18)
	for _, test := range cases {
		t.Run(test.rule.Name, func(t *testing.T) {
			text, err := os.ReadFile("testdata/" + test.rule.Name + "/cases.txtar")
			require.NoError(t, err)
			var files []string
			for _, f := range txtar.Parse(text).Files {
				files = append(files, f.Name, string(f.Data))
			}
			set, timeline := load(t, "0", files...)
			c := s.Database(t).Connect(t)
			for _, st := range timeline.Statements {
				// What is refused, the replay refuses as well.
				_, _ = c.Exec(context.Background(), st.Span.Text(), pgx.QueryExecModeSimpleProtocol)
			}
			var got []string
			for _, f := range Run([]*migration.Set{set}, timeline, []*Rule{test.rule}, Options{Today: today}) {
				if strings.Contains(f.Message, test.counts) {
					got = append(got, strings.TrimSuffix(strings.TrimPrefix(f.Relation, "public.")+"."+f.Object, "."))
				}
			}
			require.NotEmpty(t, got)
			assert.ElementsMatch(t, postgres.Lines(t, c, test.query), got)
		})
	}
}

// firstRefused runs statements in a transaction that is undone, and returns
// which of them fails, and with which code.
func firstRefused(t *testing.T, c *pgx.Conn, statements []string) (at int, code string) {
	t.Helper()
	ctx := context.Background()
	tx, err := c.Begin(ctx)
	require.NoError(t, err)
	defer func() {
		require.NoError(t, tx.Rollback(ctx))
		_, err := c.Exec(ctx, "DEALLOCATE ALL")
		require.NoError(t, err)
	}()
	for i, s := range statements {
		// The simple protocol, so that PREPARE and EXECUTE are the test's.
		if _, err := tx.Exec(ctx, s, pgx.QueryExecModeSimpleProtocol); err != nil {
			var refused *pgconn.PgError
			require.ErrorAs(t, err, &refused, s)
			return i, refused.Code
		}
	}
	return len(statements), ""
}
