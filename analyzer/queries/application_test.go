package queries_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/analyzer/queries"
	"github.com/migracheck/migracheck/parser/source"
)

// TestApplicationInAFile: what is written is read again, with its places.
func TestApplicationInAFile(t *testing.T) {
	file := source.NewFile("store/users.go", "package store\n\nconst q = `SELECT id\nFROM users`\n")
	at := source.Span{File: file, Start: 26, End: 47}
	a := &queries.Application{
		Version: "v1.2.0", Commit: "0123456789", Packages: 3, Calls: 2, Syntax: true, Warnings: []string{"x"},
		Queries:    []queries.Query{{SQL: "SELECT id\nFROM users WHERE a < $1 AND b", At: at, Call: at, Callee: "c", Func: "f", Package: "p", Name: "n", Source: queries.Go, Partial: true, Client: queries.Client{Library: queries.PGX, Reading: queries.Scan, Targets: ":int"}}},
		Unresolved: []queries.Unresolved{{At: at, Reason: queries.Builder, Callee: "d"}},
	}
	var b bytes.Buffer
	require.NoError(t, a.Write(&b))
	assert.Contains(t, b.String(), "a < $1", "SQL is legible")
	got, err := queries.ReadApplication(source.NewFile("queries.json", b.String()))
	require.NoError(t, err)
	assert.Equal(t, at.From(), got.Queries[0].At.From())
	assert.Equal(t, at.To().Line, got.Queries[0].At.To().Line)
	assert.Equal(t, at.From(), got.Unresolved[0].At.From())
	assert.Equal(t, "store/users.go", got.Queries[0].At.File.Path)
	got.Queries[0].At, got.Queries[0].Call, got.Unresolved[0].At = at, at, at
	assert.Equal(t, a, got)
	assert.False(t, got.Complete())
}

// TestApplicationFromOtherFiles: an artifact is told from exports, and what is
// wrong with it has a place.
func TestApplicationFromOtherFiles(t *testing.T) {
	a, err := queries.ReadApplication(source.NewFile("x.sql", "SELECT 1;\nSELECT 2;\n"))
	require.NoError(t, err)
	assert.Len(t, a.Queries, 2)
	assert.True(t, a.Complete())
	a, err = queries.ReadApplication(source.NewFile("x.json", `[{"query": "SELECT 1"}]`))
	require.NoError(t, err)
	assert.Len(t, a.Queries, 1)
	assert.False(t, a.Complete(), "a server's statistics are a sample")
	for text, want := range map[string]string{
		`{"artifact": "migracheck-queries", "version": 9}`:                                      "x.json: it is of version 9 of the format",
		`{"artifact": "migracheck-queries", "version": 1,` + "\n" + ` "queries": [{"sql": 3}]}`: "x.json: line 2, column 23: queries.sql cannot be a number",
		`{"queries": []}`: "",
	} {
		_, err := queries.ReadApplication(source.NewFile("x.json", text))
		if want == "" {
			continue
		}
		assert.ErrorContains(t, err, want)
	}
}

// FuzzReadApplication: no file makes it panic, and what it reads it writes.
func FuzzReadApplication(f *testing.F) {
	f.Add(`{"artifact": "migracheck-queries", "version": 1, "queries": [{"sql": "SELECT 1", "at": {"path": "a", "startLine": 3, "startColumn": 2}}]}`)
	f.Add("SELECT 1")
	f.Fuzz(func(t *testing.T, text string) {
		a, err := queries.ReadApplication(source.NewFile("x", text))
		if err == nil {
			require.NoError(t, a.Write(&bytes.Buffer{}))
		}
	})
}
