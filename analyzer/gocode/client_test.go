package gocode_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"

	"github.com/migracheck/migracheck/analyzer/gocode"
	"github.com/migracheck/migracheck/analyzer/queries"
)

// describe is a client as the comments of testdata have it.
func describe(c queries.Client) string {
	parts := []string{string(c.Library), string(c.Sending), string(c.Reading), string(c.Targets), string(c.Args)}
	if c.Copy {
		parts = append(parts[:3], "copy")
	}
	return strings.TrimRight(strings.Join(parts, ", "), ", ")
}

// TestClients compares how each query is sent and read with the comments at the
// ends of their lines, which were written by hand.
func TestClients(t *testing.T) {
	archive, err := txtar.ParseFile("testdata/client.txtar")
	require.NoError(t, err)
	want := map[string]string{}
	for _, f := range archive.Files {
		for i, line := range strings.Split(string(f.Data), "\n") {
			if _, how, is := strings.Cut(line, "// = "); is {
				want[fmt.Sprintf("%s:%d", f.Name, i+1)] = how
			}
		}
	}
	result := load(t, unpack(t, archive), gocode.Options{})
	require.Equal(t, gocode.Typed, result.Mode, result.Warnings)
	got := map[string]string{}
	for _, q := range result.Queries {
		got[fmt.Sprintf("%s:%d", q.Call.File.Path, q.Call.From().Line)] = describe(q.Client)
	}
	assert.Equal(t, want, got)
}

// TestClientsWithoutTypes: less is known then, and what is, is the same.
func TestClientsWithoutTypes(t *testing.T) {
	archive, err := txtar.ParseFile("testdata/client.txtar")
	require.NoError(t, err)
	typed := map[string]queries.Client{}
	for _, q := range load(t, unpack(t, archive), gocode.Options{}).Queries {
		typed[place(q.Call)] = q.Client
	}
	known := 0
	for _, q := range load(t, unpack(t, archive), gocode.Options{Syntax: true}).Queries {
		c := typed[place(q.Call)]
		if q.Client.Library != "" {
			assert.Equal(t, c.Library, q.Client.Library, q.SQL)
			known++
		}
		if q.Client.Sending != "" {
			assert.Equal(t, c.Sending, q.Client.Sending, q.SQL)
		}
		if q.Client.Reading != "" {
			assert.Equal(t, c.Reading, q.Client.Reading, q.SQL)
			known++
		}
	}
	assert.NotZero(t, known)
}
