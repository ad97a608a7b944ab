package replay_test

import (
	"context"
	"fmt"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/parser/migration"
)

// BenchmarkUp replays 10,000 operations on 2,000 tables.
func BenchmarkUp(b *testing.B) {
	fsys := fstest.MapFS{}
	for i := range 2000 {
		fsys[fmt.Sprintf("%05d_table.up.sql", i+1)] = &fstest.MapFile{Data: fmt.Appendf(nil, `
CREATE TABLE t%[1]d (id bigserial PRIMARY KEY, parent bigint REFERENCES t%[2]d (id), name text NOT NULL, n int CHECK (n > 0));
CREATE INDEX ON t%[1]d (parent);
ALTER TABLE t%[2]d ADD COLUMN note%[1]d varchar(20) DEFAULT '';
ALTER TABLE t%[2]d ALTER COLUMN note%[1]d TYPE text;
ALTER TABLE t%[2]d DROP COLUMN note%[1]d;`, i, i/2)}
	}
	set, err := migration.LoadFS(context.Background(), fsys, ".", migration.Options{Framework: "golang-migrate"})
	require.NoError(b, err)
	b.ReportAllocs()
	for b.Loop() {
		line := replay.Up(set.Migrations, replay.Options{PGVersion: 17})
		require.Len(b, line.Steps, 10000)
	}
}
