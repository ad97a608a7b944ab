package rules

import (
	"context"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"

	"github.com/migracheck/migracheck/analyzer/compat"
	"github.com/migracheck/migracheck/analyzer/featureflag"
	"github.com/migracheck/migracheck/analyzer/flaggate"
	"github.com/migracheck/migracheck/analyzer/gocode"
	"github.com/migracheck/migracheck/analyzer/queries"
	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/analyzer/rollback"
	"github.com/migracheck/migracheck/parser/migration"
	"github.com/migracheck/migracheck/parser/source"
)

// today is the date of all tests.
const today = "2026-06-01"

// run judges a history. Findings that a directive allows are left out.
func run(t *testing.T, files []ExampleFile, rules []*Rule) []Finding {
	t.Helper()
	fsys, released := fstest.MapFS{}, fstest.MapFS{}
	before := map[string]bool{}
	asked, files := split(files)
	root := path.Dir(files[0].Path)
	for _, f := range files {
		if f.Before {
			released[f.Path] = &fstest.MapFile{Data: encoded(f)}
			before[f.Path] = true
		}
		if !f.Gone {
			fsys[f.Path] = &fstest.MapFile{Data: encoded(f)}
		}
	}
	set, err := migration.LoadFS(context.Background(), fsys, root, migration.Options{})
	require.NoError(t, err)
	options := replay.Options{PGVersion: version(files)}
	if len(released) > 0 {
		old, err := migration.LoadFS(context.Background(), released, root, migration.Options{Framework: set.Layout})
		require.NoError(t, err)
		set.Edits = set.Compare(old, "v1", nil)
		options.InWindow = func(m *migration.Migration) bool { return !before[m.Up.Span.File.Path] }
	}
	timeline := replay.Up(set.Migrations, options)
	evidence := map[*replay.Window]*Evidence{}
	for _, w := range timeline.Windows {
		evidence[w] = evidenceOf(t, asked, w, timeline)
	}
	known := Options{
		Today: today, PGVersion: version(files), Tables: examplesKnow,
		Undone:   rollback.Windows(timeline, replay.Options{PGVersion: version(files)}),
		Evidence: func(w *replay.Window) *Evidence { return evidence[w] },
	}
	findings := Run([]*migration.Set{set}, timeline, rules, known)
	require.Equal(t, said(findings), said(judge([]*migration.Set{set}, timeline, rules, known, 3)), "of the rules in three parts")
	return slices.DeleteFunc(findings, func(f Finding) bool { return f.Suppressed != nil })
}

// said is what findings say, line by line.
func said(findings []Finding) string {
	var b strings.Builder
	for _, f := range findings {
		fmt.Fprintln(&b, f.At, f.Rule.Name, f.Severity, f.Message, f.Relation, f.Object, f.Migration, f.Down, f.Suppressed != nil, f.Related, len(f.Fixes))
	}
	return b.String()
}

// split tells the application's files from migrations.
func split(files []ExampleFile) (asked, migrations []ExampleFile) {
	for _, f := range files {
		if f.Version != "" {
			asked = append(asked, f)
		} else {
			migrations = append(migrations, f)
		}
	}
	return asked, migrations
}

// evidenceOf judges the queries of an example.
func evidenceOf(t *testing.T, files []ExampleFile, w *replay.Window, line *replay.Timeline) *Evidence {
	t.Helper()
	apps := map[string]*queries.Application{}
	for _, f := range files {
		if apps[f.Version] == nil {
			apps[f.Version] = &queries.Application{}
		}
		apps[f.Version].Add(readAsked(t, f))
	}
	if len(apps) == 0 {
		return nil
	}
	change := compat.Release(w, line)
	e := &Evidence{Previous: apps["previous"]}
	if e.Previous != nil {
		var err error
		e.Judgements, err = compat.Judge(t.Context(), e.Previous.Queries, change)
		require.NoError(t, err)
		e.Breaks = compat.Broken("", e.Judgements)
	}
	if files := gatedCode(files); len(files) > 0 {
		e.gate(t, files, w, line)
	}
	if now := apps["current"]; now != nil {
		judged, err := compat.Judge(t.Context(), now.Queries, change.Reverse())
		require.NoError(t, err)
		e.Breaks = append(e.Breaks, compat.Waits("", judged, e.Judgements)...)
	}
	return e
}

// gatedCode are the files of Go code of the release.
func gatedCode(files []ExampleFile) []ExampleFile {
	return slices.DeleteFunc(slices.Clone(files), func(f ExampleFile) bool { return f.Version != "current" || path.Ext(f.Path) != ".go" })
}

// goImports are the packages that the Go code of examples imports, read once.
var goImports = sync.OnceValue(func() (shared struct {
	fset     *token.FileSet
	importer types.Importer
}) {
	shared.fset = token.NewFileSet()
	shared.importer = importer.ForCompiler(shared.fset, "source", nil)
	return shared
})

// gate judges the Go code of an example, which is one package.
func (e *Evidence) gate(t *testing.T, files []ExampleFile, w *replay.Window, line *replay.Timeline) {
	t.Helper()
	dir := t.TempDir()
	imports := goImports()
	pkg := &gocode.Package{Path: "example.com/app", Dir: dir, Root: true, Info: &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
		Implicits: map[ast.Node]types.Object{}, Instances: map[*ast.Ident]types.Instance{}, Scopes: map[ast.Node]*types.Scope{},
		Selections: map[*ast.SelectorExpr]*types.Selection{}, FileVersions: map[*ast.File]string{},
	}}
	for _, f := range files {
		name := filepath.Join(dir, path.Base(f.Path))
		require.NoError(t, os.WriteFile(name, []byte(f.Text), 0o600))
		file, err := parser.ParseFile(imports.fset, name, nil, parser.ParseComments|parser.SkipObjectResolution)
		require.NoError(t, err)
		pkg.Files = append(pkg.Files, file)
	}
	config := types.Config{Importer: imports.importer}
	var err error
	pkg.Types, err = config.Check(pkg.Path, imports.fset, pkg.Files, pkg.Info)
	require.NoError(t, err)
	program := gocode.NewProgram(imports.fset, dir, []*gocode.Package{pkg}, nil)
	gate := flaggate.Gate{
		Releases: []*flaggate.Release{flaggate.NewRelease(w, line, func(string, string) string { return "" })},
		Checks:   append(featureflag.SDKs(), featureflag.Check{Name: "(example.com/app.Client).BoolVariation", Key: featureflag.Key{Argument: 1}, Default: 3}),
	}
	result := gate.Program(program)
	require.Empty(t, result.Warnings)
	shown := path.Dir(files[0].Path)
	for _, file := range pkg.Files {
		at := program.Span(file.Pos(), file.End())
		at.File.Path = path.Join(shown, at.File.Path)
	}
	e.Gate, e.Directives = result.Findings, result.Directives
}

func readAsked(t *testing.T, f ExampleFile) *queries.Application {
	t.Helper()
	if path.Ext(f.Path) != ".go" {
		a, err := queries.ReadApplication(source.NewFile(f.Path, f.Text))
		require.NoError(t, err)
		return a
	}
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, path.Base(f.Path)), []byte(f.Text), 0o600))
	found, err := gocode.Load(t.Context(), dir, nil, gocode.Options{Syntax: true})
	require.NoError(t, err)
	for i := range found.Queries {
		found.Queries[i].At.File.Path = f.Path
	}
	return &queries.Application{Queries: found.Queries, Unresolved: found.Unresolved}
}

// examplesKnow is what is known about the tables of examples.
var examplesKnow = []Table{{Name: "hot_*", Hot: true}, {Name: "public.small_*", Size: Small}}

var major = regexp.MustCompile(`[-.]pg(\d+)[-./]`)

// version is the server's major that a history is judged for: that in the name
// of its first file ("bad-pg14/1.sql"; pg0 for none), else 18.
func version(files []ExampleFile) int {
	m := major.FindStringSubmatch(files[0].Path)
	if m == nil {
		return 18
	}
	n, _ := strconv.Atoi(m[1])
	return n
}

func encoded(f ExampleFile) []byte {
	if !strings.HasSuffix(f.Path, ".latin1.sql") {
		return []byte(f.Text)
	}
	var out []byte
	for _, r := range f.Text {
		out = append(out, byte(r))
	}
	return out
}

// expectation is "-- want rule", "-- want rule "substring of the message"",
// any number of them behind each other; "-- want-above" is for the line above,
// which a comment may take up to its end.
var expectation = regexp.MustCompile(`--\s*want(-above)?((?:\s+[a-z0-9-]+(?:\s+"(?:[^"\\]|\\.)*")?)+)\s*$`)

var expected = regexp.MustCompile(`([a-z0-9-]+)(?:\s+("(?:[^"\\]|\\.)*"))?`)

// TestCorners runs the histories of testdata/RULE/*.txtar: files released one
// after the other, or, where some are in before/ or gone/, released together after
// these. At the end of a line stands what is reported there; nothing else may
// be, by rules of the categories of those named and of the RULE. Notes of rules
// that are not named do not count.
func TestCorners(t *testing.T) {
	archives, err := filepath.Glob("testdata/*/*.txtar")
	require.NoError(t, err)
	require.NotEmpty(t, archives)
	for _, name := range archives {
		t.Run(strings.TrimSuffix(strings.TrimPrefix(name, "testdata/"), ".txtar"), func(t *testing.T) {
			rule := Find(filepath.Base(filepath.Dir(name)))
			require.NotNil(t, rule)
			text, err := os.ReadFile(name)
			require.NoError(t, err)
			corner(t, rule, txtar.Parse(text))
		})
	}
}

var cornerName = regexp.MustCompile(`^(before/|gone/)?[\w.-]+\.\w+$`)

func corner(t *testing.T, rule *Rule, archive *txtar.Archive) {
	judged, named := map[Category]bool{rule.Category: true, Process: true}, map[string]bool{}
	var files []ExampleFile
	want := map[string][]string{} // by place: rules, and what their messages have
	for _, f := range archive.Files {
		require.Regexp(t, cornerName, f.Name, "no name for a file; is it an SQL comment?")
		gone := strings.HasPrefix(f.Name, "gone/")
		file := ExampleFile{Path: "m/" + strings.TrimPrefix(strings.TrimPrefix(f.Name, "before/"), "gone/"), Text: string(f.Data), Before: gone || strings.HasPrefix(f.Name, "before/"), Gone: gone}
		files = append(files, file)
		for i, line := range strings.Split(file.Text, "\n") {
			m := expectation.FindStringSubmatch(line)
			if m == nil {
				require.NotRegexp(t, `--\s*want\b`, line, "expectation that cannot be read")
				continue
			}
			if m[1] != "" {
				i--
			}
			place := fmt.Sprintf("%s:%d", file.Path, i+1)
			for _, e := range expected.FindAllStringSubmatch(m[2], -1) {
				r := Find(e[1])
				require.NotNil(t, r, "%s: unknown rule %s", place, e[1])
				judged[r.Category], named[r.Name] = true, true
				want[place] = append(want[place], e[1]+"\x00"+unquote(t, e[2]))
			}
		}
	}
	for _, f := range run(t, files, active(rule)) {
		if !judged[f.Rule.Category] || f.Severity == Note && f.Rule != rule && !named[f.Rule.Name] {
			continue
		}
		place := fmt.Sprintf("%s:%d", f.At.File.Path, f.At.From().Line)
		i := slices.IndexFunc(want[place], func(w string) bool {
			name, part, _ := strings.Cut(w, "\x00")
			return name == f.Rule.Name && strings.Contains(f.Severity.String()+": "+f.Message, part)
		})
		if i < 0 {
			t.Errorf("unexpected: %s", line(f))
			continue
		}
		want[place] = slices.Delete(want[place], i, i+1)
	}
	for place, missing := range want {
		for _, m := range missing {
			assert.Fail(t, "missing finding", "%s: %s", place, strings.ReplaceAll(m, "\x00", " "))
		}
	}
}

func unquote(t *testing.T, s string) string {
	if s == "" {
		return ""
	}
	s, err := strconv.Unquote(s)
	require.NoError(t, err)
	return s
}
