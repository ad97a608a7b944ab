package flaggate

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"
	"golang.org/x/tools/go/types/typeutil"

	"github.com/migracheck/migracheck/analyzer/gocode"
)

// code is packages in SSA form.
type code struct {
	functions []*ssa.Function
	// calls are the calls, by the place of their left parentheses.
	calls map[token.Pos]ssa.CallInstruction
	// generated are the files that programs wrote.
	generated map[string]bool
	// handing are the functions that say with a comment that their callers have
	// to check the flag.
	handing map[*types.Func]bool
	fset    *token.FileSet
	// files are those of the packages that were built.
	files map[*token.File]bool
}

// build brings packages into SSA form. Those whose types are not whole are left
// out; it says which and why.
func build(fset *token.FileSet, packages []*gocode.Package) (*code, []string) {
	program := ssa.NewProgram(fset, ssa.GlobalDebug)
	own := map[*types.Package]bool{}
	for _, p := range packages {
		own[p.Types] = true
	}
	created := map[*types.Package]bool{}
	var imported func(pkg *types.Package)
	imported = func(pkg *types.Package) {
		for _, of := range pkg.Imports() {
			if !created[of] && !own[of] {
				created[of] = true
				program.CreatePackage(of, nil, nil, true)
				imported(of)
			}
		}
	}
	var warnings []string
	var whole []*gocode.Package
	for _, p := range packages {
		if p.Types == nil {
			continue
		}
		imported(p.Types)
		if p.Broken == "" {
			p.Broken = unresolved(p)
		}
		if p.Broken != "" {
			warnings = append(warnings, fmt.Sprintf("package %s is not checked, because its types are not whole: %s", p.Path, p.Broken))
			program.CreatePackage(p.Types, nil, nil, true)
			continue
		}
		whole = append(whole, p)
	}
	program.SetNoReturn(ending(whole))
	c := &code{calls: map[token.Pos]ssa.CallInstruction{}, generated: map[string]bool{}, handing: map[*types.Func]bool{}, fset: fset, files: map[*token.File]bool{}}
	var built []*ssa.Package
	for _, p := range whole {
		built = append(built, program.CreatePackage(p.Types, p.Files, p.Info, true))
		c.read(p)
	}
	for i, pkg := range built {
		pkg.Build()
		c.add(program, whole[i], pkg)
	}
	return c, warnings
}

// unresolved says what of a package has no type, "" if all has: a package that
// another one broke, which imports it, has no errors of its own.
func unresolved(p *gocode.Package) string {
	var first ast.Expr
	for e, of := range p.Info.Types {
		if of.Type == types.Typ[types.Invalid] && !of.IsBuiltin() && (first == nil || e.Pos() < first.Pos()) {
			first = e
		}
	}
	if first != nil {
		return "the type of " + types.ExprString(first) + " is not known"
	}
	for _, file := range p.Files {
		missing := ""
		ast.Inspect(file, func(n ast.Node) bool {
			name, ok := n.(*ast.Ident)
			if !ok || name.Name == "_" || name == file.Name {
				return missing == ""
			}
			if _, defined := p.Info.Defs[name]; !defined && p.Info.Uses[name] == nil {
				missing = name.Name
			}
			return missing == ""
		})
		if missing != "" {
			return "it is not known what " + missing + " is"
		}
	}
	return ""
}

// read notes what comments say.
func (c *code) read(p *gocode.Package) {
	for _, file := range p.Files {
		c.files[c.fset.File(file.FileStart)] = true
		if ast.IsGenerated(file) {
			c.generated[c.fset.File(file.FileStart).Name()] = true
		}
		for _, decl := range file.Decls {
			fn, ok := decl.(*ast.FuncDecl)
			if ok && fn.Doc != nil && slices.ContainsFunc(fn.Doc.List, isHanding) {
				if object, ok := p.Info.Defs[fn.Name].(*types.Func); ok {
					c.handing[object] = true
				}
			}
		}
	}
}

func isHanding(comment *ast.Comment) bool {
	return strings.TrimSpace(comment.Text) == "//migracheck:caller-gates"
}

// add notes the functions of a package and their calls.
func (c *code) add(program *ssa.Program, p *gocode.Package, pkg *ssa.Package) {
	from := len(c.functions)
	for _, file := range p.Files {
		for _, decl := range file.Decls {
			if decl, ok := decl.(*ast.FuncDecl); ok {
				if object, ok := p.Info.Defs[decl.Name].(*types.Func); ok {
					c.enter(program.FuncValue(object))
				}
			}
		}
	}
	c.enter(pkg.Func("init"))
	for _, fn := range c.functions[from:] {
		for _, block := range fn.Blocks {
			for _, instr := range block.Instrs {
				if call, ok := instr.(ssa.CallInstruction); ok && call.Common().Pos().IsValid() {
					c.calls[call.Common().Pos()] = call
				}
			}
		}
	}
}

// inOrder are the calls in order of place.
func (c *code) inOrder() []ssa.CallInstruction {
	var all []ssa.CallInstruction
	for _, pos := range slices.Sorted(maps.Keys(c.calls)) {
		all = append(all, c.calls[pos])
	}
	return all
}

func (c *code) enter(fn *ssa.Function) {
	if fn == nil || len(fn.Blocks) == 0 {
		return
	}
	c.functions = append(c.functions, fn)
	for _, literal := range fn.AnonFuncs {
		c.enter(literal)
	}
}

// passesOn reports whether the callers of a function have to check the flag for
// what it does: a program wrote it, or a comment says so.
func (c *code) passesOn(fn *ssa.Function) bool {
	object, ok := fn.Object().(*types.Func)
	return ok && (c.handing[object] || c.generated[c.fset.Position(fn.Pos()).Filename])
}

// declared is the declared function that a function literal stands in, and any
// other function itself.
func declared(fn *ssa.Function) *ssa.Function {
	for fn.Parent() != nil {
		fn = fn.Parent()
	}
	return fn
}

// endings are functions that never return, by their full names.
var endings = []string{
	"os.Exit", "runtime.Goexit", "syscall.Exit", "log.Fatal", "log.Fatalf", "log.Fatalln", "log.Panic", "log.Panicf", "log.Panicln",
	"(*log.Logger).Fatal", "(*log.Logger).Fatalf", "(*log.Logger).Fatalln", "(*log.Logger).Panic", "(*log.Logger).Panicf", "(*log.Logger).Panicln",
	"(*go.uber.org/zap.Logger).Fatal", "(*go.uber.org/zap.Logger).Panic",
	"(*go.uber.org/zap.SugaredLogger).Fatal", "(*go.uber.org/zap.SugaredLogger).Fatalf", "(*go.uber.org/zap.SugaredLogger).Fatalw",
	"github.com/sirupsen/logrus.Fatal", "github.com/sirupsen/logrus.Fatalf", "github.com/sirupsen/logrus.Fatalln",
	"(*github.com/sirupsen/logrus.Logger).Fatal", "(*github.com/sirupsen/logrus.Logger).Fatalf", "(*github.com/sirupsen/logrus.Entry).Fatal", "(*github.com/sirupsen/logrus.Entry).Fatalf",
	"k8s.io/klog/v2.Fatal", "k8s.io/klog/v2.Fatalf", "k8s.io/klog/v2.Exit", "k8s.io/klog/v2.Exitf",
}

// ending tells which functions never return: well-known ones, and those of the
// packages that end in one and return nowhere.
func ending(packages []*gocode.Package) func(*types.Func) bool {
	known := map[*types.Func]bool{}
	never := func(fn *types.Func) bool { return known[fn] || slices.Contains(endings, fn.FullName()) }
	for before := -1; before != len(known); {
		before = len(known)
		for _, p := range packages {
			for _, file := range p.Files {
				for _, decl := range file.Decls {
					if decl, ok := decl.(*ast.FuncDecl); ok && decl.Body != nil && endless(decl.Body, p.Info, never) {
						if object, ok := p.Info.Defs[decl.Name].(*types.Func); ok {
							known[object] = true
						}
					}
				}
			}
		}
	}
	return never
}

// endless reports whether a body's last statement calls a function that never
// returns, and no statement returns before.
func endless(body *ast.BlockStmt, info *types.Info, never func(*types.Func) bool) bool {
	if len(body.List) == 0 {
		return false
	}
	last, ok := body.List[len(body.List)-1].(*ast.ExprStmt)
	if !ok {
		return false
	}
	call, ok := last.X.(*ast.CallExpr)
	if !ok {
		return false
	}
	switch fn := typeutil.Callee(info, call).(type) {
	case *types.Builtin:
		if fn.Name() != "panic" {
			return false
		}
	case *types.Func:
		if !never(fn.Origin()) {
			return false
		}
	default:
		return false
	}
	returns := false
	ast.Inspect(body, func(n ast.Node) bool {
		switch n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.ReturnStmt:
			returns = true
		case *ast.DeferStmt:
			returns = true // which may recover
		}
		return !returns
	})
	return !returns
}
