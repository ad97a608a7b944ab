package drill_test

import (
	"context"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/analyzer/drill"
	"github.com/migracheck/migracheck/analyzer/postgres"
	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/analyzer/rollback"
	"github.com/migracheck/migracheck/analyzer/rollback/pairs"
	"github.com/migracheck/migracheck/parser/migration"
)

func TestMain(m *testing.M) { postgres.Main(m) }

// server lets a drill make databases on a test server.
type server struct{ *postgres.Server }

func (s server) Connect(ctx context.Context, database string) (*pgx.Conn, error) {
	if database == "" {
		database = "postgres"
	}
	return s.Dial(ctx, database)
}

func (s server) Prefix() string { return "drill" }
func (s server) Close()         {}

// TestPairs drills every pair of package rollback: what happens must be what
// the files say.
func TestPairs(t *testing.T) {
	all := pairs.Read(t, "../rollback/testdata/pairs")
	postgres.Each(t, func(t *testing.T, s *postgres.Server) {
		t.Parallel()
		for _, p := range all {
			if p.Since > s.Major {
				continue
			}
			t.Run(p.Name, func(t *testing.T) {
				judged := rollback.Judge(p.Migration(), p.Catalog(t), replay.Options{Complete: true, PGVersion: s.Major})
				history := p.History()
				report, err := drill.Run(context.Background(), server{s}, history, drill.Options{
					Drilled: func(m *migration.Migration) bool { return m == history[1] },
					Judged:  func(*migration.Migration) *rollback.Migration { return judged },
				})
				require.NoError(t, err)
				require.Nil(t, report.Migrations[0].Up, "what is there before")
				m := report.Migrations[1]
				require.Nil(t, m.Up, "the up")
				assert.Empty(t, m.Empty)
				assert.Empty(t, m.Disagreements)
				if judged.Verdict != rollback.Unknown {
					assert.Equal(t, judged.Verdict.String(), m.Verdict.String(), "%v %v %v %v", m.Differences, m.Rows, m.Lost, m.AfterWrite)
				}
				for _, w := range m.Writes {
					if w.Refused != nil && w.Refused.SQLState == "02000" && judged.Verdict == rollback.Lossless {
						continue // nothing is left that only the old schema refuses
					}
					assert.Nil(t, w.Refused, "%s: %s", w.Kind, strings.Join(strings.Fields(w.SQL), " "))
				}
			})
		}
	})
}
