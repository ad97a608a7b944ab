package compat_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/analyzer/compat"
)

// TestHoles: what only run time knows is refused nowhere, and hides nothing of
// what is known.
func TestHoles(t *testing.T) {
	before := apply(t, catalog.New(true), `
		CREATE TYPE mood AS ENUM ('ok');
		CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL, m mood);
		CREATE TABLE u (id int, b int)`)
	after := apply(t, before, "ALTER TABLE t DROP COLUMN a")
	for sql, want := range map[string]compat.Kind{
		"SELECT a FROM t WHERE id IN (__unknown__)":                                compat.Breaks,
		"SELECT a FROM t ORDER BY __unknown__ LIMIT __unknown__":                   compat.Breaks,
		"SELECT id FROM t WHERE __unknown__":                                       compat.OK,
		"SELECT a FROM t __unknown__":                                              compat.Breaks,
		"SELECT t.a, v.b FROM t __unknown__":                                       compat.Breaks,
		"SELECT t.id, v.b, c FROM t __unknown__":                                   compat.OK,
		"SELECT b FROM __unknown__":                                                compat.OK,
		"SELECT __unknown__ FROM t":                                                compat.OK,
		"SELECT __unknown__ FROM t WHERE t.a = 1":                                  compat.Breaks,
		"SELECT x.__unknown__, __unknown__.id FROM t x":                            compat.OK,
		"SELECT __unknown__(a) FROM t":                                             compat.Breaks,
		"SELECT id::__unknown__ FROM t":                                            compat.OK,
		"SELECT id FROM t WHERE m = '__unknown__'":                                 compat.OK,
		"SELECT id, count(*) FROM t GROUP BY __unknown__":                          compat.OK,
		"SELECT prefix___unknown__.id FROM prefix___unknown__":                     compat.OK,
		"INSERT INTO t (id, __unknown__) VALUES (1, __unknown__)":                  compat.OK,
		"INSERT INTO t (id, a, __unknown__) VALUES (1, __unknown__)":               compat.Breaks,
		"INSERT INTO t (id, a) VALUES (__unknown__)":                               compat.Breaks,
		"INSERT INTO __unknown__ (id) VALUES (1)":                                  compat.OK,
		"INSERT INTO t (id, a) VALUES (1, 2) ON CONFLICT (__unknown__) DO NOTHING": compat.Breaks,
		"UPDATE t SET __unknown__ = 1 WHERE id = 2":                                compat.OK,
		"UPDATE t SET __unknown__ = 1, __unknown__ = 2 WHERE a = 2":                compat.Breaks,
		"DELETE FROM t WHERE __unknown__":                                          compat.OK,
	} {
		v := compat.Compare(statement(t, sql), before, after)
		assert.Equal(t, want, v.Kind, "%s: %+v", sql, v)
		if want == compat.OK {
			assert.Empty(t, compat.Check(statement(t, sql), before).Errors, sql)
		}
	}
}
