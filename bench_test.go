package migracheck_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/parser/migration"
	"github.com/migracheck/migracheck/rules"
)

// BenchmarkHistory runs the whole tool but for the report on a long history:
// 2,000 tables, and 10,000 operations on them.
func BenchmarkHistory(b *testing.B) {
	dir, size := history(b, 2000)
	operations := 0
	b.SetBytes(int64(size))
	for b.Loop() {
		sets, err := migration.Load(b.Context(), []string{dir}, migration.Options{})
		require.NoError(b, err)
		timeline := replay.Up(sets[0].Migrations, replay.Options{})
		rules.Run(sets, timeline, rules.All(), rules.Options{Today: "2026-01-01"})
		operations += len(timeline.Steps)
	}
	b.ReportMetric(float64(operations)/b.Elapsed().Seconds(), "operations/s")
	b.ReportMetric(peakMemory(b), "peak-MB")
}

// history writes migrations that make a table each and alter the one of ten
// migrations before, and returns their directory and size.
func history(b *testing.B, tables int) (dir string, size int) {
	b.Helper()
	dir = b.TempDir()
	for i := range tables {
		old := max(0, i-10)
		text := fmt.Sprintf(`CREATE TABLE t%[1]d (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name       text NOT NULL,
    state      varchar(20) DEFAULT 'new',
    amount     numeric(12,2) CHECK (amount >= 0),
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX t%[1]d_created_idx ON t%[1]d (created_at) WHERE state = 'new';
ALTER TABLE t%[2]d ADD COLUMN note%[1]d text;
ALTER TABLE t%[2]d ADD CONSTRAINT c%[1]d CHECK (length(note%[1]d) < 200) NOT VALID;
ALTER TABLE t%[2]d VALIDATE CONSTRAINT c%[1]d;
`, i, old)
		require.NoError(b, os.WriteFile(filepath.Join(dir, fmt.Sprintf("%05d_table.up.sql", i+1)), []byte(text), 0o600))
		size += len(text)
	}
	return dir, size
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
