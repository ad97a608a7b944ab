package drill_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/analyzer/drill"
	"github.com/migracheck/migracheck/analyzer/postgres"
	"github.com/migracheck/migracheck/analyzer/rollback"
	"github.com/migracheck/migracheck/parser/migration"
)

// present lists the databases and roles of a server.
func present(t *testing.T, s *postgres.Server) []string {
	c, err := s.Dial(context.Background(), "postgres")
	require.NoError(t, err)
	defer func() { require.NoError(t, c.Close(context.Background())) }()
	return postgres.Lines(t, c, `SELECT 'database ' || datname FROM pg_database UNION ALL SELECT concat_ws(' ', 'role', rolname, rolcanlogin, rolcreatedb) FROM pg_roles
		UNION ALL SELECT concat_ws(' ', 'member', member::regrole, roleid::regrole) FROM pg_auth_members ORDER BY 1`)
}

// many is a history that makes, alters and drops what all databases share.
func many() []*migration.Migration {
	return history(
		"CREATE ROLE drill_clerk; CREATE ROLE drill_staff; GRANT drill_staff TO drill_clerk; CREATE TABLE t (id integer PRIMARY KEY); GRANT SELECT ON t TO drill_clerk", "DROP TABLE t; DROP ROLE drill_clerk; DROP ROLE drill_staff",
		"CREATE TABLE u (id integer PRIMARY KEY, t integer REFERENCES t); ALTER TABLE u OWNER TO drill_clerk", "DROP TABLE u",
		"ALTER ROLE drill_clerk LOGIN; REVOKE drill_staff FROM drill_clerk", "SELECT 1",
		"DROP ROLE drill_staff", "SELECT 1",
		"CREATE DATABASE drill_made", "DROP DATABASE drill_made",
		"ALTER ROLE drill_clerk RENAME TO drill_cashier", "SELECT 1",
	)
}

func TestRunLeavesNothing(t *testing.T) {
	for _, major := range []int{13, 18} {
		s := postgres.One(t, major)
		before := present(t, s)
		report, err := drill.Run(context.Background(), server{s}, many(), drill.Options{})
		require.NoError(t, err)
		for _, m := range report.Migrations {
			assert.Nil(t, m.Up, m.ID)
		}
		assert.Equal(t, rollback.LosslessUntilWrite, report.Migrations[0].Verdict)
		for i, want := range []rollback.Verdict{2: rollback.Irreversible, 3: rollback.Irreversible, 4: rollback.Lossless, 5: rollback.Irreversible} {
			if i >= 2 {
				assert.Equal(t, want.String(), report.Migrations[i].Verdict.String(), report.Migrations[i].ID)
			}
		}
		assert.Equal(t, before, present(t, s))
	}
}

func TestRunLeavesNothingWhenCancelled(t *testing.T) {
	s := postgres.One(t, 18)
	before := present(t, s)
	for _, after := range []time.Duration{0, 20, 60, 150, 300, 500} {
		ctx, cancel := context.WithCancel(context.Background())
		_, err := drill.Run(ctx, server{s}, many(), drill.Options{Progress: func(done, _ int, _ *migration.Migration) {
			if done == 1 {
				time.AfterFunc(after*time.Millisecond, cancel)
			}
		}})
		cancel()
		if err != nil {
			assert.ErrorIs(t, err, context.Canceled, "%d ms", after)
		}
		assert.Equal(t, before, present(t, s), "%d ms", after)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := drill.Run(ctx, server{s}, many(), drill.Options{})
	assert.True(t, errors.Is(err, context.Canceled))
	assert.Equal(t, before, present(t, s))
}

// TestSessions runs scripts that leave something in their session: the next
// ones see it, and the drill's own work does not.
func TestSessions(t *testing.T) {
	for _, major := range []int{13, 18} {
		s := postgres.One(t, major)
		tests := []struct {
			name    string
			history []*migration.Migration
			// failures are those of the ups and of the downs.
			ups, downs []string
			verdict    rollback.Verdict
		}{
			{
				name:    "search_path",
				history: history("CREATE SCHEMA app; SET search_path = app", "", "CREATE TABLE t (id integer)", "DROP TABLE app.t"),
				ups:     []string{"", ""}, downs: []string{"", ""}, verdict: rollback.LosslessUntilWrite,
			},
			{
				name:    "statement_timeout",
				history: history("CREATE TABLE t (id integer); SET statement_timeout = '200ms'", "", "SELECT pg_sleep(3)", ""),
				ups:     []string{"", "57014"}, downs: []string{"", ""}, verdict: rollback.Lossless,
			},
			{
				name:    "role",
				history: history("CREATE TABLE t (id integer); CREATE ROLE drill_clerk; SET ROLE drill_clerk", "", "DROP TABLE t", ""),
				ups:     []string{"", "42501"}, downs: []string{"", ""}, verdict: rollback.Lossless,
			},
			{
				name:    "read only, and other settings",
				history: history("CREATE TABLE t (id integer); SET default_transaction_read_only = on; SET standard_conforming_strings = off; SET datestyle = 'German'", "", "DROP TABLE t", ""),
				ups:     []string{"", "25006"}, downs: []string{"", ""}, verdict: rollback.Lossless,
			},
			{
				name:    "an open transaction is rolled back",
				history: history("CREATE TABLE t (id integer)", "", "BEGIN; ALTER TABLE t ADD COLUMN a integer", "BEGIN; ALTER TABLE t ADD COLUMN b integer"),
				ups:     []string{"", ""}, downs: []string{"", ""}, verdict: rollback.Lossless,
			},
			{
				name:    "a transaction that failed",
				history: history("CREATE TABLE t (id integer)", "", "ALTER TABLE t ADD COLUMN a integer", "BEGIN; ALTER TABLE t DROP COLUMN a; SELECT 1 / 0; COMMIT"),
				ups:     []string{"", ""}, downs: []string{"", "22012"}, verdict: rollback.Irreversible,
			},
			{
				name:    "temporary tables end with the session",
				history: history("CREATE TEMPORARY TABLE t (id integer)", "", "CREATE TABLE t (id integer)", "DROP TABLE t"),
				ups:     []string{"", ""}, downs: []string{"", ""}, verdict: rollback.LosslessUntilWrite,
			},
		}
		for _, test := range tests {
			t.Run(test.name, func(t *testing.T) {
				report, err := drill.Run(context.Background(), server{s}, test.history, drill.Options{Drilled: func(m *migration.Migration) bool { return m.ID == "b" }})
				require.NoError(t, err)
				for i, m := range report.Migrations {
					assert.Equal(t, test.ups[i], state(m.Up), "up of %s", m.ID)
					assert.Equal(t, test.downs[i], state(m.Down), "down of %s", m.ID)
					assert.Empty(t, m.Empty)
				}
				assert.Equal(t, test.verdict.String(), report.Migrations[1].Verdict.String(), "%v", report.Migrations[1].Differences)
			})
		}
	}
}

func state(f *drill.Failure) string {
	if f == nil {
		return ""
	}
	return f.SQLState
}
