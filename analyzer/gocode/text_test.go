package gocode_test

import (
	"context"
	"fmt"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"

	"github.com/migracheck/migracheck/analyzer/gocode"
	"github.com/migracheck/migracheck/analyzer/queries"
)

// program loads the program of an archive.
func program(t *testing.T, archive *txtar.Archive, options gocode.Options) *gocode.Program {
	t.Helper()
	options.Env = os.Environ()
	p, err := gocode.LoadProgram(context.Background(), unpack(t, archive), nil, options)
	require.NoError(t, err)
	return p
}

// ways writes texts as the golden files have them: with the places that they
// passed, as line and column, and what stands there.
func ways(p *gocode.Program) string {
	var out strings.Builder
	shown := func(pos token.Pos) string {
		if !pos.IsValid() {
			return "-"
		}
		at := p.Span(pos, pos)
		text := at.File.Text[at.Start:]
		if text[0] == '(' {
			before := at.File.Text[:at.Start]
			text = before[strings.LastIndexAny(before, " \t(.")+1:] + "("
		}
		text, _, _ = strings.Cut(text, "\n")
		return fmt.Sprintf("%s:%d:%d %.20q", at.File.Path, at.From().Line, at.From().Column, text)
	}
	for _, x := range p.Texts() {
		fmt.Fprintf(&out, "%s %s\n\t%q\n", shown(x.Sent), x.Func, x.SQL)
		for _, pos := range x.Trace {
			fmt.Fprintf(&out, "\t\t%s\n", shown(pos))
		}
	}
	for _, u := range p.Unresolved() {
		fmt.Fprintf(&out, "%s %s %s\n\tunresolved: %s\n", place(u.At), u.Func, u.Callee, u.Reason)
	}
	return out.String()
}

func TestTraces(t *testing.T) {
	archives, err := filepath.Glob("testdata/traces*.txtar")
	require.NoError(t, err)
	require.NotEmpty(t, archives)
	for _, name := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(name)
			require.NoError(t, err)
			p := program(t, archive, gocode.Options{})
			require.Equal(t, gocode.Typed, p.Mode(), p.Warnings())
			golden := strings.TrimSuffix(name, ".txtar") + ".want"
			got := ways(p)
			if *update {
				require.NoError(t, os.WriteFile(golden, []byte(got), 0o644))
			}
			want, err := os.ReadFile(golden)
			require.NoError(t, err)
			assert.Equal(t, string(want), got)
			var found []queries.Query
			for _, x := range p.Texts() {
				found = append(found, x.Query)
			}
			compareMeasured(t, archive, &gocode.Result{Queries: found})
		})
	}
}

// TestManyTraces has more ways than are told apart: texts have less of them
// then, and those of other calls are not touched.
func TestManyTraces(t *testing.T) {
	p, err := gocode.LoadProgram(context.Background(), manyCallers(t), nil, gocode.Options{Syntax: true})
	require.NoError(t, err)
	texts := p.Texts()
	require.NotEmpty(t, texts)
	assert.Equal(t, "SELECT 2", texts[len(texts)-1].SQL)
	assert.Less(t, len(texts), 3000)

	var code strings.Builder
	code.WriteString("package many\n\nimport \"database/sql\"\n\nfunc f(db *sql.DB, c [40]bool) {\n\tq := \"SELECT a\"\n")
	for i := range 40 {
		fmt.Fprintf(&code, "\tif c[%d] {\n\t\tq = q\n\t}\n", i)
	}
	code.WriteString("\tdb.Query(q)\n}\n")
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "a.go"), []byte(code.String()), 0o644))
	p, err = gocode.LoadProgram(context.Background(), dir, nil, gocode.Options{Syntax: true})
	require.NoError(t, err)
	require.Len(t, p.Texts(), 1, "the way without any of the assignments leads there, too")
	assert.Len(t, p.Texts()[0].Trace, 2)
}
