package compat_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/analyzer/compat"
	"github.com/migracheck/migracheck/analyzer/postgres"
	"github.com/migracheck/migracheck/analyzer/queries"
)

// silently are the silent hazards of queries in additions.txtar.
var silently = map[string]map[string]compat.HazardClass{
	"child_label":      {"correlated": compat.NameCapture, "row": compat.WholeRow, "row_star": compat.WholeRow, "row_text": compat.WholeRow},
	"parent_parent_id": {},
	"child_json":       {"row": compat.WholeRow, "row_star": compat.WholeRow, "row_text": compat.WholeRow},
	"child_short":      {"row": compat.WholeRow, "row_star": compat.WholeRow, "row_text": compat.WholeRow},
	"log_id":           {"natural": compat.NaturalJoin, "natural_star": compat.NaturalJoin},
	"copy_moved":       {"insert_star": compat.InsertPositional, "values_two": compat.InsertPositional},
	"child_moved":      {"insert_star": compat.InsertPositional, "row": compat.WholeRow, "row_star": compat.WholeRow, "row_text": compat.WholeRow},
	"copy_dropped":     {},
}

// TestSilentHazards: what is stored and returned changes where it is said, and
// nowhere else.
func TestSilentHazards(t *testing.T) {
	all := worlds(t)
	w := all[slices.IndexFunc(all, func(w *world) bool { return filepath.Base(w.path) == "additions.txtar" })]
	for _, change := range w.changes {
		got := map[string]compat.HazardClass{}
		for _, q := range w.queries {
			for _, h := range compat.Hazards(&q.statement, queries.Client{}, w.before, change.after) {
				assert.True(t, h.Silent, h)
				assert.Empty(t, h.SQLState, h)
				assert.NotEmpty(t, h.Message, h)
				got[q.name] = h.Class
			}
		}
		assert.Equal(t, silently[change.name], got, change.name)
	}
	for _, major := range []int{postgres.Oldest, postgres.Newest} {
		c := dial(t, postgres.One(t, major).Database(t), pgx.QueryExecModeExec)
		old := effects(t, c, w, "")
		for _, change := range w.changes {
			now := effects(t, c, w, change.sql)
			for _, q := range w.queries {
				v := compat.Compare(&q.statement, w.before, change.after)
				hazards := compat.Hazards(&q.statement, queries.Client{}, w.before, change.after)
				require.NoError(t, old[q.name].err, q.name)
				before, after, err := old[q.name].text, now[q.name].text, now[q.name].err
				message := fmt.Sprintf("%s, %s: %+v %+v\n%s\n%s", change.name, q.name, v, hazards, before, after)
				switch {
				case v.Kind == compat.Breaks:
					assert.Error(t, err, message)
				case len(hazards) > 0 && hazards[0].Class == compat.InsertPositional && !hazards[0].Certain:
				case len(hazards) > 0:
					require.NoError(t, err, message)
					assert.NotEqual(t, before, after, message)
				case v.Prepared == nil && v.Kind == compat.OK && !strings.Contains(change.sql, "DROP"):
					require.NoError(t, err, message)
					assert.Equal(t, before, after, message)
				}
			}
		}
	}
}

// An effect is what a query returns and what is in copy_of_child after it.
type effect struct {
	text string
	err  error
}

// effects are those of all queries, each after the change alone.
func effects(t *testing.T, c *pgx.Conn, w *world, change string) map[string]effect {
	t.Helper()
	tx, err := c.Begin(t.Context())
	require.NoError(t, err)
	defer func() { require.NoError(t, tx.Rollback(t.Context())) }()
	_, err = tx.Exec(t.Context(), w.schema+";"+change)
	require.NoError(t, err)
	all := map[string]effect{}
	for _, q := range w.queries {
		inner, err := tx.Begin(t.Context())
		require.NoError(t, err)
		all[q.name] = effectOf(t, inner, q.sql)
		require.NoError(t, inner.Rollback(t.Context()))
	}
	return all
}

func effectOf(t *testing.T, tx pgx.Tx, query string) effect {
	t.Helper()
	rows, err := tx.Query(t.Context(), query)
	require.NoError(t, err)
	returned, err := pgx.CollectRows(rows, values)
	if err != nil {
		return effect{err: err}
	}
	for _, column := range []string{"id", "parent_id", "note"} {
		rows, _ := tx.Query(t.Context(), "SELECT string_agg("+column+"::text, ',' ORDER BY "+column+") FROM copy_of_child")
		stored, err := pgx.CollectRows(rows, values)
		if err != nil {
			break // the column was dropped, and the transaction is over
		}
		returned = append(returned, stored...)
	}
	return effect{text: fmt.Sprint(returned)}
}

func values(row pgx.CollectableRow) ([]any, error) { return row.Values() }

// TestCopyHazards is about CopyFrom after changes of types that are common;
// TestClientTypes shows that the table they are looked up in is right.
func TestCopyHazards(t *testing.T) {
	client := queries.Client{Library: queries.PGX, Sending: queries.CachedStatement, Copy: true, Reading: queries.Nothing}
	for _, test := range []struct {
		from, to        string
		state           string
		silent, certain bool
		none            bool
	}{
		{from: "int", to: "real", silent: true, certain: true},
		{from: "int", to: "date", silent: true, certain: true},
		{from: "bigint", to: "double precision", silent: true, certain: true},
		{from: "timestamp", to: "timestamptz", silent: true, certain: true},
		{from: "timestamptz", to: "timestamp", silent: true, certain: true},
		{from: "uuid", to: "text", state: "22021", silent: true, certain: true},
		{from: "int", to: "bigint", state: "08P01", certain: true},
		{from: "int", to: "numeric", state: "08P01", certain: true},
		{from: "json", to: "jsonb", state: "XX000", certain: true},
		{from: "text", to: "jsonb", state: "XX000", certain: true},
		{from: "text", to: "json", state: "22P02"},
		{from: "id", to: "bigint", state: "08P01", certain: true},
		{from: "int[]", to: "bigint[]"},
		{from: "varchar(10)", to: "text", none: true},
		{from: "varchar(10)", to: "varchar(20)", none: true},
		{from: "text", to: "citext", none: true},
		{from: "text", to: "mood", none: true},
		{from: "json", to: "text", none: true},
		{from: "int", to: "id", none: true},
	} {
		t.Run(test.from+" to "+test.to, func(t *testing.T) {
			before := apply(t, catalog.New(true), fmt.Sprintf("CREATE EXTENSION citext; CREATE TYPE mood AS ENUM ('a'); CREATE DOMAIN id AS int; CREATE TABLE t (a %s, b int)", test.from))
			after := apply(t, before, fmt.Sprintf("ALTER TABLE t ALTER a TYPE %s USING NULL", test.to))
			st := statement(t, `COPY "t" ("a", "b") FROM STDIN`)
			hazards := compat.Hazards(st, client, before, after)
			assert.Empty(t, compat.Hazards(st, queries.Client{Library: queries.PQ}, before, after), "lib/pq copies text")
			if test.none {
				assert.Empty(t, hazards)
				return
			}
			require.Len(t, hazards, 1)
			h := hazards[0]
			assert.Equal(t, compat.CopyStale, h.Class)
			assert.Equal(t, test.state, h.SQLState)
			assert.Equal(t, test.silent, h.Silent)
			assert.Equal(t, test.certain, h.Certain)
			assert.True(t, h.Open)
			assert.False(t, h.Once)
			assert.Equal(t, "public.t", h.Relation)
		})
	}
}

// TestParameterHazards: a parameter that stands for a column of another type.
func TestParameterHazards(t *testing.T) {
	before := apply(t, catalog.New(true), "CREATE TABLE t (id int, a int, b text)")
	after := apply(t, before, "ALTER TABLE t ALTER a TYPE text")
	for _, test := range []struct {
		sql     string
		client  queries.Client
		hazards int
	}{
		{"INSERT INTO t (id, a) VALUES ($1, $2)", queries.Client{Library: queries.PGX, Sending: queries.CachedStatement, Args: ":int32 :int64"}, 1},
		{"UPDATE t SET a = $2 WHERE id = $1", queries.Client{Library: queries.PGX, Sending: queries.CachedStatement, Args: ":int32 :int64"}, 1},
		{"UPDATE t SET a = $2 WHERE id = $1", queries.Client{Library: queries.PGX, Sending: queries.CachedStatement, Args: ":int32 :string"}, 0},
		{"UPDATE t SET a = $2 WHERE id = $1", queries.Client{Library: queries.PGX, Sending: queries.CachedStatement, Args: ":int32 :"}, 0},
		{"UPDATE t SET a = $2 WHERE id = $1", queries.Client{Library: queries.PGX, Sending: queries.Unprepared, Args: ":int32 :int64"}, 0},
		{"UPDATE t SET a = $2 + 1 WHERE id = $1", queries.Client{Library: queries.PGX, Sending: queries.CachedStatement, Args: ":int32 :int64"}, 0},
		{"UPDATE t SET a = $2 WHERE id = $1", queries.Client{}, 0},
	} {
		hazards := compat.Hazards(statement(t, test.sql), test.client, before, after)
		require.Len(t, hazards, test.hazards, test.sql)
		for _, h := range hazards {
			assert.Equal(t, compat.ParamType, h.Class)
			assert.True(t, h.Certain)
		}
	}
}

// TestLibraryHazards is about libraries that no test here runs: what they do
// was measured with sqlx 1.4.0, scany 2.1.4, GORM 1.31.2, bun 1.3.0 and
// database/sql with pgx 5.12.0, on PostgreSQL 18.
func TestLibraryHazards(t *testing.T) {
	before := apply(t, catalog.New(true), "CREATE TABLE w (id int NOT NULL, name varchar(50) NOT NULL, age int NOT NULL)")
	add, drop := apply(t, before, "ALTER TABLE w ADD extra int"), apply(t, before, "ALTER TABLE w DROP age")
	null, big := apply(t, before, "ALTER TABLE w ALTER age DROP NOT NULL"), apply(t, before, "ALTER TABLE w ALTER age TYPE bigint")
	const fields queries.Values = "age:int32 id:int32 name:string"
	sqlx := queries.Client{Library: queries.SQLX, Sending: queries.Unprepared, Reading: queries.ByNameLax, Targets: fields}
	scany := queries.Client{Library: queries.Scany, Sending: queries.CachedStatement, Reading: queries.ByNameLax, Targets: fields}
	gorm := queries.Client{Library: queries.GORM, Sending: queries.CachedStatement, Reading: queries.Matching, Targets: fields}
	lasting := queries.Client{Library: queries.GORM, Sending: queries.Prepared, Reading: queries.Matching}
	bun := queries.Client{Library: queries.BunDB, Sending: queries.Unprepared, Reading: queries.ByNameLax, Targets: fields}
	database := queries.Client{Library: queries.SQL, Sending: queries.Prepared, Reading: queries.Scan, Targets: ":int32 :string :int32"}
	unseen := queries.Client{Library: queries.SQLX, Sending: queries.Unprepared, Reading: queries.ByNameLax}
	for _, test := range []struct {
		name   string
		client queries.Client
		after  *catalog.Catalog
		want   []string
	}{
		{"sqlx", sqlx, add, []string{"star-scan certain"}},
		{"sqlx", sqlx, drop, []string{"star-scan certain silent"}},
		{"sqlx", sqlx, big, nil},
		{"sqlx", sqlx, null, []string{"null-read"}},
		{"fields are not known", unseen, add, []string{"star-scan"}},
		{"fields are not known", unseen, drop, []string{"star-scan silent"}},
		{"scany", scany, add, []string{"cached-plan certain once", "star-scan certain"}},
		{"scany", scany, drop, []string{"cached-plan certain once", "star-scan certain silent"}},
		{"scany", scany, big, []string{"cached-plan certain once"}},
		{"scany", scany, null, []string{"null-read"}},
		{"gorm", gorm, add, []string{"cached-plan certain once"}},
		{"gorm", gorm, drop, []string{"cached-plan certain once", "star-scan certain silent"}},
		{"gorm", gorm, null, []string{"null-read silent"}},
		{"gorm prepared", lasting, big, []string{"cached-plan certain"}},
		{"bun", bun, add, []string{"star-scan certain"}},
		{"bun", bun, drop, []string{"star-scan certain silent"}},
		{"bun", bun, null, []string{"null-read silent"}},
		{"database/sql", database, add, []string{"cached-plan certain", "star-scan certain"}},
		{"database/sql", database, drop, []string{"cached-plan certain", "star-scan certain"}},
		{"database/sql", database, big, []string{"cached-plan certain"}},
		{"database/sql", database, null, []string{"null-read"}},
		{"nothing is known", queries.Client{}, add, nil},
		{"nothing is known", queries.Client{}, null, nil},
	} {
		var got []string
		for _, h := range compat.Hazards(statement(t, "SELECT * FROM w"), test.client, before, test.after) {
			words := []string{string(h.Class)}
			for word, is := range map[string]bool{"certain": h.Certain, "once": h.Once, "silent": h.Silent} {
				if is {
					words = append(words, word)
				}
			}
			slices.Sort(words[1:])
			got = append(got, strings.Join(words, " "))
		}
		assert.Equal(t, test.want, got, test.name)
	}
}

// TestBrokenHaveNoHazards: what PostgreSQL refuses is for Compare.
func TestBrokenHaveNoHazards(t *testing.T) {
	before := apply(t, catalog.New(true), "CREATE TABLE w (id int, age int)")
	after := apply(t, before, "ALTER TABLE w DROP age")
	client := queries.Client{Library: queries.PGX, Sending: queries.CachedStatement, Reading: queries.Scan, Targets: ":int32 :int32"}
	for _, sql := range []string{"SELECT id, age FROM w", "SELECT nothing FROM w", "SELECT 1; SELECT 2", "SELEC", "COPY w FROM STDIN"} {
		assert.Empty(t, compat.Hazards(statement(t, sql), client, before, after), sql)
	}
}
