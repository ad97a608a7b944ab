package gocode_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"

	"github.com/migracheck/migracheck/analyzer/gocode"
)

// TestNumbers: a number that only run time knows is a parameter where there can
// be one, and else a number.
func TestNumbers(t *testing.T) {
	dir := unpack(t, txtar.Parse([]byte(`
-- go.mod --
module example.com/numbers

go 1.24
-- numbers.go --
package numbers

import (
	"database/sql"
	"fmt"
)

func settings(db *sql.DB, n int) {
	db.Exec(fmt.Sprintf("SET statement_timeout=%d", n))
	db.Exec(fmt.Sprintf("\n set lock_timeout = %d", n))
	db.Query(fmt.Sprintf("SELECT a FROM t WHERE b = $1 LIMIT %d", n))
	db.Query(fmt.Sprintf("SELECT a FROM t%d", n))
}
`)))
	var texts []string
	for _, q := range load(t, dir, gocode.Options{}).Queries {
		texts = append(texts, q.SQL)
	}
	require.Equal(t, []string{
		"SET statement_timeout=1",
		"\n set lock_timeout = 1",
		"SELECT a FROM t WHERE b = $1 LIMIT $2",
		"SELECT a FROM t__unknown__",
	}, texts)
}
