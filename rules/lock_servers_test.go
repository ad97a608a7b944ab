package rules

import (
	"context"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/analyzer/postgres"
)

// TestLockExamplesOnServers runs the good examples of the rules about locks of
// single statements, file by file: what a page advises has to be accepted.
func TestLockExamplesOnServers(t *testing.T) {
	rules := []*Rule{
		blockingIndexBuild, blockingRefresh, blockingReindex, dropIndexWithoutConcurrently, foreignKeyLocksOtherTable,
		indexBuildUnderExclusiveLock, lockTable, partitionLocksParent, tableRewrite, tableScanUnderLock,
	}
	postgres.Each(t, func(t *testing.T, s *postgres.Server) {
		c := s.Database(t).Connect(t)
		for _, rule := range rules {
			page, err := PageOf(rule.Name)
			require.NoError(t, err)
			for _, e := range page.Examples {
				if strings.HasPrefix(e.Name, "bad") {
					continue
				}
				execute(t, c, "DROP SCHEMA public CASCADE; CREATE SCHEMA public")
				for _, f := range e.Files {
					execute(t, c, f.Text)
				}
			}
		}
	})
}

// TestLockVerdictsOnServers compares what the rules say of a statement with what
// servers log that they do for it.
func TestLockVerdictsOnServers(t *testing.T) {
	const schema = `CREATE DOMAIN small AS int CHECK (VALUE < 100);
CREATE DOMAIN free AS int;
CREATE TABLE users (id bigint PRIMARY KEY);
CREATE TABLE t (id bigint PRIMARY KEY, a int, b int, v varchar(10), n numeric(10,2), at timestamp, user_id bigint, s small, proved int CHECK (proved IS NOT NULL));
CREATE INDEX t_at ON t (at);
CREATE UNIQUE INDEX t_b ON t (b);
CREATE TABLE p (id bigint, k int NOT NULL) PARTITION BY RANGE (k);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10);
CREATE TABLE rest PARTITION OF p DEFAULT;
INSERT INTO users VALUES (1);
INSERT INTO t VALUES (1, 1, 1, 'x', 1, now(), 1, 1, 1);
INSERT INTO p VALUES (1, 1), (2, 30);`
	statements := []string{
		"ALTER TABLE t ADD COLUMN z int",
		"ALTER TABLE t ADD COLUMN z int NOT NULL DEFAULT 5",
		"ALTER TABLE t ADD COLUMN z timestamptz DEFAULT now()",
		"ALTER TABLE t ADD COLUMN z float8 DEFAULT random()",
		"ALTER TABLE t ADD COLUMN z uuid DEFAULT gen_random_uuid()",
		"ALTER TABLE t ADD COLUMN z bigserial",
		"ALTER TABLE t ADD COLUMN z int GENERATED ALWAYS AS IDENTITY",
		"ALTER TABLE t ADD COLUMN z int GENERATED ALWAYS AS (a + 1) STORED",
		"ALTER TABLE t ADD COLUMN z small DEFAULT 5",
		"ALTER TABLE t ADD COLUMN z free DEFAULT 5",
		"ALTER TABLE t ADD COLUMN z int CHECK (z > 0)",
		"ALTER TABLE t ADD COLUMN z int UNIQUE",
		"ALTER TABLE t ADD COLUMN z bigint REFERENCES users (id)",
		"ALTER TABLE t ADD COLUMN z bigint DEFAULT 1 REFERENCES users (id)",
		"ALTER TABLE t ADD COLUMN z int, ADD CONSTRAINT z_ok CHECK (z > 0)",
		"ALTER TABLE t ADD COLUMN z bigserial, ADD CONSTRAINT z_ok CHECK (z > 0), ADD CONSTRAINT z_key UNIQUE (z)",
		"ALTER TABLE t ALTER a TYPE bigint",
		"ALTER TABLE t ALTER v TYPE varchar(20)",
		"ALTER TABLE t ALTER v TYPE text",
		"ALTER TABLE t ALTER v TYPE varchar(5)",
		"ALTER TABLE t ALTER n TYPE numeric(12,2)",
		"ALTER TABLE t ALTER n TYPE numeric(12,4)",
		"ALTER TABLE t ALTER s TYPE int",
		"ALTER TABLE t ALTER a SET NOT NULL",
		"ALTER TABLE t ALTER proved SET NOT NULL",
		"ALTER TABLE t ADD CONSTRAINT pos CHECK (a > 0)",
		"ALTER TABLE t ADD CONSTRAINT pos CHECK (a > 0) NOT VALID",
		"ALTER TABLE t ADD CONSTRAINT u FOREIGN KEY (user_id) REFERENCES users (id)",
		"ALTER TABLE t ADD CONSTRAINT u FOREIGN KEY (user_id) REFERENCES users (id) NOT VALID",
		"ALTER TABLE t ADD CONSTRAINT u UNIQUE (a)",
		"ALTER TABLE t ADD CONSTRAINT u UNIQUE USING INDEX t_b",
		"ALTER TABLE t ADD CONSTRAINT u EXCLUDE (a WITH =)",
		"ALTER TABLE t SET UNLOGGED",
		"ALTER TABLE p ADD CONSTRAINT pos CHECK (id > 0)",
		"ALTER TABLE p ADD CONSTRAINT u UNIQUE (k)",
		"CREATE INDEX i ON t (a)",
		"CREATE INDEX i ON p (id)",
		"CREATE INDEX i ON ONLY p (id)",
		"CREATE TABLE o (id bigint REFERENCES users (id))",
	}
	postgres.Each(t, func(t *testing.T, s *postgres.Server) {
		logged := logger(t, s.Database(t), schema)
		for _, statement := range statements {
			want := logged(statement)
			got := none
			for l, rules := range map[labour][]*Rule{
				rewriting: {tableRewrite}, indexing: {blockingIndexBuild, indexBuildUnderExclusiveLock}, reading: {tableScanUnderLock},
			} {
				for _, rule := range rules {
					if finds(t, rule, s.Major, schema, statement+";") {
						require.Equal(t, none, got, "%s: two rules speak", statement)
						got = l
					}
				}
			}
			assert.Equal(t, want, got, statement)
		}
	})
}

// execute runs statements as one simple query.
func execute(t *testing.T, c *pgx.Conn, sql string) {
	t.Helper()
	_, err := c.PgConn().Exec(context.Background(), sql).ReadAll()
	require.NoError(t, err, sql)
}

// logger returns a function that tells the gravest work that a server logs for
// a statement. The scan of a default partition is not logged.
func logger(t *testing.T, d *postgres.Database, schema string) func(statement string) labour {
	t.Helper()
	most := none
	config, err := pgx.ParseConfig(d.DSN())
	require.NoError(t, err)
	config.OnNotice = func(_ *pgconn.PgConn, n *pgconn.Notice) {
		switch {
		case strings.HasPrefix(n.Message, "rewriting table"):
			most = max(most, rewriting)
		case strings.HasPrefix(n.Message, "building index") && !strings.Contains(n.Message, "pg_toast"):
			most = max(most, indexing)
		case strings.HasPrefix(n.Message, "verifying table"), strings.HasPrefix(n.Message, "validating foreign key"):
			most = max(most, reading)
		}
	}
	c, err := pgx.ConnectConfig(context.Background(), config)
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Close(context.Background()) })
	execute(t, c, schema)
	return func(statement string) labour {
		execute(t, c, "BEGIN; SET LOCAL client_min_messages = debug1")
		most = none
		execute(t, c, statement)
		work := most
		execute(t, c, "ROLLBACK")
		return work
	}
}
