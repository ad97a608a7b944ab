package report

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/analyzer/compat"
	"github.com/migracheck/migracheck/analyzer/queries"
	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/parser"
	"github.com/migracheck/migracheck/parser/migration"
	"github.com/migracheck/migracheck/parser/source"
	"github.com/migracheck/migracheck/rules"
)

// asked is a run of migracheck compat on a release of one migration: what the
// rules find is real, names are not made to be shown.
func asked(t testing.TB) *Run {
	t.Helper()
	var ms []*migration.Migration
	for _, m := range [][2]string{
		{"0001", "CREATE TABLE users (id bigint PRIMARY KEY, email text, age int);\n"},
		{"0002", "ALTER TABLE users DROP COLUMN email;\nALTER TABLE users ADD CHECK (age > 0) NOT VALID;\nALTER TABLE users ADD COLUMN nick text;\n"},
	} {
		span := source.NewFile("db/"+m[0]+".up.sql", m[1]).Whole()
		ms = append(ms, &migration.Migration{ID: m[0], Up: &migration.Script{
			Span: span, Pieces: []migration.Piece{{Span: span, Statements: parser.Parse(span).Statements}},
		}})
	}
	line := replay.Up(ms, replay.Options{Complete: true, InWindow: func(m *migration.Migration) bool { return m.ID == "0002" }})
	window := line.Windows[len(line.Windows)-1]
	change := compat.Release(window, line)
	list := func(name string, texts ...string) []queries.Query {
		var found []queries.Query
		for _, sql := range texts {
			found = append(found, queries.Query{SQL: sql, Name: name, At: source.NewFile("store/users.sql", "-- name: x\n"+sql).Whole(), Source: queries.File})
		}
		return found
	}
	previous := &queries.Application{Version: "v1.0.0 ::error::", Commit: "0123456789", Queries: list("Get\n::error::|User", "SELECT email FROM users", "UPDATE users SET age = $1", "SELECT * FROM users", "SELECT nothing FROM users", "SELECT 1 +")}
	previous.Unresolved = []queries.Unresolved{{At: previous.Queries[0].At, Func: "Find", Reason: queries.Builder}}
	now := &queries.Application{Queries: list("SetNick", "UPDATE users SET nick = $1", "UPDATE users SET nik = $1"), Packages: 1, Calls: 2, Syntax: true, Warnings: []string{"x is\nnot here"}}
	old, err := compat.Judge(context.Background(), previous.Queries, change)
	require.NoError(t, err)
	early, err := compat.Judge(context.Background(), now.Queries, change.Reverse())
	require.NoError(t, err)
	evidence := &rules.Evidence{Previous: previous, Judgements: old, Breaks: append(compat.Broken(previous.Version, old), compat.Waits("", early, old)...)}
	var selected []*rules.Rule
	for _, r := range rules.All() {
		if r.AboutQueries() {
			selected = append(selected, r)
		}
	}
	sets := []*migration.Set{{Path: "db", Layout: "golang-migrate", Migrations: ms}}
	return &Run{
		Version: "1.0.0", Rules: selected, Timeline: line, Sets: sets,
		Findings: rules.Run(sets, line, selected, rules.Options{Today: "2026-06-01", Evidence: func(*replay.Window) *rules.Evidence { return evidence }}),
		Compat:   &Compat{Previous: previous, Now: now, Releases: []Release{{Window: window, Old: old, New: early}}},
	}
}
