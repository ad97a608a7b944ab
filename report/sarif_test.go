package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"net/url"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	_ "github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif" // for readSchema
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/xeipuuv/gojsonschema"

	"github.com/migracheck/migracheck/parser/source"
	"github.com/migracheck/migracheck/rules"
)

// A log is as much of SARIF as the tests look at.
type log struct {
	Runs []struct {
		Tool struct {
			Driver struct {
				Name, Version, SemanticVersion string
				Rules                          []logRule
			}
		}
		ColumnKind        string
		Results           []logResult
		AutomationDetails any
		Invocations       []struct {
			ExecutionSuccessful        bool
			ToolExecutionNotifications []struct{ Message struct{ Text string } }
		}
	}
}

type logRule struct {
	ID, Name, HelpURI                 string
	ShortDescription, FullDescription struct{ Text string }
	Help                              struct{ Text, Markdown string }
	DefaultConfiguration              struct{ Level string }
	Properties                        struct{ Tags []string }
}

type logResult struct {
	RuleID              string
	RuleIndex           *int
	Level               string
	Message             struct{ Text string }
	Locations           []logLocation
	RelatedLocations    []logLocation
	PartialFingerprints map[string]string
	Suppressions        *[]any
}

type logLocation struct {
	ID               *int
	PhysicalLocation struct {
		ArtifactLocation struct{ URI, URIBaseID string }
		Region           struct{ StartLine, StartColumn, EndLine, EndColumn int }
	}
}

func readLog(t *testing.T, data []byte) log {
	t.Helper()
	var l log
	require.NoError(t, json.Unmarshal(data, &l))
	require.Len(t, l.Runs, 1)
	return l
}

// readSchema returns the standard's own schema. A library carries it in a
// constant that it keeps to itself, so it is read from the source.
func readSchema(t *testing.T) gojsonschema.JSONLoader {
	t.Helper()
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/owenrumney/go-sarif/v3").Output()
	require.NoError(t, err)
	file := filepath.Join(strings.TrimSpace(string(dir)), "pkg", "report", "v210", "sarif", "schema.go")
	tree, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	require.NoError(t, err)
	var schema string
	ast.Inspect(tree, func(n ast.Node) bool {
		if l, ok := n.(*ast.BasicLit); ok && l.Kind == token.STRING {
			schema, err = strconv.Unquote(l.Value)
			require.NoError(t, err)
		}
		return true
	})
	require.Contains(t, schema, "sarif-schema-2.1.0.json")
	return gojsonschema.NewStringLoader(schema)
}

func TestSARIFSchema(t *testing.T) {
	schema, err := gojsonschema.NewSchema(readSchema(t))
	require.NoError(t, err)
	problems := func(data string) []gojsonschema.ResultError {
		result, err := schema.Validate(gojsonschema.NewStringLoader(data))
		require.NoError(t, err)
		return result.Errors()
	}
	for name, run := range samples(t) {
		for _, suppressed := range []bool{false, true} {
			run.IncludeSuppressed = suppressed
			assert.Empty(t, problems(string(write(t, SARIF, run))), name)
		}
	}
	// The test can fail.
	data := string(write(t, SARIF, release(t)))
	for _, change := range [][2]string{
		{`"startColumn": 3,`, `"startColumn": 0,`},
		{`"startColumn": 3,`, `"startColum": 3,`},
		{`"level": "error"`, `"level": null`},
		{`"columnKind": "utf16CodeUnits"`, `"columnKind": "bytes"`},
	} {
		broken := strings.Replace(data, change[0], change[1], 1)
		require.NotEqual(t, data, broken)
		assert.NotEmpty(t, problems(broken), change[1])
	}
}

// What the schema accepts and GitHub does not.
func TestSARIFForGitHub(t *testing.T) {
	for name, run := range samples(t) {
		t.Run(name, func(t *testing.T) {
			data := write(t, SARIF, run)
			assert.NotRegexp(t, `:\s*null`, string(data))
			assert.NotRegexp(t, `:\s*-\d`, string(data))
			assert.NotContains(t, string(data), `\u003c`)
			assert.True(t, bytes.HasSuffix(data, []byte("}\n")))
			assert.Contains(t, string(data), `"results": [`)
			run := readLog(t, data).Runs[0]
			assert.Equal(t, "migracheck", run.Tool.Driver.Name)
			assert.Equal(t, "utf16CodeUnits", run.ColumnKind)
			assert.Nil(t, run.AutomationDetails)
			assert.True(t, run.Invocations[0].ExecutionSuccessful)
			checkRules(t, run.Tool.Driver.Rules)
			for _, r := range run.Results {
				require.NotNil(t, r.RuleIndex)
				assert.Equal(t, r.RuleID, run.Tool.Driver.Rules[*r.RuleIndex].ID)
				assert.True(t, strings.HasSuffix(r.Message.Text, "."))
				assert.Nil(t, r.Suppressions)
				require.Len(t, r.Locations, 1)
				checkLocation(t, r.Locations[0])
				checkLinks(t, r)
				assert.Regexp(t, `^[0-9a-f]+:[1-9]\d*$`, r.PartialFingerprints["primaryLocationLineHash"])
			}
			assert.True(t, slices.IsSortedFunc(run.Results, func(a, b logResult) int {
				return strings.Compare(key(a), key(b))
			}))
		})
	}
}

func key(r logResult) string {
	at := r.Locations[0].PhysicalLocation
	p, _ := url.PathUnescape(at.ArtifactLocation.URI)
	return fmt.Sprintf("%s %9d %9d %s %s", p, at.Region.StartLine, at.Region.StartColumn, r.RuleID, r.Message.Text)
}

func checkRules(t *testing.T, all []logRule) {
	t.Helper()
	assert.True(t, slices.IsSortedFunc(all, func(a, b logRule) int { return strings.Compare(a.ID, b.ID) }))
	for _, r := range all {
		assert.NotEqual(t, r.ID, r.Name)
		assert.Contains(t, []string{"error", "warning", "note"}, r.DefaultConfiguration.Level)
		assert.LessOrEqual(t, len(r.Properties.Tags), 10)
		assert.NotContains(t, r.Properties.Tags, "security")
		for _, text := range []string{r.ShortDescription.Text, r.FullDescription.Text} {
			assert.NotEmpty(t, text)
			assert.LessOrEqual(t, utf8.RuneCountInString(text), 1024)
		}
		assert.NotEmpty(t, r.Help.Text)
		assert.NotEmpty(t, r.Help.Markdown)
		assert.True(t, strings.HasPrefix(r.HelpURI, "https://"))
	}
}

func checkLocation(t *testing.T, l logLocation) {
	t.Helper()
	at, region := l.PhysicalLocation.ArtifactLocation, l.PhysicalLocation.Region
	parsed, err := url.Parse(at.URI)
	require.NoError(t, err)
	assert.NotContains(t, at.URI, " ")
	assert.Equal(t, at.URI, strings.ToValidUTF8(at.URI, "?"))
	assert.Equal(t, "%SRCROOT%", at.URIBaseID)
	assert.Empty(t, parsed.Scheme)
	assert.Equal(t, path.Clean(at.URI), at.URI)
	assert.False(t, strings.HasPrefix(at.URI, "/") || strings.HasPrefix(at.URI, "."), at.URI)
	assert.Positive(t, region.StartLine)
	assert.Positive(t, region.StartColumn)
	assert.GreaterOrEqual(t, region.EndLine, region.StartLine)
	assert.Positive(t, region.EndColumn)
	if region.EndLine == region.StartLine {
		assert.GreaterOrEqual(t, region.EndColumn, region.StartColumn)
	}
}

// Every link leads to a related location, and every related location is linked,
// or GitHub would not show it.
func checkLinks(t *testing.T, r logResult) {
	t.Helper()
	var links []int
	for _, m := range regexp.MustCompile(`\]\((\d+)\)`).FindAllStringSubmatch(r.Message.Text, -1) {
		id, err := strconv.Atoi(m[1])
		require.NoError(t, err)
		links = append(links, id)
	}
	var ids []int
	for _, l := range r.RelatedLocations {
		require.NotNil(t, l.ID)
		assert.Positive(t, *l.ID)
		ids = append(ids, *l.ID)
		checkLocation(t, l)
	}
	assert.Equal(t, ids, links)
	assert.NotRegexp(t, `\]\([^0-9]`, r.Message.Text)
}

func TestSARIFPaths(t *testing.T) {
	for _, test := range []struct{ prefix, path, uri string }{
		{"", "./a b/é#?.sql", "a%20b/%C3%A9%23%3F.sql"},
		{"svc", "../db/a.sql", "db/a.sql"},
		{"svc", "../../../db/a.sql", "db/a.sql"},
		{"", "c:a.sql", "c%3Aa.sql"},
		{"", `a\b%.sql`, "a%5Cb%25.sql"},
		{"svc", "/tmp/a b.sql", "tmp/a%20b.sql"},
		{"svc", "C:/a.sql", "C%3A/a.sql"},
		{"svc", "<stdin>", "stdin"},
	} {
		s := &sarifWriter{run: &Run{Prefix: test.prefix}}
		at := s.artifact(source.NewFile(test.path, ""))
		assert.Equal(t, test.uri, *at.URI)
		assert.Equal(t, "%SRCROOT%", *at.URIBaseId)
	}
}

// Columns are those of a text of UTF-16 units.
func TestUTF16Position(t *testing.T) {
	text := "\ufeffa🐘b\r\n\té🐘🐘\n\xff\xf0\x9fx\n" + strings.Repeat("é🐘x", 3000) + "\ny"
	file := source.NewFile("a.sql", text)
	lines := strings.Split(strings.TrimPrefix(text, "\ufeff"), "\n")
	s := &sarifWriter{pairs: map[*source.File][]int{}}
	for offset := range text {
		line, column := s.position(file, offset)
		_, start := file.Line(line)
		if offset < start {
			continue // within the byte order mark
		}
		require.Equal(t, utf8.RuneCountInString(lines[line-1][:offset-start])+1, file.Position(offset).Column)
		want := len(utf16.Encode([]rune(lines[line-1][:offset-start]))) + 1
		require.Equal(t, want, column, "offset %d", offset)
	}
}

func TestSARIFLimits(t *testing.T) {
	h := newHistory(t)
	m := h.migration("a.sql", strings.Repeat("x\n", sarifMaxResults+10))
	s := h.statement(m, "SELECT", "x")
	for i := range sarifMaxResults + 10 {
		rule := setDefault
		if i > sarifMaxResults {
			rule = dropColumn
		}
		h.found(s, rules.Finding{Rule: rule, Message: "m", At: source.Span{File: m.Up.Span.File, Start: 2 * i, End: 2*i + 1}})
	}
	run := readLog(t, write(t, SARIF, h.run)).Runs[0]
	require.Len(t, run.Results, sarifMaxResults)
	assert.Equal(t, "error", run.Results[sarifMaxResults-1].Level, "the worst are kept, in order of place")
	assert.Equal(t, "10 results were left out, the mildest: GitHub accepts 25000.", run.Invocations[0].ToolExecutionNotifications[0].Message.Text)
}

func TestSARIFSuppressions(t *testing.T) {
	run := release(t)
	run.IncludeSuppressed = true
	filled := 0
	for _, r := range readLog(t, write(t, SARIF, run)).Runs[0].Results {
		require.NotNil(t, r.Suppressions, "in all results or in none")
		filled += len(*r.Suppressions)
	}
	assert.Equal(t, 1, filled)
}

func TestSARIFVersion(t *testing.T) {
	for _, test := range []struct{ version, shown, semantic string }{
		{"1.2.3", "1.2.3", "1.2.3"}, {"v1.2.3-rc.1", "1.2.3-rc.1", "1.2.3-rc.1"}, {"devel", "devel", ""}, {"", "", ""},
	} {
		driver := readLog(t, write(t, SARIF, &Run{Version: test.version})).Runs[0].Tool.Driver
		assert.Equal(t, test.shown, driver.Version)
		assert.Equal(t, test.semantic, driver.SemanticVersion)
	}
}

func TestSARIFLimitsDescriptions(t *testing.T) {
	long := &rules.Rule{Name: "a", Title: strings.Repeat("é", 3000), Severity: rules.Error}
	checkRules(t, readLog(t, write(t, SARIF, &Run{Rules: []*rules.Rule{long}})).Runs[0].Tool.Driver.Rules)
}

func TestSentence(t *testing.T) {
	assert.Equal(t, "Column.", sentence("column"))
	assert.Equal(t, "É.", sentence("É."))
	assert.Equal(t, ".", sentence(""))
	assert.Equal(t, "varchar is short.", stop("varchar is short"))
}
