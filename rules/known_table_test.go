package rules

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/parser/migration"
)

// TestKnownTables judges statements by what is known about their tables.
func TestKnownTables(t *testing.T) {
	const before = `CREATE TABLE t (id bigint PRIMARY KEY, a int); CREATE INDEX t_a ON t (a); CREATE SCHEMA app; CREATE TABLE app.t (id bigint PRIMARY KEY, a int);
		CREATE TABLE u (id bigint PRIMARY KEY, t_id bigint);
		CREATE TABLE p (id bigint) PARTITION BY RANGE (id); CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10);`
	small := func(names ...string) (list []Table) {
		for _, n := range names {
			list = append(list, Table{Name: n, Size: Small})
		}
		return list
	}
	for _, test := range []struct {
		name, sql string
		rule      *Rule
		tables    []Table
		want      Severity
	}{
		{"nothing is known", "ALTER TABLE t ADD CHECK (a > 0)", tableScanUnderLock, nil, Error},
		{"small", "ALTER TABLE t ADD CHECK (a > 0)", tableScanUnderLock, small("t"), Note},
		{"small, with its schema", "ALTER TABLE t ADD CHECK (a > 0)", tableScanUnderLock, small("public.t"), Note},
		{"small, by a pattern", "ALTER TABLE t ADD CHECK (a > 0)", tableScanUnderLock, small("pub*.*"), Note},
		{"of another schema", "ALTER TABLE t ADD CHECK (a > 0)", tableScanUnderLock, small("app.t"), Error},
		{"large", "ALTER TABLE t ADD CHECK (a > 0)", tableScanUnderLock, []Table{{Name: "t", Size: Large}}, Error},
		{"the last one counts", "ALTER TABLE t ADD CHECK (a > 0)", tableScanUnderLock, []Table{{Name: "*", Size: Large}, {Name: "t", Size: Small}, {Name: "t", Hot: true}}, Note},
		{"one end of a foreign key is small", "ALTER TABLE u ADD FOREIGN KEY (t_id) REFERENCES t (id)", tableScanUnderLock, small("t"), Error},
		{"both are", "ALTER TABLE u ADD FOREIGN KEY (t_id) REFERENCES t (id)", tableScanUnderLock, small("t", "u"), Note},
		{"an index", "CREATE INDEX x ON t (a)", blockingIndexBuild, small("t"), Note},
		{"a rewrite", "ALTER TABLE t ALTER a TYPE bigint", tableRewrite, small("t"), Note},
		{"rows", "UPDATE t SET a = 1 WHERE a > 5", bulkDataChange, small("t"), Note},
		{"rows of another table", "UPDATE t SET a = 1 FROM u WHERE u.id = t.a", bulkDataChange, small("t"), Warning},
		{"a partition of a small table", "ALTER TABLE p1 ADD CHECK (id > 0)", tableScanUnderLock, small("p"), Note},
		{"compatibility does not depend on size", "ALTER TABLE t DROP COLUMN a", dropColumn, small("t"), Error},
		{"brief", "DROP INDEX t_a", dropIndexWithoutConcurrently, nil, Note},
		{"brief, but hot", "DROP INDEX t_a", dropIndexWithoutConcurrently, []Table{{Name: "t", Hot: true}}, Warning},
	} {
		t.Run(test.name, func(t *testing.T) {
			set, timeline := load(t, "", "1_a.up.sql", before, "2_a.up.sql", test.sql)
			findings := Run([]*migration.Set{set}, timeline, []*Rule{test.rule}, Options{Today: today, Tables: test.tables})
			require.NotEmpty(t, findings)
			assert.Equal(t, test.want, findings[len(findings)-1].Severity)
		})
	}
}

// TestRunnersTimeouts: what the tool sets counts where the migration says
// nothing else, for each migration anew.
func TestRunnersTimeouts(t *testing.T) {
	const before = "CREATE TABLE t (id bigint PRIMARY KEY, a int);"
	limit := func(d time.Duration) Timeouts { return Timeouts{Lock: &d, Statement: &d} }
	for _, test := range []struct {
		name, sql string
		timeouts  Timeouts
		rule      *Rule
		want      int
	}{
		{"nothing is known", "ALTER TABLE t ADD b int", Timeouts{}, missingLockTimeout, 1},
		{"it sets one", "ALTER TABLE t ADD b int", limit(5 * time.Second), missingLockTimeout, 0},
		{"it sets none", "ALTER TABLE t ADD b int", limit(0), missingLockTimeout, 1},
		{"it sets one that limits nothing", "ALTER TABLE t ADD b int", limit(time.Hour), missingLockTimeout, 1},
		{"the migration sets another", "SET lock_timeout = '3s'; ALTER TABLE t ADD b int", limit(0), missingLockTimeout, 0},
		{"the migration turns it off", "SET lock_timeout = 0; ALTER TABLE t ADD b int", limit(5 * time.Second), missingLockTimeout, 1},
		{"the migration takes it back", "RESET lock_timeout; ALTER TABLE t ADD b int", limit(5 * time.Second), missingLockTimeout, 1},
		{"all of it", "RESET ALL; ALTER TABLE t ADD b int", limit(5 * time.Second), missingLockTimeout, 1},
		{"by set_config", "SELECT set_config('lock_timeout', '0', false); ALTER TABLE t ADD b int", limit(5 * time.Second), missingLockTimeout, 1},
		{"too late", "ALTER TABLE t ADD b int; RESET lock_timeout", limit(5 * time.Second), missingLockTimeout, 0},
		{"for another transaction", "BEGIN; SET LOCAL lock_timeout = 0; COMMIT; ALTER TABLE t ADD b int", limit(5 * time.Second), missingLockTimeout, 0},
		{"for this transaction", "BEGIN; SET LOCAL lock_timeout = 0; ALTER TABLE t ADD b int; COMMIT", limit(5 * time.Second), missingLockTimeout, 1},
		{"of statements", "ALTER TABLE t ADD CHECK (a > 0)", limit(5 * time.Second), missingStatementTimeout, 0},
		{"none of statements", "ALTER TABLE t ADD CHECK (a > 0)", limit(0), missingStatementTimeout, 1},
		{"short for a concurrent build", "CREATE INDEX CONCURRENTLY x ON t (a)", limit(5 * time.Second), shortTimeoutOnConcurrentBuild, 1},
		{"long for a concurrent build", "CREATE INDEX CONCURRENTLY x ON t (a)", limit(time.Hour), shortTimeoutOnConcurrentBuild, 0},
		{"turned off for a concurrent build", "SET lock_timeout = 0; SET statement_timeout = 0; CREATE INDEX CONCURRENTLY x ON t (a)", limit(5 * time.Second), shortTimeoutOnConcurrentBuild, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			set, timeline := load(t, "", "1_a.up.sql", before, "2_a.up.sql", test.sql)
			findings := Run([]*migration.Set{set}, timeline, []*Rule{test.rule}, Options{Today: today, Timeouts: test.timeouts})
			assert.Len(t, findings, test.want)
		})
	}
}
