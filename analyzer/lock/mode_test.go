package lock_test

import (
	"errors"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/analyzer/lock"
	"github.com/migracheck/migracheck/analyzer/postgres"
)

// TestConflicts tries every pair of modes on a server.
func TestConflicts(t *testing.T) {
	d := postgres.One(t, postgres.Newest).Database(t)
	holder, other := d.Connect(t), d.Connect(t)
	execute(t, holder, "CREATE TABLE t ()")
	for m := lock.AccessShare; m <= lock.AccessExclusive; m++ {
		execute(t, holder, "BEGIN; LOCK TABLE t IN "+m.SQL()+" MODE")
		assert.Equal(t, []string{m.String()}, postgres.Lines(t, holder, "SELECT mode FROM pg_locks WHERE relation = 't'::regclass AND pid = pg_backend_pid()"))
		for n := lock.AccessShare; n <= lock.AccessExclusive; n++ {
			execute(t, other, "BEGIN")
			_, err := other.Exec(t.Context(), "LOCK TABLE t IN "+n.SQL()+" MODE NOWAIT")
			execute(t, other, "ROLLBACK")
			if err != nil {
				refusal, ok := errors.AsType[*pgconn.PgError](err)
				require.True(t, ok)
				require.Equal(t, "55P03", refusal.Code)
			}
			assert.Equal(t, err != nil, m.Conflicts(n), "%s and %s", m, n)
		}
		execute(t, holder, "ROLLBACK")
	}
}

func TestModes(t *testing.T) {
	for m := lock.AccessShare; m <= lock.AccessExclusive; m++ {
		for n := lock.AccessShare; n <= lock.AccessExclusive; n++ {
			assert.Equal(t, m.Conflicts(n), n.Conflicts(m), "conflicts are mutual: %s and %s", m, n)
		}
		assert.Equal(t, m >= lock.Share, m.BlocksWrites(), m)
		assert.Equal(t, m == lock.AccessExclusive, m.BlocksReads(), m)
	}
	var none lock.Mode
	assert.Equal(t, "NoLock", none.String())
	assert.Equal(t, "NoLock", lock.Mode(200).String())
	assert.False(t, none.Conflicts(lock.AccessExclusive))
	assert.False(t, lock.Mode(200).Conflicts(lock.AccessExclusive))
}
