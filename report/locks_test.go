package report

import (
	"context"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/parser/migration"
)

// released replays files of golang-migrate; those from version 2 on are one
// release, or, where it is not, all are releases of their own.
func released(t *testing.T, one bool, files map[string]string) *Run {
	t.Helper()
	tree := fstest.MapFS{}
	for name, text := range files {
		tree[name] = &fstest.MapFile{Data: []byte(text)}
	}
	set, err := migration.LoadFS(context.Background(), tree, ".", migration.Options{Framework: "golang-migrate"})
	require.NoError(t, err)
	var options replay.Options
	if one {
		options.InWindow = func(m *migration.Migration) bool { return m.ID != "1" }
	}
	return &Run{Timeline: replay.Up(set.Migrations, options), Sets: []*migration.Set{set}, Locks: true}
}

func TestGoldenLocks(t *testing.T) {
	run := released(t, true, map[string]string{
		"1_old.up.sql": "CREATE TABLE users (id int PRIMARY KEY, a int, b int);\nCREATE TABLE orders (id int PRIMARY KEY, owner int);\n" +
			"CREATE TABLE logs (id int, at date);\nCREATE TABLE \"表\x1b[31m\" (a int);\nCREATE TABLE tags (a int);\nCREATE TABLE quiet (a int);\n" +
			"CREATE TABLE events (id int, at date) PARTITION BY RANGE (at);\n" +
			"CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');\n" +
			"CREATE TABLE events_2 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');\n",
		"2_new.up.sql": "ALTER TABLE users ADD COLUMN c int;\nALTER TABLE users ALTER COLUMN a TYPE bigint;\n" +
			"ALTER TABLE orders ADD FOREIGN KEY (owner) REFERENCES users;\n" +
			"CREATE TABLE born (a int);\nALTER TABLE born ADD COLUMN b int;\n",
		"3_new.up.sql": "ALTER TABLE logs ADD COLUMN note text;\nCREATE INDEX ON logs (at);\n" +
			"\nALTER TABLE logs RENAME TO log;\nALTER TABLE log ADD COLUMN more text;\n",
		"4_new.up.sql": "CREATE INDEX CONCURRENTLY ON tags (a);\n",
		"5_new.up.sql": "ALTER TABLE \"表\x1b[31m\"\n  ADD CHECK (a > 0);\nUPDATE quiet SET a = 1;\n" +
			"ALTER TABLE geo.areas ADD COLUMN c int;\nALTER TABLE geo.areas RENAME TO zones;\n" +
			"ALTER TABLE events ALTER COLUMN id TYPE bigint;\n",
		"5_new.down.sql": "DROP TABLE users;\n",
	})
	got := write(t, Text, run)
	golden(t, "locks.text", got)
	assert.Equal(t, string(got), string(write(t, Text, run)), "the same twice")
	run.Locks = false
	assert.NotContains(t, string(write(t, Text, run)), "ACCESS EXCLUSIVE")
}

// The columns begin at the same place, however wide what is before them.
func TestLocksAreAligned(t *testing.T) {
	lines := align([][]string{{"a", "b"}, {"表表", "x"}, {"e\u0301", ""}})
	assert.Equal(t, []string{"a     b", "表表  x", "e\u0301     "}, lines)
}

func TestLocks(t *testing.T) {
	old := "CREATE TABLE t (a int, b text); CREATE TABLE u (a int PRIMARY KEY);"
	for _, test := range []struct {
		name, sql string
		want      []string
	}{
		{"nothing", "CREATE TABLE v (a int); ALTER TABLE v ADD COLUMN b int", nil},
		{"first of equals", "ALTER TABLE t ADD COLUMN c int;\nALTER TABLE t ADD COLUMN d int", []string{
			"public.t ACCESS EXCLUSIVE|brief: does not grow|reads and writes|2_new.up.sql:1"}},
		{"longest of equals", "ALTER TABLE t ADD COLUMN c int;\nALTER TABLE t ADD CHECK (a > 0)", []string{
			"public.t ACCESS EXCLUSIVE|scan: grows with its rows|reads and writes|2_new.up.sql:2"}},
		{"weaker and shorter", "ALTER TABLE t ADD CHECK (a > 0);\nCOMMENT ON TABLE t IS 'x'", []string{
			"public.t ACCESS EXCLUSIVE|scan: grows with its rows|reads and writes|2_new.up.sql:1"}},
		{"weaker and longer", "ALTER TABLE t ADD COLUMN c int;\nCREATE INDEX ON t (a)", []string{
			"public.t ACCESS EXCLUSIVE|brief: does not grow|reads and writes|2_new.up.sql:1",
			" SHARE|index build: grows with its rows|writes|2_new.up.sql:2"}},
		{"longer, but nobody waits", "ALTER TABLE t ADD COLUMN c int;\nUPDATE t SET c = 1", []string{
			"public.t ACCESS EXCLUSIVE|brief: does not grow|reads and writes|2_new.up.sql:1"}},
		{"as long as others", "ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES u", []string{
			"public.t SHARE ROW EXCLUSIVE|scan: grows with its rows|writes|2_new.up.sql:1",
			"public.u SHARE ROW EXCLUSIVE|scan: grows with its rows|writes|2_new.up.sql:1",
			"public.u_pkey ACCESS SHARE|scan: grows with the rows of public.t and 1 more|nothing|2_new.up.sql:1"}},
		{"a new table has no rows", "CREATE TABLE v (a int REFERENCES u)", []string{
			"public.u SHARE ROW EXCLUSIVE|brief: does not grow|writes|2_new.up.sql:1"}},
		{"data", "DELETE FROM t", []string{
			"public.t ROW EXCLUSIVE|data: grows with the rows read or written|nothing|2_new.up.sql:1"}},
		{"refused", "ALTER TABLE t DROP COLUMN nobody", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			run := released(t, true, map[string]string{"1_old.up.sql": old, "2_new.up.sql": test.sql})
			var got []string
			for _, group := range run.locks() {
				for i, l := range group {
					row := l.row()
					if i > 0 {
						row[0] = ""
					}
					got = append(got, row[0]+" "+strings.Join(row[1:], "|"))
				}
			}
			assert.Equal(t, test.want, got)
			assert.Equal(t, test.want == nil, strings.Contains(string(write(t, Text, run)), "no locks on relations that were there before\n\n"))
		})
	}
}

// Where every migration is a release, what one creates was there for the next.
func TestLocksOfSeveralReleases(t *testing.T) {
	run := released(t, false, map[string]string{
		"1_a.up.sql": "CREATE TABLE t (a int)",
		"2_b.up.sql": "ALTER TABLE t RENAME TO u",
		"3_c.up.sql": "ALTER TABLE u ADD COLUMN b int",
	})
	var names []string
	for _, group := range run.locks() {
		names = append(names, group[0].relation)
	}
	assert.Equal(t, []string{"public.t", "public.u"}, names)
}
