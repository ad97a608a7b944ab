package report

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/rules"
)

// parseAzure reads a line as the agent does; ok is false for a plain line.
func parseAzure(line string) (event string, properties map[string]string, message string, ok bool) {
	_, rest, found := strings.Cut(line, "##vso[")
	if !found {
		return "", nil, "", false
	}
	info, message, found := strings.Cut(rest, "]")
	if !found {
		return "", nil, "", false
	}
	unescape := func(text string) string {
		text = strings.NewReplacer("%3B", ";", "%0D", "\r", "%0A", "\n", "%5D", "]").Replace(text)
		return strings.ReplaceAll(text, "%AZP25", "%")
	}
	event, list, _ := strings.Cut(info, " ")
	properties = map[string]string{}
	for property := range strings.SplitSeq(list, ";") {
		if name, value, ok := strings.Cut(property, "="); ok {
			properties[name] = unescape(value)
		}
	}
	return event, properties, unescape(message), true
}

func TestAzure(t *testing.T) {
	h := newHistory(t)
	h.run.Prefix = "services/api"
	m := h.migration("../db/a;b]=100%3B.sql", "ALTER TABLE t DROP é;")
	s := h.statement(m, "ALTER TABLE", "ALTER TABLE t DROP é")
	h.found(s, rules.Finding{Rule: setDefault, At: s.Span, Message: "a note"})
	h.found(s, rules.Finding{Rule: addIndex, At: h.at(m, "é"), Message: "a warning"})
	h.found(s, rules.Finding{Rule: dropColumn, At: s.Span, Message: "x]; 100%25 %AZP25 of\r\n##vso[task.complete result=Succeeded;]"})
	h.run.Findings = append(h.run.Findings, rules.Finding{Rule: dropColumn, Severity: rules.Error, Message: "nowhere"})
	lines := strings.Split(strings.TrimSuffix(string(write(t, Azure, h.run)), "\n"), "\n")
	require.Len(t, lines, 5)
	type issue struct {
		properties map[string]string
		message    string
	}
	for i, want := range []issue{
		{map[string]string{"type": "error", "sourcepath": "services/db/a;b]=100%3B.sql", "linenumber": "1", "columnnumber": "1", "code": "drop-column"}, "x]; 100%25 %AZP25 of␍␊##vso [task.complete result=Succeeded;]"},
		{map[string]string{"type": "error"}, "migracheck: nowhere (drop-column)"},
		{map[string]string{"type": "warning", "sourcepath": "services/db/a;b]=100%3B.sql", "linenumber": "1", "columnnumber": "20", "code": "create-index"}, "a warning"},
	} {
		event, properties, message, ok := parseAzure(lines[i])
		require.True(t, ok)
		assert.Equal(t, "task.logissue", event)
		assert.Equal(t, want, issue{properties, message})
	}
	assert.Equal(t, "../db/a;b]=100%3B.sql:1:1: note: a note (set-default)", lines[3])
	assert.Equal(t, "migracheck: 2 errors, 1 warning and 1 note in 1 migration (1 statement)", lines[4])
}

func TestAzureNothing(t *testing.T) {
	_, properties, message, ok := parseAzure(string(write(t, Azure, empty(t))))
	require.True(t, ok)
	assert.Equal(t, "warning", properties["type"])
	assert.Equal(t, "migracheck: no statements found in 2 files\n", message)
	assert.Equal(t, "migracheck: nothing to check: no migration is new\n", string(write(t, Azure, &Run{Idle: true})))
}
