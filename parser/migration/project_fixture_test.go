package migration

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A toolProject is a project as the users of a tool lay it out, below testdata,
// and all that is read from it.
type toolProject struct {
	// path is the directory, from testdata.
	path, layout, reason string
	// one: everything pending is one transaction.
	one bool
	// want has a line for each statement: the migration, the direction, who
	// opens the transaction and the first words. A line "|" stands where the
	// tool sends something new, "||" where it does so in a transaction of its
	// own.
	want string
	// problems are a line each: the place, the kind and the message.
	problems string
	ignored  []string
}

// testProject compares a project with what is expected of it, and reads every
// one of its files alone, too: the set around it must be the same.
func testProject(t *testing.T, want toolProject) {
	t.Helper()
	set := loadProject(t, filepath.Join("testdata", want.path))
	assert.Equal(t, want.layout, set.Layout)
	assert.Equal(t, want.reason, set.Reason)
	assert.Equal(t, want.one, set.OneTransaction)
	assert.Equal(t, strings.TrimSpace(want.want), strings.Join(transcript(set), "\n"))
	assert.Equal(t, strings.TrimSpace(want.problems), strings.Join(troubles(set), "\n"))
	assert.Equal(t, want.ignored, beneath(set.Ignored))
	for _, m := range set.Migrations {
		for _, script := range []*Script{m.Up, m.Down} {
			if script == nil {
				continue
			}
			file := script.Span.File.Path
			alone := loadProject(t, filepath.FromSlash(file))
			assert.Equal(t, set.Path, alone.Path, file)
			assert.Equal(t, set.Layout, alone.Layout, file)
			assert.Equal(t, transcript(set), transcript(alone), file)
			assert.True(t, alone.Selected(script.Span.File) || alone.selected[file], file)
		}
	}
}

func loadProject(t *testing.T, path string) *Set {
	t.Helper()
	sets, err := Load(context.Background(), []string{path}, Options{})
	require.NoError(t, err)
	require.Len(t, sets, 1)
	return sets[0]
}

// transcript writes a set statement by statement.
func transcript(set *Set) []string {
	var out []string
	for _, m := range set.Migrations {
		id := m.ID
		if m.Name != "" {
			id += " " + m.Name
		}
		if m.Opaque != "" {
			out = append(out, id+" up: opaque, "+m.Opaque)
		} else {
			out = append(out, statementLines(id+" up", m.Up)...)
		}
		switch {
		case m.Down != nil && m.Down.Opaque != "":
			out = append(out, id+" down: opaque, "+m.Down.Opaque)
		case m.Down != nil:
			out = append(out, statementLines(id+" down", m.Down)...)
		}
	}
	return out
}

func statementLines(head string, s *Script) []string {
	out := []string{}
	for i, p := range s.Pieces {
		if i > 0 {
			out = append(out, map[bool]string{false: "|", true: "||"}[p.Separate])
		}
		for _, st := range p.Statements {
			words := strings.Join(strings.Fields(st.Span.Text()), " ")
			if len(words) > 44 {
				words = words[:44]
			}
			kind := map[Transaction]string{Wrapped: "wrapped", Implicit: "implicit", Autocommit: "alone", Unstated: "unstated"}[p.Transaction]
			out = append(out, fmt.Sprintf("%s %s: %s", head, kind, strings.TrimSpace(words)))
		}
	}
	if len(out) == 0 {
		out = append(out, head+": nothing")
	}
	return out
}

func troubles(set *Set) []string {
	var out []string
	for _, p := range set.Problems {
		at := p.At.From()
		out = append(out, fmt.Sprintf("%s:%d:%d: %s: %s", inTestdata(p.At.File.Path), at.Line, at.Column, p.Kind, inTestdata(p.Message)))
	}
	return out
}

// inTestdata shortens paths.
func inTestdata(text string) string { return strings.ReplaceAll(text, "testdata/", "") }

func beneath(paths []string) []string {
	var out []string
	for _, p := range paths {
		out = append(out, inTestdata(p))
	}
	return out
}

// TestToolNeedsItsSign holds that the files of these tools, without what says
// so, are not taken for theirs: their names are those of other tools.
func TestToolNeedsItsSign(t *testing.T) {
	const pair = "CREATE TABLE t (id int);"
	tests := []struct {
		name, layout string
		files        []string
	}{
		{"supabase elsewhere", "sqlx|plain|golang-migrate", []string{"20240101000000_a.sql", pair}},
		{"hasura without its config", "plain|diesel", []string{"1642000000000_a/up.sql", pair, "1642000000000_a/down.sql", pair}},
		{"bun without .tx", "golang-migrate|sqlx", []string{"20240101000000_a.up.sql", pair, "20240101000000_a.down.sql", pair}},
		{"popx without a dialect", "golang-migrate|sqlx", []string{"20240101000000_a.up.sql", pair, "20240101000000_a.down.sql", pair}},
		{"a dot in a name is no dialect", "golang-migrate", []string{"000056_upgrade_v6.0.up.sql", pair, "000056_upgrade_v6.0.down.sql", pair}},
		{"a comment like node-pg-migrate's", "golang-migrate", []string{"1_a.up.sql", "-- Up migration: users\n" + pair, "1_a.down.sql", "-- Down migration\n" + pair}},
		{"directories of Prisma", "prisma", []string{"20240101000000_a/migration.sql", pair, "migration_lock.toml", "provider = \"postgresql\"\n"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			set := readFiles(t, "", tt.files...)
			assert.Contains(t, strings.Split(tt.layout, "|"), set.Layout)
		})
	}
}

// TestToolsOnStandardInput holds that a text without a name is run as the tool
// that is named would.
func TestToolsOnStandardInput(t *testing.T) {
	tests := []struct {
		layout, text string
		want         []string
	}{
		{"supabase", "a;\nVACUUM;\nb;", []string{"<stdin> up [implicit a;] [alone VACUUM;] [implicit b;]"}},
		{"hasura", "a; b;", []string{"<stdin> up [tx a; b;]"}},
		{"drizzle", "a;\n--> statement-breakpoint\nb;", []string{"<stdin> up [tx a;] [tx b;]"}},
		{"node-pg-migrate", "a;", []string{"<stdin> up [tx a;]"}},
		{"node-pg-migrate", "-- Up Migration\na;\n-- Down Migration\n-a;", []string{"<stdin> up [tx a;]", "<stdin> down [tx -a;]"}},
		{"auto", "-- Up Migration\na;\n-- Down Migration\n-a;", []string{"<stdin> up [tx a;]", "<stdin> down [tx -a;]"}},
		{"graphile-migrate", "--! Previous: -\n\n--! no-transaction\na;", []string{"<stdin> up [implicit a;]"}},
		{"bun", "a;\n--bun:split\nb;", []string{"<stdin> up [implicit a;] [implicit b;]"}},
		{"go-pg", "a;\n--gopg:split\nb;", []string{"<stdin> up [implicit a;] [implicit b;]"}},
		{"popx", "a; b;", []string{"<stdin> up [tx a; b;]"}},
		{"morph", "-- morph:nontransactional\na;", []string{"<stdin> up [implicit a;]"}},
		{"maragudk", "a;", []string{"<stdin> up [tx a;]"}},
		{"postgres-migrations", "-- postgres-migrations disable-transaction\na;", []string{"<stdin> up [implicit a;]"}},
		{"pgmigrate", "a;", []string{"<stdin> up [tx a;]"}},
	}
	for _, tt := range tests {
		t.Run(tt.layout, func(t *testing.T) {
			sets, err := Load(context.Background(), []string{"-"}, Options{Framework: tt.layout, Stdin: strings.NewReader(tt.text)})
			require.NoError(t, err)
			assert.Equal(t, tt.want, summary(sets[0]))
		})
	}
}

// FuzzTools reads any text in the files of every tool here: pieces lie in their
// scripts, in order.
func FuzzTools(f *testing.F) {
	f.Add("-- Up Migration\na;\n-- Down Migration\nb;")
	f.Add("--! Previous: -\n--! Hash: sha1:0\n\n--! no-transaction\n--!include a.sql\na;")
	f.Add("a;--> statement-breakpoint\nb;\n--bun:split\n--gopg:split\nc;")
	f.Add("{\"entries\":[{\"tag\":\"0000_a\",\"when\":1}]}")
	f.Add("create function f() begin atomic select case when 1 then 2 end; end;\nvacuum;\n-- morph:nontransactional\ncommit;")
	names := []string{
		"0000_a.sql", "meta/_journal.json", "1_b.up.sql", "1_b.down.sql", "2_c.pg.autocommit.up.sql", "3_d.tx.up.sql", "4_e/up.sql", "5_f/migration.sql",
		"5_f/snapshot.json", "committed/000001.sql", "current.sql", "fixtures/a.sql", "config.toml", "package.json",
	}
	f.Fuzz(func(t *testing.T, text string) {
		var pairs []string
		for _, name := range names {
			pairs = append(pairs, name, text)
		}
		dir, err := OpenDir(files(pairs...), "m", "m")
		require.NoError(t, err)
		for _, l := range Layouts() {
			l.Detect(dir)
			for s := range scriptsOf([]*Set{l.Load(dir)}) {
				end := s.Span.Start
				for _, p := range s.Pieces {
					if p.Span.File != s.Span.File {
						require.Equal(t, "graphile-migrate", l.Name(), "only its files include others")
						continue
					}
					require.True(t, s.Span.Contains(p.Span), "piece within its script")
					require.LessOrEqual(t, end, p.Span.Start, "pieces in order")
					end = p.Span.End
				}
			}
		}
	})
}
