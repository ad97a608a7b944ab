package migracheck_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"

	"github.com/migracheck/migracheck/analyzer/compat"
	"github.com/migracheck/migracheck/analyzer/queries"
	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/analyzer/rollback"
	"github.com/migracheck/migracheck/parser"
	"github.com/migracheck/migracheck/parser/migration"
	"github.com/migracheck/migracheck/parser/source"
	"github.com/migracheck/migracheck/report"
	"github.com/migracheck/migracheck/rules"
)

// FuzzHistory runs the whole tool on a history of one migration and a release
// of another. Nothing panics; findings and what they relate to lie within
// files; every format can be written; fixes still parse.
func FuzzHistory(f *testing.F) {
	examples, err := filepath.Glob("rules/examples/*.txtar")
	require.NoError(f, err)
	require.NotEmpty(f, examples)
	for _, name := range examples {
		data, err := os.ReadFile(name)
		require.NoError(f, err)
		files := txtar.Parse(data).Files
		for i, file := range files {
			before := ""
			if i > 0 {
				before = string(files[i-1].Data)
			}
			f.Add(before, string(file.Data))
		}
	}
	f.Fuzz(func(t *testing.T, before, release string) {
		set, err := migration.LoadFS(t.Context(), fstest.MapFS{
			"1_before.up.sql":  {Data: []byte(before)},
			"2_release.up.sql": {Data: []byte(release)},
		}, ".", migration.Options{Framework: "golang-migrate"})
		if err != nil {
			return // nothing but white space
		}
		timeline := replay.Up(set.Migrations, replay.Options{InWindow: func(m *migration.Migration) bool { return m.ID == "2" }})
		findings := rules.Run([]*migration.Set{set}, timeline, rules.All(), rules.Options{Today: "2026-01-01"})
		for _, finding := range findings {
			within(t, finding.At)
			for _, related := range finding.Related {
				within(t, related.At)
			}
			for _, fix := range finding.Fixes {
				checkFix(t, finding.At.File, fix)
			}
		}
		run := &report.Run{Rules: rules.All(), Findings: findings, Timeline: timeline, Sets: []*migration.Set{set}, Verbose: true}
		writeAll(t, run)
	})
}

// FuzzRelease runs what else there is on a release: what becomes of a query of
// the version before, what its down undoes, and a down of our own. Every format
// can be written of it; the schema and the suggested down are SQL; a baseline
// knows what it was made from.
func FuzzRelease(f *testing.F) {
	const table = "CREATE TABLE t (id bigint PRIMARY KEY, a text NOT NULL DEFAULT 'x', b int CHECK (b > 0)); CREATE VIEW v AS SELECT a FROM t;"
	f.Add(table, "ALTER TABLE t DROP COLUMN b", "ALTER TABLE t ADD COLUMN b int", "-- name: Get :one\nSELECT b FROM t WHERE id = $1")
	f.Add(table, "ALTER TABLE t RENAME a TO \"a\nb\"; DROP VIEW v", "ALTER TABLE t RENAME \"a\nb\" TO a", "INSERT INTO t (a) VALUES ($1) RETURNING *; SELECT * FROM v")
	f.Add("CREATE TYPE e AS ENUM ('a', '::error::'); CREATE TABLE u (e e, x \"y\nDROP TABLE u;\")", "ALTER TYPE e ADD VALUE 'b''c'; CREATE INDEX ON u (e)", "", "[{\"query\":\"select e from u\"}]")
	f.Add("CREATE FUNCTION f(a int DEFAULT 1) RETURNS int LANGUAGE sql AS $$ SELECT 1 $$; CREATE SCHEMA s", "DROP FUNCTION f; CREATE TABLE s.t (LIKE q); COMMENT ON SCHEMA s IS E'\\n'", "DROP TABLE s.t", "query\nSELECT f()")
	f.Add("CREATE TABLE p (a int) PARTITION BY RANGE (a); CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (1) TO (2)", "ALTER TABLE p DETACH PARTITION p1; DROP TABLE p", "DROP TABLE p1", "COPY p (a) FROM STDIN")
	f.Fuzz(func(t *testing.T, before, up, down, code string) {
		files := fstest.MapFS{
			"1_before.up.sql":    {Data: []byte(before)},
			"2_release.up.sql":   {Data: []byte(up)},
			"2_release.down.sql": {Data: []byte(down)},
			"3_more.up.sql":      {Data: []byte(down)},
		}
		set, err := migration.LoadFS(t.Context(), files, ".", migration.Options{Framework: "golang-migrate"})
		if err != nil {
			return // nothing but white space
		}
		timeline := replay.Up(set.Migrations, replay.Options{PGVersion: 17, InWindow: func(m *migration.Migration) bool { return m.ID != "1" }})
		run := &report.Run{Rules: rules.All(), Timeline: timeline, Sets: []*migration.Set{set}, Verbose: true, Locks: true, Rollback: &report.Rollback{Suggestions: map[*rollback.Migration]*rollback.Suggestion{}}}
		evidence := map[*replay.Window]*rules.Evidence{}
		if asked, err := queries.ReadApplication(source.NewFile("queries", code)); err == nil {
			run.Compat = &report.Compat{Previous: asked, Now: asked}
		}
		for _, w := range timeline.Windows {
			if w.Reported {
				undo(t, run.Rollback, w)
				evidence[w] = meet(t, run.Compat, compat.Release(w, timeline), w)
			}
		}
		run.Findings = rules.Run([]*migration.Set{set}, timeline, rules.All(), rules.Options{
			Today: "2026-01-01", PGVersion: 17, Evidence: func(w *replay.Window) *rules.Evidence { return evidence[w] },
		})
		writeAll(t, run)
		var schema bytes.Buffer
		require.NoError(t, report.SchemaSQL(&schema, timeline.Windows[len(timeline.Windows)-1].End))
		if whole(files) {
			assert.Zero(t, syntaxErrors(source.NewFile("schema.sql", schema.String())), "%s", schema.String())
		}
		remember(t, run)
	})
}

// whole reports whether there is no error of syntax in the migrations: then
// there is none in what is made from them.
func whole(files fstest.MapFS) bool {
	for name, file := range files {
		if !utf8.Valid(file.Data) || bytes.ContainsRune(file.Data, 0) || syntaxErrors(source.NewFile(name, string(file.Data))) > 0 {
			return false
		}
	}
	return true
}

// undo judges the downs of a release, and suggests others.
func undo(t *testing.T, into *report.Rollback, w *replay.Window) {
	t.Helper()
	options := replay.Options{PGVersion: 17}
	into.Migrations = append(into.Migrations, rollback.Window(w, options)...)
	if len(w.Migrations) > 1 {
		into.Releases = append(into.Releases, rollback.JudgeRelease(w.Migrations, w.Base, options))
	}
	for _, m := range into.Migrations {
		if m.Migration.Opaque != "" || m.Up == nil {
			continue
		}
		if s := rollback.Suggest(m, w.Base, options); s != nil {
			into.Suggestions[m] = s
		}
	}
}

// meet judges the queries of both versions; without queries there is nothing.
func meet(t *testing.T, into *report.Compat, change compat.Change, w *replay.Window) *rules.Evidence {
	t.Helper()
	if into == nil {
		return nil
	}
	standing, err := compat.Judge(t.Context(), into.Previous.Queries, change)
	require.NoError(t, err)
	early, err := compat.Judge(t.Context(), into.Now.Queries, change.Reverse())
	require.NoError(t, err)
	into.Releases = append(into.Releases, report.Release{Window: w, Old: standing, New: early})
	return &rules.Evidence{
		Previous: into.Previous, Judgements: standing,
		Breaks: append(compat.Broken("", standing), compat.Waits("", early, standing)...),
	}
}

// remember holds that a baseline made from a run knows its findings, also when
// it has been a file.
func remember(t *testing.T, run *report.Run) {
	t.Helper()
	findings := slices.Clone(run.Findings)
	all := func(string) bool { return true }
	written := new(report.Baseline).Extend(run, all).Text()
	read, err := report.ReadBaseline("baseline", written)
	require.NoError(t, err, "%s", written)
	run.Findings = findings
	read.Apply(run, all)
	assert.Empty(t, run.Stale)
	for _, finding := range run.Findings {
		assert.NotNil(t, finding.Suppressed, "%s %s", finding.Rule.Name, finding.Message)
	}
}

var (
	// ours matches the beginnings of lines that are our own commands.
	ours = map[string]*regexp.Regexp{
		"github":   regexp.MustCompile(`^::(?:error|warning|notice)\b`),
		"azure":    regexp.MustCompile(`^##vso\[task\.logissue\b`),
		"teamcity": regexp.MustCompile(`^##teamcity\[\w+`),
	}
	// others matches what a CI system takes for a command, wherever it is.
	others = regexp.MustCompile(`##[a-zA-Z]*\[`)
)

// checkInert holds that nothing in a line is a control character, or a command
// that a CI system would take.
func checkInert(t *testing.T, format, line string) {
	t.Helper()
	if own := ours[format]; own != nil {
		line = strings.TrimPrefix(line, own.FindString(line))
	}
	if strings.ContainsFunc(line, func(r rune) bool { return r < ' ' }) || others.MatchString(line) || strings.HasPrefix(strings.TrimSpace(line), "::") {
		t.Fatalf("%s: %q", format, line)
	}
}

// writeAll writes every format.
func writeAll(t *testing.T, run *report.Run) {
	t.Helper()
	for _, format := range report.Formats() {
		var out bytes.Buffer
		require.NoError(t, format.Write(&out, run), format.Name)
		assert.True(t, utf8.Valid(out.Bytes()), format.Name)
		for line := range strings.Lines(out.String()) {
			checkInert(t, format.Name, strings.TrimSuffix(line, "\n"))
		}
		if format.Name == "json" || format.Name == "sarif" {
			assert.True(t, json.Valid(out.Bytes()), format.Name)
		}
	}
}

func within(t *testing.T, at source.Span) {
	t.Helper()
	require.NotNil(t, at.File)
	assert.GreaterOrEqual(t, at.Start, 0)
	assert.LessOrEqual(t, at.Start, at.End)
	assert.LessOrEqual(t, at.End, len(at.File.Text))
}

// checkFix applies a fix: the text has no more syntax errors than before.
func checkFix(t *testing.T, file *source.File, fix rules.Fix) {
	t.Helper()
	edits := slices.Clone(fix.Edits)
	slices.SortFunc(edits, func(a, b rules.Edit) int { return cmp.Compare(b.At.Start, a.At.Start) })
	text := file.Text
	for _, e := range edits {
		within(t, e.At)
		if e.At.File != file {
			return
		}
		text = text[:e.At.Start] + e.NewText + text[e.At.End:]
	}
	fixed := source.NewFile(file.Path, text)
	assert.LessOrEqual(t, syntaxErrors(fixed), syntaxErrors(file), "%s:\n%s", fix.Title, text)
}

func syntaxErrors(f *source.File) int {
	n := 0
	for _, s := range parser.Parse(f.Whole()).Statements {
		if s.Err != nil {
			n++
		}
	}
	return n
}
