package catalog_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/analyzer/postgres"
)

// TestColumnLimit makes tables of as many columns as there can be, and of one
// more, on servers and in the catalog.
func TestColumnLimit(t *testing.T) {
	columns := func(format string, n int) string {
		var list []string
		for i := range n {
			list = append(list, fmt.Sprintf(format, i))
		}
		return strings.Join(list, ", ")
	}
	postgres.Each(t, func(t *testing.T, s *postgres.Server) {
		connection := s.Database(t).Connect(t)
		c := catalog.New(true)
		for _, test := range []struct{ sql, want string }{
			{"CREATE TABLE most (" + columns("c%d bool", 1600) + ")", ""},
			{"CREATE TABLE more (" + columns("c%d bool", 1601) + ")", "54011"},
			{"CREATE TABLE more (" + columns("c%d bool", 1601) + ", c0 bool)", "54011"},
			{"ALTER TABLE most ADD COLUMN c1600 bool", "54011"},
			{"ALTER TABLE most ADD COLUMN c0 bool", "42701"},
			{"CREATE TABLE few (c0 bool)", ""},
			{"ALTER TABLE few " + columns("ADD COLUMN d%d bool", 1599), ""},
			{"ALTER TABLE few ADD COLUMN d1599 bool", "54011"},
		} {
			_, err := connection.Exec(t.Context(), test.sql)
			state := ""
			if refused, ok := errors.AsType[*pgconn.PgError](err); ok {
				state = refused.Code
			}
			require.Equal(t, test.want, state, "%.60s on the server: %v", test.sql, err)
			next, _, replayed := perform(c, test.sql)
			state = ""
			if replayed != nil {
				state = replayed.SQLState
			}
			assert.Equal(t, test.want, state, "%.60s", test.sql)
			c = next
		}
	})
}
