package parser

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// ENFORCED is a word of PostgreSQL 18 only where a constraint ends; elsewhere it
// is a name like any other.
func TestExplicitlyEnforced(t *testing.T) {
	for text, want := range map[string]bool{
		"CREATE TABLE t (a int, CHECK (a > 0) ENFORCED)":                    true,
		"CREATE TABLE t (a int REFERENCES u ENFORCED)":                      true,
		"CREATE SCHEMA s CREATE TABLE t (a int, CHECK (a > 0) ENFORCED)":    true,
		"ALTER TABLE t ADD CHECK (a > 0) ENFORCED":                          true,
		"CREATE TABLE t (a int, enforced bool, CHECK (a > 0 AND enforced))": false,
		"ALTER TABLE t ADD CHECK (a = enforced)":                            false,
		"ALTER TABLE t RENAME a TO enforced":                                false,
		"ALTER TABLE t DROP enforced":                                       false,
		"CREATE TABLE t (a enforced)":                                       false,
		"DROP TABLE enforced":                                               false,
		"CREATE VIEW v AS SELECT a enforced, b FROM t":                      false,
		"CREATE TABLE u AS SELECT a enforced, b FROM t":                     false,
		"CREATE TABLE u AS (SELECT a enforced, b FROM t)":                   false,
		"SELECT a enforced, b FROM t":                                       false,
		"":                                                                  false,
	} {
		s := &statement{layer: layer{text: text}, tokens: scan(text)}
		assert.Equal(t, want, s.explicitlyEnforced(), text)
	}
}
