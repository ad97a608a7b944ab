package migracheck_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"

	"github.com/migracheck/migracheck/analyzer/replay"
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
		for _, format := range report.Formats() {
			var out bytes.Buffer
			require.NoError(t, format.Write(&out, run), format.Name)
			if format.Name == "json" || format.Name == "sarif" {
				assert.True(t, json.Valid(out.Bytes()), format.Name)
			}
		}
	})
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
