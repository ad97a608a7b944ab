package report

import (
	"bytes"
	"encoding/json"
	"path"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/parser/migration"
	"github.com/migracheck/migracheck/parser/source"
	"github.com/migracheck/migracheck/rules"
)

// decode reads a document that has no other fields than those of into.
func decode(t testing.TB, data []byte, into any) {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	require.NoError(t, decoder.Decode(into), "%s", data)
	require.False(t, decoder.More())
}

// What GitLab's schema asks of an issue.
func TestGitLab(t *testing.T) {
	for name, run := range samples(t) {
		t.Run(name, func(t *testing.T) {
			var issues []gitlabIssue
			decode(t, write(t, GitLab, run), &issues)
			seen := map[string]bool{}
			for _, i := range issues {
				assert.False(t, seen[i.Fingerprint], "GitLab drops the second of a fingerprint")
				seen[i.Fingerprint] = true
				assert.NotEmpty(t, i.CheckName)
				assert.True(t, strings.HasPrefix(i.Description, i.CheckName+": "), "GitLab shows no name of a check")
				assert.Contains(t, []string{"info", "minor", "major", "critical", "blocker"}, i.Severity)
				assert.Equal(t, path.Clean(i.Location.Path), i.Location.Path)
				assert.False(t, strings.HasPrefix(i.Location.Path, "/") || strings.HasPrefix(i.Location.Path, "."), i.Location.Path)
				assert.Positive(t, i.Location.Lines.Begin)
				assert.GreaterOrEqual(t, i.Location.Lines.End, i.Location.Lines.Begin)
			}
		})
	}
	assert.Equal(t, "[]\n", string(write(t, GitLab, clean(t))), "a clean run has a report, and it is empty")
	assert.Equal(t, "[]\n", string(write(t, GitLab, &Run{Idle: true})))
}

// An edit elsewhere in the file does not make an old issue a new one.
func TestGitLabFingerprints(t *testing.T) {
	issue := func(text string) gitlabIssue {
		h := newHistory(t)
		m := h.migration("a.sql", text)
		s := h.statement(m, "ALTER TABLE", "ALTER TABLE t DROP c")
		h.found(s, rules.Finding{Rule: dropColumn, At: h.at(m, "DROP c"), Message: "m"})
		var issues []gitlabIssue
		decode(t, write(t, GitLab, h.run), &issues)
		require.Len(t, issues, 1)
		return issues[0]
	}
	before, after := issue("ALTER TABLE t DROP c;\n"), issue("-- why\n\nALTER TABLE t DROP c;\n")
	assert.NotEqual(t, before.Location, after.Location)
	assert.Equal(t, before.Fingerprint, after.Fingerprint)
}

// A finding without a place is put where a reader looks for it.
func TestFileOf(t *testing.T) {
	sets := []*migration.Set{{Path: "../db/migrations"}}
	assert.Equal(t, "services/db/migrations", (&Run{Prefix: "services/api", Sets: sets}).fileOf(source.Span{}))
	assert.Equal(t, "migracheck", (&Run{}).fileOf(source.Span{}))
	assert.Equal(t, "db/a.sql", (&Run{Prefix: "api"}).fileOf(source.NewFile("../db/a.sql", "").Whole()))
	assert.Equal(t, "a.sql", (&Run{}).fileOf(source.NewFile("../../a.sql", "").Whole()), "no place is outside of the repository")
	assert.Equal(t, 1, lineOf(source.Span{}))
}
