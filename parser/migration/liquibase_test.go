package migration

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestLiquibaseProject(t *testing.T) {
	testProject(t, toolProject{
		path: "liquibase/changelog", layout: "liquibase",
		reason: "db.changelog-master.yaml, and --liquibase formatted sql in 4 files",
		want: `
changes/10-orders.sql::1::ann orders and their notes up wrapped: CREATE TABLE ${schema}.orders (id bigint PRI
changes/10-orders.sql::1::ann orders and their notes up wrapped: ALTER TABLE ${schema}.orders ADD COLUMN note
changes/10-orders.sql::1::ann orders and their notes down wrapped: ALTER TABLE ${schema}.orders DROP COLUMN not
changes/10-orders.sql::1::ann orders and their notes down wrapped: DROP TABLE ${schema}.orders
Ann Lee:two words up alone: CREATE INDEX CONCURRENTLY orders_note ON ord
Ann Lee:two words up alone: CREATE INDEX CONCURRENTLY orders_id ON order
Ann Lee:two words down alone: DROP INDEX orders_note
Ann Lee:two words down alone: DROP INDEX orders_id
ann:3 up implicit: CREATE FUNCTION total() RETURNS bigint AS $$
ann:3 up implicit: SELECT total()
ann:3 down alone: DROP FUNCTION total()
ann:3 down alone: SELECT 'gone'
ann:4 up wrapped: CREATE FUNCTION a() RETURNS int AS 'SELECT 1
ann:4 up wrapped: SELECT 1
|
ann:4 up wrapped: SELECT 2
ann:4 down wrapped: DROP FUNCTION a()
|
ann:4 down wrapped: SELECT 3
bob:7 up wrapped: SELECT 'here'
bob:7 down: nothing
bob:8 up wrapped: SELECT 'kept'
|
bob:8 up wrapped: SELECT 'and this'
bob:8 down: opaque, rollback by what another changeset does
changes/2-index.sql::1::ann up wrapped: CREATE FUNCTION b() RETURNS int AS $body$ DE
ann:2 up wrapped: CREATE FUNCTION c() RETURNS int AS $$ BEGIN
changes/2-index.sql::1::ann up wrapped: SELECT 1
ann:9 up wrapped: SELECT 9
ann:9 down wrapped: SELECT -9
more/all/a.sql::1::ann up wrapped: SELECT 'in more'
includeAll:raw up wrapped: ALTER TABLE orders ADD COLUMN raw text
bob:add up: opaque, changeset in XML
ann:tag-1 up: opaque, changeset in YAML
ann:seed up alone: INSERT INTO orders VALUES (1)
ann:seed up alone: VACUUM orders
ann:seed down alone: DELETE FROM orders
include:elsewhere/changelog.sql up: opaque, changelog outside of the directory
`,
		problems: `
liquibase/changelog/changes/2-index.sql:2:1: bad-marker: SQL stands before the first --changeset, so liquibase passes over it
liquibase/changelog/changes/2-index.sql:4:36: bad-marker: liquibase does not know dollar quotes and cuts this text at the semicolon in line 5, so PostgreSQL refuses the parts; splitStatements:false keeps it whole
liquibase/changelog/changes/2-index.sql:16:1: duplicate-version: changeset ann:1 is in liquibase/changelog/changes/2-index.sql already, so liquibase refuses the changelog
liquibase/changelog/changes/2-index.sql:18:1: bad-marker: liquibase takes this line for a mistake in one of its own and refuses the changelog
liquibase/changelog/changes/2-index.sql:19:1: bad-marker: liquibase takes this line for a mistake in one of its own and refuses the changelog
liquibase/changelog/changes/2-index.sql:20:1: bad-marker: liquibase takes this line for a mistake in one of its own and refuses the changelog
liquibase/changelog/changes/2-index.sql:21:1: bad-marker: a blank stands before the changeset's id, so liquibase refuses the changelog
liquibase/changelog/changes/2-index.sql:25:1: bad-marker: the comment with rollback SQL is not closed, so liquibase refuses the changelog
`,
		ignored: []string{
			"liquibase/changelog/changes/orphan.sql",
			"liquibase/changelog/scripts/unused.sql",
		},
	})
}

func TestLiquibaseByName(t *testing.T) {
	testProject(t, toolProject{
		path: "liquibase/by_name", layout: "liquibase",
		reason: "--liquibase formatted sql in 2 files",
		want: `
ann:9 up wrapped: SELECT 9
ann:9 down: nothing
ann:10 up wrapped: SELECT 10
`,
		ignored: []string{
			"liquibase/by_name/raw.sql",
		},
	})
}

// TestLiquibaseRollbackPlaces holds that SQL in comments is found where it
// stands, though it is spread over lines with marks between.
func TestLiquibaseRollbackPlaces(t *testing.T) {
	text := strings.Join([]string{
		"--liquibase formatted sql",
		"--changeset a:1",
		"SELECT 1; --rollback SELECT 'no';",
		"  -- ROLLBACK DROP",
		"--rollback \tTABLE \u00e9t\u00e9",
		"",
		"-- a note",
		"--rollback CASCADE; SELECT 3;",
		"SELECT 2;",
		"--rollback SELECT 4;",
		"-- migracheck:allow drop-table: moved away",
		"--rollback DROP TABLE t;",
		"-- migracheck:allow drop-column: not used",
	}, "\r\n")
	inTree(t, "m/1.sql", text)
	set := load(t, Options{}, "m")[0]
	require.Len(t, set.Migrations, 1)
	m := set.Migrations[0]
	type at struct {
		line, column int
		text         string
	}
	places := func(s *Script) (all []at) {
		for _, p := range s.Pieces {
			for _, st := range p.Statements {
				require.Empty(t, st.Err, st.Span.Text())
				from := st.Span.From()
				all = append(all, at{from.Line, from.Column, strings.Join(strings.Fields(st.Span.Text()), " ")})
				assert.Equal(t, strings.Split(text, "\r\n")[from.Line-1][from.Column-1:][:4], st.Span.Text()[:4], "the file has it there")
			}
		}
		return all
	}
	assert.Equal(t, []at{{3, 1, "SELECT 1"}, {9, 1, "SELECT 2"}}, places(m.Up))
	assert.Equal(t, []at{
		{4, 15, "DROP TABLE \u00e9t\u00e9 -- a note CASCADE"}, {8, 21, "SELECT 3"}, {10, 12, "SELECT 4"}, {12, 12, "DROP TABLE t"},
	}, places(m.Down))
	require.Len(t, m.Down.Directives, 1)
	assert.Equal(t, "DROP TABLE t", m.Down.Directives[0].Statement.Text())
	require.Len(t, m.Up.Directives, 1, "one that no rollback follows is the up script's, and no other")
	assert.Equal(t, []string{"drop-column"}, m.Up.Directives[0].Rules)
}

func TestForPostgres(t *testing.T) {
	for list, want := range map[string]bool{
		"": true, "postgresql": true, "PostgreSQL": true, "all": true, "h2,postgresql": true, "!mysql": true, "${database}": true,
		"mysql": false, "none": false, "!postgresql": false, "h2,mysql": false, "h2,!postgresql": false, "postgresqlx": false,
	} {
		assert.Equal(t, want, forPostgres(list), list)
	}
}

func TestLiquibaseCuts(t *testing.T) {
	tests := []struct {
		text string
		want string // a bar where it is cut
	}{
		{"a; b;", "a| b|"},
		{"a ';' \";\" -- ;\n/* ; */;", "a ';' \";\" -- ;\n/* ; */|"},
		{"$$ BEGIN a; END $$;", "$$ BEGIN a; END $$|"},
		{"$$ BEGIN a; END; $$;", "$$ BEGIN a; END| $$|"},
		{"$$ BEGIN IF a THEN b; END IF; c; END $$;", "$$ BEGIN IF a THEN b; END IF| c| END $$|"},
		{"BEGIN TRANSACTION; a; END;", "BEGIN TRANSACTION| a| END|"},
		{"'it\\'s; ' ; a", "'it\\'s; ' | a"},
		{"/* open ; ", "/* open ; "},
	}
	for _, tt := range tests {
		got := []byte(tt.text)
		for _, at := range liquibaseCuts(tt.text) {
			require.Equal(t, byte(';'), got[at])
			got[at] = '|'
		}
		assert.Equal(t, tt.want, string(got))
	}
}
