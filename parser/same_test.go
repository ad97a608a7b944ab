package parser

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestSame(t *testing.T) {
	for _, c := range []struct {
		name, a, b string
		want       bool
	}{
		{"white space", "SELECT  1 ;", "SELECT\n\t1;", true},
		{"comments", "SELECT 1; -- why", "/* how */ SELECT /* a /* b */ */ 1;", true},
		{"capitals", "select A from T", "SELECT a FROM t", true},
		{"quoted names keep capitals", `SELECT "A"`, `SELECT "a"`, false},
		{"constants keep capitals", `SELECT 'A'`, `SELECT 'a'`, false},
		{"white space in a constant", "SELECT 'a b'", "SELECT 'a  b'", false},
		{"comment in a constant", "SELECT 'a'", "SELECT 'a--b'", false},
		{"function bodies", "DO $$ BEGIN NULL; END $$", "DO $$ BEGIN NULL; NULL; END $$", false},
		{"layout of a function body", "CREATE OR REPLACE FUNCTION f() RETURNS int AS $$ BEGIN  RETURN - 1; END $$ LANGUAGE plpgsql", "create or replace function f() RETURNS int AS $x$\nbegin\n  -- why\n  RETURN -1;\nEND $x$ LANGUAGE plpgsql", true},
		{"constants in a function body", "DO $$ BEGIN RAISE 'a b'; END $$", "DO $$ BEGIN RAISE 'a  b'; END $$", false},
		{"dollar-quoted constant", "COMMENT ON TABLE t IS $$a b$$", "COMMENT ON TABLE t IS $$a  b$$", false},
		{"open dollar quote", "DO $$ BEGIN", "DO $$", false},
		{"white space within a number", "SELECT 1 2", "SELECT 12", false},
		{"one more", "SELECT 1;", "SELECT 1; SELECT 2;", false},
		{"nothing", "", "-- nothing", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			assert.Equal(t, c.want, Same(c.a, c.b))
			assert.Equal(t, c.want, Same(c.b, c.a))
		})
	}
}
