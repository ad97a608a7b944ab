package report

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/parser/source"
	"github.com/migracheck/migracheck/rules"
)

func TestRDJSON(t *testing.T) {
	for name, run := range samples(t) {
		t.Run(name, func(t *testing.T) {
			var document rdjson
			decode(t, write(t, RDJSON, run), &document)
			assert.NotNil(t, document.Diagnostics)
			for _, d := range document.Diagnostics {
				assert.Contains(t, []string{"ERROR", "WARNING", "INFO"}, d.Severity)
				assert.NotEmpty(t, d.Message)
				assert.NotEmpty(t, d.Location.Path)
				if d.Location.Range != nil {
					checkRange(t, *d.Location.Range)
				}
				for _, s := range d.Suggestions {
					checkRange(t, s.Range)
				}
			}
		})
	}
}

func checkRange(t *testing.T, r rdjsonRange) {
	t.Helper()
	assert.Positive(t, r.Start.Line)
	assert.Positive(t, r.Start.Column)
	assert.Positive(t, r.End.Column)
	assert.False(t, r.End.Line < r.Start.Line || r.End.Line == r.Start.Line && r.End.Column < r.Start.Column)
}

// A suggestion, put into the lines that it names as reviewdog does it, is what
// the edits make of the file.
func TestRDJSONSuggestions(t *testing.T) {
	edit := func(f *source.File, old, text string) rules.Edit {
		start := strings.Index(f.Text, old)
		require.GreaterOrEqual(t, start, 0)
		return rules.Edit{At: source.Span{File: f, Start: start, End: start + len(old)}, NewText: text}
	}
	before := func(f *source.File, mark, text string) rules.Edit {
		e := edit(f, mark, text)
		e.At.End = e.At.Start
		return e
	}
	for _, test := range []struct {
		name, text string
		edits      func(*source.File) []rules.Edit
		want       string
	}{
		{"an insertion after wide characters", "/* é🐘 */ CREATE INDEX ON t (a);\n", func(f *source.File) []rules.Edit {
			return []rules.Edit{before(f, " ON", " CONCURRENTLY")}
		}, "/* é🐘 */ CREATE INDEX CONCURRENTLY ON t (a);\n"},
		{"behind a byte order mark", "\ufeffCREATE INDEX ON t (a);\n", func(f *source.File) []rules.Edit {
			return []rules.Edit{before(f, " ON", " CONCURRENTLY")}
		}, "\ufeffCREATE INDEX CONCURRENTLY ON t (a);\n"},
		{"two edits, in the wrong order", "-- +migrate Up\nSELECT 1;\nCREATE INDEX ON t (a);\n", func(f *source.File) []rules.Edit {
			return []rules.Edit{before(f, " ON", " CONCURRENTLY"), edit(f, "-- +migrate Up", "-- +migrate Up notransaction")}
		}, "-- +migrate Up notransaction\nSELECT 1;\nCREATE INDEX CONCURRENTLY ON t (a);\n"},
		{"a line before", "SELECT 1;\nDROP TABLE t;\n", func(f *source.File) []rules.Edit {
			return []rules.Edit{before(f, "DROP", "SET lock_timeout = '5s';\n")}
		}, "SELECT 1;\nSET lock_timeout = '5s';\nDROP TABLE t;\n"},
		{"a deletion of lines", "a;\nb;\nc;\n", func(f *source.File) []rules.Edit {
			return []rules.Edit{edit(f, "b;\n", "")}
		}, "a;\nc;\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			file := source.NewFile("a.sql", test.text)
			suggestions := rdjsonSuggestions(&rules.Finding{At: file.Whole(), Fixes: []rules.Fix{{Edits: test.edits(file)}}})
			require.Len(t, suggestions, 1)
			s := suggestions[0]
			lines := strings.Split(test.text, "\n")
			first, last := lines[s.Range.Start.Line-1], lines[s.Range.End.Line-1]
			changed := first[:s.Range.Start.Column-1] + s.Text + last[s.Range.End.Column-1:]
			all := append(append(append([]string{}, lines[:s.Range.Start.Line-1]...), changed), lines[s.Range.End.Line:]...)
			assert.Equal(t, test.want, strings.Join(all, "\n"))
		})
	}
}

func TestRDJSONChoosesFix(t *testing.T) {
	file, other := source.NewFile("a.sql", "abc"), source.NewFile("b.sql", "abc")
	at := func(f *source.File, start, end int) source.Span { return source.Span{File: f, Start: start, End: end} }
	fix := func(safe bool, edits ...rules.Edit) rules.Fix { return rules.Fix{Safe: safe, Edits: edits} }
	for _, test := range []struct {
		name  string
		fixes []rules.Fix
		want  string
	}{
		{"none", nil, ""},
		{"advice only", []rules.Fix{fix(true)}, ""},
		{"the safe one", []rules.Fix{fix(false, rules.Edit{At: at(file, 0, 1), NewText: "unsafe"}), fix(true, rules.Edit{At: at(file, 0, 1), NewText: "safe"})}, "safe"},
		{"another file", []rules.Fix{fix(true, rules.Edit{At: at(other, 0, 1), NewText: "other"}), fix(false, rules.Edit{At: at(file, 0, 1), NewText: "here"})}, "here"},
		{"edits that overlap", []rules.Fix{fix(true, rules.Edit{At: at(file, 0, 2)}, rules.Edit{At: at(file, 1, 3)})}, ""},
		{"outside of the text", []rules.Fix{fix(true, rules.Edit{At: at(file, 2, 9)})}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			suggestions := rdjsonSuggestions(&rules.Finding{At: file.Whole(), Fixes: test.fixes})
			if test.want == "" {
				assert.Empty(t, suggestions)
				return
			}
			require.Len(t, suggestions, 1)
			assert.Equal(t, test.want, suggestions[0].Text)
		})
	}
	assert.Empty(t, rdjsonSuggestions(&rules.Finding{Fixes: []rules.Fix{fix(true, rules.Edit{At: at(file, 0, 1)})}}), "a finding without a place")
}

func TestBytePosition(t *testing.T) {
	f := source.NewFile("a.sql", "\ufeffé\r\n🐘x")
	for _, test := range []struct{ offset, line, column int }{
		{0, 1, 1}, {3, 1, 4}, {5, 1, 6}, {7, 2, 1}, {11, 2, 5}, {12, 2, 6}, {99, 2, 6}, {-1, 1, 1},
	} {
		assert.Equal(t, rdjsonPosition{test.line, test.column}, bytePosition(f, test.offset), "%d", test.offset)
	}
}
