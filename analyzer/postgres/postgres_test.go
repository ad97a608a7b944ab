package postgres_test

import (
	"context"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/analyzer/postgres"
)

func TestMain(m *testing.M) { postgres.Main(m) }

func TestEach(t *testing.T) {
	postgres.Each(t, func(t *testing.T, s *postgres.Server) {
		one, other := s.Database(t), s.Database(t)
		c := one.Connect(t)
		version := postgres.Lines(t, c, "SELECT (current_setting('server_version_num')::int / 10000)::text")
		assert.Equal(t, []string{strconv.Itoa(s.Major)}, version)

		_, err := c.Exec(context.Background(), "CREATE TABLE t (id int)")
		require.NoError(t, err)
		count := "SELECT count(*)::text FROM pg_class WHERE relname = 't'"
		assert.Equal(t, []string{"1"}, postgres.Lines(t, one.Connect(t), count))
		assert.Equal(t, []string{"0"}, postgres.Lines(t, other.Connect(t), count), "databases are not shared")
	})
}

func TestEachOfSomeMajors(t *testing.T) {
	t.Setenv("CI_POSTGRES_MAJORS", " 18 13")
	var majors []int
	postgres.Each(t, func(_ *testing.T, s *postgres.Server) { majors = append(majors, s.Major) })
	if len(majors) == 0 {
		t.Skip("neither PostgreSQL 13 nor 18 is there")
	}
	assert.Subset(t, []int{18, 13}, majors)
}
