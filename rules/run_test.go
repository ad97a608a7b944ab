package rules

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/migration"
	"github.com/migracheck/migracheck/parser/source"
)

// load replays files, each a window of its own unless since names the first of
// the only one.
func load(t *testing.T, since string, files ...string) (*migration.Set, *replay.Timeline) {
	t.Helper()
	fsys := fstest.MapFS{}
	for i := 0; i < len(files); i += 2 {
		fsys["m/"+files[i]] = &fstest.MapFile{Data: []byte(files[i+1])}
	}
	set, err := migration.LoadFS(context.Background(), fsys, "m", migration.Options{})
	require.NoError(t, err)
	var options replay.Options
	if since != "" {
		options.InWindow = func(m *migration.Migration) bool { return m.ID >= since }
	}
	return set, replay.Up(set.Migrations, options)
}

// recorder returns a rule that writes down the events it is shown.
func recorder(log *[]string) *Rule {
	add := func(format string, args ...any) { *log = append(*log, fmt.Sprintf(format, args...)) }
	return &Rule{Name: "recorder", Severity: Note, Check: Any(
		On(func(p *Pass, s *replay.Statement) { add("statement %s down=%t", s.Kind, p.Down) }),
		On(func(p *Pass, op *ddl.CreateTable) { add("op %s", op.Table.Name) }),
		On(func(p *Pass, c *catalog.RelationCreated) { add("created %s", c.Relation.Name) }),
		On(func(p *Pass, c *catalog.RelationDropped) { add("dropped %s", c.Relation.Name) }),
		On(func(p *Pass, e *catalog.Error) { add("refused %s", e.SQLState) }),
		On(func(p *Pass, e *End) { add("end of %s", e.Last.Migration.ID) }),
		On(func(p *Pass, w *replay.Window) { add("window of %d", len(w.Migrations)) }),
		On(func(p *Pass, m *migration.Problem) { add("problem %s", m.Kind) }),
		On(func(p *Pass, a *Allowance) { add("allowance %s", a.Reason) }),
	)}
}

func TestEvents(t *testing.T) {
	for _, test := range []struct {
		name, since string
		files       []string
		want        string
	}{
		{
			name: "up and down",
			files: []string{
				"1_a.up.sql", "CREATE TABLE a (id int); -- migracheck:allow drop-table: why\nDROP TABLE a;",
				"1_a.down.sql", "CREATE TABLE a (id int);",
				"2_b.up.sql", "CREATE TABLE b (id int);",
			},
			want: `statement CREATE TABLE down=false; op a; created a; statement DROP TABLE down=false; dropped a; end of 1;
				statement CREATE TABLE down=true; window of 1;
				statement CREATE TABLE down=false; op b; created b; end of 2; window of 1; allowance why`,
		},
		{
			name:  "history is not shown",
			since: "2",
			files: []string{"1_a.up.sql", "CREATE TABLE a (id int);", "2_b.up.sql", "DROP TABLE a;", "3_c.up.sql", "CREATE TABLE c (id int);"},
			want: `statement DROP TABLE down=false; dropped a; end of 2;
				statement CREATE TABLE down=false; op c; created c; end of 3; window of 2`,
		},
		{
			name:  "what was undone has no changes",
			files: []string{"1_a.up.sql", "CREATE TABLE a (id int);", "2_b.up.sql", "BEGIN; DROP TABLE a; ROLLBACK;", "3_c.up.sql", "DROP TABLE a, nonesuch;"},
			want: `statement CREATE TABLE down=false; op a; created a; end of 1; window of 1;
				statement BEGIN down=false; statement DROP TABLE down=false; statement ROLLBACK down=false; end of 2; window of 1;
				statement DROP TABLE down=false; refused 42P01; end of 3; window of 1`,
		},
		{
			name:  "a window without statements",
			files: []string{"1_a.up.sql", "-- nothing", "2_b.up.sql", "CREATE TABEL b"},
			want:  `problem empty-migration; window of 1; statement CREATE TABEL down=false; window of 1`,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			set, timeline := load(t, test.since, test.files...)
			var log []string
			Run([]*migration.Set{set}, timeline, []*Rule{recorder(&log)}, Options{})
			want := strings.Split(strings.Join(strings.Fields(test.want), " "), "; ")
			assert.Equal(t, want, log)
		})
	}
}

func TestFindings(t *testing.T) {
	set, timeline := load(t, "",
		"1_a.up.sql", "CREATE TABLE a (id int, x int, y int);",
		"2_b.up.sql", "ALTER TABLE a DROP x;\n-- migracheck:allow drop-column: why until 2026-06-01\nALTER TABLE a DROP y;",
		"3_c.up.sql", "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN DROP TABLE a; END $$;",
		"4_d.up.sql", "SELECT f();",
		"4_d.down.sql", "-- migracheck:allow drop-table\nSELECT 1;")
	sets := []*migration.Set{set}
	on := slices.DeleteFunc(All(), func(r *Rule) bool { return r.Off })
	findings := Run(sets, timeline, on, Options{Today: today})
	var got []string
	for _, f := range findings {
		if f.Severity > Note {
			got = append(got, fmt.Sprintf("%s %s:%d %s %s down=%t suppressed=%t", f.Rule.Name, f.At.File.Path, f.At.From().Line, f.Severity, f.Migration, f.Down, f.Suppressed != nil))
		}
	}
	assert.Equal(t, []string{
		"drop-column m/2_b.up.sql:1 error 2 down=false suppressed=false",
		"drop-column m/2_b.up.sql:3 error 2 down=false suppressed=true",
		"malformed-allow m/4_d.down.sql:1 error 4 down=true suppressed=false",
		"drop-table m/4_d.up.sql:1 error 4 down=false suppressed=false",
	}, got)

	called := findings[len(findings)-1]
	require.Equal(t, "drop-table", called.Rule.Name)
	require.NotEmpty(t, called.Related)
	last := called.Related[len(called.Related)-1]
	assert.Equal(t, "DROP TABLE a", last.At.Text(), "the call is reported, the body related")

	t.Run("after the date", func(t *testing.T) {
		for _, f := range Run(sets, timeline, []*Rule{dropColumn}, Options{Today: "2026-06-02"}) {
			assert.Nil(t, f.Suppressed)
		}
	})
	t.Run("selected", func(t *testing.T) {
		only := func(f *source.File) bool { return f.Path == "m/4_d.up.sql" }
		for _, f := range Run(sets, timeline, All(), Options{Today: today, Selected: only}) {
			assert.Equal(t, "m/4_d.up.sql", f.At.File.Path)
		}
	})
	t.Run("severities", func(t *testing.T) {
		found := Run(sets, timeline, []*Rule{dropColumn}, Options{Severities: map[string]Severity{"drop-column": Note}})
		require.Len(t, found, 2)
		for _, f := range found {
			assert.Equal(t, Note, f.Severity)
		}
	})
	t.Run("rules that do not run are not missed", func(t *testing.T) {
		for _, f := range Run(sets, timeline, []*Rule{unusedAllow}, Options{Today: today}) {
			t.Error(f.Message)
		}
	})
}
