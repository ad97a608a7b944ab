package flaggate

import (
	gobuild "go/build"
	"go/token"
	"go/types"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/migracheck/migracheck/analyzer/featureflag"
	"github.com/migracheck/migracheck/analyzer/gocode"
	"github.com/migracheck/migracheck/parser/migration"
)

// New makes the pass that judges one package at a time. What is new comes from
// load, which is called once, when the first package reaches a database or
// flags; clients tells, before that, which packages are known to ask for flags.
//
// Where callers are in other packages they are not in sight: an exported
// function of hand-written code has to ask for the flag itself, one of generated
// code leaves it to its callers, which facts tell.
func New(load func() (*Gate, error), clients func(importPath string) bool) *analysis.Analyzer {
	load = sync.OnceValues(load)
	return &analysis.Analyzer{
		Name:      "flaggate",
		Doc:       "check that code reaches columns that a release adds only behind feature flags",
		URL:       "https://github.com/migracheck/migracheck/blob/main/docs/gate.md",
		FactTypes: factTypes(),
		Run: func(pass *analysis.Pass) (any, error) {
			found := reached(pass, clients)
			generated := strings.HasSuffix(pass.Pkg.Path(), ".test") // by go test
			if generated || !found.Database && !found.Flags {
				return nil, nil
			}
			pass.ExportPackageFact(&found)
			if foreign(pass) {
				return nil, nil
			}
			gate, err := load()
			if err != nil {
				return nil, err
			}
			if !slices.ContainsFunc(gate.Releases, func(r *Release) bool { return !r.Empty() }) {
				return nil, nil
			}
			m := &module{pass: pass, gate: gate}
			m.run(found)
			return nil, nil
		},
	}
}

// reached tells whether a package imports, directly or not, what sends queries
// or asks for flags.
func reached(pass *analysis.Pass, clients func(importPath string) bool) (found reaches) {
	found.Flags = clients(pass.Pkg.Path()) || len(featureflag.Annotated(pass.Files, pass.TypesInfo)) > 0
	for _, imported := range pass.Pkg.Imports() {
		var known reaches
		if pass.ImportPackageFact(imported, &known) {
			found.Database = found.Database || known.Database
			found.Flags = found.Flags || known.Flags
		}
		found.Database = found.Database || gocode.Driver(imported.Path())
		found.Flags = found.Flags || featureflag.Client(imported.Path()) || clients(imported.Path())
	}
	return found
}

// foreign reports whether a package is of another module or of Go itself: what
// it sends is its own business.
func foreign(pass *analysis.Pass) bool {
	if len(pass.Files) == 0 {
		return true
	}
	name := filepath.ToSlash(pass.Fset.File(pass.Files[0].FileStart).Name())
	root := filepath.ToSlash(gobuild.Default.GOROOT)
	return strings.Contains(name, "/pkg/mod/") || strings.Contains(name, "/vendor/") || root != "" && strings.HasPrefix(name, root+"/src/")
}

// A module judges the package of a pass.
type module struct {
	pass *analysis.Pass
	gate *Gate
	// left are the functions of the package that leave the check to callers.
	left map[*types.Func]*touches
	more bool
}

func (m *module) run(found reaches) {
	pass := m.pass
	objects := featureflag.Annotated(pass.Files, pass.TypesInfo)
	for object, key := range objects {
		if object.Pkg() == pass.Pkg && object.Exported() {
			pass.ExportObjectFact(object, &flagged{Key: key})
		}
	}
	pkg := &gocode.Package{Path: pass.Pkg.Path(), Root: true, Files: pass.Files, Types: pass.Pkg, Info: pass.TypesInfo}
	program := gocode.NewProgram(pass.Fset, "", []*gocode.Package{pkg}, m.sink)
	for fn, sink := range program.Sinks() {
		pass.ExportObjectFact(fn, &sends{Sink: sink})
	}
	texts := m.gate.touching(program)
	if len(texts) == 0 && !m.touchedCalls() && !found.Flags && len(objects) == 0 {
		return
	}
	c, _ := build(pass.Fset, []*gocode.Package{pkg})
	facts := featureflag.Analyze(c.functions, featureflag.Flags{
		Checks: m.gate.Checks, Objects: objects, Object: m.flag, Wrappers: m.wrappers,
	}, nil)
	for fn, wrappers := range facts.Wrappers() {
		if fn.Exported() {
			pass.ExportObjectFact(fn, &wraps{Wrappers: wrappers})
		}
	}
	m.left = map[*types.Func]*touches{}
	j := &judge{code: c, facts: facts, program: program, result: &Result{}, modular: true, leave: m.leave}
	for _, text := range texts {
		j.text(text, m.gate.uses(text.SQL))
	}
	for m.more = true; m.more; {
		m.more = false
		for _, call := range c.inOrder() {
			m.call(j, call)
		}
	}
	m.export()
	m.report(order(j.result.Findings), directives(program, []*gocode.Package{pkg}))
}

// sink, flag and wrappers are what facts tell of other packages.
func (m *module) sink(fn *types.Func) (gocode.Sink, bool) {
	var known sends
	ok := fn.Pkg() != nil && fn.Pkg() != m.pass.Pkg && m.pass.ImportObjectFact(fn, &known)
	return known.Sink, ok
}

func (m *module) flag(object types.Object) string {
	var known flagged
	if object.Pkg() != nil && object.Pkg() != m.pass.Pkg {
		m.pass.ImportObjectFact(object, &known)
	}
	return known.Key
}

func (m *module) wrappers(fn *types.Func) []featureflag.Wrapper {
	var known wraps
	if fn.Pkg() != nil && fn.Pkg() != m.pass.Pkg {
		m.pass.ImportObjectFact(fn, &known)
	}
	return known.Wrappers
}

// touched is what a function uses and leaves to its callers; nil if nothing.
func (m *module) touched(fn *types.Func) *touches {
	if known, ok := m.left[fn]; ok {
		return known
	}
	var known touches
	if fn.Pkg() == nil || fn.Pkg() == m.pass.Pkg || !m.pass.ImportObjectFact(fn, &known) {
		return nil
	}
	return &known
}

// touchedCalls reports whether the package calls what leaves the check to it.
func (m *module) touchedCalls() bool {
	for _, object := range m.pass.TypesInfo.Uses {
		if fn, ok := object.(*types.Func); ok && m.touched(fn.Origin()) != nil {
			return true
		}
	}
	return false
}

// call judges a call of a function that leaves the check to its callers.
func (m *module) call(j *judge, call ssa.CallInstruction) {
	fn := callee(call)
	if fn == nil {
		return
	}
	known := m.touched(fn)
	if known == nil {
		return
	}
	flags, reachable := j.facts.Holding(call)
	if !reachable {
		return
	}
	var uses []Use
	for _, c := range m.gate.changes(known) {
		uses = append(uses, Use{Change: c, Written: known.Written})
	}
	for _, f := range groups(uses, flags) {
		in := declared(call.Parent())
		if in.Name() == fn.Name() && in.Signature.Recv() != nil && f.Problem != FailsOpen {
			m.leave(in, f.Changes, f.Written) // it only wraps it
			continue
		}
		j.place(f, call)
	}
}

// callee is the function or method that a call names.
func callee(call ssa.CallInstruction) *types.Func {
	common := call.Common()
	if common.IsInvoke() {
		return common.Method.Origin()
	}
	if static := common.StaticCallee(); static != nil {
		if fn, ok := static.Object().(*types.Func); ok {
			return fn.Origin()
		}
	}
	return nil
}

// leave notes what a function leaves to its callers.
func (m *module) leave(fn *ssa.Function, changes []*Change, written bool) {
	object, ok := fn.Object().(*types.Func)
	if !ok {
		return
	}
	for _, target := range append(promising(m.pass.Pkg, object), object) {
		known := m.left[target]
		if known == nil {
			known = &touches{}
			m.left[target] = known
		}
		for _, n := range touching(changes, written).Names {
			if !slices.Contains(known.Names, n) {
				known.Names = append(known.Names, n)
				m.more = true
			}
		}
		known.Written = known.Written || written
	}
}

// export makes facts of what functions leave to their callers.
func (m *module) export() {
	for fn, known := range m.left {
		slices.SortFunc(known.Names, func(a, b touched) int {
			return strings.Compare(a.Relation+"\x00"+a.Column, b.Relation+"\x00"+b.Column)
		})
		m.pass.ExportObjectFact(fn, known)
	}
}

// report reports findings, but for those in tests and those that are allowed.
func (m *module) report(findings []*Finding, allowed []migration.Directive) {
	for _, f := range findings {
		if strings.HasSuffix(m.pass.Fset.Position(f.Pos).Filename, "_test.go") || m.allows(f, allowed) {
			continue
		}
		d := analysis.Diagnostic{Pos: f.Pos, Category: string(f.Problem), Message: f.Message() + " (" + string(f.Problem) + ")"}
		for _, place := range f.Checks {
			if at := m.position(place); at.IsValid() {
				d.Related = append(d.Related, analysis.RelatedInformation{Pos: at, Message: place.Message})
			}
		}
		if flag := f.Changes[0].Flag; flag != "" && f.KeyPos.IsValid() {
			d.SuggestedFixes = []analysis.SuggestedFix{{
				Message:   "ask for the flag " + flag,
				TextEdits: []analysis.TextEdit{{Pos: f.KeyPos, End: f.KeyEnd, NewText: []byte(strconv.Quote(flag))}},
			}}
		}
		m.pass.Report(d)
	}
}

// position is where a place stands in the files of the package.
func (m *module) position(place Place) token.Pos {
	for _, file := range m.pass.Files {
		in := m.pass.Fset.File(file.FileStart)
		if place.At.File != nil && strings.HasSuffix(filepath.ToSlash(in.Name()), "/"+strings.TrimPrefix(place.At.File.Path, "/")) && place.At.Start <= in.Size() {
			return in.Pos(place.At.Start)
		}
	}
	return token.NoPos
}

// allows reports whether a comment allows a finding.
func (m *module) allows(f *Finding, directives []migration.Directive) bool {
	return slices.ContainsFunc(directives, func(d migration.Directive) bool {
		names := slices.Contains(d.Rules, string(f.Problem))
		expired := d.Until != "" && m.gate.Today != "" && d.Until < m.gate.Today
		return names && d.Err == "" && !expired && d.Statement.Contains(f.At)
	})
}
