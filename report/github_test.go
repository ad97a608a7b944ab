package report

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/rules"
)

func TestGitHubLimits(t *testing.T) {
	for _, test := range []struct {
		name                    string
		errors, warnings, notes int
		commands                map[string]int
		last                    string
	}{
		{"few", 10, 10, 10, map[string]int{"error": 10, "warning": 10, "notice": 10}, ""},
		{"many errors", 12, 0, 10, map[string]int{"error": 10, "warning": 0, "notice": 10}, "2 errors and 1 note more in the log of this step"},
		{"many notes", 0, 1, 15, map[string]int{"error": 0, "warning": 1, "notice": 10}, "6 notes more in the log of this step"},
	} {
		t.Run(test.name, func(t *testing.T) {
			h := newHistory(t)
			m := h.migration("a.sql", "SELECT 1;")
			s := h.statement(m, "SELECT", "SELECT 1")
			// Mildest first: the report puts the worst in front.
			for rule, n := range map[*rules.Rule]int{setDefault: test.notes, addIndex: test.warnings, dropColumn: test.errors} {
				for range n {
					h.found(s, rules.Finding{Rule: rule, At: s.Span, Message: "m"})
				}
			}
			out := string(write(t, GitHub, h.run))
			for name, n := range test.commands {
				assert.Equal(t, n, strings.Count("\n"+out, "\n::"+name+" "), name)
			}
			assert.Equal(t, test.last != "", strings.Contains(out, "more in the log"))
			assert.Contains(t, out, test.last)
			assert.Equal(t, test.errors+test.warnings+test.notes, strings.Count(out, "a.sql:1:1: "), "none is lost")
			if test.errors > 0 {
				assert.True(t, strings.HasPrefix(out, "::error "))
			}
		})
	}
}

func TestGitHubPlaces(t *testing.T) {
	h := newHistory(t)
	h.run.Prefix = "services/api"
	m := h.migration("../db/a,b: 100%.sql", "ALTER TABLE t\n  DROP é;")
	s := h.statement(m, "ALTER TABLE", "ALTER TABLE t\n  DROP é")
	h.found(s, rules.Finding{Rule: dropColumn, At: s.Span, Message: "two lines"})
	h.found(s, rules.Finding{Rule: dropColumn, At: h.at(m, "é"), Message: "one line of 100%\r\n::error::x"})
	h.run.Findings = append(h.run.Findings, rules.Finding{Rule: dropColumn, Severity: rules.Error, Message: "nowhere"})
	lines := strings.Split(string(write(t, GitHub, h.run)), "\n")
	require.Len(t, lines, 4)
	assert.Equal(t, "::error title=drop-column,file=services/db/a%2Cb%3A 100%25.sql,line=1,endLine=2::../db/a,b: 100%25.sql:1:1: two lines (drop-column)", lines[0])
	assert.Equal(t, "::error title=drop-column,file=services/db/a%2Cb%3A 100%25.sql,line=2,endLine=2,col=8,endColumn=9::../db/a,b: 100%25.sql:2:8: one line of 100%25␍␊::error::x (drop-column)", lines[1])
	assert.Equal(t, "::error title=drop-column::migracheck: nowhere (drop-column)", lines[2])
}
