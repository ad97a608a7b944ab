package replay_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/parser/ddl"
)

// TestSessions holds what a script finds of the one before it: with
// golang-migrate all, with tern the temporary tables, with sqitch nothing.
func TestSessions(t *testing.T) {
	const (
		first  = "CREATE SCHEMA app; SET search_path = app; SET lock_timeout = '1s'; CREATE TEMPORARY TABLE rows (a int); CREATE TABLE kept (a int);"
		second = "CREATE TABLE made (a int); CREATE TEMPORARY TABLE rows (b int); CREATE VIEW pg_temp.seen AS SELECT 1;"
		third  = "CREATE VIEW pg_temp.seen AS SELECT 2;"
		plan   = "%project=a\n\na 2024-01-01T10:00:00Z A <a@example.org>\nb 2024-01-01T10:00:00Z A <a@example.org>\nc 2024-01-01T10:00:00Z A <a@example.org>\n"
	)
	for _, test := range []struct {
		framework string
		files     []string
		schema    string // of the second script's table
		refused   int    // statements, because their objects are there already
	}{
		{"golang-migrate", []string{"1_a.up.sql", first, "2_b.up.sql", second, "3_c.up.sql", third}, "app", 2},
		{"tern", []string{"1_a.sql", first, "2_b.sql", second, "3_c.sql", third}, "public", 2},
		{"sqitch", []string{"sqitch.plan", plan, "deploy/a.sql", first, "deploy/b.sql", second, "deploy/c.sql", third}, "public", 0},
	} {
		t.Run(test.framework, func(t *testing.T) {
			line := replay.Up(history(t, test.framework, test.files...), replay.Options{})
			end := line.Windows[len(line.Windows)-1].End
			require.NotNil(t, end.Relation(ddl.Name{Schema: test.schema, Name: "made"}))
			require.NotNil(t, end.Relation(ddl.Name{Schema: "app", Name: "kept"}))
			refused := 0
			for _, s := range line.Statements {
				if s.Refused != nil {
					refused++
					assert.Equal(t, "42P07", s.Refused.SQLState)
				}
			}
			assert.Equal(t, test.refused, refused)
			timeout, set := end.Session().Setting("lock_timeout")
			assert.Equal(t, test.framework == "golang-migrate", set && timeout != nil)
		})
	}
}
