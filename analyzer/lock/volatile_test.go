package lock

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/migracheck/migracheck/analyzer/postgres"
)

// TestBuiltinFunctions compares the list with the functions that servers have.
func TestBuiltinFunctions(t *testing.T) {
	postgres.Each(t, func(t *testing.T, s *postgres.Server) {
		lines := postgres.Lines(t, s.Database(t).Connect(t), `SELECT proname || ' ' || string_agg(DISTINCT provolatile::text, '')
			FROM pg_proc
			WHERE prokind = 'f' AND pronamespace = 'pg_catalog'::regnamespace AND prorettype NOT IN (SELECT oid FROM pg_type WHERE typtype = 'p' AND typname ~ 'handler|internal|trigger')
				AND NOT 'internal'::regtype = ANY (proargtypes) AND proname !~ '^binary_upgrade_|^plpgsql_'
			GROUP BY proname`)
		for _, l := range lines {
			name, kinds, _ := strings.Cut(l, " ")
			volatile, known := builtinFunctions()[name]
			assert.True(t, known, name)
			if name != "timezone" {
				assert.Equal(t, strings.Contains(kinds, "v"), volatile, name)
			}
		}
	})
}
