package report

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/parser/migration"
	"github.com/migracheck/migracheck/parser/source"
	"github.com/migracheck/migracheck/rules"
)

func TestFooter(t *testing.T) {
	for _, test := range []struct {
		summary summary
		want    string
	}{
		{summary{Migrations: 12, Statements: 41, Error: 2, Warning: 1, Note: 4, Unanalysable: 1, Suppressed: 2},
			"2 errors, 1 warning and 4 notes in 12 migrations (41 statements); 1 not analysable; 2 allowed"},
		{summary{Migrations: 1, Statements: 1, Error: 1, Note: 1}, "1 error and 1 note in 1 migration (1 statement)"},
		{summary{Migrations: 12, Statements: 41}, "checked 12 migrations (41 statements): nothing found"},
		{summary{Migrations: 2, Statements: 3, Suppressed: 1}, "checked 2 migrations (3 statements): nothing found; 1 allowed"},
		{summary{Migrations: 2, Files: 2}, "no statements found in 2 files"},
		{summary{Migrations: 2, Files: 2, Error: 1}, "1 error; no statements found in 2 files"},
		{summary{Migrations: 2, Files: 2, Opaque: 2}, "no statements found in 2 files; 2 migrations not in SQL"},
		{summary{}, "nothing to check: no migration is new"},
	} {
		assert.Equal(t, test.want, test.summary.line())
	}
}

func TestTextFitsTheTerminal(t *testing.T) {
	run := odd(t)
	run.Width = 60
	out := string(write(t, Text, run))
	assert.Contains(t, out, " DROP x, ")
	for line := range strings.Lines(out) {
		if strings.Contains(line, " | ") {
			width := 0
			for _, c := range cells(strings.TrimSuffix(line, "\n")) {
				width += c.width
			}
			assert.LessOrEqual(t, width, 60, line)
		}
	}
}

// What a rule is for is said with its first finding only.
func TestTextExplainsOnce(t *testing.T) {
	h := newHistory(t)
	m := h.migration("a.sql", "DROP a; DROP b;")
	for _, text := range []string{"DROP a", "DROP b"} {
		s := h.statement(m, "ALTER TABLE", text)
		h.found(s, rules.Finding{Rule: dropColumn, At: s.Span, Message: "m"})
	}
	out := string(write(t, Text, h.run))
	assert.Equal(t, 2, strings.Count(out, "(drop-column)"))
	assert.Equal(t, 1, strings.Count(out, "= why: "))
	assert.Equal(t, 1, strings.Count(out, "= help: migracheck explain drop-column\n"))
}

// Somebody who has a long history judged is told how to have less.
func TestTextOfLongHistory(t *testing.T) {
	many := func(together bool) *Run {
		h := newHistory(t)
		for i := range longHistory + 1 {
			m := h.migration(fmt.Sprintf("%04d.sql", i), "DROP a;")
			s := h.statement(m, "ALTER TABLE", "DROP a")
			h.found(s, rules.Finding{Rule: dropColumn, At: s.Span, Message: "m"})
		}
		if !together {
			h.run.Timeline.Windows = nil
			for _, m := range h.win.Migrations {
				h.run.Timeline.Windows = append(h.run.Timeline.Windows, &replay.Window{Reported: true, Migrations: []*migration.Migration{m}})
			}
		}
		return h.run
	}
	const hint = "each of 21 migrations was judged as a release of its own: --since latest-tag"
	assert.Contains(t, string(write(t, Text, many(false))), hint)
	assert.NotContains(t, string(write(t, Text, many(true))), "release of its own")
	asked := many(false)
	asked.Selected = func(f *source.File) bool { return f.Path == "0003.sql" }
	assert.NotContains(t, string(write(t, Text, asked)), "release of its own")
}

func TestFirstSentence(t *testing.T) {
	for prose, want := range map[string]string{
		"":                        "",
		"stop":                    "stop",
		"stop.":                   "stop",
		"stop first. Then drop.":  "stop first",
		"stop first.\nThen drop.": "stop first",
		"use 1.5, e.g. two. Then": "use 1.5, e.g. two",
	} {
		assert.Equal(t, want, firstSentence(prose))
	}
}

func TestQuietIsNotSilentAboutNothing(t *testing.T) {
	run := empty(t)
	run.Quiet = true
	assert.Equal(t, "no statements found in 2 files\n", string(write(t, Text, run)))
	run = clean(t)
	run.Quiet = true
	assert.Empty(t, write(t, Text, run))
}

func TestTextWithoutAnything(t *testing.T) {
	for _, f := range Formats() {
		assert.NotEmpty(t, write(t, f.Write, &Run{}), f.Name)
	}
}

func TestWriteError(t *testing.T) {
	for _, f := range Formats() {
		assert.ErrorIs(t, f.Write(failing{}, release(t)), errFailing, f.Name)
	}
}

type failing struct{}

var errFailing = fmt.Errorf("disk full")

func (failing) Write([]byte) (int, error) { return 0, errFailing }

// Without its colours, coloured output is the plain output.
func TestColor(t *testing.T) {
	plain := string(write(t, Text, odd(t)))
	run := odd(t)
	run.Color = true
	colored := string(write(t, Text, run))
	assert.NotEqual(t, plain, colored)
	bare := regexp.MustCompile("\x1b\\[[0-9]+m").ReplaceAllString(colored, "")
	assert.Equal(t, plain, regexp.MustCompile(" +\n").ReplaceAllString(bare, "\n"))
}

// Whatever the files say, no line of output is a command to a CI system or to
// a terminal, and every caret stands under something.
func FuzzText(f *testing.F) {
	f.Add("DROP \x1b[31m;\r\n\t::error::é🐘", "::a.sql", 2, 9, 80)
	f.Add(strings.Repeat("a", 900), "##[x]", 300, 800, 0)
	f.Add("\ufeff\xff\u202e\n##[x]", " ::x\n", 0, 4, 10)
	f.Fuzz(func(t *testing.T, text, path string, start, end, width int) {
		start = min(max(start, 0), len(text))
		end = min(max(end, start), len(text))
		file := source.NewFile(path, text)
		run := &Run{Width: width, Findings: []rules.Finding{{
			Rule: dropColumn, Severity: rules.Error, At: source.Span{File: file, Start: start, End: end}, Message: text,
			Related: []rules.Related{{At: file.Whole(), Message: path}},
		}}}
		for _, format := range Formats() {
			out := write(t, format.Write, run)
			if format.Name != "text" {
				continue
			}
			for line := range strings.Lines(string(out)) {
				line = strings.TrimSuffix(line, "\n")
				require.Equal(t, -1, strings.IndexFunc(line, unicode.IsControl), "%q", line)
				trimmed := strings.TrimLeftFunc(line, unicode.IsSpace)
				require.False(t, strings.HasPrefix(trimmed, "::") || strings.HasPrefix(trimmed, "##"), "%q", line)
				require.NotRegexp(t, `##[a-z]*\[`, line)
			}
		}
		if e, ok := newExcerpt(source.Span{File: file, Start: start, End: end}, 60); ok {
			columns := 0
			for _, c := range cells(e.text) {
				columns += c.width
			}
			require.LessOrEqual(t, columns, 60)
			require.LessOrEqual(t, e.to, columns+1)
			require.Less(t, e.from, e.to)
		}
	})
}

// BenchmarkText is a file of 5 MB with ten thousand findings; the time must not
// depend on how its lines are broken.
func BenchmarkText(b *testing.B) {
	for _, end := range []string{"\n", " "} {
		b.Run(fmt.Sprintf("line end %q", end), func(b *testing.B) {
			h := newHistory(b)
			statement := "ALTER TABLE t DROP COLUMN c;" + strings.Repeat(" ", 500-29) + end
			m := h.migration("a.sql", strings.Repeat(statement, 10_000))
			s := h.statement(m, "ALTER TABLE", "ALTER TABLE t DROP COLUMN c")
			for i := range 10_000 {
				at := i*len(statement) + len("ALTER TABLE t ")
				h.found(s, rules.Finding{Rule: dropColumn, Message: "m", At: source.Span{File: m.Up.Span.File, Start: at, End: at + 13}})
			}
			for b.Loop() {
				write(b, Text, h.run)
			}
		})
	}
}
