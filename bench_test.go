package migracheck_test

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/analyzer/rollback"
	"github.com/migracheck/migracheck/parser/migration"
	"github.com/migracheck/migracheck/report"
	"github.com/migracheck/migracheck/rules"
	"github.com/migracheck/migracheck/testdata/histories"
)

// BenchmarkCheck runs the whole tool but for the report, on histories of the
// shapes that cost most. Those of one shape are each four times as large as the
// one before: where MB/s and operations/s fall from one to the next, something
// grows faster than its input.
func BenchmarkCheck(b *testing.B) {
	for _, shape := range []struct {
		name  string
		sizes []int
		files func(n int) []string
	}{
		{"files", []int{1, 250, 1000, 4000}, severalFiles},
		{"statements-of-a-file", []int{2500, 10000, 40000}, oneFile},
		{"statements-on-200-tables", []int{2500, 10000, 40000}, oneMigration},
		{"tables-in-a-transaction", []int{250, 1000, 4000}, manyTables},
		{"columns-dropped-in-a-file", []int{250, 1000, 4000}, droppedColumns},
	} {
		for _, n := range shape.sizes {
			b.Run(fmt.Sprintf("%s=%d", shape.name, n), func(b *testing.B) { check(b, shape.files(n)) })
		}
	}
}

// BenchmarkStages are the stages after the parser's (see its benchmarks), one at
// a time, on a history that every rule about changes has something to say of.
func BenchmarkStages(b *testing.B) {
	dir := b.TempDir()
	size := 0
	for i, text := range droppedColumns(1000) {
		size += len(text)
		require.NoError(b, os.WriteFile(filepath.Join(dir, fmt.Sprintf("%05d_table.up.sql", i+1)), []byte(text), 0o600))
	}
	sets, err := migration.Load(b.Context(), []string{dir}, migration.Options{})
	require.NoError(b, err)
	timeline := replay.Up(sets[0].Migrations, replay.Options{})
	judge := func() []rules.Finding {
		return rules.Run(sets, timeline, rules.All(), rules.Options{Today: "2026-01-01"})
	}
	run := &report.Run{Version: "bench", Rules: rules.All(), Findings: judge(), Timeline: timeline, Sets: sets}
	stage := func(name string, work func()) {
		b.Run(name, func(b *testing.B) {
			forgetPeak(b)
			b.SetBytes(int64(size))
			b.ReportAllocs()
			for b.Loop() {
				work()
			}
			b.ReportMetric(peakMemory(b), "peak-MB")
		})
	}
	stage("load", func() {
		_, err := migration.Load(b.Context(), []string{dir}, migration.Options{})
		require.NoError(b, err)
	})
	stage("replay", func() { replay.Up(sets[0].Migrations, replay.Options{}) })
	stage("rules", func() { judge() })
	for _, format := range report.Formats() {
		stage("report="+format.Name, func() { require.NoError(b, format.Write(io.Discard, run)) })
	}
}

func check(b *testing.B, files []string) {
	b.Helper()
	dir := b.TempDir()
	for i, text := range files {
		require.NoError(b, os.WriteFile(filepath.Join(dir, fmt.Sprintf("%05d_table.up.sql", i+1)), []byte(text), 0o600))
	}
	forgetPeak(b)
	operations := 0
	b.SetBytes(int64(len(strings.Join(files, ""))))
	for b.Loop() {
		sets, err := migration.Load(b.Context(), []string{dir}, migration.Options{})
		require.NoError(b, err)
		timeline := replay.Up(sets[0].Migrations, replay.Options{})
		rules.Run(sets, timeline, rules.All(), rules.Options{
			Today:  "2026-01-01",
			Undone: rollback.Windows(timeline, replay.Options{}),
		})
		operations += len(timeline.Steps)
	}
	b.ReportMetric(float64(operations)/b.Elapsed().Seconds(), "operations/s")
	b.ReportMetric(peakMemory(b), "peak-MB")
}

// severalFiles make a table each and alter the one of ten files before.
func severalFiles(n int) []string { return slices.Collect(histories.Steps(n)) }

// oneFile is the same in one file.
func oneFile(n int) []string { return []string{strings.Join(severalFiles(n/5), "")} }

// oneMigration changes 200 tables that were there, and their rows, again and
// again in one migration.
func oneMigration(n int) []string {
	var made, changed strings.Builder
	for i := range 200 {
		fmt.Fprintf(&made, "CREATE TABLE t%d (id bigint PRIMARY KEY, name text NOT NULL, state text);\n", i)
	}
	kinds := []string{
		"ALTER TABLE t%[1]d ADD COLUMN c%[2]d text;\n",
		"CREATE INDEX i%[2]d ON t%[1]d (state);\n",
		"UPDATE t%[1]d SET state = 'x' WHERE state = 'v%[2]d';\n",
		"ALTER TABLE t%[1]d ADD CONSTRAINT k%[2]d CHECK (length(state) < %[2]d);\n",
		"INSERT INTO t%[1]d (id, name) VALUES (%[2]d, 'n');\n",
	}
	for i := range n {
		fmt.Fprintf(&changed, kinds[i/200%len(kinds)], i%200, i)
	}
	return []string{made.String(), changed.String()}
}

// manyTables locks n tables, one after the other and each two times, in one
// transaction that sets a timeout.
func manyTables(n int) []string {
	var made, changed strings.Builder
	changed.WriteString("BEGIN;\nSET LOCAL lock_timeout = '5s';\n")
	for i := range n {
		fmt.Fprintf(&made, "CREATE TABLE t%d (id bigint PRIMARY KEY, name text NOT NULL, state text);\n", i)
		fmt.Fprintf(&changed, "ALTER TABLE t%[1]d ADD COLUMN more text;\nCREATE INDEX ON t%[1]d (state);\n", i)
	}
	changed.WriteString("COMMIT;\n")
	return []string{made.String(), changed.String()}
}

// droppedColumns drop a column and change the type of another of n tables, in one
// file.
func droppedColumns(n int) []string {
	var made, changed strings.Builder
	for i := range n {
		fmt.Fprintf(&made, "CREATE TABLE t%d (id bigint PRIMARY KEY, name text NOT NULL, state int);\n", i)
		fmt.Fprintf(&changed, "ALTER TABLE t%[1]d DROP COLUMN name;\nALTER TABLE t%[1]d ALTER COLUMN state TYPE bigint;\n", i)
	}
	return []string{made.String(), changed.String()}
}

// forgetPeak makes the most memory that the process has had what it has now,
// without what earlier benchmarks left behind.
func forgetPeak(b *testing.B) {
	b.Helper()
	debug.FreeOSMemory()
	const peak = "5" // https://man7.org/linux/man-pages/man5/proc_pid_clear_refs.5.html
	if err := os.WriteFile("/proc/self/clear_refs", []byte(peak), 0o200); err != nil {
		b.Logf("the peak is that of all benchmarks so far: %v", err)
	}
}

// peakMemory is the most memory that the process has had, in MB; 0 where the
// system does not tell. It counts what the C parser takes, too.
func peakMemory(b *testing.B) float64 {
	b.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	kB, err := strconv.ParseFloat(strings.Fields(rest + " 0 kB")[0], 64)
	require.NoError(b, err)
	return kB * 1024 / 1e6
}
