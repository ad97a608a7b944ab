package rules

import (
	"context"
	"slices"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/parser/migration"
	"github.com/migracheck/migracheck/parser/source"
)

// TestTools holds what is known of tools to the layouts that there are, and to
// sentences that can be built of it.
func TestTools(t *testing.T) {
	known, blank := 0, tools("plain")
	for _, l := range migration.Layouts() {
		tool := tools(l.Name())
		if tool == blank {
			continue
		}
		known++
		assert.False(t, tool.refuses && tool.skips, l.Name())
		assert.False(t, tool.wording && tool.sums == "", l.Name())
		assert.False(t, (tool.refuses || tool.skips) && tool.late == "", l.Name())
	}
	assert.Greater(t, known, 5)
	assert.Empty(t, tools("plain"))
}

// TestLateByTool asks what becomes of a new migration between two old ones.
func TestLateByTool(t *testing.T) {
	for _, c := range []struct {
		layout, first, late, last string
		prefix, suffix            string
		severity                  Severity
		want                      string
	}{
		{layout: "golang-migrate", first: "1_a.up.sql", late: "2_b.up.sql", last: "3_c.up.sql", severity: Error, want: "golang-migrate never runs it there, while a new database is built with it"},
		{layout: "goose", first: "1_a.sql", late: "2_b.sql", last: "3_c.sql", prefix: "-- +goose Up\n", severity: Error, want: "goose refuses to run anything unless -allow-missing is given"},
		{layout: "flyway", first: "V1__a.sql", late: "V2__b.sql", last: "V3__c.sql", severity: Error, want: "Flyway refuses to run anything unless outOfOrder is set"},
		{layout: "dbmate", first: "1_a.sql", late: "2_b.sql", last: "3_c.sql", prefix: "-- migrate:up\n", suffix: "-- migrate:down\n", severity: Warning, want: "dbmate runs it there late, or refuses with --strict"},
		{layout: "sql-migrate", first: "1_a.sql", late: "2_b.sql", last: "3_c.sql", prefix: "-- +migrate Up\n", severity: Warning, want: "sql-migrate runs it there late, while a new database gets them in the other order"},
		{layout: "plain", first: "1.sql", late: "2.sql", last: "3.sql", severity: Warning, want: "a tool that remembers only the last version never runs it"},
	} {
		t.Run(c.layout, func(t *testing.T) {
			files := fstest.MapFS{}
			for name, table := range map[string]string{c.first: "a", c.late: "b", c.last: "c"} {
				files["m/"+name] = &fstest.MapFile{Data: []byte(c.prefix + "CREATE TABLE " + table + " (id int);\n" + c.suffix)}
			}
			set, err := migration.LoadFS(context.Background(), files, "m", migration.Options{Framework: c.layout})
			require.NoError(t, err)
			timeline := replay.Up(set.Migrations, replay.Options{InWindow: func(m *migration.Migration) bool { return m.Up.Span.File.Path == "m/"+c.late }})
			found := Run([]*migration.Set{set}, timeline, []*Rule{outOfOrderVersion}, Options{})
			require.Len(t, found, 1)
			assert.Equal(t, c.severity, found[0].Severity)
			assert.Contains(t, found[0].Message, c.want)
		})
	}
}

// TestHistoryProblems: what is wrong with files that were released is not said
// again, unless a new file has to do with it.
func TestHistoryProblems(t *testing.T) {
	for _, c := range []struct {
		name  string
		fresh string
		files []string
		want  []string
	}{
		{"in history", "m/9_z.up.sql", []string{"1_a.up.sql", "", "2_b.up.sql", "SELECT 1;", "2_c.up.sql", "SELECT 1;", "9_z.up.sql", "SELECT 1;"}, []string{"version-gap"}},
		{"with a new file", "m/2_b.up.sql", []string{"1_a.up.sql", "SELECT 1;", "2_b.up.sql", "SELECT 1;", "2_c.up.sql", "SELECT 1;"}, []string{"duplicate-version"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			files := fstest.MapFS{}
			for i := 0; i < len(c.files); i += 2 {
				files["m/"+c.files[i]] = &fstest.MapFile{Data: []byte(c.files[i+1])}
			}
			set, err := migration.LoadFS(context.Background(), files, "m", migration.Options{})
			require.NoError(t, err)
			timeline := replay.Up(set.Migrations, replay.Options{InWindow: func(m *migration.Migration) bool { return m.Up.Span.File.Path == c.fresh }})
			var got []string
			for _, f := range Run([]*migration.Set{set}, timeline, []*Rule{emptyMigration, versionGap, duplicateVersion}, Options{}) {
				got = append(got, f.Rule.Name)
			}
			assert.Equal(t, c.want, got)
		})
	}
}

func TestExemptions(t *testing.T) {
	set, timeline := load(t, "",
		"1_a.up.sql", "CREATE TABLE a (id int, x int, y int); CREATE SCHEMA app; CREATE TABLE app.b (id int, x int);",
		"2_b.up.sql", "ALTER TABLE a DROP x;",
		"3_c.up.sql", "ALTER TABLE app.b DROP x;")
	sets := []*migration.Set{set}
	config := source.NewFile("../.migracheck.yaml", "allow: []\n")
	suppression := []*Rule{dropColumn, dropTable, expiredAllow, malformedAllow, unknownRuleInAllow, unusedAllow}
	for _, c := range []struct {
		name      string
		exemption Exemption
		allowed   []string // paths
		reported  []string
	}{
		{"everywhere", Exemption{Rules: []string{"drop-column"}, Reason: "why"}, []string{"m/2_b.up.sql", "m/3_c.up.sql"}, nil},
		{"by path", Exemption{Rules: []string{"drop-column"}, Path: "m/2_*.up.sql", Reason: "why"}, []string{"m/2_b.up.sql"}, nil},
		{"by relation", Exemption{Rules: []string{"drop-column"}, Relation: "app.*", Reason: "why"}, []string{"m/3_c.up.sql"}, nil},
		{"by relation in any schema", Exemption{Rules: []string{"drop-column"}, Relation: "b", Reason: "why"}, []string{"m/3_c.up.sql"}, nil},
		{"both", Exemption{Rules: []string{"drop-column"}, Path: "**", Relation: "public.?", Reason: "why"}, nil, []string{"unused-allow"}},
		{"last day elsewhere", Exemption{Rules: []string{"drop-column"}, Path: "*2*", Reason: "why", Until: today}, nil, []string{"unused-allow"}},
		{"last day", Exemption{Rules: []string{"drop-column"}, Path: "**/2*", Reason: "why", Until: today}, []string{"m/2_b.up.sql"}, nil},
		{"expired", Exemption{Rules: []string{"drop-column"}, Reason: "why", Until: "2026-05-31"}, nil, []string{"expired-allow"}},
		{"no date", Exemption{Rules: []string{"drop-column"}, Reason: "why", Until: "soon"}, nil, []string{"malformed-allow"}},
		{"no reason", Exemption{Rules: []string{"drop-column"}, Reason: " "}, nil, []string{"malformed-allow"}},
		{"unknown", Exemption{Rules: []string{"drop-colum", "drop-column"}, Reason: "why"}, []string{"m/2_b.up.sql", "m/3_c.up.sql"}, []string{"unknown-rule-in-allow"}},
		{"unused", Exemption{Rules: []string{"drop-table"}, Reason: "why"}, nil, []string{"unused-allow"}},
		{"did not run", Exemption{Rules: []string{"rename-table"}, Reason: "why"}, nil, nil},
		{"cannot be allowed", Exemption{Rules: []string{"unused-allow"}, Reason: "why"}, nil, []string{"unused-allow"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.exemption.At = source.Span{File: config, Start: 0, End: 5}
			options := Options{Today: today, Exemptions: []Exemption{c.exemption}, Selected: func(f *source.File) bool { return f != config }}
			var allowed, reported []string
			for _, f := range Run(sets, timeline, suppression, options) {
				switch {
				case f.At.File == config:
					assert.Equal(t, c.exemption.At, f.At)
					assert.NotContains(t, f.Message, "comment")
					reported = append(reported, f.Rule.Name)
				case f.Suppressed != nil:
					assert.Equal(t, &Suppression{At: c.exemption.At, Reason: c.exemption.Reason, Until: c.exemption.Until}, f.Suppressed)
					allowed = append(allowed, f.At.File.Path)
				}
			}
			assert.Equal(t, c.allowed, allowed)
			assert.Equal(t, c.reported, reported)
		})
	}
	t.Run("what was not judged may need it", func(t *testing.T) {
		part := replay.Up(set.Migrations, replay.Options{InWindow: func(m *migration.Migration) bool { return m.ID == "3" }})
		options := Options{Today: today, Exemptions: []Exemption{{At: source.Span{File: config, End: 5}, Rules: []string{"drop-column"}, Path: "m/2_b.up.sql", Reason: "why"}}}
		assert.False(t, slices.ContainsFunc(Run(sets, part, suppression, options), func(f Finding) bool { return f.Rule == unusedAllow }))
	})
	t.Run("a directive comes first", func(t *testing.T) {
		set, timeline := load(t, "", "1_a.up.sql", "CREATE TABLE a (id int, x int);", "2_b.up.sql", "ALTER TABLE a DROP x; -- migracheck:allow drop-column: here")
		options := Options{Today: today, Exemptions: []Exemption{{At: source.Span{File: config, End: 5}, Rules: []string{"drop-column"}, Reason: "there"}}}
		found := Run([]*migration.Set{set}, timeline, suppression, options)
		require.Len(t, found, 1)
		assert.Equal(t, "here", found[0].Suppressed.Reason)
	})
}

func TestLike(t *testing.T) {
	for _, c := range []struct {
		pattern, text string
		want          bool
	}{
		{"a", "a", true},
		{"a", "ab", false},
		{"*", "a", true},
		{"*", "", true},
		{"*", "a.b", true},
		{"db/*.sql", "db/1_x.up.sql", true},
		{"*", "a/b", false},
		{"**", "a/b.c", true},
		{"a/*/c.sql", "a/b/c.sql", true},
		{"a/*/c.sql", "a/b/b/c.sql", false},
		{"a/**/c.sql", "a/b/b/c.sql", true},
		{"public.user_*", "public.user_names", true},
		{"public.user_*", "public.users", false},
		{"*_old", "x_old_old", true},
		{"*a*b*", "xaxbx", true},
		{"*a*b*", "xbxax", false},
	} {
		assert.Equal(t, c.want, like(c.pattern, c.text, '/'), "%s like %s", c.text, c.pattern)
	}
	assert.False(t, like("*", "public.users", '.'))
	assert.True(t, like("public.*", "public.users", '.'))
}
