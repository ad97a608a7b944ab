package catalog_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
)

// A statement about what may have been there before the history is not
// refused for what cannot be known.
func TestAssumedRelations(t *testing.T) {
	accepted := []string{
		"ALTER TABLE users ADD COLUMN a int",
		"ALTER TABLE users ALTER COLUMN b SET NOT NULL",
		"ALTER TABLE users ALTER COLUMN b TYPE bigint",
		"ALTER TABLE users DROP CONSTRAINT users_pkey",
		"ALTER TABLE users VALIDATE CONSTRAINT c",
		"ALTER TABLE users RENAME CONSTRAINT c TO d",
		"ALTER TABLE users DROP COLUMN b",
		"ALTER TABLE users RENAME COLUMN b TO c",
		"ALTER TABLE users ADD PRIMARY KEY (id)",
		"ALTER TABLE users ADD CONSTRAINT k UNIQUE USING INDEX i",
		"ALTER TABLE users ADD CHECK (n > 0)",
		"ALTER TABLE users ADD FOREIGN KEY (a) REFERENCES accounts",
		"ALTER TABLE users ADD FOREIGN KEY (a) REFERENCES accounts (id)",
		"ALTER TABLE users ADD COLUMN g public.geometry(point, 4326)",
		"ALTER TABLE users REPLICA IDENTITY USING INDEX i",
		"ALTER TABLE users CLUSTER ON i",
		"ALTER TABLE users DETACH PARTITION u1",
		"ALTER TABLE users ATTACH PARTITION u1 DEFAULT",
		"ALTER TABLE users NO INHERIT people",
		"ALTER VIEW users RENAME TO people",
		"ALTER INDEX users_i RENAME TO j",
		"ALTER INDEX users_i ATTACH PARTITION u1_i",
		"ALTER SEQUENCE users_id_seq RENAME TO s",
		"CREATE INDEX i ON users (lower(email)) WHERE deleted_at IS NULL",
		"CREATE VIEW v AS SELECT id, u.name, a.* FROM users u JOIN accounts a USING (id) WHERE u.deleted",
		"CREATE OR REPLACE VIEW v AS SELECT id FROM users",
		"CREATE TABLE t (LIKE users INCLUDING ALL)",
		"CREATE TABLE t (a int) INHERITS (users)",
		"CREATE TABLE t PARTITION OF users DEFAULT",
		"CREATE TABLE t AS SELECT * FROM users",
		"DROP INDEX i", "DROP VIEW v", "DROP TABLE users", "DROP TABLE IF EXISTS users", "DROP SEQUENCE s CASCADE",
	}
	for _, sql := range accepted {
		t.Run(sql, func(t *testing.T) {
			_, _, err := statement(t, catalog.New(false), sql)
			assert.Nil(t, err)
			_, _, err = statement(t, catalog.New(true), sql)
			if sql != "DROP TABLE IF EXISTS users" && sql != "CREATE OR REPLACE VIEW v AS SELECT id FROM users" {
				assert.NotNil(t, err, "in a complete catalog")
			}
		})
	}
}

func TestAssumedThenKnown(t *testing.T) {
	c := replayed(t, catalog.New(false), "ALTER TABLE users DROP COLUMN email; DROP TABLE accounts")
	users := c.Relation(ddl.Name{Name: "users"})
	require.NotNil(t, users)
	assert.True(t, users.Assumed)
	assert.Equal(t, 2, c.Assumptions(), "two tables")

	_, _, err := statement(t, c, "ALTER TABLE users RENAME COLUMN email TO mail")
	require.NotNil(t, err)
	assert.Equal(t, "42703", err.SQLState, "the history dropped it")

	_, _, err = statement(t, c, "ALTER TABLE accounts ADD COLUMN a int")
	require.NotNil(t, err)
	assert.Equal(t, "42P01", err.SQLState, "the history dropped it")
}

func TestDropOfAssumedIndex(t *testing.T) {
	_, changes, err := statement(t, catalog.New(false), "DROP INDEX CONCURRENTLY IF EXISTS users_email_idx")
	require.Nil(t, err)
	assert.Equal(t, []string{"dropped index users_email_idx", "dropped relation public.users_email_idx"}, said(changes))
}

// A type of a widespread extension may be there although the history installs
// none; any other that nobody made is not.
func TestTypesOfExtensions(t *testing.T) {
	for _, test := range []struct{ typ, refused string }{
		{"geometry", ""}, {"citext", ""}, {"vector(3)", ""}, {"public.hstore", ""}, {"clob", "42704"}, {"datetime", "42704"},
	} {
		c := history(t, true, "CREATE TABLE users (id int)")
		_, _, refused := perform(c, "ALTER TABLE users ADD COLUMN x "+test.typ)
		got := ""
		if refused != nil {
			got = refused.SQLState
		}
		assert.Equal(t, test.refused, got, test.typ)
	}
}
