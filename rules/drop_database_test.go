package rules

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/analyzer/postgres"
)

// TestDropDatabaseOnServers holds the page of drop-database to what servers
// answer to those who are connected, and to those who want to be.
func TestDropDatabaseOnServers(t *testing.T) {
	needsServers(t)
	postgres.Each(t, func(t *testing.T, s *postgres.Server) {
		ctx := context.Background()
		here := s.Database(t).Connect(t)
		state := func(err error) string {
			var refused *pgconn.PgError
			if !errors.As(err, &refused) {
				return ""
			}
			return refused.Code
		}
		run := func(sql string) string {
			_, err := here.Exec(ctx, sql)
			return state(err)
		}
		dial := func(name string) (*pgx.Conn, string) {
			c, err := s.Dial(ctx, name)
			return c, state(err)
		}
		require.Empty(t, run("CREATE DATABASE reporting"))
		there, answer := dial("reporting")
		require.Empty(t, answer)
		if s.Major == 13 || s.Major == postgres.Newest { // it waits five seconds for the others to go
			assert.Equal(t, "55006", run("DROP DATABASE reporting"))
			assert.Equal(t, "55006", run("ALTER DATABASE reporting RENAME TO warehouse"))
		}
		_, err := there.Exec(ctx, "SELECT 1")
		require.NoError(t, err)
		require.NoError(t, there.Close(ctx))

		// The server needs a moment to see that somebody is gone.
		assert.Eventually(t, func() bool { return run("ALTER DATABASE reporting RENAME TO warehouse") == "" }, 5*time.Second, 10*time.Millisecond)
		_, answer = dial("reporting")
		assert.Equal(t, "3D000", answer)

		there, answer = dial("warehouse")
		require.Empty(t, answer)
		assert.Empty(t, run("DROP DATABASE warehouse WITH (FORCE)"))
		_, err = there.WaitForNotification(ctx)
		assert.Equal(t, "57P01", state(err))
		_ = there.Close(ctx)
		_, answer = dial("warehouse")
		assert.Equal(t, "3D000", answer)
		assert.Equal(t, "25001", run("BEGIN; DROP DATABASE reporting"))
	})
}
