package gocode

import (
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWithoutBodies(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"a body":           {"package a\nfunc f() int { return 1 }\nvar x = 1\n", "package a\nfunc f() int {}\nvar x = 1\n"},
		"a method":         {"func (t *T[A]) f(g func() interface{ x() }) (n struct{ a int }) {\n\tif a {\n\t}\n}\n", "func (t *T[A]) f(g func() interface{ x() }) (n struct{ a int }) {}\n"},
		"a result":         {"func f() interface{} { return nil }\nfunc g() struct{} { return struct{}{} }\n", "func f() interface{} {}\nfunc g() struct{} {}\n"},
		"no body":          {"func f(a int)\nvar x = T{1}\n", "func f(a int)\nvar x = T{1}\n"},
		"braces in text":   {"func f() { a(\"}\\\"\", '}', '\\'', `}`) /* } */ // }\n}\nvar x int", "func f() {}\nvar x int"},
		"func in text":     {"var x = `\nfunc f() { a }`\n", "var x = `\nfunc f() { a }`\n"},
		"a literal":        {"var x = func() { a() }\nvar y = [...]func(){\n\tf,\n}\n", "var x = func() { a() }\nvar y = [...]func(){\n\tf,\n}\n"},
		"a longer name":    {"functions := 1\n", "functions := 1\n"},
		"type parameters":  {"func F[T interface{ ~int | ~string }](x T) { g(x) }\n", "func F[T interface{ ~int | ~string }](x T) {}\n"},
		"what has no end":  {"func f() { \"\nfunc g() {}\n", "func f() {}"},
		"a comment's line": {"// func f() { }\n/*\nfunc g() { a }\n*/\n", "// func f() { }\n/*\nfunc g() { a }\n*/\n"},
	} {
		assert.Equal(t, c.want, string(withoutBodies([]byte(c.text))), name)
	}
}

// TestWithoutBodiesOfLibrary compares declarations of the standard library.
func TestWithoutBodiesOfLibrary(t *testing.T) {
	functions := 0
	for _, pkg := range []string{"go/types", "net/http", "reflect", "strconv", "math", "database/sql", "text/template/parse", "encoding/json"} {
		files, err := filepath.Glob(filepath.Join(build.Default.GOROOT, "src", filepath.FromSlash(pkg), "*.go"))
		require.NoError(t, err)
		require.NotEmpty(t, files)
		for _, name := range files {
			text, err := os.ReadFile(name)
			require.NoError(t, err)
			n, whole := declared(t, text)
			_, short := declared(t, withoutBodies(text))
			assert.Equal(t, whole, short, name)
			functions += n
		}
	}
	assert.Greater(t, functions, 5000)
}

// declared writes the declarations of a file without the bodies of functions.
func declared(t *testing.T, text []byte) (functions int, out string) {
	file, err := parser.ParseFile(token.NewFileSet(), "", text, parser.SkipObjectResolution)
	require.NoError(t, err)
	var b strings.Builder
	for _, decl := range file.Decls {
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			functions++
			b.WriteString(decl.Name.Name + " " + types.ExprString(decl.Type))
			if decl.Recv != nil {
				b.WriteString(" of " + types.ExprString(decl.Recv.List[0].Type))
			}
			if decl.Body == nil {
				b.WriteString(" outside")
			}
		case *ast.GenDecl:
			for _, spec := range decl.Specs {
				switch spec := spec.(type) {
				case *ast.TypeSpec:
					b.WriteString(spec.Name.Name + " " + types.ExprString(spec.Type))
				case *ast.ValueSpec:
					for _, value := range spec.Values {
						b.WriteString(types.ExprString(value) + ",")
					}
				}
			}
		}
		b.WriteByte('\n')
	}
	return functions, b.String()
}

func FuzzWithoutBodies(f *testing.F) {
	f.Add("package a\nfunc f() int { return '}' }\n")
	f.Add("func (t *T) f(\n")
	f.Fuzz(func(t *testing.T, text string) {
		if out := withoutBodies([]byte(text)); len(out) > len(text)+2*strings.Count(text, "func") {
			t.Fatalf("%q has become %q", text, out)
		}
	})
}
