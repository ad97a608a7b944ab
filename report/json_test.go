package report

import (
	"context"
	"encoding/json"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/parser/migration"
)

// TestJSONLocks holds that a statement lists what it locks of what was there
// before its window, in order of name.
func TestJSONLocks(t *testing.T) {
	set, err := migration.LoadFS(context.Background(), fstest.MapFS{
		"1_old.up.sql":   {Data: []byte("CREATE TABLE users (id int PRIMARY KEY, a int)")},
		"2_new.up.sql":   {Data: []byte("CREATE TABLE accounts (id int PRIMARY KEY, owner int REFERENCES users, region int REFERENCES geo.regions (id))")},
		"3_new.up.sql":   {Data: []byte("ALTER TABLE users ALTER COLUMN a TYPE bigint, ADD FOREIGN KEY (a) REFERENCES accounts")},
		"3_new.down.sql": {Data: []byte("ALTER TABLE users ALTER COLUMN a TYPE int")},
	}, ".", migration.Options{Framework: "golang-migrate"})
	require.NoError(t, err)
	line := replay.Up(set.Migrations, replay.Options{InWindow: func(m *migration.Migration) bool { return m.ID != "1" }})
	var document struct{ Statements []struct{ Locks []jsonLock } }
	require.NoError(t, json.Unmarshal(write(t, JSON, &Run{Timeline: line}), &document))
	var locks [][]jsonLock
	for _, s := range document.Statements {
		locks = append(locks, s.Locks)
	}
	assert.Equal(t, [][]jsonLock{
		{{Relation: "geo.regions", Mode: "ShareRowExclusiveLock"}, {Relation: "public.users", Mode: "ShareRowExclusiveLock"}},
		{
			{Relation: "public.users", Mode: "AccessExclusiveLock", Scan: true, Rewrite: true, Index: true},
			{Relation: "public.users_pkey", Mode: "AccessExclusiveLock", Rewrite: true},
		},
		{},
	}, locks)
}
