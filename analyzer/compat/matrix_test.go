package compat_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/analyzer/compat"
	"github.com/migracheck/migracheck/analyzer/queries"
	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/parser"
	"github.com/migracheck/migracheck/parser/migration"
	"github.com/migracheck/migracheck/parser/source"
)

// release replays scripts of which all but the first are released together.
func release(t *testing.T, scripts ...string) compat.Change {
	t.Helper()
	var ms []*migration.Migration
	for _, sql := range scripts {
		span := source.NewFile("m.sql", sql).Whole()
		piece := migration.Piece{Span: span, Statements: parser.Parse(span).Statements}
		ms = append(ms, &migration.Migration{ID: sql, Up: &migration.Script{Span: span, Pieces: []migration.Piece{piece}}})
	}
	line := replay.Up(ms, replay.Options{Complete: true, InWindow: func(m *migration.Migration) bool { return m != ms[0] }})
	require.NotEmpty(t, line.Windows)
	return compat.Release(line.Windows[len(line.Windows)-1], line)
}

func asked(texts ...string) []queries.Query {
	var list []queries.Query
	for _, sql := range texts {
		list = append(list, queries.Query{SQL: sql, At: source.NewFile("q.sql", sql).Whole(), Source: queries.File})
	}
	return list
}

func TestMatrix(t *testing.T) {
	change := release(t, "CREATE TABLE users (id int PRIMARY KEY, email text, nick text)",
		"ALTER TABLE users ADD COLUMN mail text; ALTER TABLE users ADD COLUMN age int; UPDATE users SET mail = email",
		"ALTER TABLE users DROP COLUMN email; ALTER TABLE users RENAME COLUMN nick TO handle")
	old := asked("SELECT email FROM users", "SELECT id, nick FROM users", "SELECT * FROM users", "SELECT id FROM users",
		"SELECT email FROM users", "SELECT nonsense FROM users", "BEGIN; SELECT email FROM users; COMMIT", "", "SELECT 1 +")
	judged, err := compat.Judge(t.Context(), old, change)
	require.NoError(t, err)
	var kinds []compat.Kind
	for _, j := range judged {
		kinds = append(kinds, j.Kind)
	}
	assert.Equal(t, []compat.Kind{compat.Breaks, compat.Breaks, compat.OK, compat.OK, compat.Breaks, compat.BrokenBefore, compat.Breaks, compat.Unknown, compat.OK}, kinds)
	assert.Equal(t, compat.Counts{OK: 6, BrokenBefore: 1, Unknown: 2}, compat.Standing(judged))
	assert.Equal(t, compat.Counts{OK: 3, Breaks: 4, BrokenBefore: 1, Unknown: 1, Prepared: 1}, compat.Meeting(judged))
	breaks := compat.Broken("v1", judged)
	require.Len(t, breaks, 3)
	assert.Equal(t, "ALTER TABLE users DROP COLUMN email", breaks[0].Step.Statement.Span.Text())
	assert.Len(t, breaks[0].Judgements, 3, "queries that meet the same are one break")
	assert.Equal(t, compat.Failing, breaks[0].Effect)
	assert.Equal(t, "ALTER TABLE users RENAME COLUMN nick TO handle", breaks[1].Step.Statement.Span.Text())
	assert.Equal(t, compat.PreparedFails, breaks[2].Effect)
	assert.Equal(t, "v1", breaks[2].Version)

	now := asked("SELECT mail, handle FROM users", "SELECT id FROM users", "SELECT nonsense FROM users", "SELECT age FROM users")
	judged, err = compat.Judge(t.Context(), now, change.Reverse())
	require.NoError(t, err)
	assert.Equal(t, compat.Counts{OK: 1, Breaks: 2, BrokenBefore: 1}, compat.Meeting(judged))
	waits := compat.Waits("", judged, nil)
	require.Len(t, waits, 3)
	assert.Equal(t, compat.Early, waits[0].Effect)
	assert.Equal(t, "column mail of public.users is new", waits[0].Error.Cause)
	assert.Equal(t, "ALTER TABLE users ADD COLUMN mail text", waits[0].Step.Statement.Span.Text())
	assert.Equal(t, compat.Invalid, waits[1].Effect)
	assert.Nil(t, waits[1].Step)
	assert.Equal(t, "ALTER TABLE users ADD COLUMN age int", waits[2].Step.Statement.Span.Text())
}

// TestCauseAmongMany: the operation is found however many there are.
func TestCauseAmongMany(t *testing.T) {
	script := ""
	for range 100 {
		script += "ALTER TABLE t ADD COLUMN x int; ALTER TABLE t DROP COLUMN x; "
	}
	change := release(t, "CREATE TABLE t (a int, b int)", script+"ALTER TABLE t DROP COLUMN a; "+script)
	judged, err := compat.Judge(t.Context(), asked("SELECT a FROM t"), change)
	require.NoError(t, err)
	require.NotNil(t, judged[0].Cause)
	assert.Equal(t, "ALTER TABLE t DROP COLUMN a", judged[0].Cause.Statement.Span.Text())
}

// TestWhatFailedBefore: what the version before asked in vain as well is not the
// release's doing, and what is for another system is not known.
func TestWhatFailedBefore(t *testing.T) {
	change := release(t, "CREATE TABLE t (a int)", "ALTER TABLE t ADD COLUMN b int")
	old, err := compat.Judge(t.Context(), asked("SELECT x FROM t", "SELECT name FROM sqlite_master"), change)
	require.NoError(t, err)
	assert.Equal(t, compat.Counts{BrokenBefore: 1, Unknown: 1}, compat.Standing(old))
	now, err := compat.Judge(t.Context(), asked("SELECT x FROM t", "SELECT y FROM t"), change.Reverse())
	require.NoError(t, err)
	waits := compat.Waits("", now, old)
	require.Len(t, waits, 1)
	assert.Equal(t, "SELECT y FROM t", waits[0].Judgements[0].Query.SQL)
}

// TestNoRelease: without a change, nothing breaks.
func TestNoRelease(t *testing.T) {
	change := release(t, "CREATE TABLE t (a int)", "SELECT 1")
	judged, err := compat.Judge(t.Context(), asked("SELECT a FROM t", "SELECT b FROM t"), change)
	require.NoError(t, err)
	assert.Equal(t, compat.Counts{OK: 1, BrokenBefore: 1}, compat.Meeting(judged))
	assert.Empty(t, compat.Broken("", judged))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = compat.Judge(ctx, asked("SELECT a FROM t"), change)
	assert.ErrorIs(t, err, context.Canceled)
}
