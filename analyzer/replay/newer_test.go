package replay_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/analyzer/postgres"
	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/parser"
	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/migration"
	"github.com/migracheck/migracheck/parser/source"
)

func TestMain(m *testing.M) { postgres.Main(m) }

// TestNewerConforms runs statements that only some majors know on all of them:
// replay for that major refuses them with the same SQLSTATE, or accepts them.
func TestNewerConforms(t *testing.T) {
	text, err := os.ReadFile("testdata/newer.sql")
	require.NoError(t, err)
	schema, err := os.ReadFile("testdata/newer_schema.sql")
	require.NoError(t, err)
	postgres.Each(t, func(t *testing.T, s *postgres.Server) {
		for _, role := range []string{"other", "another"} {
			s.Execute(t, "DROP ROLE IF EXISTS "+role+"; CREATE ROLE "+role)
		}
		shared := connect(t, s, string(schema))
		for line := range strings.Lines(string(text)) {
			line = strings.TrimSpace(line)
			if line == "" || strings.HasPrefix(line, "--") {
				continue
			}
			t.Run(line, func(t *testing.T) {
				sql, alone := strings.CutPrefix(line, "[alone] ")
				var answer string
				if alone {
					answer = run(t, connect(t, s, string(schema)), sql)
				} else {
					require.Empty(t, run(t, shared, "BEGIN"))
					answer = run(t, shared, sql)
					require.Empty(t, run(t, shared, "ROLLBACK"))
				}
				steps := replay.Up(autocommitted(string(schema), sql), replay.Options{Complete: true, PGVersion: s.Major}).Statements
				got := ""
				if refusal := steps[len(steps)-1].Refused; refusal != nil {
					got = refusal.SQLState
				}
				assert.Equal(t, answer, got)
			})
		}
	})
}

// TestNewerWithoutVersion: without a version no server is too old.
func TestNewerWithoutVersion(t *testing.T) {
	for _, version := range []int{0, postgres.Newest} {
		statements := replay.Up(autocommitted("CREATE TABLE t (a int)", "MERGE INTO t USING t u ON t.a = u.a WHEN MATCHED THEN DELETE RETURNING old.a"), replay.Options{PGVersion: version}).Statements
		assert.Nil(t, statements[1].Refused)
	}
}

// TestNewerHasNoEffect: what is refused does not happen, and says since when it
// would.
func TestNewerHasNoEffect(t *testing.T) {
	timeline := replay.Up(autocommitted("CREATE TABLE t (a int)", "ALTER TABLE t ADD COLUMN b int, ADD CONSTRAINT c CHECK (a > 0) NOT ENFORCED"), replay.Options{PGVersion: 17})
	refused := timeline.Statements[1]
	require.NotNil(t, refused.Refused)
	assert.Equal(t, 18, refused.Refused.Since)
	require.Len(t, refused.Steps, 1)
	assert.Equal(t, "ADD CONSTRAINT c CHECK (a > 0) NOT ENFORCED", refused.Steps[0].Op.Span().Text())
	assert.Len(t, timeline.Windows[len(timeline.Windows)-1].End.Relation(ddl.Name{Name: "t"}).Attributes, 1)
}

func connect(t *testing.T, s *postgres.Server, schema string) *pgx.Conn {
	t.Helper()
	config, err := pgx.ParseConfig(s.Database(t).DSN())
	require.NoError(t, err)
	config.DefaultQueryExecMode = pgx.QueryExecModeSimpleProtocol
	c, err := pgx.ConnectConfig(t.Context(), config)
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Close(context.Background()) })
	require.Empty(t, run(t, c, schema))
	return c
}

// run returns the SQLSTATE of a refusal, or "".
func run(t *testing.T, c *pgx.Conn, sql string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	_, err := c.Exec(ctx, sql)
	if refusal, ok := errors.AsType[*pgconn.PgError](err); ok {
		return refusal.Code
	}
	require.NoError(t, err, sql)
	return ""
}

// autocommitted makes migrations whose statements run alone.
func autocommitted(scripts ...string) []*migration.Migration {
	var ms []*migration.Migration
	for _, sql := range scripts {
		span := source.NewFile("test.sql", sql).Whole()
		piece := migration.Piece{Span: span, Transaction: migration.Autocommit, Statements: parser.Parse(span).Statements}
		ms = append(ms, &migration.Migration{ID: sql, Up: &migration.Script{Span: span, Pieces: []migration.Piece{piece}}})
	}
	return ms
}
