package lock_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/analyzer/lock"
)

// taken returns what the last of some statements takes, on a catalog that does
// not know what was there before.
func taken(t *testing.T, history, sql string, version int) []string {
	t.Helper()
	before := catalog.New(false)
	if history != "" {
		before = perform(t, before, history)
	}
	var lines []string
	for _, op := range parse(t, sql)[0].Ops {
		after, changes, refusal := before.Apply(op)
		require.Nil(t, refusal)
		for _, a := range lock.Taken(op, before, after, changes, version) {
			lines = append(lines, line(after.RelationByOID(a.Relation).Name, a.Mode.String(), a.Scan, a.Rewrite, a.Index))
		}
		before = after
	}
	slices.Sort(lines)
	return lines
}

func TestTheUnknownIsTakenAtItsWorst(t *testing.T) {
	for _, test := range []struct {
		name, history, sql string
		want               []string
	}{
		{"an assumed table has rows", "", "ALTER TABLE users ALTER COLUMN a SET NOT NULL", []string{"users AccessExclusiveLock scan"}},
		{"and indexes", "", "ALTER TABLE users ADD COLUMN a float8 DEFAULT random()", []string{"users AccessExclusiveLock rewrite index"}},
		{"its columns have unknown types", "", "ALTER TABLE users ALTER COLUMN a TYPE text", []string{"users AccessExclusiveLock rewrite index"}},
		{"but a plain new column costs nothing", "", "ALTER TABLE users ADD COLUMN a int", []string{"users AccessExclusiveLock"}},
		{"nor does a constraint that is not checked", "", "ALTER TABLE users ADD CHECK (a > 0) NOT VALID", []string{"users AccessExclusiveLock"}},
		{
			"both ends of a foreign key are locked", "", "ALTER TABLE users ADD FOREIGN KEY (a) REFERENCES accounts (id)",
			[]string{"accounts ShareRowExclusiveLock scan", "users ShareRowExclusiveLock scan"},
		},
		{"its constraints are unknown", "", "ALTER TABLE users VALIDATE CONSTRAINT c", []string{"users ShareUpdateExclusiveLock scan"}},
		{"its persistence is unknown", "", "ALTER TABLE users SET LOGGED", []string{"users AccessExclusiveLock rewrite index"}},
		{"a function of nobody's is volatile", "CREATE TABLE t (a int)", "ALTER TABLE t ADD COLUMN b uuid DEFAULT uuid_generate_v4()", []string{"t AccessExclusiveLock rewrite"}},
		{"so is one of another schema", "CREATE TABLE t (a int)", "ALTER TABLE t ADD COLUMN b uuid DEFAULT extensions.now()", []string{"t AccessExclusiveLock rewrite"}},
		{"the time zone is unknown", "CREATE TABLE t (a timestamp)", "ALTER TABLE t ALTER COLUMN a TYPE timestamptz", []string{"t AccessExclusiveLock rewrite"}},
		{"what citext stores is text", "CREATE EXTENSION citext; CREATE TABLE t (a citext)", "ALTER TABLE t ALTER COLUMN a TYPE text", []string{"t AccessExclusiveLock"}},
		{"but it is compared otherwise", "CREATE EXTENSION citext; CREATE TABLE t (a text); CREATE INDEX i ON t (a)", "ALTER TABLE t ALTER COLUMN a TYPE citext", []string{"i AccessExclusiveLock rewrite", "t AccessExclusiveLock index"}},
		{"an extension's modifiers may matter", "CREATE TABLE t (a geometry(point))", "ALTER TABLE t ALTER COLUMN a TYPE geometry(polygon)", []string{"t AccessExclusiveLock rewrite"}},
		{"unless they go", "CREATE TABLE t (a geometry(point))", "ALTER TABLE t ALTER COLUMN a TYPE geometry", []string{"t AccessExclusiveLock"}},
		{"what goes by another name afterwards is locked", "", "ALTER TABLE users RENAME TO people", []string{"people AccessExclusiveLock"}},
		{"so is what is in another schema", "CREATE SCHEMA old", "ALTER TABLE users SET SCHEMA old", []string{"users AccessExclusiveLock"}},
		{"what is not there is not locked", "", "DROP TABLE IF EXISTS t", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			assert.Equal(t, test.want, taken(t, test.history, test.sql, 17))
		})
	}
}

func TestVersionZeroIsTheOldest(t *testing.T) {
	history := "CREATE TABLE p (k int) PARTITION BY RANGE (k); CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (1)"
	sql := "ALTER TABLE p DETACH PARTITION p1"
	assert.Equal(t, taken(t, history, sql, lock.Oldest), taken(t, history, sql, 0))
	assert.NotEqual(t, taken(t, history, sql, 18), taken(t, history, sql, 0))
}

func TestMerge(t *testing.T) {
	weak := lock.Acquisition{Relation: 1, Mode: lock.ShareUpdateExclusive, Scan: true}
	strong := lock.Acquisition{Relation: 1, Mode: lock.AccessExclusive, Index: true, Cause: "CASCADE"}
	rewrite := lock.Acquisition{Relation: 1, Mode: lock.AccessExclusive, Rewrite: true}
	other := lock.Acquisition{Relation: 2, Mode: lock.AccessShare}
	for _, test := range []struct {
		name  string
		lists [][]lock.Acquisition
		want  []lock.Acquisition
	}{
		{"nothing", nil, nil},
		{"one for each relation", [][]lock.Acquisition{{weak}, {other}}, []lock.Acquisition{weak, other}},
		{
			"the strongest mode, and all that is done",
			[][]lock.Acquisition{{weak, other}, {strong}},
			[]lock.Acquisition{{Relation: 1, Mode: lock.AccessExclusive, Scan: true, Index: true, Cause: "CASCADE"}, other},
		},
		{"a rewrite verifies in passing", [][]lock.Acquisition{{weak}, {rewrite}}, []lock.Acquisition{rewrite}},
	} {
		t.Run(test.name, func(t *testing.T) {
			assert.Equal(t, test.want, lock.Merge(test.lists...))
		})
	}
	assert.True(t, weak.Scan, "what is merged is not changed")
}

// FuzzTaken holds that no SQL makes the model panic, and that it speaks of a
// relation once.
func FuzzTaken(f *testing.F) {
	f.Add("ALTER TABLE t ADD COLUMN z int DEFAULT random()", 13)
	f.Add("ALTER TABLE p ATTACH PARTITION p3 FOR VALUES FROM (((300)) TO (400)", 18)
	f.Fuzz(func(t *testing.T, sql string, version int) {
		before := catalog.New(false)
		for _, st := range parseAny(sql) {
			for _, op := range st.Ops {
				after, changes, refusal := before.Apply(op)
				if refusal != nil {
					continue
				}
				seen := map[catalog.OID]bool{}
				for _, a := range lock.Taken(op, before, after, changes, version) {
					require.False(t, seen[a.Relation])
					seen[a.Relation] = true
				}
				before = after
			}
		}
	})
}
