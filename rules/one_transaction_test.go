package rules

import (
	"context"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/parser/migration"
)

// TestOneTransaction judges a window whose migrations share a transaction,
// beside the same window without.
func TestOneTransaction(t *testing.T) {
	fsys := fstest.MapFS{}
	for name, text := range map[string]string{
		"1_base.up.sql":  "CREATE TYPE mood AS ENUM ('sad'); CREATE TABLE users (id bigint PRIMARY KEY, mood mood); CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint)",
		"2_add.up.sql":   "ALTER TYPE mood ADD VALUE 'happy'",
		"2_add.down.sql": "SELECT 1",
		"3_use.up.sql":   "ALTER TABLE users ALTER COLUMN mood SET DEFAULT 'happy'",
		"4_index.up.sql": "CREATE INDEX CONCURRENTLY users_mood ON users (mood)",
		"5_scan.up.sql":  "UPDATE orders SET user_id = 0",
	} {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	rules := []*Rule{useNewEnumValue, workUnderExclusiveLock, refusedByPostgres}
	for _, test := range []struct {
		one  bool
		want []string
	}{
		{false, nil},
		{true, []string{
			"3_use.up.sql use-new-enum-value: value 'happy' of enum \"public.mood\" is used in the transaction that adds it, so PostgreSQL refuses the statement with 55P04",
			"4_index.up.sql refused-by-postgres",
			"5_scan.up.sql work-under-exclusive-lock",
		}},
	} {
		set, err := migration.LoadFS(context.Background(), fsys, ".", migration.Options{Projects: []migration.Project{{Dir: ".", OneTransaction: test.one}}})
		require.NoError(t, err)
		timeline := replay.Up(set.Migrations, replay.Options{
			InWindow:       func(m *migration.Migration) bool { return m.ID != "1" },
			OneTransaction: set.OneTransaction,
		})
		var got []string
		for _, f := range Run([]*migration.Set{set}, timeline, rules, Options{Today: today, PGVersion: 16}) {
			line := f.At.File.Path + " " + f.Rule.Name
			if f.Rule == useNewEnumValue {
				line += ": " + f.Message
			}
			got = append(got, line)
		}
		assert.Equal(t, test.want, got)
	}
}
