package gocode_test

import (
	"context"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/go/ssa"
	"golang.org/x/tools/go/ssa/ssautil"
	"golang.org/x/tools/txtar"

	"github.com/migracheck/migracheck/analyzer/gocode"
)

// buildSSA builds all packages of a program, and those that they import
// without bodies.
func buildSSA(t *testing.T, p *gocode.Program) *ssa.Program {
	t.Helper()
	prog := ssa.NewProgram(p.Fset(), ssa.InstantiateGenerics)
	for _, imported := range p.Imports() {
		prog.CreatePackage(imported, nil, nil, true)
	}
	for _, pkg := range p.Packages() {
		if pkg.Broken != "" {
			t.Log(pkg.Path, pkg.Broken)
			prog.CreatePackage(pkg.Types, nil, nil, true)
			continue
		}
		prog.CreatePackage(pkg.Types, pkg.Files, pkg.Info, true)
	}
	prog.Build()
	return prog
}

// TestSSA builds a program of real code: this package, or the application that
// APP names.
func TestSSA(t *testing.T) {
	dir, patterns := ".", []string{"."}
	if app := os.Getenv("APP"); app != "" {
		dir, patterns = app, nil
	}
	p, err := gocode.LoadProgram(context.Background(), dir, patterns, gocode.Options{Env: os.Environ()})
	require.NoError(t, err)
	require.Equal(t, gocode.Typed, p.Mode(), p.Warnings())
	prog := buildSSA(t, p)
	own := map[string]bool{}
	for _, pkg := range p.Packages() {
		own[pkg.Path] = true
	}
	bodies := 0
	for fn := range ssautil.AllFunctions(prog) {
		if fn.Pkg != nil && own[fn.Pkg.Pkg.Path()] && len(fn.Blocks) > 0 {
			bodies++
		}
	}
	assert.Greater(t, bodies, 300)
	t.Log(bodies, "functions in", len(own), "packages")
}

// TestPlaces asks whether the calls that send texts, and the calls and returns
// on their ways, are instructions.
func TestPlaces(t *testing.T) {
	archive, err := txtar.ParseFile("testdata/traces.txtar")
	require.NoError(t, err)
	p := program(t, archive, gocode.Options{})
	prog := buildSSA(t, p)
	instructions := map[token.Pos]bool{}
	for fn := range ssautil.AllFunctions(prog) {
		for _, block := range fn.Blocks {
			for _, instr := range block.Instrs {
				instructions[instr.Pos()] = true
			}
		}
	}
	for _, x := range p.Texts() {
		require.NotEmpty(t, x.Trace, x.SQL)
		assert.True(t, instructions[x.Sent], p.Span(x.Sent, x.Sent).From())
		for _, pos := range x.Trace {
			at := p.Span(pos, pos)
			rest := at.File.Text[at.Start:]
			if strings.HasPrefix(rest, "(") || strings.HasPrefix(rest, "return ") {
				assert.True(t, instructions[pos], "%s %v", at.File.Path, at.From())
			}
		}
	}
}

const twoPackages = `
-- go.mod --
module example.com/app

go 1.24
-- store/store.go --
package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
)

type Store struct{ db *sql.DB }

func (s *Store) exec(ctx context.Context, q string, args ...any) error {
	_, err := s.db.ExecContext(ctx, strings.TrimSpace(q), args...)
	return err
}

func (s *Store) Run(ctx context.Context, name, q string) error {
	return s.retry(func() error { return s.exec(ctx, q+" LIMIT 1") })
}

func (s *Store) retry(f func() error) error { return f() }

// List sends what is not all of its parameter's making.
func (s *Store) List(ctx context.Context, where string) error {
	return s.exec(ctx, fmt.Sprintf("SELECT a FROM t WHERE %s", where))
}

func (s *Store) Log(message string) { fmt.Println(message) }

func Get[T any](s *Store, q string) (out T, err error) {
	if q == "" {
		q = "SELECT 1"
	}
	return out, s.db.QueryRow(q).Scan(&out)
}
-- app.go --
package app

import (
	"context"

	"example.com/app/store"
)

func use(ctx context.Context, s *store.Store, flag bool) {
	s.Run(ctx, "a", "SELECT a FROM t")
	q := "SELECT b FROM t"
	if flag {
		q = "SELECT new FROM t"
	}
	store.Get[int](s, q)
	s.Log("SELECT c FROM t")
}
`

func TestSinks(t *testing.T) {
	p := program(t, txtar.Parse([]byte(twoPackages)), gocode.Options{})
	got := map[string]gocode.Sink{}
	for fn, s := range p.Sinks() {
		got[fn.FullName()] = s
	}
	assert.Equal(t, map[string]gocode.Sink{
		"(*example.com/app/store.Store).exec": {Text: 1},
		"(*example.com/app/store.Store).Run":  {Text: 2},
		"example.com/app/store.Get":           {Text: 1},
	}, got)
}

// TestNewProgram reads one package at a time, as a go/analysis pass does: what
// is known of one that is imported are its types and sinks.
func TestNewProgram(t *testing.T) {
	dir := unpack(t, txtar.Parse([]byte(twoPackages)))
	m := newModular(t, dir)
	known := map[string]gocode.Sink{}
	read := func(path string, files ...string) *gocode.Program {
		return gocode.NewProgram(m.fset, dir, []*gocode.Package{m.check(path, files...)}, func(fn *types.Func) (gocode.Sink, bool) {
			s, is := known[fn.FullName()]
			return s, is
		})
	}
	for fn, s := range read("example.com/app/store", "store/store.go").Sinks() {
		known[fn.FullName()] = s
	}
	p := read("example.com/app", "app.go")
	var texts []string
	for _, x := range p.Texts() {
		texts = append(texts, x.Callee+" "+x.SQL)
	}
	assert.Equal(t, []string{
		"(*example.com/app/store.Store).Run SELECT a FROM t",
		"example.com/app/store.Get SELECT b FROM t",
		"example.com/app/store.Get SELECT new FROM t",
	}, texts)
	assert.Empty(t, p.Unresolved())
	last := p.Texts()[2]
	assert.Equal(t, "app.go", last.Call.File.Path)
	assert.True(t, slices.ContainsFunc(last.Trace, func(pos token.Pos) bool { return p.Span(pos, pos).From().Line == 13 }))
}

// TestNewProgramEnt knows of what ent generated only the types.
func TestNewProgramEnt(t *testing.T) {
	archive, err := txtar.ParseFile("testdata/traces_ent.txtar")
	require.NoError(t, err)
	dir := unpack(t, archive)
	m := newModular(t, dir)
	m.check("entgo.io/ent", "stubs/ent/ent.go")
	m.check("entgo.io/ent/dialect/sql", "stubs/ent/dialect/sql/sql.go")
	m.check("entgo.io/ent/dialect/sql/sqlgraph", "stubs/ent/dialect/sql/sqlgraph/sqlgraph.go")
	for _, name := range []string{"predicate", "user", "pet", "group"} {
		m.check("example.com/app/ent/"+name, "ent/"+name+"/"+name+".go")
	}
	generated := gocode.NewProgram(m.fset, dir, []*gocode.Package{m.check("example.com/app/ent", "ent/ent.go")}, nil)
	assert.Empty(t, generated.Texts(), "what calls it is the use")
	assert.Empty(t, generated.Unresolved())
	p := gocode.NewProgram(m.fset, dir, []*gocode.Package{m.check("example.com/app", "shapes.go")}, nil)
	want, err := os.ReadFile("testdata/traces_ent.want")
	require.NoError(t, err)
	assert.Equal(t, string(want), ways(p))
}

// A modular checks packages one at a time.
type modular struct {
	t    *testing.T
	dir  string
	fset *token.FileSet
	imports
}

func newModular(t *testing.T, dir string) *modular {
	return &modular{t, dir, token.NewFileSet(), imports{importer.Default(), map[string]*types.Package{}}}
}

// check checks a package whose imports are checked.
func (m *modular) check(path string, names ...string) *gocode.Package {
	m.t.Helper()
	pkg := &gocode.Package{Path: path, Dir: filepath.Dir(filepath.Join(m.dir, names[0])), Root: true, Info: &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
		Implicits: map[ast.Node]types.Object{}, Selections: map[*ast.SelectorExpr]*types.Selection{}, Instances: map[*ast.Ident]types.Instance{},
	}}
	for _, name := range names {
		file, err := parser.ParseFile(m.fset, filepath.Join(m.dir, name), nil, parser.ParseComments|parser.SkipObjectResolution)
		require.NoError(m.t, err)
		pkg.Files = append(pkg.Files, file)
	}
	config := types.Config{Importer: m.imports}
	var err error
	pkg.Types, err = config.Check(path, m.fset, pkg.Files, pkg.Info)
	require.NoError(m.t, err)
	m.own[path] = pkg.Types
	return pkg
}

// imports gives the packages that were checked before, and else those of the
// standard library.
type imports struct {
	types.Importer
	own map[string]*types.Package
}

func (i imports) Import(path string) (*types.Package, error) {
	if pkg := i.own[path]; pkg != nil {
		return pkg, nil
	}
	return i.Importer.Import(path)
}
