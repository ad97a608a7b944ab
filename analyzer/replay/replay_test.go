package replay_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/analyzer/lock"
	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/migration"
)

// history loads files given as name, text, name, text.
func history(t *testing.T, framework string, files ...string) []*migration.Migration {
	t.Helper()
	fsys := fstest.MapFS{}
	for i := 0; i < len(files); i += 2 {
		fsys[files[i]] = &fstest.MapFile{Data: []byte(files[i+1])}
	}
	set, err := migration.LoadFS(context.Background(), fsys, ".", migration.Options{Framework: framework})
	require.NoError(t, err)
	return set.Migrations
}

func columns(t *testing.T, line *replay.Timeline, table string) string {
	t.Helper()
	r := line.Windows[len(line.Windows)-1].End.Relation(ddl.Name{Name: table})
	require.NotNil(t, r, "no table %s", table)
	var names []string
	for _, a := range r.Attributes {
		names = append(names, a.Name)
	}
	return strings.Join(names, " ")
}

func TestTransactions(t *testing.T) {
	for _, test := range []struct {
		name, sql, columns string
		transactions       []int
	}{
		{"a lone statement has none", "CREATE TABLE t (a int)", "a", []int{0}},
		{"two share an implicit one", "CREATE TABLE t (a int); ALTER TABLE t ADD b int", "a b", []int{1, 1}},
		{"COMMIT ends it", "CREATE TABLE t (a int); COMMIT; ALTER TABLE t ADD b int", "a b", []int{1, 1, 2}},
		{"ROLLBACK undoes", "CREATE TABLE t (a int); COMMIT; BEGIN; ALTER TABLE t ADD b int; ROLLBACK; ALTER TABLE t ADD c int", "a c", []int{1, 1, 2, 2, 2, 3}},
		{"a nested BEGIN is a warning", "BEGIN; CREATE TABLE t (a int); BEGIN; ALTER TABLE t ADD b int; COMMIT", "a b", []int{1, 1, 1, 1, 1}},
		{"savepoints", "BEGIN; CREATE TABLE t (a int); SAVEPOINT s; ALTER TABLE t ADD b int; ROLLBACK TO s; ALTER TABLE t ADD c int; RELEASE s", "a c", []int{1, 1, 1, 1, 1, 1, 1}},
		{"nested savepoints", "BEGIN; CREATE TABLE t (a int); SAVEPOINT s; SAVEPOINT u; ALTER TABLE t ADD b int; RELEASE u; ROLLBACK TO s; ALTER TABLE t ADD c int", "a c", []int{1, 1, 1, 1, 1, 1, 1, 1}},
		{"COMMIT AND CHAIN opens the next", "BEGIN; CREATE TABLE t (a int); COMMIT AND CHAIN; ALTER TABLE t ADD b int; ROLLBACK", "a", []int{1, 1, 1, 2, 2}},
		{"a second ROLLBACK does nothing", "CREATE TABLE t (a int); COMMIT; ROLLBACK", "a", []int{1, 1, 2}},
	} {
		t.Run(test.name, func(t *testing.T) {
			line := replay.Up(history(t, "golang-migrate", "1_a.up.sql", test.sql), replay.Options{})
			assert.Equal(t, test.columns, columns(t, line, "t"))
			var transactions []int
			for _, s := range line.Statements {
				transactions = append(transactions, s.Transaction)
			}
			assert.Equal(t, test.transactions, transactions)
		})
	}
}

func TestRolledBackStepsAreMarked(t *testing.T) {
	line := replay.Up(history(t, "golang-migrate", "1_a.up.sql", "CREATE TABLE t (a int); COMMIT; BEGIN; ALTER TABLE t ADD b int; ROLLBACK"), replay.Options{})
	assert.False(t, line.Steps[0].RolledBack)
	assert.True(t, line.Steps[3].RolledBack)
}

func TestAStatementIsWholeOrNotAtAll(t *testing.T) {
	line := replay.Up(history(t, "golang-migrate", "1_a.up.sql", "CREATE TABLE t (a int); ALTER TABLE t ADD b int, DROP COLUMN nope; ALTER TABLE t ADD c int"), replay.Options{})
	assert.Equal(t, "a c", columns(t, line, "t"))
	refused := line.Statements[1].Refused
	require.NotNil(t, refused)
	assert.Equal(t, "42703", refused.SQLState)
}

func TestNotInATransaction(t *testing.T) {
	index := "CREATE INDEX CONCURRENTLY i ON t (a)"
	for _, test := range []struct{ name, framework, file, sql, refused string }{
		{"alone in a simple query", "golang-migrate", "1_a.up.sql", index, ""},
		{"with another statement", "golang-migrate", "1_a.up.sql", "SET lock_timeout = '5s'; " + index, "25001"},
		{"after COMMIT in the same query", "golang-migrate", "1_a.up.sql", "BEGIN; SELECT 1; COMMIT; " + index, "25001"},
		{"wrapped by the tool", "goose", "1_a.sql", "-- +goose Up\n" + index + ";", "25001"},
		{"not wrapped by the tool", "goose", "1_a.sql", "-- +goose NO TRANSACTION\n-- +goose Up\nSET lock_timeout = '5s';\n" + index + ";", ""},
		{"nobody says who runs it", "plain", "1.sql", "SET lock_timeout = '5s'; " + index, ""},
		{"in an explicit one", "plain", "1.sql", "BEGIN; " + index + "; COMMIT", "25001"},
		{"VACUUM", "golang-migrate", "1_a.up.sql", "SELECT 1; VACUUM t", "25001"},
		{"but not ANALYZE", "golang-migrate", "1_a.up.sql", "SELECT 1; ANALYZE t", ""},
		{"nor REFRESH CONCURRENTLY", "golang-migrate", "1_a.up.sql", "SELECT 1; REFRESH MATERIALIZED VIEW CONCURRENTLY m", ""},
		{"REINDEX CONCURRENTLY", "golang-migrate", "1_a.up.sql", "SELECT 1; REINDEX INDEX CONCURRENTLY i", "25001"},
		{"DROP INDEX CONCURRENTLY", "golang-migrate", "1_a.up.sql", "SELECT 1; DROP INDEX CONCURRENTLY i", "25001"},
		{"ALTER SYSTEM", "golang-migrate", "1_a.up.sql", "SELECT 1; ALTER SYSTEM SET work_mem = '1MB'", "25001"},
		{"CREATE DATABASE", "golang-migrate", "1_a.up.sql", "SELECT 1; CREATE DATABASE d", "25001"},
		{"SAVEPOINT in an implicit one", "golang-migrate", "1_a.up.sql", "SELECT 1; SAVEPOINT s", "25P01"},
		{"LOCK outside one", "golang-migrate", "1_a.up.sql", "LOCK TABLE t", "25P01"},
		{"LOCK in one", "golang-migrate", "1_a.up.sql", "LOCK TABLE t; SELECT 1", ""},
		{"ROLLBACK TO outside one", "goose", "1_a.sql", "-- +goose NO TRANSACTION\n-- +goose Up\nROLLBACK TO s;", "25P01"},
		{"a savepoint that is not there", "golang-migrate", "1_a.up.sql", "BEGIN; ROLLBACK TO s", "3B001"},
	} {
		t.Run(test.name, func(t *testing.T) {
			line := replay.Up(history(t, test.framework, test.file, test.sql), replay.Options{})
			var refused string
			for _, s := range line.Statements {
				if s.Refused != nil {
					refused = s.Refused.SQLState
				}
			}
			assert.Equal(t, test.refused, refused)
		})
	}
}

func TestUnknownIsAValue(t *testing.T) {
	alter := "ALTER TABLE users ADD COLUMN a int"
	for _, test := range []struct {
		name    string
		files   []string
		refused string
	}{
		{"the history may start in the middle", []string{"1.sql", alter}, ""},
		{"a whole history knows its tables", []string{"1.sql", "CREATE TABLE t (a int)", "2.sql", alter}, "42P01"},
		{"one that assumed something does not", []string{"1.sql", "CREATE TABLE t (a int); ALTER TABLE u ADD COLUMN a int", "2.sql", alter}, ""},
		{"nor one that ran what it cannot read", []string{"1.sql", "CREATE TABLE t (a int); DO $$ BEGIN EXECUTE (SELECT x FROM t); END $$", "2.sql", alter}, ""},
		{"nor one with a syntax error", []string{"1.sql", "CREATE TABLE t (a int); CREATE TABEL users (a int)", "2.sql", alter}, ""},
		{"what was dropped is gone", []string{"1.sql", "ALTER TABLE users ADD b int; DROP TABLE users", "2.sql", alter}, "42P01"},
		{"what is in another's schema may exist", []string{"1.sql", "CREATE TABLE t (a int)", "2.sql", "ALTER TABLE auth.users ADD COLUMN a int"}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			line := replay.Up(history(t, "plain", test.files...), replay.Options{})
			last := line.Statements[len(line.Statements)-1]
			if test.refused == "" {
				assert.Nil(t, last.Refused)
				return
			}
			require.NotNil(t, last.Refused)
			assert.Equal(t, test.refused, last.Refused.SQLState)
		})
	}
}

func TestWindows(t *testing.T) {
	ms := history(t, "golang-migrate",
		"1_a.up.sql", "CREATE TABLE t (a int)",
		"2_b.up.sql", "ALTER TABLE t ADD b int",
		"3_c.up.sql", "ALTER TABLE t ADD c int")
	// The second is new: it runs after the third, which the database has.
	line := replay.Up(ms, replay.Options{InWindow: func(m *migration.Migration) bool { return m.ID == "2" }})
	assert.Equal(t, "a c b", columns(t, line, "t"))
	require.Len(t, line.Windows, 2)
	assert.False(t, line.Windows[0].Reported)
	w := line.Windows[1]
	assert.True(t, w.Reported)
	table := w.End.Relation(ddl.Name{Name: "t"})
	assert.True(t, w.RelationExisted(table))
	assert.True(t, w.ColumnExisted(table, table.Attribute("c")))
	assert.False(t, w.ColumnExisted(table, table.Attribute("b")))
}

func TestRoutinesAreFollowed(t *testing.T) {
	line := replay.Up(history(t, "plain", "1.sql", `
CREATE TABLE t (a int);
CREATE FUNCTION migrate() RETURNS void LANGUAGE plpgsql AS $$ BEGIN ALTER TABLE t ADD COLUMN b int; END $$;
SELECT migrate();`), replay.Options{})
	assert.Equal(t, "a b", columns(t, line, "t"))
	last := line.Steps[len(line.Steps)-1]
	assert.IsType(t, &ddl.AddColumn{}, last.Op)
	assert.Equal(t, "migrate()", last.Call.Text())
}

func TestUnanalysableIsSeenThroughCalls(t *testing.T) {
	line := replay.Up(history(t, "plain", "1.sql", `
CREATE FUNCTION part(name text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE format('CREATE TABLE %I ()', name); END $$;
SELECT part('a');
SELECT now();`), replay.Options{})
	var unknown []bool
	for _, s := range line.Statements {
		_, ok := s.Unanalysable()
		unknown = append(unknown, ok)
	}
	assert.Equal(t, []bool{false, true, false}, unknown)
}

func TestADownHalfIsListedButNotPerformed(t *testing.T) {
	line := replay.Up(history(t, "golang-migrate",
		"1_a.up.sql", "CREATE TABLE t (a int)",
		"1_a.down.sql", "DROP TABLE t; SELECT 1"), replay.Options{})
	assert.Equal(t, "a", columns(t, line, "t"))
	require.Len(t, line.Statements, 3)
	assert.True(t, line.Statements[1].Down)
	assert.NotZero(t, line.Statements[1].Transaction)
	assert.Nil(t, line.Statements[1].Steps)
}

// describe lists locks as "relation mode".
func describe(step *replay.Step, locks []lock.Acquisition) []string {
	var list []string
	for _, a := range locks {
		r := step.Before.RelationByOID(a.Relation)
		if r == nil {
			r = step.After.RelationByOID(a.Relation)
		}
		list = append(list, r.Name+" "+a.Mode.SQL())
	}
	slices.Sort(list)
	return list
}

func TestLocksAreHeldToTheEndOfTheTransaction(t *testing.T) {
	const tables = "CREATE TABLE a (id int, x int); CREATE TABLE b (id int)"
	for _, test := range []struct {
		name, sql   string
		locks, held []string // of the last step
	}{
		{"alone", "ALTER TABLE a ADD y int", []string{"a ACCESS EXCLUSIVE"}, nil},
		{"a second statement", "CREATE INDEX i ON a (x); ALTER TABLE b ADD y int", []string{"b ACCESS EXCLUSIVE"}, []string{"a SHARE"}},
		{"the strongest is held", "CREATE INDEX i ON a (x); ALTER TABLE a ADD y int; ANALYZE b", []string{"b SHARE UPDATE EXCLUSIVE"}, []string{"a ACCESS EXCLUSIVE"}},
		{"subcommands hold nothing yet", "ALTER TABLE a ADD y int, ADD z int", []string{"a ACCESS EXCLUSIVE"}, nil},
		{"COMMIT releases", "ALTER TABLE a ADD y int; COMMIT; ALTER TABLE b ADD y int", []string{"b ACCESS EXCLUSIVE"}, nil},
		{"ROLLBACK TO releases", "ANALYZE a; SAVEPOINT s; ALTER TABLE a ADD y int; ROLLBACK TO s; ANALYZE b", []string{"b SHARE UPDATE EXCLUSIVE"}, []string{"a SHARE UPDATE EXCLUSIVE"}},
		{"new tables are nobody's", "CREATE TABLE c (id int); ALTER TABLE c ADD y int; ANALYZE b", []string{"b SHARE UPDATE EXCLUSIVE"}, nil},
		{"assumed ones are somebody's", "ALTER TABLE other.u ADD y int; ANALYZE b", []string{"b SHARE UPDATE EXCLUSIVE"}, []string{"u ACCESS EXCLUSIVE"}},
		{"a refused statement locks nothing", "ALTER TABLE a ADD y int, DROP COLUMN nope", nil, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			line := replay.Up(history(t, "plain", "1.sql", tables, "2.sql", test.sql), replay.Options{})
			last := line.Steps[len(line.Steps)-1]
			assert.Equal(t, test.locks, describe(last, last.Locks))
			assert.Equal(t, test.held, describe(last, last.Held))
		})
	}
}

func TestHeldOfUndoneStepsStays(t *testing.T) {
	line := replay.Up(history(t, "plain", "1.sql", "CREATE TABLE a (); CREATE TABLE b (); CREATE TABLE c ()",
		"2.sql", "LOCK a; SAVEPOINT s; LOCK b; SELECT 1; ROLLBACK TO s; LOCK c; SELECT 1"), replay.Options{})
	first, last := line.Steps[6], line.Steps[len(line.Steps)-1]
	assert.Equal(t, []string{"a ACCESS EXCLUSIVE", "b ACCESS EXCLUSIVE"}, describe(first, first.Held))
	assert.Equal(t, []string{"a ACCESS EXCLUSIVE", "c ACCESS EXCLUSIVE"}, describe(last, last.Held))
}

func TestAStatementsLocksAreThoseOfAllItsOperations(t *testing.T) {
	line := replay.Up(history(t, "plain", "1.sql", "CREATE TABLE a (x int)",
		"2.sql", "ALTER TABLE a ALTER COLUMN x SET STATISTICS 10, ALTER COLUMN x TYPE bigint, ALTER COLUMN x SET NOT NULL"), replay.Options{PGVersion: 18})
	s := line.Statements[1]
	a := line.Windows[0].End.Relation(ddl.Name{Name: "a"})
	require.Len(t, s.Locks(), 1)
	assert.Equal(t, lock.Acquisition{Relation: a.OID, Mode: lock.AccessExclusive, Rewrite: true}, s.Locks()[0])
	assert.Equal(t, a, s.Relation(a.OID))
}

func TestOneTransactionForAWindow(t *testing.T) {
	const a = "CREATE TABLE a (x int); CREATE TABLE b (x int)"
	all := func(m *migration.Migration) bool { return m.ID != "1" }
	for _, test := range []struct {
		name         string
		framework    string
		files        []string
		in           func(*migration.Migration) bool
		transactions []int
		refused      string
		held         []string // by the last step
	}{
		{
			"the migrations of a window share it, and its locks", "golang-migrate",
			[]string{"2_b.up.sql", "ALTER TABLE a ADD y int", "3_c.up.sql", "ALTER TABLE b ADD y int"}, all,
			[]int{1, 1, 2, 2}, "", []string{"a ACCESS EXCLUSIVE"},
		},
		{
			"each migration its own window", "golang-migrate",
			[]string{"2_b.up.sql", "ALTER TABLE a ADD y int", "3_c.up.sql", "ALTER TABLE b ADD y int"}, nil,
			[]int{1, 1, 2, 3}, "", nil,
		},
		{
			"what runs alone is refused, in a file of its own too", "golang-migrate",
			[]string{"2_b.up.sql", "CREATE INDEX CONCURRENTLY i ON a (x)"}, all,
			[]int{1, 1, 2}, "25001", nil,
		},
		{
			"also where a migration is its own window", "golang-migrate",
			[]string{"2_b.up.sql", "CREATE INDEX CONCURRENTLY i ON a (x)"}, nil,
			[]int{1, 1, 2}, "25001", nil,
		},
		{
			"COMMIT in a file ends it for good", "golang-migrate",
			[]string{"2_b.up.sql", "ALTER TABLE a ADD y int; COMMIT", "3_c.up.sql", "CREATE INDEX CONCURRENTLY i ON b (x)", "4_d.up.sql", "SELECT 1; ANALYZE b"}, all,
			[]int{1, 1, 2, 2, 0, 3, 3}, "", nil,
		},
		{
			"a file that says so runs without one, and the next begins another", "sql-migrate",
			[]string{"2_b.sql", "-- +migrate Up\nALTER TABLE a ADD y int;\n", "3_c.sql", "-- +migrate Up notransaction\nCREATE INDEX CONCURRENTLY i ON b (x);\n", "4_d.sql", "-- +migrate Up\nANALYZE a;\n", "5_e.sql", "-- +migrate Up\nANALYZE b;\n"}, all,
			[]int{1, 1, 2, 0, 3, 3}, "", []string{"a SHARE UPDATE EXCLUSIVE"},
		},
		{
			"who runs plain files is known then", "plain",
			[]string{"2.sql", "VACUUM a"}, all,
			[]int{1, 1, 2}, "25001", nil,
		},
		{
			"a down half has its own", "golang-migrate",
			[]string{"2_b.up.sql", "ALTER TABLE a ADD y int", "2_b.down.sql", "ALTER TABLE a DROP y", "3_c.up.sql", "ALTER TABLE b ADD y int"}, all,
			[]int{1, 1, 2, 3, 2}, "", []string{"a ACCESS EXCLUSIVE"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			first := map[string][]string{
				"golang-migrate": {"1_a.up.sql", a},
				"sql-migrate":    {"1.sql", "-- +migrate Up\n-- +migrate StatementBegin\n" + a + ";\n-- +migrate StatementEnd\n"},
				"plain":          {"1.sql", a},
			}[test.framework]
			ms := history(t, test.framework, append(first, test.files...)...)
			line := replay.Up(ms, replay.Options{InWindow: test.in, OneTransaction: true})
			var transactions []int
			var refused string
			for _, s := range line.Statements {
				transactions = append(transactions, s.Transaction)
				assert.False(t, s.Unstated && s.Window.Reported)
				if s.Refused != nil {
					refused = s.Refused.SQLState
				}
			}
			assert.Equal(t, test.transactions, transactions)
			assert.Equal(t, test.refused, refused)
			last := line.Steps[len(line.Steps)-1]
			assert.Equal(t, test.held, describe(last, last.Held))
		})
	}
}

func TestOneTransactionIsRolledBackWhole(t *testing.T) {
	ms := history(t, "golang-migrate", "1_a.up.sql", "CREATE TABLE a ()", "2_b.up.sql", "ALTER TABLE a ADD x int", "3_c.up.sql", "ALTER TABLE a ADD y int; ROLLBACK", "4_d.up.sql", "ALTER TABLE a ADD z int")
	line := replay.Up(ms, replay.Options{InWindow: func(m *migration.Migration) bool { return m.ID != "1" }, OneTransaction: true})
	assert.Equal(t, "z", columns(t, line, "a"))
}

func TestTheToolsTransaction(t *testing.T) {
	for _, test := range []struct {
		name, framework, file, sql string
		transactions               []int
	}{
		{"ends with a COMMIT of the script", "goose", "1_a.sql", "-- +goose Up\nSELECT 1;\nCOMMIT;\nSELECT 2;\nSELECT 3;\n", []int{1, 1, 0, 0}},
		{"is one for each block of dbmate", "dbmate", "1_a.sql", "-- migrate:up\nSELECT 1;\n-- migrate:down\nSELECT 2;\n-- migrate:up\nSELECT 3;\n-- migrate:down\nSELECT 4;\n", []int{1, 2, 3, 4}},
		{"and none for those without", "dbmate", "1_a.sql", "-- migrate:up\nSELECT 1;\n-- migrate:down\n-- migrate:up transaction:false\nSELECT 3;\n-- migrate:down\n", []int{1, 0}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var transactions []int
			for _, s := range replay.Up(history(t, test.framework, test.file, test.sql), replay.Options{}).Statements {
				transactions = append(transactions, s.Transaction)
			}
			assert.Equal(t, test.transactions, transactions)
		})
	}
}
