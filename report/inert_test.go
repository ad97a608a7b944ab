package report

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/migration"
	"github.com/migracheck/migracheck/parser/source"
	"github.com/migracheck/migracheck/rules"
)

func TestEncodersAreInert(t *testing.T) {
	for _, text := range []string{"##vso[x]", "###[x]", "####", `\##`, `"##"`, "#", "a # b ##"} {
		var b bytes.Buffer
		require.NoError(t, encodeJSON(&b, text, ""))
		assert.NotContains(t, b.String(), "##")
		var read string
		require.NoError(t, json.Unmarshal(b.Bytes(), &read))
		assert.Equal(t, text, read)

		type document struct {
			Name string `xml:"name,attr"`
			Text string `xml:",chardata"`
		}
		b.Reset()
		require.NoError(t, encodeXML(&b, document{text, text}))
		assert.NotContains(t, b.String(), "##")
		var parsed document
		require.NoError(t, xml.Unmarshal(b.Bytes(), &parsed))
		assert.Equal(t, document{text, text}, parsed)
	}
}

// hostile is a run in which everything that comes from outside says text.
func hostile(text, path string, start, end int) *Run {
	start = min(max(start, 0), len(text))
	end = min(max(end, start), len(text))
	file := source.NewFile(path, text)
	at := source.Span{File: file, Start: start, End: end}
	window := &replay.Window{Reported: true}
	up := &migration.Script{Span: file.Whole()}
	m := &migration.Migration{ID: text, Name: path, Up: up, Opaque: text}
	window.Migrations = []*migration.Migration{m}
	statement := &replay.Statement{
		Statement: &ddl.Statement{Span: file.Whole(), Kind: "DO", Ops: []ddl.Op{&ddl.Dynamic{Base: ddl.Base{At: at}, Reason: text}}},
		Migration: m, Script: up, Window: window,
	}
	finding := rules.Finding{
		Rule: dropColumn, Severity: rules.Error, At: at, Message: text, Relation: path, Object: text, Migration: text, Statement: statement,
		Related: []rules.Related{{At: file.Whole(), Message: path}},
		Fixes:   []rules.Fix{{Title: text, Safe: true, Edits: []rules.Edit{{At: at, NewText: path}}}},
	}
	note, allowed, nowhere := finding, finding, finding
	note.Rule, note.Severity = setDefault, rules.Note
	allowed.Suppressed = &rules.Suppression{Reason: text, Until: path, At: at}
	nowhere.At = source.Span{}
	return &Run{
		Findings: []rules.Finding{finding, note, allowed, nowhere},
		Timeline: &replay.Timeline{Windows: []*replay.Window{window}, Statements: []*replay.Statement{statement}},
		Sets:     []*migration.Set{{Path: path}},
		Since:    []string{text},
		Remedy:   func(string) string { return text },
	}
}

// FuzzFormats: whatever files say and are called, a document is one, has the
// finding, and its lines are no commands of somebody else.
func FuzzFormats(f *testing.F) {
	for _, text := range []string{
		"DROP \x1b[31m;\r\n\t::error::é🐘", "]]>\x00\x01&<>\"'\ufffe\uffff", "##vso[task.setvariable variable=a]b\n##teamcity[x 'y']\n##[error]",
		"```\n</details>\n@all #1 !2 <script>alert(1)</script> [x](javascript:1) $x$ | a", "\ufeff\xff\xf0\x9f\u202e%0A%3B%AZP25", "-- a\n/close\n> q",
	} {
		f.Add(text, "a.sql", 2, 9)
		f.Add("ALTER TABLE t DROP c", text, 0, 20)
	}
	f.Fuzz(func(t *testing.T, text, path string, start, end int) {
		run := hostile(text, path, start, end)
		for _, format := range Formats() {
			out := write(t, format.Write, run)
			require.Equal(t, out, write(t, format.Write, run), format.Name)
			require.True(t, utf8.Valid(out), "%s: %q", format.Name, out)
			require.True(t, bytes.HasSuffix(out, []byte("\n")), format.Name)
			for line := range strings.Lines(string(out)) {
				line = strings.TrimSuffix(line, "\n")
				require.Equal(t, -1, strings.IndexFunc(line, controls(format.Name)), "%s: %q", format.Name, line)
				checkCommands(t, format.Name, line)
			}
			checkDocument(t, format.Name, out)
		}
	})
}

// BenchmarkFormats is a file of 5 MB with ten thousand findings; the time must
// not depend on how its lines are broken.
func BenchmarkFormats(b *testing.B) {
	for _, end := range []string{"\n", " "} {
		h := newHistory(b)
		statement := "ALTER TABLE t DROP COLUMN c;" + strings.Repeat(" ", 500-29) + end
		m := h.migration("a.sql", strings.Repeat(statement, 10_000))
		s := h.statement(m, "ALTER TABLE", "ALTER TABLE t DROP COLUMN c")
		for i := range 10_000 {
			at := i*len(statement) + len("ALTER TABLE t ")
			h.found(s, rules.Finding{Rule: dropColumn, Message: "m", At: source.Span{File: m.Up.Span.File, Start: at, End: at + 13}})
		}
		for _, format := range Formats() {
			b.Run(format.Name+"/"+strconv.Quote(end), func(b *testing.B) {
				for b.Loop() {
					write(b, format.Write, h.run)
				}
			})
		}
	}
}

// controls matches what a format may not print: for documents, which programs
// read, it is what their encoding cannot leave as it is.
func controls(format string) func(rune) bool {
	switch format {
	case "json", "jsonl", "sarif", "gitlab", "rdjson", "junit", "checkstyle":
		return func(r rune) bool { return r < ' ' }
	}
	return unicode.IsControl
}

// checkCommands holds that only the formats that are commands have them, one in
// a line, at its beginning.
func checkCommands(t *testing.T, format, line string) {
	t.Helper()
	own := map[string]string{"azure": "##vso[task.logissue ", "teamcity": "##teamcity[", "github": "::"}[format]
	start := strings.TrimLeftFunc(line, unicode.IsSpace)
	if own != "" && strings.HasPrefix(line, own) {
		start = line[len(own):]
	} else {
		require.False(t, strings.HasPrefix(start, "::"), "%s: %q", format, line)
	}
	require.NotRegexp(t, `##[a-zA-Z]*\[`, start, "%s: %q", format, line)
}

func checkDocument(t *testing.T, format string, out []byte) {
	t.Helper()
	switch format {
	case "json", "sarif", "gitlab", "rdjson":
		require.True(t, json.Valid(out), "%s: %q", format, out)
	case "jsonl":
		for line := range bytes.Lines(out) {
			require.True(t, json.Valid(line), "%q", line)
		}
	case "junit", "checkstyle":
		decoder := xml.NewDecoder(bytes.NewReader(out))
		for {
			_, err := decoder.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			require.NoError(t, err, "%s: %q", format, out)
		}
	case "html":
		checkHTML(t, out)
	case "teamcity":
		for line := range strings.Lines(string(out)) {
			parseTeamCity(t, strings.TrimSuffix(line, "\n"))
		}
	case "azure":
		issues := 0
		for line := range strings.Lines(string(out)) {
			if event, _, _, ok := parseAzure(line); ok {
				require.Equal(t, "task.logissue", event)
				issues++
			}
		}
		require.Equal(t, 2, issues)
	case "markdown", "comment":
		checkMarkdown(t, string(out))
	}
}
