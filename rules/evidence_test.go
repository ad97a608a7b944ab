package rules

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestEvidence: a drop is a note only where all queries are known, and none
// uses the column.
func TestEvidence(t *testing.T) {
	const known = "SELECT id FROM users;\n"
	for name, c := range map[string]struct {
		queries  string
		severity Severity
		message  string
	}{
		"none":            {known, Note, "no query of the previous version uses it"},
		"one":             {known + "UPDATE users SET nick = $1;\n", Error, "one query of the previous version uses it"},
		"a star":          {"SELECT * FROM users;\n", Error, "one query of the previous version uses it"},
		"by position":     {"INSERT INTO users VALUES ($1, $2, $3);\n", Error, "one query of the previous version uses it"},
		"in a view":       {"SELECT id FROM active;\n", Note, "uses it"},
		"through a view":  {"SELECT * FROM active;\n", Error, "one query of the previous version uses it"},
		"no SQL":          {known + "SELEC nick FROM users;\n", Error, "that is known uses it, but there may be others"},
		"a sample":        {"query,calls\nSELECT id FROM users,3\n", Error, "that is known uses it, but there may be others"},
		"another's nick":  {"SELECT nick FROM admins;\n", Note, "uses it"},
		"a part of a row": {"SELECT row_to_json(u) FROM users u;\n", Error, "one query of the previous version uses it"},
	} {
		findings := run(t, []ExampleFile{
			{Path: "m/1_users.sql", Before: true, Text: "CREATE TABLE users (id bigint PRIMARY KEY, name text, nick text);\nCREATE TABLE admins (nick text);\n" +
				"CREATE VIEW active AS SELECT id, nick FROM users;\n"},
			{Path: "m/2_drop.sql", Text: "DROP VIEW active;\nALTER TABLE users DROP COLUMN nick;\nCREATE VIEW active AS SELECT id FROM users;\n"},
			{Path: "m/previous/queries.sql", Version: "previous", Text: c.queries},
		}, []*Rule{dropColumn})
		n := slices.IndexFunc(findings, func(f Finding) bool { return f.Object == "nick" && f.Relation == "public.users" })
		require.GreaterOrEqual(t, n, 0, name)
		assert.Equal(t, c.severity, findings[n].Severity, "%s: %s", name, findings[n].Message)
		assert.Contains(t, findings[n].Message, c.message, name)
	}
}
