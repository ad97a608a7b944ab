package report

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/rules"
)

func TestJUnit(t *testing.T) {
	for name, run := range samples(t) {
		t.Run(name, func(t *testing.T) {
			data := write(t, JUnit, run)
			var document junitSuites
			require.NoError(t, xml.Unmarshal(data, &document))
			tests, failures := 0, 0
			for _, s := range document.Suites {
				assert.Len(t, s.Cases, s.Tests)
				assert.NotZero(t, s.Tests, "a suite without a case counts as broken")
				names, failed, skipped := map[string]bool{}, 0, 0
				for _, c := range s.Cases {
					assert.False(t, names[c.Name], "two cases of one name are one to readers: %s", c.Name)
					names[c.Name] = true
					if c.Failure != nil {
						failed++
						assert.NotEmpty(t, c.Failure.Message)
						assert.Contains(t, []string{"error", "warning"}, c.Failure.Type)
					}
					if c.Skipped != nil {
						skipped++
					}
				}
				assert.Equal(t, failed, s.Failures)
				assert.Equal(t, skipped, s.Skipped)
				tests += s.Tests
				failures += s.Failures
			}
			assert.Equal(t, tests, document.Tests)
			assert.Equal(t, failures, document.Failures)
			total := run.summary()
			assert.Equal(t, total.Error+total.Warning, failures, "notes do not fail")
			checkJUnitElements(t, data)
		})
	}
}

// checkJUnitElements holds which element stands in which, and with which
// attributes, to the schema of Jenkins' xUnit plugin (junit-10.xsd), to which file and line
// of a case are added, as GitLab reads them.
func checkJUnitElements(t *testing.T, data []byte) {
	t.Helper()
	type element struct{ within, required, optional []string }
	schema := map[string]element{
		"testsuites": {[]string{""}, nil, []string{"name", "time", "tests", "failures", "errors"}},
		"testsuite":  {[]string{"testsuites"}, []string{"name", "tests", "failures", "errors"}, []string{"skipped", "time"}},
		"testcase":   {[]string{"testsuite"}, []string{"name"}, []string{"classname", "time", "file", "line"}},
		"skipped":    {[]string{"testcase"}, nil, []string{"message", "type"}},
		"failure":    {[]string{"testcase"}, nil, []string{"message", "type"}},
		"system-out": {[]string{"testcase"}, nil, nil},
	}
	decoder := xml.NewDecoder(bytes.NewReader(data))
	open := []string{""}
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		require.NoError(t, err)
		switch token := token.(type) {
		case xml.StartElement:
			name := token.Name.Local
			rule, known := schema[name]
			require.True(t, known, name)
			assert.Contains(t, rule.within, open[len(open)-1])
			var attributes []string
			for _, a := range token.Attr {
				attributes = append(attributes, a.Name.Local)
				assert.True(t, slices.Contains(rule.required, a.Name.Local) || slices.Contains(rule.optional, a.Name.Local), "%s %s", name, a.Name.Local)
			}
			assert.Subset(t, attributes, rule.required)
			open = append(open, name)
		case xml.EndElement:
			open = open[:len(open)-1]
		}
	}
}

// What is known from the baseline is skipped, and so is what is allowed or not
// analysable.
func TestJUnitSkipped(t *testing.T) {
	run := release(t)
	run.Findings[0].Suppressed = inBaseline
	var document junitSuites
	require.NoError(t, xml.Unmarshal(write(t, JUnit, run), &document))
	var skipped []string
	for _, s := range document.Suites {
		for _, c := range s.Cases {
			if c.Skipped != nil {
				skipped = append(skipped, c.Name+": "+c.Skipped.Message)
			}
		}
	}
	assert.Equal(t, []string{
		"drop-column public.users.email: it is in the baseline",
		"drop-column public.users.id: allowed: never used, see #12 (until 2027-01-31)",
		"DO not analysable: EXECUTE of an expression",
		"not analysable: syntax error",
		"not analysable: Go migration",
	}, skipped)
}

// A case of the same thing in the same file has its own name, and the lines of
// none say where it is: the next run has the same cases.
func TestJUnitNames(t *testing.T) {
	h := newHistory(t)
	m := h.migration("a.sql", "ALTER TABLE t DROP a;")
	s := h.statement(m, "ALTER TABLE", "ALTER TABLE t DROP a")
	for range 3 {
		h.found(s, rules.Finding{Rule: dropColumn, At: s.Span, Message: "m", Relation: "public.t", Object: "a"})
	}
	h.found(s, rules.Finding{Rule: dropColumn, At: s.Span, Message: "m", Relation: "public.t"})
	h.found(s, rules.Finding{Rule: dropColumn, At: s.Span, Message: "m"})
	var document junitSuites
	require.NoError(t, xml.Unmarshal(write(t, JUnit, h.run), &document))
	var names []string
	for _, c := range document.Suites[0].Cases {
		names = append(names, c.Name)
	}
	assert.Equal(t, []string{
		"drop-column public.t.a", "drop-column public.t.a (2)", "drop-column public.t.a (3)", "drop-column public.t", "drop-column",
	}, names)
}

func TestJUnitIdle(t *testing.T) {
	assert.Contains(t, string(write(t, JUnit, &Run{Idle: true})), "<skipped")
}
