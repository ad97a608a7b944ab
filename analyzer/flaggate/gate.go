package flaggate

import (
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/migracheck/migracheck/analyzer/featureflag"
	"github.com/migracheck/migracheck/analyzer/gocode"
	"github.com/migracheck/migracheck/analyzer/queries"
	"github.com/migracheck/migracheck/parser/migration"
	"github.com/migracheck/migracheck/parser/source"
)

// A Gate judges code against releases.
type Gate struct {
	// Releases are those of the databases that the code talks to.
	Releases []*Release
	// Checks are the ways in which the code asks for flags, beside those that
	// comments in it mark.
	Checks []featureflag.Check
	// Today is the date, YYYY-MM-DD, against which allowances in code expire where a
	// package is judged by itself; "" if they do not.
	Today string
}

// A Result is what a gate found.
type Result struct {
	// Findings are in order of place.
	Findings []*Finding
	// Queries counts the texts that were judged, and Uses those that have to do
	// with what the release adds and are behind a flag as they should be.
	Queries, Gated int
	// Unresolved are the calls whose text is not known, so that nothing is known
	// of what they use.
	Unresolved []queries.Unresolved
	// Unjudged counts the queries that have to do with the release and that
	// packages that are not checked send, or may send.
	Unjudged int
	// Directives are the allowances in the code.
	Directives []migration.Directive
	// Warnings say what could not be read, one sentence each.
	Warnings []string
}

// uses are what the releases change of what a text has to do with.
func (g *Gate) uses(sql string) []Use {
	var all []Use
	for _, r := range g.Releases {
		all = append(all, r.Uses(sql)...)
	}
	return all
}

// touching are the texts that are sent and have to do with the releases.
func (g *Gate) touching(p *gocode.Program) []gocode.Text {
	var all []gocode.Text
	for _, text := range p.Texts() {
		if text.Sent.IsValid() && len(g.uses(text.SQL)) > 0 {
			all = append(all, text)
		}
	}
	return all
}

// Program judges a whole program.
func (g *Gate) Program(p *gocode.Program) *Result {
	result := &Result{Queries: len(p.Texts()), Unresolved: p.Unresolved(), Warnings: slices.Clone(p.Warnings())}
	touching, packages := g.touching(p), p.Packages()
	if len(touching) == 0 {
		result.Directives = directives(p, packages)
		return result // nothing is worth an analysis
	}
	result.Warnings = explained(result.Warnings, packages)
	c, warnings := build(p.Fset(), packages)
	result.Warnings = append(result.Warnings, warnings...)
	// What is not checked may need what it allows.
	result.Directives = directives(p, slices.DeleteFunc(slices.Clone(packages), func(p *gocode.Package) bool { return p.Broken != "" }))
	var own []*types.Package
	objects := map[types.Object]string{}
	for _, pkg := range packages {
		own = append(own, pkg.Types)
		maps.Copy(objects, featureflag.Annotated(pkg.Files, pkg.Info))
	}
	facts := featureflag.Analyze(c.functions, featureflag.Flags{Checks: g.Checks, Objects: objects}, featureflag.WholeOf(own, p.Imports()))
	j := &judge{code: c, facts: facts, program: p, result: result, partial: len(warnings) > 0}
	for _, text := range touching {
		j.text(text, g.uses(text.SQL))
	}
	result.Findings = order(result.Findings)
	return result
}

// explained leaves out what is said of packages that do not compile: that they
// are not checked is said with the reason.
func explained(warnings []string, packages []*gocode.Package) []string {
	return slices.DeleteFunc(warnings, func(w string) bool {
		return slices.ContainsFunc(packages, func(p *gocode.Package) bool {
			reason, ok := strings.CutPrefix(w, "package "+p.Path+" does not compile: ")
			if ok {
				p.Broken = reason // its paths are shorter
			}
			return ok
		})
	})
}

// A judge judges the texts of packages whose flags are known.
type judge struct {
	*code
	facts   *featureflag.Facts
	program *gocode.Program
	result  *Result
	// partial is set where packages are not checked.
	partial bool
	// modular is set where callers are not all in sight; leave is told what is
	// left to the callers of a function.
	modular bool
	leave   func(fn *ssa.Function, changes []*Change, written bool)
}

// text judges a text that has to do with the release.
func (j *judge) text(text gocode.Text, uses []Use) {
	call, ok := j.calls[text.Sent]
	if !ok {
		if !j.files[j.fset.File(text.Sent)] {
			j.result.Unjudged++
		}
		return // what is never reached is not there
	}
	flags, reachable := j.facts.Holding(call)
	if !reachable {
		return
	}
	for _, place := range text.Trace {
		if more, known := j.facts.At(place); known {
			flags = append(slices.Clip(flags), more...)
		}
	}
	found := groups(uses, flags)
	if len(found) == 0 {
		j.result.Gated++
	}
	at := j.passing(text, call)
	for _, f := range found {
		f.Query = text
		j.place(f, at)
	}
}

// passing is the call that passes a text on in the function where it begins,
// where another function sends it; else the call that sends it.
func (j *judge) passing(text gocode.Text, sent ssa.CallInstruction) ssa.CallInstruction {
	at := sent
	var begun *ssa.Function
	for _, place := range text.Trace {
		if begun == nil {
			begun = j.facts.Function(place)
		}
		if call, ok := j.calls[place]; ok && begun != nil && declared(call.Parent()) == declared(begun) && declared(begun) != declared(sent.Parent()) {
			at = call
		}
	}
	return at
}

// place puts a finding where it can be mended: at the call, or at the callers of
// a function that leaves the check to them.
func (j *judge) place(f *Finding, at ssa.CallInstruction) {
	fn := declared(at.Parent())
	if (f.Problem == Ungated || f.Problem == Mismatched) && j.passesOn(fn) {
		if j.modular {
			j.leave(fn, f.Changes, f.Written)
			return
		}
		j.climb(f, fn, map[*ssa.Function]bool{fn: true}, nil)
		return
	}
	j.report(f, at, nil)
}

// climb goes to the callers of a function that leaves the check to them.
func (j *judge) climb(f *Finding, fn *ssa.Function, seen map[*ssa.Function]bool, below []Place) {
	callers, _ := j.facts.Callers(fn)
	if len(callers) == 0 && j.partial {
		j.result.Unjudged++ // packages that are not checked may call it
	}
	for _, caller := range callers {
		flags, reachable := j.facts.Holding(caller)
		problem, held := verdict(f.Changes[0], flags)
		if !reachable || problem == "" {
			continue
		}
		from := declared(caller.Parent())
		way := append([]Place{{At: j.span(caller), Message: nameOf(caller.Parent()) + " calls " + nameOf(fn)}}, below...)
		// A method that calls the one of its own name only wraps it.
		wraps := j.passesOn(from) || from.Name() == fn.Name() && from.Signature.Recv() != nil
		if wraps && problem != FailsOpen {
			if !seen[from] {
				seen[from] = true
				j.climb(f, from, seen, way)
			}
			continue
		}
		here := *f
		here.Problem, here.Held = problem, held
		j.report(&here, caller, below)
	}
}

// report adds a finding at a call.
func (j *judge) report(f *Finding, at ssa.Instruction, below []Place) {
	from, to := called(at)
	f.At, f.Pos, f.Func = j.program.Span(from, to), from, nameOf(at.Parent())
	f.Way, f.Checks = nil, nil
	if f.Problem == Ungated || f.Problem == Mismatched {
		for _, step := range j.facts.Way(at, suffices(f.Changes[0])) {
			if at := j.span(step); !at.IsZero() {
				f.Way = append(f.Way, Place{At: at, Message: "in " + nameOf(step.Parent())})
			}
		}
		for fn := at.Parent(); fn != nil; fn = fn.Parent() {
			for _, check := range j.facts.Checks(fn) {
				message := "the flag " + check.Flag.Key + " is asked for here"
				if check.Flag.Key == "" {
					message = "a flag is asked for here"
				}
				f.Checks = append(f.Checks, Place{At: j.span(check.At), Message: message})
			}
		}
	}
	if f.Problem == Mismatched {
		j.key(f, at.Parent())
	}
	if len(f.Way)+len(below) > 0 {
		f.Way = append(f.Way, Place{At: f.At, Message: "in " + f.Func})
		f.Way = append(f.Way, below...)
	}
	j.result.Findings = append(j.result.Findings, f)
}

// key finds the one text in a function that is the key of the flag that is asked
// for in place of the right one.
func (j *judge) key(f *Finding, fn *ssa.Function) {
	if len(f.Held) != 1 {
		return
	}
	asked := map[token.Pos]bool{}
	for ; fn != nil; fn = fn.Parent() {
		for _, check := range j.facts.Checks(fn) {
			if check.Flag.Key == f.Held[0] {
				asked[position(check.At)] = true
			}
		}
		if fn.Parent() == nil && fn.Syntax() != nil {
			break
		}
	}
	var found []*ast.BasicLit
	if fn != nil {
		ast.Inspect(fn.Syntax(), func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok && asked[call.Lparen] {
				for _, arg := range call.Args {
					if lit, ok := arg.(*ast.BasicLit); ok && lit.Kind == token.STRING && unquoted(lit) == f.Held[0] {
						found = append(found, lit)
					}
				}
			}
			return true
		})
	}
	if len(found) == 1 {
		f.KeyPos, f.KeyEnd = found[0].Pos(), found[0].End()
		f.Key = j.program.Span(f.KeyPos, f.KeyEnd)
	}
}

// unquoted is the text that a literal stands for.
func unquoted(lit *ast.BasicLit) string {
	text, err := strconv.Unquote(lit.Value)
	if err != nil {
		return ""
	}
	return text
}

// span is the place of an instruction: the name of what it calls, or where it
// begins.
func (j *judge) span(instr ssa.Instruction) source.Span { return j.program.Span(called(instr)) }

// called is the range of the name of what an instruction calls, or its place.
func called(instr ssa.Instruction) (from, to token.Pos) {
	pos := position(instr)
	from, to = pos, pos+1
	if syntax := instr.Parent().Syntax(); syntax != nil {
		ast.Inspect(syntax, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok && call.Lparen == pos {
				from, to = call.Fun.Pos(), call.Lparen
				if name := gocode.CalleeName(call.Fun); name != nil {
					from = name.Pos()
				}
			}
			return n == nil || n.Pos() <= pos && pos < n.End()
		})
	}
	return from, to
}

// position is where an instruction stands.
func position(instr ssa.Instruction) token.Pos {
	if call, ok := instr.(ssa.CallInstruction); ok && call.Common().Pos().IsValid() {
		return call.Common().Pos()
	}
	return instr.Pos()
}
