package rules

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/analyzer/drill"
	"github.com/migracheck/migracheck/analyzer/postgres"
	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/analyzer/rollback"
	"github.com/migracheck/migracheck/parser/migration"
)

// drillServer lets a drill make databases on a test server.
type drillServer struct{ *postgres.Server }

func (s drillServer) Connect(ctx context.Context, database string) (*pgx.Conn, error) {
	if database == "" {
		database = "postgres"
	}
	return s.Dial(ctx, database)
}

func (s drillServer) Prefix() string { return "pages" }
func (s drillServer) Close()         {}

// different reports whether the schema is another after the down.
func different(m *drill.Migration) bool {
	return slices.ContainsFunc(m.Differences, func(d catalog.Difference) bool { return !d.Equivalent })
}

// proofs are what a server does with the last migration of a bad example, by
// rule.
var proofs = map[string]func(*drill.Migration) bool{
	"blocking-down":               func(m *drill.Migration) bool { return m.HasDown && m.Down == nil }, // package lock shows the locks
	"data-change-without-reverse": func(m *drill.Migration) bool { return len(m.Rows) > 0 },
	"data-not-restored":           func(m *drill.Migration) bool { return len(m.Rows) > 0 },
	"definition-not-restored":     different,
	"down-alters-data":            func(m *drill.Migration) bool { return len(m.Rows)+len(m.Lost) > 0 },
	"down-drops-more":             different,
	"down-drops-new-data":         func(m *drill.Migration) bool { return len(m.Lost) > 0 },
	"down-fails":                  func(m *drill.Migration) bool { return m.Down != nil },
	"down-fails-after-write":      func(m *drill.Migration) bool { return m.Down == nil && m.AfterWrite != nil },
	"down-leaves-objects":         different,
	"down-loses-attributes":       different,
	"empty-down":                  different,
	"enum-value-left":             different,
	"missing-down":                func(m *drill.Migration) bool { return !m.HasDown && different(m) },
	"no-op-down":                  different,
	"object-not-restored":         different,
	"partial-up":                  func(*drill.Migration) bool { return true }, // TestPartialUpOnServers
	"raising-down":                func(m *drill.Migration) bool { return m.Down != nil },
}

// TestRollbackPagesOnServers drills the last migration of each example: the bad
// ones do what the page says, with the SQLSTATEs that it names, and the downs of
// the good ones run, also once the new version has written. Whatever package
// rollback says of them must be so. All majors are drilled with its own pairs.
func TestRollbackPagesOnServers(t *testing.T) {
	needsServers(t)
	s := postgres.One(t, postgres.Newest)
	for _, rule := range All() {
		if rule.Category != Rollback {
			continue
		}
		proof := proofs[rule.Name]
		require.NotNil(t, proof, "%s: what does a server do?", rule.Name)
		page, err := PageOf(rule.Name)
		require.NoError(t, err)
		for _, e := range page.Examples {
			t.Run(rule.Name+"/"+e.Name, func(t *testing.T) {
				m := drillLast(t, s, e)
				require.Nil(t, m.Up, "the up runs")
				assert.Empty(t, m.Disagreements)
				if !e.Bad() {
					assert.Nil(t, m.Down)
					assert.Nil(t, m.AfterWrite)
					return
				}
				assert.True(t, proof(m), "%+v", m)
				for _, f := range []*drill.Failure{m.Down, m.AfterWrite, m.Again} {
					if f != nil && strings.Contains(page.Want, " with 4") {
						assert.Contains(t, page.Want, f.SQLState)
					}
				}
			})
		}
	}
}

// exampleHistory loads the migrations of an example.
func exampleHistory(t *testing.T, e Example) []*migration.Migration {
	t.Helper()
	fsys := fstest.MapFS{}
	for _, f := range e.Files {
		fsys[f.Path] = &fstest.MapFile{Data: encoded(f)}
	}
	set, err := migration.LoadFS(context.Background(), fsys, e.Name, migration.Options{})
	require.NoError(t, err)
	return set.Migrations
}

// drillLast drills the last migration of an example.
func drillLast(t *testing.T, s *postgres.Server, e Example) *drill.Migration {
	t.Helper()
	history := exampleHistory(t, e)
	last := history[len(history)-1]
	timeline := replay.Up(history, replay.Options{PGVersion: s.Major})
	judged := rollback.Window(timeline.Windows[len(timeline.Windows)-1], replay.Options{PGVersion: s.Major})
	report, err := drill.Run(context.Background(), drillServer{s}, history, drill.Options{
		Drilled: func(m *migration.Migration) bool { return m == last },
		Judged:  func(*migration.Migration) *rollback.Migration { return judged[len(judged)-1] },
	})
	require.NoError(t, err)
	return report.Migrations[len(report.Migrations)-1]
}

// TestPartialUpOnServers stops the up of the page where the finding stands, and
// runs the down from there.
func TestPartialUpOnServers(t *testing.T) {
	needsServers(t)
	page, err := PageOf("partial-up")
	require.NoError(t, err)
	postgres.Each(t, func(t *testing.T, s *postgres.Server) {
		for _, e := range page.Examples {
			history := exampleHistory(t, e)
			c := s.Database(t).Connect(t)
			runs := func(script *migration.Script, most int) string {
				done := 0
				for _, piece := range script.Pieces {
					for _, statement := range piece.Statements {
						if done == most {
							return ""
						}
						done++
						_, err := c.Exec(context.Background(), statement.Span.Text())
						if refused, ok := errors.AsType[*pgconn.PgError](err); ok {
							return refused.Code
						}
						require.NoError(t, err)
					}
				}
				return ""
			}
			require.Empty(t, runs(history[0].Up, -1))
			require.Empty(t, runs(history[1].Up, 1))
			code := runs(history[1].Down, -1)
			if !e.Bad() {
				assert.Empty(t, code)
				continue
			}
			assert.NotEmpty(t, code)
			assert.Contains(t, page.Want, "fails with "+code)
		}
	})
}
