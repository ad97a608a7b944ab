package gocode

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/migracheck/migracheck/parser/source"
)

// A Program is Go code that was read, with its types. It is not for concurrent
// use.
type Program struct {
	program  *program
	mode     Mode
	warnings []string
	// known tells the sinks of packages that are not own ones.
	known func(*types.Func) (Sink, bool)
	// traced holds the queries with their ways, once they are asked for.
	traced *reader
}

// A Package is one of the packages of a program whose bodies were read.
type Package struct {
	// Path is how the package is imported, Dir where its files are; NewProgram
	// finds that out if it is "".
	Path, Dir string
	// Root is set for those that were asked for; others are of the same module
	// and imported by them.
	Root  bool
	Files []*ast.File
	// Types and Info are as far as they are known.
	Types *types.Package
	Info  *types.Info
	// Broken says why they are not whole, "" if they are.
	Broken string
}

// LoadProgram reads the packages of a directory that match patterns of the go
// command, ./... if there are none, with the types of all that they import. It
// fails where [Load] does.
func LoadProgram(ctx context.Context, dir string, patterns []string, options Options) (*Program, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	if len(patterns) == 0 {
		patterns = []string{"./..."}
	}
	var warnings []string
	var listed *listing
	if !options.Syntax {
		if listed, err = list(ctx, dir, patterns, options.Env); err != nil {
			var failed *listError
			if !errors.As(err, &failed) {
				return nil, err
			}
			warnings = append(warnings, fmt.Sprintf("the go command cannot list the packages, so calls are recognised without the types of other modules: %s", failed.message))
		}
	}
	mode := Typed
	if listed == nil {
		mode = Syntax
		if listed, err = walk(dir, patterns); err != nil {
			return nil, err
		}
	}
	if len(listed.roots) == 0 {
		return nil, fmt.Errorf("no Go packages in %s match %q", dir, patterns)
	}
	read, err := check(ctx, dir, listed)
	if err != nil {
		return nil, err
	}
	if len(read.missing) > 0 {
		mode = Syntax
	}
	return &Program{program: read, mode: mode, warnings: slices.Concat(warnings, listed.warnings, read.warnings())}, nil
}

// NewProgram takes packages that somebody else has read and whose types are
// checked, such as the one of a go/analysis pass. Places are shown from dir.
// Of functions of other packages, known tells which are sinks; it may be nil.
func NewProgram(fset *token.FileSet, dir string, packages []*Package, known func(*types.Func) (Sink, bool)) *Program {
	p := &program{fset: fset, dir: dir, texts: map[string]*source.File{}, missing: map[string]bool{}}
	for _, given := range packages {
		u := &unit{
			path: given.Path, dir: given.Dir, root: given.Root, files: given.Files,
			info: given.Info, types: given.Types, broken: given.Broken,
		}
		if u.dir == "" && len(u.files) > 0 {
			u.dir = filepath.Dir(fset.File(u.files[0].FileStart).Name())
		}
		for _, file := range given.Files {
			name := fset.File(file.FileStart).Name()
			if text, err := os.ReadFile(name); err == nil {
				p.texts[name] = source.NewFile(relative(dir, name), string(text))
			}
		}
		p.own = append(p.own, u)
	}
	slices.SortFunc(p.own, func(a, b *unit) int { return strings.Compare(a.path, b.path) })
	return &Program{program: p, mode: Typed, known: known}
}

// Read finds the SQL of the program.
func (p *Program) Read() *Result {
	r := newReader(p.program)
	r.imported = p.known
	r.collect()
	found, failed := ordered(r.queries, r.unresolved)
	roots := 0
	for _, u := range p.program.own {
		if u.root {
			roots++
		}
	}
	return &Result{Queries: found, Unresolved: failed, Calls: r.count, Packages: roots, Mode: p.mode, Warnings: p.warnings}
}

// Fset returns the positions of the program's files.
func (p *Program) Fset() *token.FileSet { return p.program.fset }

// Packages returns the packages whose bodies were read, in order of path.
func (p *Program) Packages() []*Package {
	out := make([]*Package, len(p.program.own))
	for i, u := range p.program.own {
		out[i] = &Package{Path: u.path, Dir: u.dir, Root: u.root, Files: u.files, Types: u.types, Info: u.info, Broken: u.broken}
		if u.broken == "" && u.incomplete {
			out[i].Broken = "it imports packages that are not here"
		}
	}
	return out
}

// Imports returns all other packages that those of the program import, directly
// or not, in order of path. Their types are known, not their bodies.
func (p *Program) Imports() []*types.Package {
	found := map[*types.Package]bool{}
	var visit func(pkg *types.Package)
	visit = func(pkg *types.Package) {
		if found[pkg] {
			return
		}
		found[pkg] = true
		for _, imported := range pkg.Imports() {
			visit(imported)
		}
	}
	for _, u := range p.program.own {
		if u.types != nil {
			visit(u.types)
		}
	}
	for _, u := range p.program.own {
		delete(found, u.types)
	}
	return slices.SortedFunc(maps.Keys(found), func(a, b *types.Package) int { return strings.Compare(a.Path(), b.Path()) })
}

// Span returns the place of a range of a file of the program, zero if it is in
// none.
func (p *Program) Span(from, to token.Pos) source.Span { return p.program.span(from, to) }

// Mode says how much is known of the types.
func (p *Program) Mode() Mode { return p.mode }

// Warnings say what could not be read, one sentence each.
func (p *Program) Warnings() []string { return p.warnings }
