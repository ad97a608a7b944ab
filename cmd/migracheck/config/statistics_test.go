package config

import (
	"context"
	"encoding/csv"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/analyzer/postgres"
	"github.com/migracheck/migracheck/rules"
)

// TestStatisticsOfServers runs the query on every server, as a role that may
// do no more than connect, and reads back what it gives, as CSV and as JSON.
func TestStatisticsOfServers(t *testing.T) {
	postgres.Each(t, func(t *testing.T, s *postgres.Server) {
		d := s.Database(t)
		c := d.Connect(t)
		run := func(sql string) {
			t.Helper()
			_, err := c.Exec(context.Background(), sql)
			require.NoError(t, err, sql)
		}
		run(`CREATE TABLE orders (id bigint PRIMARY KEY, note text);
			INSERT INTO orders SELECT i, repeat('x', 50) FROM generate_series(1, 30000) i;
			CREATE TABLE country (code text);
			INSERT INTO country SELECT i::text FROM generate_series(1, 200) i;
			CREATE TABLE nothing (id bigint);
			CREATE SCHEMA "Odd, ""name""";
			CREATE TABLE "Odd, ""name"""."T" (id bigint);
			CREATE TABLE events (id bigint, at date) PARTITION BY RANGE (at);
			CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
			CREATE TABLE events_2 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
			INSERT INTO events SELECT i, date '2024-06-01' + (i % 2) * 365 FROM generate_series(1, 12000) i;
			CREATE MATERIALIZED VIEW totals AS SELECT count(*) FROM orders;
			CREATE TEMP TABLE passing (id bigint);
			CREATE VIEW all_orders AS SELECT * FROM orders`)
		// Counters of a session arrive for certain when it ends.
		session := func(statements ...string) {
			t.Helper()
			c := d.Connect(t)
			for _, sql := range statements {
				_, err := c.Exec(context.Background(), sql)
				require.NoError(t, err, sql)
			}
			require.NoError(t, c.Close(context.Background()))
		}
		require.NoError(t, c.Close(context.Background()))
		// What it counted must not arrive after ANALYZE, which would count it
		// twice.
		c = d.Connect(t)
		require.Eventually(t, func() bool {
			return postgres.Lines(t, c, "SELECT count(*)::text FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'")[0] == "0"
		}, time.Minute, 20*time.Millisecond)
		require.NoError(t, c.Close(context.Background()))
		session("ANALYZE orders, country, events_1, events_2, totals")
		session(slices.Repeat([]string{"SELECT count(*) FROM country"}, 40)...)
		c = d.Connect(t)
		require.Eventually(t, func() bool {
			run("SELECT pg_stat_clear_snapshot()")
			return postgres.Lines(t, c, "SELECT (seq_scan >= 40)::text FROM pg_stat_user_tables WHERE relname = 'country'")[0] == "true"
		}, time.Minute, 20*time.Millisecond)
		run("DROP ROLE IF EXISTS reader")
		run("CREATE ROLE reader")
		t.Cleanup(func() { s.Execute(t, "DROP ROLE IF EXISTS reader") })
		run("SET ROLE reader")

		for name, read := range map[string]func(*testing.T, *pgconn.PgConn) string{"csv": asCSV, "json": asArray} {
			file := write(t, read(t, c.PgConn()))
			known, err := readStatistics(file)
			require.NoError(t, err, name)
			tables := map[string]rules.Table{}
			for _, k := range known {
				require.NotNil(t, k.Seconds, "%s: since when it counts", k.Table)
				tables[k.Table] = k.table(thresholds{}.settled())
				if k.Table == "public.country" {
					assert.GreaterOrEqual(t, *k.Scans, int64(40))
					assert.Equal(t, int64(200), *k.Writes)
					assert.GreaterOrEqual(t, *k.Bytes, int64(8192))
				}
			}
			assert.Len(t, tables, 8, "%v", tables)
			for table, want := range map[string]rules.Table{
				"public.orders":   {Size: rules.Large, Rows: 30000},
				"public.country":  {Size: rules.Small, Rows: 200},
				"public.nothing":  {Size: rules.Small},
				`Odd, "name".T`:   {Size: rules.Small},
				"public.events":   {Size: rules.Large, Rows: 12000},
				"public.events_1": {Size: rules.Small, Rows: 6000},
				"public.totals":   {Size: rules.Small, Rows: 1},
			} {
				want.Name, want.Hot = table, tables[table].Hot
				assert.Equal(t, want, tables[table], name)
			}
		}
		require.NoError(t, c.Close(context.Background()))
	})
}

// asCSV is the result as psql --csv writes it.
func asCSV(t *testing.T, c *pgconn.PgConn) string {
	t.Helper()
	var b strings.Builder
	_, err := c.CopyTo(context.Background(), &b, "COPY ("+statisticsQuery+") TO STDOUT (FORMAT csv, HEADER)")
	require.NoError(t, err)
	header, err := csv.NewReader(strings.NewReader(b.String())).Read()
	require.NoError(t, err)
	assert.Equal(t, columns, header)
	return b.String()
}

func asArray(t *testing.T, c *pgconn.PgConn) string {
	t.Helper()
	result, err := c.Exec(context.Background(), "SELECT json_agg(s) FROM ("+statisticsQuery+") s").ReadAll()
	require.NoError(t, err)
	return string(result[0].Rows[0][0])
}

// TestUncounted: a table that nobody has analysed is judged by its size alone.
func TestUncounted(t *testing.T) {
	postgres.Each(t, func(t *testing.T, s *postgres.Server) {
		c := s.Database(t).Connect(t)
		_, err := c.Exec(context.Background(), "CREATE TABLE fresh AS SELECT repeat('x', 1000) FROM generate_series(1, 30000)")
		require.NoError(t, err)
		_, err = c.Exec(context.Background(), "SELECT pg_stat_reset()")
		require.NoError(t, err)
		known, err := readStatistics(write(t, asCSV(t, c.PgConn())))
		require.NoError(t, err)
		require.Len(t, known, 1)
		if known[0].Rows == nil {
			assert.Equal(t, rules.Table{Name: "public.fresh", Size: rules.Large}, known[0].table(thresholds{}.settled()))
		} else {
			assert.EqualValues(t, 30000, *known[0].Rows, "counted by the statement itself")
		}
	})
}

func number64(n int64) *int64 { return &n }

func TestStatisticOfTable(t *testing.T) {
	limits := thresholds{}.settled()
	for name, c := range map[string]struct {
		statistic
		want rules.Table
	}{
		"nothing known":      {statistic{}, rules.Table{}},
		"few rows":           {statistic{Rows: number64(10_000)}, rules.Table{Size: rules.Small, Rows: 10_000}},
		"many rows":          {statistic{Rows: number64(10_001)}, rules.Table{Size: rules.Large, Rows: 10_001}},
		"few rows, but big":  {statistic{Rows: number64(5), Bytes: number64(17 << 20)}, rules.Table{Size: rules.Large, Rows: 5}},
		"only bytes":         {statistic{Bytes: number64(16 << 20)}, rules.Table{Size: rules.Small}},
		"once a second":      {statistic{Scans: number64(50), Writes: number64(50), Seconds: number64(100)}, rules.Table{Hot: true}},
		"a little less":      {statistic{Scans: number64(50), Writes: number64(49), Seconds: number64(100)}, rules.Table{}},
		"since nobody knows": {statistic{Scans: number64(5000)}, rules.Table{}},
	} {
		assert.Equal(t, c.want, c.table(limits), name)
	}
	assert.True(t, (&statistic{Writes: number64(2), Seconds: number64(60)}).table(thresholds{hotPerMinute: 2}).Hot)
}

func TestBadStatistics(t *testing.T) {
	for text, want := range map[string]string{
		"":                             "s: there is no table in these statistics",
		"table,rows\n":                 "s: there is no table in these statistics",
		"table,row\na,1\n":             `s:1:7: unknown column "row": known are table, rows, bytes, scans, writes, seconds`,
		"table,table\n":                `s:1:7: column "table" is given twice`,
		"rows\n1\n":                    `s:1:1: the column "table" is missing`,
		"table,rows\na,many\n":         "s:2:3: expected a number of rows, or nothing",
		"table,rows\na,-1\n":           "s:2:3: expected a number of rows, or nothing",
		"table,rows\n,1\n":             "s:2:1: expected the name of a table",
		"table,rows\na,1,2\n":          "s:2:1: wrong number of fields",
		"table,rows\n\"a,1\n":          "s:2:6: extraneous or missing \" in quoted-field",
		"[]":                           "s: there is no table in these statistics",
		`[{"table": "a", "row": 1}]`:   `s:1:26: unknown field "row"`,
		`[{"rows": 1}]`:                `s:1:13: expected the name of a table, as "table"`,
		`[{"table": "a", "rows": -1}]`: "s:1:28: expected a number of rows from 0 on",
		`[{"table": "a"}`:              "s:1:16: the array does not end",
		`[{"table": "a"}] x`:           "s:1:18: expected one array, and nothing after it",
	} {
		t.Chdir(t.TempDir())
		require.NoError(t, os.WriteFile("s", []byte(text), 0o644))
		_, err := readStatistics("s")
		assert.EqualError(t, err, want, text)
	}
	_, err := Read(write(t, "tables: {statistics: absent.csv}\n"))
	assert.ErrorContains(t, err, "reading the statistics of tables: open absent.csv")
}

func TestStatisticsWithMark(t *testing.T) {
	t.Chdir(t.TempDir())
	require.NoError(t, os.WriteFile("s", []byte("\ufefftable,rows\r\npublic.a,5\r\n"), 0o644))
	known, err := readStatistics("s")
	require.NoError(t, err)
	assert.Equal(t, []statistic{{Table: "public.a", Rows: number64(5)}}, known)
}
