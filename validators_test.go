package migracheck_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/xeipuuv/gojsonschema"

	"github.com/migracheck/migracheck/report"
)

// validators is where testdata/validators/fetch puts programs that read reports.
const validators = ".cache/validators"

// needValidators skips a test that has nothing to ask; where the environment
// has CI_VALIDATORS=required it fails.
func needValidators(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs(validators)
	require.NoError(t, err)
	if _, err := os.Stat(filepath.Join(dir, ".done")); err != nil {
		if os.Getenv("CI_VALIDATORS") == "required" {
			t.Fatal("no validators are in " + validators + ", and they are required")
		}
		t.Skip("SKIPPED: no validators are in " + validators + ": make validators fetches them")
	}
	return dir
}

// A message is what a reader makes of a finding, as far as its format has it.
type message struct {
	Severity, Path, Rule, Message string
	Line                          int
}

// A sample is a history of which every format was written by one run.
type sample struct {
	dir        string // where the reports are, each named after its format
	validators string
	// findings are what the run found, from the report in JSON.
	findings []message
}

func (s *sample) report(format string) string { return filepath.Join(s.dir, format) }

// TestValidators gives every format to programs that others made to read it:
// each must take it, and understand what was found. It does so with the demo and
// with a history whose names are made to break reports.
func TestValidators(t *testing.T) {
	dir := needValidators(t)
	binary := buildTool(t)
	pages := []string{}
	for name, args := range map[string][]string{
		"demo":    {demoHistory(t), "--from", "0010", "migrations"},
		"hostile": {hostileHistory(t), "--from", "2", "db/migrations"},
	} {
		s := takeSample(t, binary, args[0], args[1:])
		s.validators = dir
		t.Run(name, func(t *testing.T) {
			t.Run("github", s.github)
			t.Run("azure", s.azure)
			t.Run("teamcity", s.teamcity)
			t.Run("junit", s.junit)
			t.Run("gitlab", s.gitlab)
			t.Run("sarif", s.sarif)
			t.Run("reviewdog", s.reviewdog)
			t.Run("markdown", s.markdown)
		})
		pages = append(pages, s.report("html"), s.report("markdown.html"), s.report("comment.html"))
	}
	t.Run("html", func(t *testing.T) { checkPages(t, dir, pages) })
	t.Run("workflows", func(t *testing.T) { checkWorkflows(t, dir) })
}

func takeSample(t *testing.T, binary, dir string, args []string) *sample {
	t.Helper()
	s := &sample{dir: t.TempDir()}
	for _, f := range report.Formats() {
		args = append(args, "--format", f.Name+"="+s.report(f.Name))
	}
	cmd := exec.CommandContext(t.Context(), binary, args...)
	cmd.Dir = dir
	out, _ := cmd.CombinedOutput()
	require.Equal(t, 1, cmd.ProcessState.ExitCode(), string(out))
	var all struct {
		Findings []struct {
			Severity, Path, Rule, Message string
			StartLine                     int
		}
	}
	readJSON(t, s.report("json"), &all)
	require.Greater(t, len(all.Findings), 10)
	for _, f := range all.Findings {
		s.findings = append(s.findings, message{f.Severity, f.Path, f.Rule, f.Message, f.StartLine})
	}
	return s
}

func readJSON(t *testing.T, file string, into any) {
	t.Helper()
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(data, into), file)
}

// demoHistory is the demo in a repository of its own.
func demoHistory(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	require.NoError(t, os.CopyFS(root, os.DirFS("testdata/demo")))
	require.NoError(t, os.Mkdir(filepath.Join(root, ".git"), 0o755))
	return root
}

// hostileHistory is a history of which each migration is about names that mean
// something to somebody who reads a report.
func hostileHistory(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	dir := filepath.Join(root, "db", "migrations")
	require.NoError(t, os.MkdirAll(dir, 0o755))
	require.NoError(t, os.Mkdir(filepath.Join(root, ".git"), 0o755))
	save := func(name, text string) {
		require.NoError(t, os.WriteFile(filepath.Join(dir, strings.ReplaceAll(name, "/", "-")), []byte(text), 0o644))
	}
	quote := func(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }
	var tables strings.Builder
	for i, name := range []string{
		"'\"\\ a,b;c", "<img src=x onerror=alert(1)>&amp;", "</script></style><script>alert(1)</script>", "a\nb\r\n::error::c", "\x1b[31mred\x07",
		"::warning file=x::y", "]]>--><![CDATA[", "\u202egnp\u2066\u200b\u2028", "%0A%3B%25%AZP25", "a|b`c*d_e~~f", "##vso[task.setvariable variable=a]b",
		"##teamcity[x 'y']", "##[error]x", "$(id) ${x} {{ .y }}", strings.Repeat("long_", 40), "🐘 é 表 e\u0301", "@all #1 !2 www.x.y https://e.org",
		"```\n</details>\n| a |", "-- x */ /* y", "[a](javascript:b) $x$", "\x01\x7f\ufeff\ufffe",
	} {
		table := fmt.Sprint(i, name)
		fmt.Fprintf(&tables, "CREATE TABLE %s (id bigint PRIMARY KEY, %s text, c text);\n", quote(table), quote(name))
		line := strings.NewReplacer("\n", " ", "\r", " ").Replace(name)
		save(fmt.Sprintf("%04d_%s.up.sql", i+2, name), fmt.Sprintf("ALTER TABLE %[1]s DROP COLUMN %[2]s;\n-- migracheck:allow drop-column: %[3]s\nALTER TABLE %[1]s DROP COLUMN c;\nCREATE INDEX %[2]s ON %[1]s (id);\n",
			quote(table), quote(name), line))
	}
	save("0001_start.up.sql", tables.String())
	save("0099_encoding.up.sql", "ALTER TABLE \"caf\xe9\" ADD COLUMN a text NOT NULL; -- \xff\n")
	return root
}

// read has a report read by the packages from npm.
func (s *sample) read(t *testing.T, reader, file string, into any) {
	t.Helper()
	script, err := os.Open("testdata/validators/read.mjs")
	require.NoError(t, err)
	defer func() { _ = script.Close() }()
	cmd := exec.CommandContext(t.Context(), "node", "--input-type=module", "-", reader, file)
	cmd.Dir, cmd.Stdin = s.validators, script
	out, err := command(cmd)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(out, into))
}

// command returns what a program prints; its error has what it complains about.
func command(cmd *exec.Cmd) ([]byte, error) {
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	if err != nil {
		return out, fmt.Errorf("%w: %s", err, complaint.Bytes())
	}
	return out, nil
}

// named are the findings whose severity a format has, under its name for it.
func (s *sample) named(severities map[string]string) []message {
	var all []message
	for _, f := range s.findings {
		if name, ok := severities[f.Severity]; ok {
			f.Severity = name
			all = append(all, f)
		}
	}
	return all
}

// understood holds that a reader understood these findings, in whatever order.
func understood(t *testing.T, want, got []message) {
	t.Helper()
	require.NotEmpty(t, want)
	require.Len(t, got, len(want))
	for _, g := range got {
		i := slices.IndexFunc(want, func(w message) bool { return w.is(g) })
		require.GreaterOrEqual(t, i, 0, "understood, but not meant: %+v", g)
		want = slices.Delete(want, i, i+1)
	}
}

// picture matches what stands for what cannot be seen.
var picture = regexp.MustCompile(`<(?:U\+[0-9A-F]{4,}|[0-9A-F]{2})>`)

// core is a text without what formats show in ways of their own.
func core(text string) string {
	return strings.Map(func(r rune) rune {
		if r < '!' || r > '~' {
			return -1
		}
		return r
	}, picture.ReplaceAllString(text, ""))
}

// is reports whether a reader understood a finding as it is meant.
func (m message) is(got message) bool {
	return m.Line == got.Line && m.Severity == got.Severity && (got.Rule == "" || got.Rule == m.Rule) &&
		core(got.Path) == core(m.Path) && strings.Contains(core(got.Message), core(m.Message))
}

// GitHub shows ten annotations of a kind, and is told of no more: a notice says
// that there are.
func (s *sample) github(t *testing.T) {
	var got []message
	s.read(t, "github", s.report("github"), &got)
	limits := map[string]int{"error": 10, "warning": 10, "notice": 10}
	all := s.named(map[string]string{"error": "error", "warning": "warning", "note": "notice"})
	if len(got) < len(all) {
		last := len(got) - 1
		assert.Contains(t, got[last].Message, "GitHub shows 10 annotations of a kind")
		limits["notice"]--
		got = got[:last]
	}
	var want []message
	for _, f := range all {
		if limits[f.Severity]--; limits[f.Severity] >= 0 {
			want = append(want, f)
		}
	}
	understood(t, want, got)
}

func (s *sample) azure(t *testing.T) {
	var got []message
	s.read(t, "azure", s.report("azure"), &got)
	understood(t, s.named(map[string]string{"error": "error", "warning": "warning"}), got)
}

func (s *sample) teamcity(t *testing.T) {
	var got []message
	s.read(t, "teamcity", s.report("teamcity"), &got)
	understood(t, s.named(map[string]string{"error": "ERROR", "warning": "WARNING", "note": "INFO"}), got)
}

func (s *sample) junit(t *testing.T) {
	var got []message
	s.read(t, "junit", s.report("junit"), &got)
	understood(t, s.named(map[string]string{"error": "error", "warning": "warning"}), got)
}

// GitLab publishes no schema, but says what it reads; a fingerprint that is
// there twice hides an issue.
func (s *sample) gitlab(t *testing.T) {
	schema, err := os.ReadFile("testdata/validators/gitlab.schema.json")
	require.NoError(t, err)
	data, err := os.ReadFile(s.report("gitlab"))
	require.NoError(t, err)
	result, err := gojsonschema.Validate(gojsonschema.NewBytesLoader(schema), gojsonschema.NewBytesLoader(data))
	require.NoError(t, err)
	assert.Empty(t, result.Errors())
	var issues []struct {
		Description, Severity, Fingerprint string
		CheckName                          string `json:"check_name"`
		Location                           struct {
			Path  string
			Lines struct{ Begin int }
		}
	}
	require.NoError(t, json.Unmarshal(data, &issues))
	prints := map[string]bool{}
	var got []message
	for _, i := range issues {
		assert.False(t, prints[i.Fingerprint], "%+v", i)
		prints[i.Fingerprint] = true
		got = append(got, message{i.Severity, i.Location.Path, i.CheckName, i.Description, i.Location.Lines.Begin})
	}
	understood(t, s.named(map[string]string{"error": "critical", "warning": "major", "note": "info"}), got)
}

// sarif asks Microsoft's validator, with the rules that say what GitHub refuses.
// Its exit status says nothing, so its own report does.
func (s *sample) sarif(t *testing.T) {
	problems := func(file string) []string {
		to := filepath.Join(t.TempDir(), "validation.sarif")
		cmd := exec.CommandContext(t.Context(), filepath.Join(s.validators, "node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool"),
			"validate", file, "--rule-kind", "Sarif;Ghas", "--config", "testdata/validators/sarif-rules.xml",
			"--level", "Error;Warning;Note", "--output", to, "--log", "ForceOverwrite")
		cmd.Env = append(os.Environ(), "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1")
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, string(out))
		require.Contains(t, string(out), "Done. 1 files scanned.")
		var log struct {
			Runs []struct {
				Results []struct {
					RuleID, Level string
					Message       struct {
						ID        string
						Arguments []string
					}
				}
			}
		}
		readJSON(t, to, &log)
		require.Len(t, log.Runs, 1)
		require.NotEmpty(t, log.Runs[0].Results, "the validator always has notes")
		var found []string
		for _, r := range log.Runs[0].Results {
			if r.Level != "note" {
				found = append(found, fmt.Sprint(r.RuleID, " ", r.Message.ID, " ", r.Message.Arguments))
			}
		}
		return found
	}
	data, err := os.ReadFile(s.report("sarif"))
	require.NoError(t, err)
	edited := func(old, text string) string {
		require.Contains(t, string(data), old)
		file := filepath.Join(t.TempDir(), "edited.sarif")
		require.NoError(t, os.WriteFile(file, bytes.Replace(data, []byte(old), []byte(text), 1), 0o644))
		return file
	}
	// A build from a checkout has no version that is a number.
	assert.Empty(t, problems(edited(`"(devel)"`, `"1.2.3"`)))
	assert.NotEmpty(t, problems(edited(`"startLine"`, `"startLin"`)), "the validator validates nothing")
}

// reviewdog reads three formats, and prints what it understood in its own.
func (s *sample) reviewdog(t *testing.T) {
	severities := map[string]map[string]string{
		"rdjson":     {"error": "ERROR", "warning": "WARNING", "note": "INFO"},
		"checkstyle": {"error": "ERROR", "warning": "WARNING", "note": "INFO"},
		"sarif":      {"error": "ERROR", "warning": "WARNING", "note": "INFO"},
	}
	for format, names := range severities {
		input, err := os.Open(s.report(format))
		require.NoError(t, err)
		cmd := exec.CommandContext(t.Context(), filepath.Join(s.validators, "bin/reviewdog"), "-f="+format, "-reporter=rdjson", "-filter-mode=nofilter", "-fail-level=none")
		cmd.Stdin = input
		out, err := command(cmd)
		require.NoError(t, err, format)
		require.NoError(t, input.Close())
		var read struct {
			Diagnostics []struct {
				Message, Severity string
				Code              struct{ Value string }
				Location          struct {
					Path  string
					Range struct{ Start struct{ Line int } }
				}
			}
		}
		require.NoError(t, json.Unmarshal(out, &read), format)
		var got []message
		for _, d := range read.Diagnostics {
			rule := d.Code.Value[strings.LastIndex(d.Code.Value, ".")+1:] // checkstyle has families before it
			got = append(got, message{d.Severity, d.Location.Path, rule, d.Message, d.Location.Range.Start.Line})
		}
		understood(t, s.named(names), got)
	}
}

// markdown holds that Markdown becomes no more than a few elements of HTML, and
// leaves pages for the checker.
func (s *sample) markdown(t *testing.T) {
	for _, format := range []string{"markdown", "comment"} {
		var body string
		s.read(t, "markdown", s.report(format), &body)
		checkElements(t, body)
		page := "<!DOCTYPE html>\n<html lang=\"en\"><head><title>x</title></head><body>\n" + body + "</body></html>\n"
		require.NoError(t, os.WriteFile(s.report(format+".html"), []byte(page), 0o644))
	}
}

// checkPages asks the checker of the W3C.
func checkPages(t *testing.T, dir string, pages []string) {
	broken := filepath.Join(t.TempDir(), "broken.html")
	require.NoError(t, os.WriteFile(broken, []byte("<!DOCTYPE html><html lang=en><title>x</title><p><table><tr><b>x</table>"), 0o644))
	for _, page := range pages {
		require.FileExists(t, page, "the checker says nothing of what is not there")
	}
	cmd := exec.CommandContext(t.Context(), "java", append([]string{"-jar", filepath.Join(dir, "node_modules/vnu-jar/build/dist/vnu.jar"), "--stdout", "--exit-zero-always", "--format", "json", broken}, pages...)...)
	out, err := command(cmd)
	require.NoError(t, err)
	var checked struct {
		Messages []struct {
			Type, URL, Message, Extract string
			LastLine                    int
		}
	}
	require.NoError(t, json.Unmarshal(out, &checked))
	complaints := 0
	for _, m := range checked.Messages {
		switch {
		case strings.HasSuffix(m.URL, "/broken.html"):
			complaints++
		case m.Type != "info": // what it finds questionable, such as that Markdown is no whole page
			assert.Fail(t, m.Message, "%+v", m)
		}
	}
	assert.Positive(t, complaints, "the checker checks nothing")
}

// checkElements holds that HTML from Markdown has the elements that the report
// makes, and tables whose rows are alike.
func checkElements(t *testing.T, body string) {
	t.Helper()
	cells, header := 0, 0
	for _, m := range regexp.MustCompile(`<(/?)([a-zA-Z][a-zA-Z0-9]*)([^>]*)>`).FindAllStringSubmatch(body, -1) {
		name, attributes := m[2], strings.TrimSpace(m[3])
		switch {
		case name == "a" && m[1] == "":
			assert.Regexp(t, `^href="https://github\.com/migracheck/migracheck/[a-z0-9/.-]*"$`, attributes)
		case name == "code" || name == "details" || name == "th" || name == "td":
			assert.Regexp(t, `^(class="language-(sql|diff|text)"|open|align="\w+")?$`, attributes)
		default:
			assert.Empty(t, attributes, m[0])
		}
		assert.Contains(t, []string{
			"a", "h2", "h3", "p", "strong", "em", "code", "pre", "ul", "li", "details", "summary", "span", "br",
			"table", "thead", "tbody", "tr", "th", "td",
		}, name)
		switch m[1] + name {
		case "table":
			header = 0
		case "tr":
			cells = 0
		case "th", "td":
			cells++
		case "/tr":
			if header == 0 {
				header = cells
			}
			assert.Equal(t, header, cells, "a row is longer or shorter than the first")
		}
	}
}

// checkWorkflows holds that GitHub takes the workflows, ours and those of the
// documentation, and what they say to the action.
func checkWorkflows(t *testing.T, dir string) {
	files, err := filepath.Glob(".github/workflows/*.yml")
	require.NoError(t, err)
	broken := filepath.Join(t.TempDir(), "broken.yml")
	require.NoError(t, os.WriteFile(broken, []byte("on: push\njobs: {a: {runs-onn: ubuntu-latest, steps: [{run: x}]}}\n"), 0o644))
	lint := func(files ...string) string {
		// Checkers of scripts are whatever a machine has.
		out, _ := exec.CommandContext(t.Context(), filepath.Join(dir, "bin/actionlint"), append([]string{"-no-color", "-shellcheck=", "-pyflakes="}, files...)...).CombinedOutput()
		return string(out)
	}
	assert.Empty(t, lint(append(files, "docs/ci/github.yml")...))
	assert.Contains(t, lint(broken), "runs-onn", "the linter lints nothing")
}
