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
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/migracheck/migracheck/parser/pattern"
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
	c := &checker{program: p, listing: l, done: map[string]*types.Package{}, fake: map[string]*types.Package{}}
	c.all(ctx, schedule(l))
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if c.failed != nil {
		return nil, c.failed
	}
	slices.SortFunc(p.own, func(a, b *unit) int { return strings.Compare(a.path, b.path) })
	return p, nil
}

// parse reads the files of a package, and says what is wrong with their syntax,
// if that matters: of other modules, it shows in the types.
func (c *checker) parse(ctx context.Context, entry *listedPackage) (files []*ast.File, wrong string, err error) {
	for _, name := range entry.files {
		if ctx.Err() != nil {
			return nil, "", ctx.Err()
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, "", err
		}
		mode := parser.SkipObjectResolution
		switch {
		case entry.own:
			mode |= parser.ParseComments
			c.mu.Lock()
			c.texts[name] = source.NewFile(relative(c.dir, name), string(text))
			c.mu.Unlock()
		default:
			// Positions in other modules are shown to nobody.
			if file, err := parser.ParseFile(c.fset, name, withoutBodies(text), mode); err == nil {
				files = append(files, file)
				continue
			}
		}
		file, err := parser.ParseFile(c.fset, name, text, mode)
		if file != nil {
			files = append(files, file)
		}
		if err != nil && wrong == "" && entry.own {
			wrong = oneLine(err.Error())
		}
	}
	return files, wrong, nil
}

// A job is a package whose types are to be checked.
type job struct {
	name string
	// awaited are the imports that are not checked yet, and waiting those that
	// import it.
	awaited int
	waiting []*job
	// imports are the packages that it imports, but for those that import it
	// in turn.
	imports map[string]bool
}

// schedule returns the packages of a listing, those that are imported first.
func schedule(l *listing) []*job {
	var out []*job
	jobs := map[string]*job{}
	var visit func(name string) *job
	visit = func(name string) *job {
		j := &job{name: name, imports: map[string]bool{}}
		jobs[name] = nil // under way
		entry := l.packages[name]
		for _, path := range slices.Sorted(maps.Keys(entry.imports)) {
			imported := entry.imports[path]
			if l.packages[imported] == nil || j.imports[imported] {
				continue
			}
			before, begun := jobs[imported]
			if !begun {
				before = visit(imported)
			}
			if before != nil {
				j.imports[imported] = true
				j.awaited++
				before.waiting = append(before.waiting, j)
			}
		}
		jobs[name] = j
		out = append(out, j)
		return j
	}
	for _, name := range slices.Sorted(maps.Keys(l.packages)) {
		if _, begun := jobs[name]; !begun {
			visit(name)
		}
	}
	return out
}

// A checker checks the types of packages, those that are imported first.
type checker struct {
	*program
	listing *listing
	// mu guards what follows, and texts, missing and own of program.
	mu   sync.Mutex
	done map[string]*types.Package
	// failed is why a file could not be read.
	failed error
	// fake stands for packages that are not here.
	fake map[string]*types.Package
}

// all checks packages, as many at once as there are processors.
func (c *checker) all(ctx context.Context, jobs []*job) {
	ready := make(chan *job, len(jobs))
	left := len(jobs)
	for _, j := range jobs {
		if j.awaited == 0 {
			ready <- j
		}
	}
	if left == 0 {
		close(ready)
	}
	var group sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		group.Go(func() {
			for j := range ready {
				u, err := c.check(ctx, j)
				c.mu.Lock()
				if err != nil {
					c.failed = err
				} else {
					c.done[j.name] = u.types
					if u.info != nil {
						c.own = append(c.own, u)
					}
				}
				for _, next := range j.waiting {
					if next.awaited--; next.awaited == 0 {
						ready <- next
					}
				}
				if left--; left == 0 {
					close(ready)
				}
				c.mu.Unlock()
			}
		})
	}
	group.Wait()
}

// check reads a package whose imports are checked.
func (c *checker) check(ctx context.Context, j *job) (*unit, error) {
	entry := c.listing.packages[j.name]
	files, wrong, err := c.parse(ctx, entry)
	if err != nil {
		return nil, err
	}
	u := &unit{path: entry.path, dir: entry.dir, files: files, broken: wrong, root: slices.Contains(c.listing.roots, entry)}
	config := types.Config{
		Importer:         importer{checker: c, entry: entry, unit: u, job: j},
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
			Types:        map[ast.Expr]types.TypeAndValue{},
			Instances:    map[*ast.Ident]types.Instance{},
			Defs:         map[*ast.Ident]types.Object{},
			Uses:         map[*ast.Ident]types.Object{},
			Implicits:    map[ast.Node]types.Object{},
			Selections:   map[*ast.SelectorExpr]*types.Selection{},
			Scopes:       map[ast.Node]*types.Scope{},
			FileVersions: map[*ast.File]string{},
		}
	}
	u.types, _ = config.Check(entry.path, c.fset, u.files, u.info)
	return u, nil
}

// An importer resolves the imports of one package.
type importer struct {
	checker *checker
	entry   *listedPackage
	unit    *unit
	job     *job
}

// Import returns a package, an empty one of that name if it is not here.
func (i importer) Import(path string) (*types.Package, error) {
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	i.checker.mu.Lock()
	defer i.checker.mu.Unlock()
	if name := i.entry.imports[path]; i.job.imports[name] && i.checker.done[name] != nil {
		return i.checker.done[name], nil
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
var version = pattern.New(`/v[0-9]+(/|$)|\.v[0-9]+(/|$)`)

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
