package gocode

import (
	"context"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"os"
	"path"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/migracheck/migracheck/parser/source"
)

// A program is the code that was read, with what is known of its types.
type program struct {
	fset *token.FileSet
	dir  string
	// own are the packages of the module, in order of path; the roots among
	// them are those whose calls are reported.
	own []*unit
	// texts holds the own files by their names.
	texts map[string]*source.File
	// missing are the packages that own packages import and that are not here.
	missing map[string]bool
}

// A unit is an own package.
type unit struct {
	path, dir string
	root      bool
	files     []*ast.File
	info      *types.Info
	types     *types.Package
	// broken says what is wrong with it, "" if nothing is.
	broken string
	// incomplete is set when it imports what is missing.
	incomplete bool
}

// check reads the files of a listing and checks their types. Bodies of
// functions matter only in the module itself.
func check(ctx context.Context, dir string, l *listing) (*program, error) {
	p := &program{fset: token.NewFileSet(), dir: dir, texts: map[string]*source.File{}, missing: map[string]bool{}}
	parsed, err := p.parse(ctx, l)
	if err != nil {
		return nil, err
	}
	c := &checker{program: p, listing: l, parsed: parsed, done: map[string]*types.Package{}, fake: map[string]*types.Package{}}
	for _, name := range slices.Sorted(maps.Keys(l.packages)) {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		c.check(name)
	}
	slices.SortFunc(p.own, func(a, b *unit) int { return strings.Compare(a.path, b.path) })
	return p, nil
}

// parse reads the files of all packages. What is wrong with their syntax shows
// in the types.
func (p *program) parse(ctx context.Context, l *listing) (map[string][]*ast.File, error) {
	parsed := make(map[string][]*ast.File, len(l.packages))
	var mu sync.Mutex
	var group sync.WaitGroup
	var failed error
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	for _, entry := range l.packages {
		slots <- struct{}{}
		group.Go(func() {
			defer func() { <-slots }()
			var files []*ast.File
			for _, name := range entry.files {
				if ctx.Err() != nil {
					return
				}
				text, err := os.ReadFile(name)
				if err != nil {
					mu.Lock()
					failed = err
					mu.Unlock()
					return
				}
				mode := parser.SkipObjectResolution
				if entry.own {
					mode |= parser.ParseComments
					mu.Lock()
					p.texts[name] = source.NewFile(relative(p.dir, name), string(text))
					mu.Unlock()
				}
				if file, _ := parser.ParseFile(p.fset, name, text, mode); file != nil {
					files = append(files, file)
				}
			}
			mu.Lock()
			parsed[entry.path] = files
			mu.Unlock()
		})
	}
	group.Wait()
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	return parsed, failed
}

// A checker checks the types of packages, those that are imported first.
type checker struct {
	*program
	listing *listing
	parsed  map[string][]*ast.File
	done    map[string]*types.Package
	// fake stands for packages that are not here.
	fake map[string]*types.Package
}

// check checks a package, unless that is done or, in a cycle, under way.
func (c *checker) check(name string) {
	if _, begun := c.done[name]; begun {
		return
	}
	c.done[name] = nil
	entry := c.listing.packages[name]
	u := &unit{path: entry.path, dir: entry.dir, files: c.parsed[name], root: slices.Contains(c.listing.roots, entry)}
	for _, path := range slices.Sorted(maps.Keys(entry.imports)) {
		if imported := entry.imports[path]; c.listing.packages[imported] != nil {
			c.check(imported)
		}
	}
	config := types.Config{
		Importer:         importer{checker: c, entry: entry, unit: u},
		FakeImportC:      true,
		IgnoreFuncBodies: !entry.own,
		Error: func(err error) {
			if u.broken == "" {
				u.broken = err.Error()
			}
		},
	}
	if entry.own {
		u.info = &types.Info{
			Types:      map[ast.Expr]types.TypeAndValue{},
			Defs:       map[*ast.Ident]types.Object{},
			Uses:       map[*ast.Ident]types.Object{},
			Selections: map[*ast.SelectorExpr]*types.Selection{},
			Implicits:  map[ast.Node]types.Object{},
		}
	}
	u.types, _ = config.Check(entry.path, c.fset, u.files, u.info)
	c.done[name] = u.types
	delete(c.parsed, name)
	if entry.own {
		c.own = append(c.own, u)
	}
}

// An importer resolves the imports of one package.
type importer struct {
	checker *checker
	entry   *listedPackage
	unit    *unit
}

// Import returns a package, an empty one of that name if it is not here.
func (i importer) Import(path string) (*types.Package, error) {
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	if pkg := i.checker.done[i.entry.imports[path]]; pkg != nil {
		return pkg, nil
	}
	if i.entry.own {
		i.unit.incomplete = true
		i.checker.missing[path] = true
	}
	pkg := i.checker.fake[path]
	if pkg == nil {
		pkg = types.NewPackage(path, packageName(path))
		pkg.MarkComplete()
		i.checker.fake[path] = pkg
	}
	return pkg, nil
}

// version matches what a module path has for its major version.
var version = regexp.MustCompile(`/v[0-9]+(/|$)|\.v[0-9]+(/|$)`)

// unversioned returns an import path without its major version.
func unversioned(importPath string) string {
	return strings.TrimSuffix(version.ReplaceAllString(importPath, "/"), "/")
}

// packageName returns what a package is probably called.
func packageName(importPath string) string {
	name := path.Base(unversioned(importPath))
	name = strings.TrimSuffix(strings.TrimPrefix(name, "go-"), "-go")
	return name[strings.LastIndexByte(name, '-')+1:]
}

// warnings say what is missing or wrong.
func (p *program) warnings() []string {
	var out []string
	var missing []string
	for path := range p.missing {
		if first, _, _ := strings.Cut(path, "/"); strings.Contains(first, ".") {
			missing = append(missing, path)
		}
	}
	slices.Sort(missing)
	if n := len(missing); n > 0 {
		shown := strings.Join(missing[:min(n, 3)], ", ")
		if n > 3 {
			shown += " and " + strconv.Itoa(n-3) + " more"
		}
		out = append(out, "calls of packages that are not here are recognised by name: "+shown)
	}
	for _, u := range p.own {
		if u.root && u.broken != "" && len(p.missing) == 0 {
			out = append(out, fmt.Sprintf("package %s does not compile: %s", u.path, strings.ReplaceAll(u.broken, p.dir+string(os.PathSeparator), "")))
		}
	}
	return out
}

// span returns the place of a range of an own file.
func (p *program) span(from, to token.Pos) source.Span {
	file := p.fset.File(from)
	if file == nil {
		return source.Span{}
	}
	text := p.texts[file.Name()]
	if text == nil {
		return source.Span{}
	}
	end := len(text.Text)
	if p.fset.File(to) == file {
		end = file.Offset(to)
	}
	return source.Span{File: text, Start: file.Offset(from), End: end}
}
