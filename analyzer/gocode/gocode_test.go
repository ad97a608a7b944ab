package gocode_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"

	"github.com/migracheck/migracheck/analyzer/gocode"
	"github.com/migracheck/migracheck/analyzer/queries"
	"github.com/migracheck/migracheck/parser/source"
)

var update = flag.Bool("update", false, "write testdata/*.want")

// unpack writes the files of an archive to a directory of their own.
func unpack(t *testing.T, archive *txtar.Archive) string {
	t.Helper()
	dir := t.TempDir()
	for _, f := range archive.Files {
		name := filepath.Join(dir, filepath.FromSlash(f.Name))
		require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o755))
		require.NoError(t, os.WriteFile(name, f.Data, 0o644))
	}
	return dir
}

func shapes(t *testing.T) string {
	t.Helper()
	archive, err := txtar.ParseFile("testdata/shapes.txtar")
	require.NoError(t, err)
	return unpack(t, archive)
}

func load(t *testing.T, dir string, options gocode.Options) *gocode.Result {
	t.Helper()
	options.Env = os.Environ()
	result, err := gocode.Load(context.Background(), dir, nil, options)
	require.NoError(t, err)
	return result
}

func place(s source.Span) string {
	if s.IsZero() {
		return "-"
	}
	return fmt.Sprintf("%s:%d:%d-%d:%d", s.File.Path, s.From().Line, s.From().Column, s.To().Line, s.To().Column)
}

// print writes a result as the golden files have it.
func print(r *gocode.Result) string {
	var out strings.Builder
	for _, q := range r.Queries {
		fmt.Fprintf(&out, "%s %s %s %s", place(q.At), q.Func, q.Source, q.Callee)
		if q.Name != "" {
			out.WriteString(" name=" + q.Name)
		}
		if q.Partial {
			out.WriteString(" partial")
		}
		fmt.Fprintf(&out, "\n\t%q\n", q.SQL)
	}
	for _, u := range r.Unresolved {
		fmt.Fprintf(&out, "%s %s %s\n\tunresolved: %s\n", place(u.At), u.Func, u.Callee, u.Reason)
	}
	return out.String()
}

func TestShapes(t *testing.T) {
	for mode, options := range map[gocode.Mode]gocode.Options{gocode.Typed: {}, gocode.Syntax: {Syntax: true}} {
		t.Run(string(mode), func(t *testing.T) {
			result := load(t, shapes(t), options)
			require.Equal(t, mode, result.Mode)
			golden := filepath.Join("testdata", "shapes."+string(mode)+".want")
			if *update {
				require.NoError(t, os.WriteFile(golden, []byte(print(result)), 0o644))
			}
			want, err := os.ReadFile(golden)
			require.NoError(t, err)
			assert.Equal(t, string(want), print(result))
		})
	}
}

// TestEveryCallIsFound compares the calls with the comments at the ends of
// their lines, which were written by hand.
func TestEveryCallIsFound(t *testing.T) {
	archive, err := txtar.ParseFile("testdata/shapes.txtar")
	require.NoError(t, err)
	var want []string
	for _, f := range archive.Files {
		if strings.HasPrefix(f.Name, "stubs/") {
			continue
		}
		for i, line := range strings.Split(string(f.Data), "\n") {
			if strings.HasSuffix(line, "// sends") {
				want = append(want, fmt.Sprintf("%s:%d", f.Name, i+1))
			}
		}
	}
	slices.Sort(want)
	for name, options := range map[string]gocode.Options{"typed": {}, "syntax": {Syntax: true}} {
		t.Run(name, func(t *testing.T) {
			result := load(t, unpack(t, archive), options)
			var got []string
			add := func(call source.Span) {
				if !call.IsZero() {
					got = append(got, fmt.Sprintf("%s:%d", call.File.Path, call.From().Line))
				}
			}
			for _, q := range result.Queries {
				add(q.Call)
			}
			for _, u := range result.Unresolved {
				add(u.Call)
			}
			slices.Sort(got)
			got = slices.Compact(got)
			expected := want
			if name == "syntax" {
				// gorm's Find is known only with types; the import stands for it.
				expected = slices.DeleteFunc(slices.Clone(want), func(at string) bool { return at == lineOf(t, archive, "g.Find(") })
				assert.True(t, slices.ContainsFunc(result.Unresolved, func(u queries.Unresolved) bool {
					return u.Reason == queries.Untyped && u.Callee == "gorm.io/gorm"
				}))
			}
			assert.Equal(t, expected, got)
			assert.Equal(t, len(expected), result.Calls)
		})
	}
}

// lineOf returns the place of the first line that holds a text.
func lineOf(t *testing.T, archive *txtar.Archive, text string) string {
	t.Helper()
	for _, f := range archive.Files {
		for i, line := range strings.Split(string(f.Data), "\n") {
			if strings.Contains(line, text) {
				return fmt.Sprintf("%s:%d", f.Name, i+1)
			}
		}
	}
	require.Fail(t, "no line holds "+text)
	return ""
}

func TestMissingModule(t *testing.T) {
	dir := shapes(t)
	mod := filepath.Join(dir, "go.mod")
	text, err := os.ReadFile(mod)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(mod, []byte(strings.Replace(string(text), "gorm.io/gorm => ./stubs/gorm", "", 1)), 0o644))
	result := load(t, dir, gocode.Options{})
	assert.Equal(t, gocode.Syntax, result.Mode)
	assert.NotEmpty(t, result.Warnings)
	assert.NotEmpty(t, result.Queries)
	after, err := os.ReadFile(mod)
	require.NoError(t, err)
	assert.NotContains(t, string(after), "indirect", "go.mod is left as it is")
}

func TestBrokenCode(t *testing.T) {
	dir := unpack(t, txtar.Parse([]byte(`
-- go.mod --
module example.com/broken

go 1.24
-- a.go --
package broken

import "database/sql"

func a(db *sql.DB) {
	db.Query("SELECT a", undeclared)
	for {
		db.Query("SELECT b"
-- inner/go.mod --
module example.com/broken/inner
-- inner/a.go --
package inner
`)))
	result := load(t, dir, gocode.Options{})
	require.NotEmpty(t, result.Queries)
	assert.Equal(t, "SELECT a", result.Queries[0].SQL)
	assert.Contains(t, result.Warnings, "inner is a module of its own and is not read")
	assert.True(t, slices.ContainsFunc(result.Warnings, func(w string) bool { return strings.Contains(w, "does not compile") }))
}

func TestNoGoCommand(t *testing.T) {
	dir := shapes(t)
	t.Setenv("PATH", t.TempDir())
	_, err := gocode.Load(context.Background(), dir, nil, gocode.Options{Env: os.Environ()})
	require.ErrorContains(t, err, "needs the go command")
	result := load(t, dir, gocode.Options{Syntax: true})
	assert.NotEmpty(t, result.Queries)
}

func TestNoCode(t *testing.T) {
	for _, syntax := range []bool{false, true} {
		dir := unpack(t, txtar.Parse([]byte("-- go.mod --\nmodule example.com/empty\n\ngo 1.24\n")))
		_, err := gocode.Load(context.Background(), dir, nil, gocode.Options{Env: os.Environ(), Syntax: syntax})
		assert.Error(t, err)
	}
}

// FuzzLoad reads any file: places lie in it, also those that texts passed, texts
// are free of what stands for their holes inside, and each call that counts has
// a query or a reason.
func FuzzLoad(f *testing.F) {
	for _, name := range []string{"shapes", "traces"} {
		archive, err := txtar.ParseFile("testdata/" + name + ".txtar")
		require.NoError(f, err)
		for _, file := range archive.Files {
			if strings.HasSuffix(file.Name, ".go") {
				f.Add(string(file.Data))
			}
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		dir := t.TempDir()
		require.NoError(t, os.WriteFile(filepath.Join(dir, "a.go"), []byte(text), 0o644))
		p, err := gocode.LoadProgram(context.Background(), dir, nil, gocode.Options{Syntax: true})
		if err != nil {
			return
		}
		result := p.Read()
		calls := map[source.Span]bool{}
		check := func(at, call source.Span) {
			if at.IsZero() || at.Start < 0 || at.End > len(at.File.Text) || at.Start > at.End {
				t.Fatalf("a text is from %d to %d", at.Start, at.End)
			}
			if !call.IsZero() {
				calls[call] = true
			}
		}
		for _, q := range result.Queries {
			check(q.At, q.Call)
			if strings.ContainsAny(q.SQL, "\x00\x01") {
				t.Fatalf("a hole is left in %q", q.SQL)
			}
			if strings.Contains(q.SQL, queries.Unknown) && !q.Partial && !strings.Contains(text, queries.Unknown) {
				t.Fatalf("%q is partial", q.SQL)
			}
		}
		for _, u := range result.Unresolved {
			check(u.At, u.Call)
			if u.Reason == "" {
				t.Fatal("a reason is missing")
			}
		}
		if len(calls) != result.Calls {
			t.Fatalf("%d calls have results, of %d", len(calls), result.Calls)
		}
		for _, x := range p.Texts() {
			check(x.At, x.Call)
			if strings.ContainsAny(x.SQL, "\x00\x01") {
				t.Fatalf("a hole is left in %q", x.SQL)
			}
			for _, pos := range append(x.Trace, x.Sent) {
				if pos.IsValid() && p.Span(pos, pos).IsZero() {
					t.Fatalf("%q passed a place in no file", x.SQL)
				}
			}
		}
		p.Sinks()
	})
}

// manyCallers writes code with three million ways for a text to reach a call.
func manyCallers(t *testing.T) (dir string) {
	t.Helper()
	var code strings.Builder
	code.WriteString("package many\n\nimport \"database/sql\"\n\nfunc f0(db *sql.DB, q string) { db.Exec(q) }\n")
	for i := 1; i <= 6; i++ {
		fmt.Fprintf(&code, "func f%d(db *sql.DB, q string) {\n", i)
		for j := range 12 {
			fmt.Fprintf(&code, "\tf%d(db, q + \" %d\")\n", i-1, j)
		}
		code.WriteString("}\n")
	}
	code.WriteString("func all(db *sql.DB) { f6(db, \"SELECT 1\"); db.Exec(\"SELECT 2\") }\n")
	dir = t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "a.go"), []byte(code.String()), 0o644))
	return dir
}

func TestManyCallers(t *testing.T) {
	result := load(t, manyCallers(t), gocode.Options{Syntax: true})
	assert.Equal(t, 2, result.Calls)
	assert.Equal(t, "SELECT 2", result.Queries[len(result.Queries)-1].SQL)
	assert.True(t, slices.ContainsFunc(result.Unresolved, func(u queries.Unresolved) bool {
		return u.Reason == queries.Many || u.Reason == queries.Deep
	}))
}
