package compat_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/analyzer/compat"
	"github.com/migracheck/migracheck/analyzer/postgres"
	"github.com/migracheck/migracheck/analyzer/queries"
)

// person is what rows of the table are read into.
type person struct {
	ID   int32
	Name string
	Age  int32
}

const (
	fieldsOfPerson    queries.Values = "Age~:int32 ID~:int32 Name~:string"
	positionsOfPerson queries.Values = ":int32 :string :int32"
)

// A rowReader is one way to read rows.
type rowReader struct {
	name    string
	reading queries.Reading
	targets queries.Values
	read    func(pgx.Rows) (any, error)
}

func collect[T any](f pgx.RowToFunc[T]) func(pgx.Rows) (any, error) {
	return func(rows pgx.Rows) (any, error) { return pgx.CollectRows(rows, f) }
}

var rowReaders = []rowReader{
	{"name", queries.ByName, fieldsOfPerson, collect(pgx.RowToStructByName[person])},
	{"lax", queries.ByNameLax, fieldsOfPerson, collect(pgx.RowToStructByNameLax[person])},
	{"struct", queries.Scan, positionsOfPerson, collect(pgx.RowToStructByPos[person])},
	{"scan", queries.Scan, positionsOfPerson, func(rows pgx.Rows) (any, error) {
		var all []person
		defer rows.Close()
		for rows.Next() {
			var p person
			if err := rows.Scan(&p.ID, &p.Name, &p.Age); err != nil {
				return nil, err
			}
			all = append(all, p)
		}
		return all, rows.Err()
	}},
	{"map", queries.Map, "", collect(pgx.RowToMap)},
}

// clientChanges are what happens to the table; # is its name.
var clientChanges = []struct{ name, sql string }{
	{"nothing", "COMMENT ON TABLE # IS 'x'"},
	{"constrained", "ALTER TABLE # ALTER age SET DEFAULT 1, ADD CHECK (age > 0); CREATE INDEX ON # (age)"},
	{"added", "ALTER TABLE # ADD extra int"},
	{"dropped", "ALTER TABLE # DROP age"},
	{"renamed", "ALTER TABLE # RENAME age TO years"},
	{"bigint", "ALTER TABLE # ALTER age TYPE bigint; INSERT INTO # VALUES (3, 'Cid', 5000000000)"},
	{"longer", "ALTER TABLE # ALTER name TYPE varchar(100)"},
	{"text", "ALTER TABLE # ALTER name TYPE text"},
	{"number_to_text", "ALTER TABLE # ALTER age TYPE text"},
	{"null", "ALTER TABLE # ALTER age DROP NOT NULL; INSERT INTO # (id, name) VALUES (3, 'Cid')"},
	{"moved", "ALTER TABLE # DROP name; ALTER TABLE # ADD name text NOT NULL DEFAULT 'new'"},
	{"exchanged", "ALTER TABLE # DROP age; ALTER TABLE # ADD height int NOT NULL DEFAULT 5"},
}

var clientQueries = []struct{ name, sql string }{
	{"star", "SELECT * FROM #"},
	{"listed", "SELECT id, name, age FROM #"},
	{"returning", "UPDATE # SET id = id RETURNING *"},
}

// A sender is one way to send queries.
type sender struct {
	name    string
	sending queries.Sending
	connect func(*testing.T, *postgres.Database) func(name, sql string, r rowReader) (any, error)
}

var senders = []sender{
	{"cached", queries.CachedStatement, native(pgx.QueryExecModeCacheStatement, false)},
	{"described", queries.CachedDescription, native(pgx.QueryExecModeCacheDescribe, false)},
	{"exec", queries.Unprepared, native(pgx.QueryExecModeExec, false)},
	{"prepared", queries.Prepared, native(pgx.QueryExecModeCacheStatement, true)},
}

func native(mode pgx.QueryExecMode, prepare bool) func(*testing.T, *postgres.Database) func(string, string, rowReader) (any, error) {
	return func(t *testing.T, d *postgres.Database) func(string, string, rowReader) (any, error) {
		c := dial(t, d, mode)
		known := map[string]bool{}
		return func(name, sql string, r rowReader) (any, error) {
			if prepare {
				if !known[name] {
					if _, err := c.Prepare(t.Context(), name, sql); err != nil {
						return nil, err
					}
					known[name] = true
				}
				sql = name
			}
			rows, err := c.Query(t.Context(), sql)
			if err != nil {
				return nil, err
			}
			return r.read(rows)
		}
	}
}

// TestHazardsConform sends every query with every sender and reader, on
// connections that were open during the change and on new ones, and compares
// what they meet with what is said.
func TestHazardsConform(t *testing.T) {
	for _, major := range []int{postgres.Oldest, postgres.Newest} {
		d := postgres.One(t, major).Database(t)
		var all []*clientCase
		for _, s := range senders {
			all = append(all, clientCases(t, s)...)
		}
		admin := dial(t, d, pgx.QueryExecModeSimpleProtocol)
		do(t, admin, scriptOf(all, func(c *clientCase) string { return c.schema }))
		run := func(call func(*clientCase, func(string, string, rowReader) (any, error))) {
			for _, s := range senders {
				client := s.connect(t, d)
				for _, c := range all {
					if c.sender.name == s.name {
						call(c, client)
					}
				}
			}
		}
		warm := map[*clientCase]func(string, string, rowReader) (any, error){}
		run(func(c *clientCase, client func(string, string, rowReader) (any, error)) {
			warm[c] = client
			for range 2 {
				rows, err := client(c.table, c.sql, c.reader)
				require.NoError(t, err, c.table)
				c.before = fmt.Sprint(rows)
			}
		})
		do(t, admin, scriptOf(all, func(c *clientCase) string { return c.change }))
		for _, c := range all {
			for i := range c.warm {
				_, c.warm[i] = warm[c](c.table, c.sql, c.reader)
			}
		}
		run(func(c *clientCase, client func(string, string, rowReader) (any, error)) {
			rows, err := client(c.table, c.sql, c.reader)
			c.after, c.cold = fmt.Sprint(rows), err
		})
		counts := map[compat.HazardClass]int{}
		for _, c := range all {
			c.judge(t, counts)
		}
		t.Logf("%d: %d cases, %v", major, len(all), counts)
		for _, class := range []compat.HazardClass{compat.CachedPlan, compat.StarScan, compat.NullRead, compat.TypeRead} {
			assert.NotZero(t, counts[class], class)
		}
	}
}

type clientCase struct {
	table, schema, sql, change string
	sender                     sender
	reader                     rowReader
	old, now                   *catalog.Catalog
	before, after              string
	warm                       [2]error
	cold                       error
}

func scriptOf(all []*clientCase, part func(*clientCase) string) string {
	var script strings.Builder
	for _, c := range all {
		script.WriteString(part(c) + ";\n")
	}
	return script.String()
}

func clientCases(t *testing.T, s sender) []*clientCase {
	var all []*clientCase
	for _, r := range rowReaders {
		for _, q := range clientQueries {
			for _, change := range clientChanges {
				table := strings.Join([]string{s.name, r.name, q.name, change.name}, "_")
				named := func(text string) string { return strings.ReplaceAll(text, "#", table) }
				c := &clientCase{
					table: table, sender: s, reader: r, sql: named(q.sql), change: named(change.sql),
					schema: named("CREATE TABLE # (id int NOT NULL, name varchar(50) NOT NULL, age int NOT NULL); INSERT INTO # VALUES (1, 'Ann', 30), (2, 'Bob', 40)"),
				}
				c.old = apply(t, catalog.New(true), c.schema)
				c.now = apply(t, c.old, c.change)
				all = append(all, c)
			}
		}
	}
	return all
}

func stateOf(err error) string {
	if refusal, is := errors.AsType[*pgconn.PgError](err); is {
		return refusal.Code
	}
	return ""
}

// judge compares what happened with what was said.
func (c *clientCase) judge(t *testing.T, counts map[compat.HazardClass]int) {
	st := statement(t, c.sql)
	hazards := compat.Hazards(st, queries.Client{Library: queries.PGX, Sending: c.sender.sending, Reading: c.reader.reading, Targets: c.reader.targets}, c.old, c.now)
	message := fmt.Sprintf("%s: %+v\nwarm %v\ncold %v\nbefore %s, after %s", c.table, hazards, c.warm, c.cold, c.before, c.after)
	if compat.Compare(st, c.old, c.now).Kind == compat.Breaks {
		assert.NotEmpty(t, stateOf(c.cold), message)
		assert.Empty(t, hazards, message)
		return
	}
	for _, h := range hazards {
		counts[h.Class]++
		assert.NotEmpty(t, h.Message, message)
	}
	plan := slices.IndexFunc(hazards, func(h compat.Hazard) bool { return h.Class == compat.CachedPlan })
	if plan >= 0 {
		assert.Equal(t, hazards[plan].SQLState, stateOf(c.warm[0]), message)
		assert.Equal(t, hazards[plan].Once, stateOf(c.warm[1]) == "", message)
	} else {
		assert.Empty(t, stateOf(c.warm[0])+stateOf(c.warm[1]), message)
	}
	reading := slices.DeleteFunc(slices.Clone(hazards), func(h compat.Hazard) bool { return h.Class == compat.CachedPlan })
	loud := slices.ContainsFunc(reading, func(h compat.Hazard) bool { return !h.Silent })
	assert.Empty(t, stateOf(c.cold), message)
	assert.Equal(t, loud, c.cold != nil, message)
	switch {
	case loud || c.reader.name == "map":
	case len(reading) > 0:
		assert.NotEqual(t, c.before, c.after, message)
	case strings.HasSuffix(c.table, "_moved"):
	default:
		assert.Equal(t, c.before, c.after, message)
	}
}
