package rules

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"
)

// TestSafeFixesMend applies every safe fix of every example and corner case: the
// rule finds one less in the file, no rule that finds errors or warnings finds
// more, and PostgreSQL's grammar takes the result.
func TestSafeFixesMend(t *testing.T) {
	fixes := map[string]int{}
	mend := func(name string, files []ExampleFile) {
		findings := run(t, files, All())
		for _, f := range findings {
			at := slices.IndexFunc(f.Fixes, func(fix Fix) bool { return fix.Safe })
			if at < 0 {
				continue
			}
			mended := slices.Clone(files)
			i := slices.IndexFunc(mended, func(file ExampleFile) bool { return file.Path == f.At.File.Path })
			require.GreaterOrEqual(t, i, 0, name)
			require.Equal(t, mended[i].Text, f.At.File.Text, name)
			mended[i].Text = applied(mended[i].Text, f.Fixes[at])
			again := run(t, mended, All())
			was, is := foundIn(findings, f.At.File.Path, Warning), foundIn(again, f.At.File.Path, Warning)
			fixes[f.Rule.Name]++
			where := name + ": " + line(f) + "\n" + mended[i].Text
			assert.Less(t, foundIn(again, f.At.File.Path, Note)[f.Rule.Name], foundIn(findings, f.At.File.Path, Note)[f.Rule.Name], where)
			for rule, n := range is {
				assert.LessOrEqual(t, n, was[rule], "%s leads to %s", where, rule)
			}
		}
	}
	for _, rule := range All() {
		page, err := PageOf(rule.Name)
		require.NoError(t, err)
		for _, example := range page.Examples {
			mend(rule.Name+"/"+example.Name, example.Files)
		}
	}
	archives, err := filepath.Glob("testdata/*/*.txtar")
	require.NoError(t, err)
	for _, name := range archives {
		archive, err := txtar.ParseFile(name)
		require.NoError(t, err)
		var files []ExampleFile
		for _, f := range archive.Files {
			gone := strings.HasPrefix(f.Name, "gone/")
			files = append(files, ExampleFile{
				Path: "m/" + strings.TrimPrefix(strings.TrimPrefix(f.Name, "before/"), "gone/"), Text: string(f.Data),
				Before: gone || strings.HasPrefix(f.Name, "before/"), Gone: gone,
			})
		}
		mend(name, files)
	}
	for _, rule := range []string{"blocking-index-build", "drop-index-without-concurrently", "missing-lock-timeout"} {
		assert.Positive(t, fixes[rule], "%s has no example with a safe fix", rule)
	}
	t.Log(fixes)
}

// foundIn counts findings of a file from a severity on, by rule.
func foundIn(findings []Finding, path string, from Severity) map[string]int {
	n := map[string]int{}
	for _, f := range findings {
		if !f.At.IsZero() && f.At.File.Path == path && f.Severity >= from {
			n[f.Rule.Name]++
		}
	}
	return n
}
