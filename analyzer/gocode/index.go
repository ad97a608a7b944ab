package gocode

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"github.com/migracheck/migracheck/analyzer/queries"
)

// A reader works out the texts of queries.
type reader struct {
	*program
	index
	queries    []queries.Query
	unresolved []queries.Unresolved
	count      int
	// steps counts the expressions evaluated for one call.
	steps int
	// libraries are those that make SQL, and mades what they have made.
	libraries []*library
	mades     map[string]*made
	// tables are the models that were read, and gorm how GORM names theirs.
	tables map[string]*model
	gorm   *gormNaming
	// importSet and callSet are what the code imports and calls, once they are
	// asked for.
	importSet, callSet map[string]bool
	// active are the objects being evaluated, against recursion.
	active map[any]bool
	// imported tells the sinks of packages that are not own ones; it may be nil.
	imported func(*types.Func) (Sink, bool)
	// ways holds the traces of values, nil if none are kept, and texts what was
	// found with them.
	ways  *ways
	found []Text
	// symbols are set while sinks are looked for: parameters stand for
	// themselves then.
	symbols *symbols
	// schemas are of the code that ent generated, where ways are kept.
	schemas []*entSchema
}

// An index says where things are declared, set and called in the own packages.
type index struct {
	// calls are the calls of functions, and of variables that hold one.
	calls map[types.Object][]site
	// methods are the calls of methods of interfaces, by name.
	methods map[string][]site
	// escapes are functions that are used other than by calling them.
	escapes map[types.Object]bool
	// bodies are the declarations of functions.
	bodies map[types.Object]function
	// params are the functions whose parameters variables are, with their
	// places in the list.
	params map[types.Object]param
	// inits are the expressions that constants and package variables are
	// declared with.
	inits map[types.Object]site
	// stores are what package variables and fields are set to elsewhere; an
	// expression that is nil is not known.
	stores map[types.Object][]site
	// literals are the variables that function literals are assigned to.
	literals map[*ast.FuncLit]types.Object
	// embeds are the patterns of go:embed directives.
	embeds map[types.Object]embed
}

// A site is an expression, often a call, and where it stands.
type site struct {
	unit *unit
	expr ast.Expr
}

// A function is a declared function or a literal.
type function struct {
	unit *unit
	decl *ast.FuncDecl
	kind *ast.FuncType
	body *ast.BlockStmt
}

// A param is a parameter of a function.
type param struct {
	// of is the function, or the variable that holds it; nil for a literal
	// that is held by none.
	of       types.Object
	place    int
	variadic bool
}

// An embed is a go:embed directive.
type embed struct {
	unit     *unit
	patterns []string
}

func newReader(p *program) *reader {
	r := &reader{program: p, active: map[any]bool{}, libraries: libraries(), mades: map[string]*made{}, tables: map[string]*model{}, index: index{
		calls:    map[types.Object][]site{},
		methods:  map[string][]site{},
		escapes:  map[types.Object]bool{},
		bodies:   map[types.Object]function{},
		params:   map[types.Object]param{},
		inits:    map[types.Object]site{},
		stores:   map[types.Object][]site{},
		literals: map[*ast.FuncLit]types.Object{},
		embeds:   map[types.Object]embed{},
	}}
	for _, u := range p.own {
		for _, file := range u.files {
			r.indexFile(u, file)
		}
	}
	return r
}

// indexFile enters a file.
func (r *reader) indexFile(u *unit, file *ast.File) {
	for _, decl := range file.Decls {
		if decl, is := decl.(*ast.GenDecl); is {
			r.indexDecl(u, decl)
		}
	}
	called := map[*ast.Ident]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			if obj := u.info.Defs[n.Name]; obj != nil {
				r.bodies[obj] = function{unit: u, decl: n, kind: n.Type, body: n.Body}
				r.indexParams(u, n.Type, obj)
			}
		case *ast.FuncLit:
			r.indexParams(u, n.Type, r.literals[n]) // the assignment comes before
		case *ast.AssignStmt:
			r.indexAssign(u, n)
		case *ast.ValueSpec:
			for i, name := range n.Names {
				if i < len(n.Values) && len(n.Names) == len(n.Values) {
					r.indexLiteral(u, name, n.Values[i])
				}
			}
		case *ast.CompositeLit:
			r.indexComposite(u, n)
		case *ast.UnaryExpr:
			if n.Op == token.AND {
				r.store(u, n.X, nil)
			}
		case *ast.CallExpr:
			if name := CalleeName(n.Fun); name != nil {
				called[name] = true
				r.indexCall(u, n, name)
			}
		case *ast.Ident:
			if fn, is := u.info.Uses[n].(*types.Func); is && !called[n] {
				r.escapes[fn.Origin()] = true
			}
		}
		return true
	})
}

// indexDecl enters the constants and variables of a package.
func (r *reader) indexDecl(u *unit, decl *ast.GenDecl) {
	for _, spec := range decl.Specs {
		spec, is := spec.(*ast.ValueSpec)
		if !is {
			continue
		}
		for i, name := range spec.Names {
			obj := u.info.Defs[name]
			if obj == nil {
				continue
			}
			if len(spec.Values) == len(spec.Names) {
				r.inits[obj] = site{u, spec.Values[i]}
			}
			doc := spec.Doc
			if doc == nil && !decl.Lparen.IsValid() {
				doc = decl.Doc
			}
			if patterns := embedPatterns(doc); patterns != nil {
				r.embeds[obj] = embed{u, patterns}
			}
		}
	}
}

// indexParams enters the parameters of a function.
func (r *reader) indexParams(u *unit, kind *ast.FuncType, of types.Object) {
	place := 0
	for _, field := range kind.Params.List {
		_, variadic := field.Type.(*ast.Ellipsis)
		for _, name := range field.Names {
			if obj := u.info.Defs[name]; obj != nil {
				r.params[obj] = param{of: of, place: place, variadic: variadic}
			}
			place++
		}
		if len(field.Names) == 0 {
			place++
		}
	}
}

// indexCall enters a call.
func (r *reader) indexCall(u *unit, call *ast.CallExpr, name *ast.Ident) {
	switch obj := u.info.Uses[name].(type) {
	case *types.Func:
		if recv := obj.Signature().Recv(); recv != nil && types.IsInterface(recv.Type()) {
			r.methods[obj.Name()] = append(r.methods[obj.Name()], site{u, call})
			return
		}
		r.calls[obj.Origin()] = append(r.calls[obj.Origin()], site{u, call})
	case *types.Var:
		r.calls[obj] = append(r.calls[obj], site{u, call})
	}
}

// indexLiteral remembers which variable holds a function literal.
func (r *reader) indexLiteral(u *unit, name *ast.Ident, e ast.Expr) {
	lit, is := ast.Unparen(e).(*ast.FuncLit)
	if !is {
		return
	}
	obj := u.info.Defs[name]
	if obj == nil {
		obj = u.info.Uses[name]
	}
	r.literals[lit] = obj
}

// indexAssign enters assignments to package variables and fields.
func (r *reader) indexAssign(u *unit, s *ast.AssignStmt) {
	for i, left := range s.Lhs {
		var right ast.Expr
		if len(s.Lhs) == len(s.Rhs) {
			right = s.Rhs[i]
			if name, is := left.(*ast.Ident); is {
				r.indexLiteral(u, name, right)
			}
		}
		if s.Tok != token.ASSIGN && s.Tok != token.DEFINE {
			right = nil
		}
		r.store(u, left, right)
	}
}

// indexComposite enters the fields that a literal of a struct sets.
func (r *reader) indexComposite(u *unit, lit *ast.CompositeLit) {
	of := u.info.Types[lit].Type
	if of == nil {
		return
	}
	if pointer, is := of.Underlying().(*types.Pointer); is {
		of = pointer.Elem()
	}
	fields, is := of.Underlying().(*types.Struct)
	if !is {
		return
	}
	for i, elt := range lit.Elts {
		if pair, is := elt.(*ast.KeyValueExpr); is {
			if key, is := pair.Key.(*ast.Ident); is && u.info.Uses[key] != nil {
				r.stores[origin(u.info.Uses[key])] = append(r.stores[origin(u.info.Uses[key])], site{u, pair.Value})
			}
			continue
		}
		if i < fields.NumFields() {
			r.stores[origin(fields.Field(i))] = append(r.stores[origin(fields.Field(i))], site{u, elt})
		}
	}
}

// store enters what a package variable or a field is set to.
func (r *reader) store(u *unit, left, right ast.Expr) {
	var name *ast.Ident
	switch left := ast.Unparen(left).(type) {
	case *ast.Ident:
		name = left
	case *ast.SelectorExpr:
		name = left.Sel
	case *ast.IndexExpr:
		r.store(u, left.X, nil)
		return
	default:
		return
	}
	obj, is := u.info.Uses[name].(*types.Var)
	if !is || !obj.IsField() && (obj.Pkg() == nil || obj.Parent() != obj.Pkg().Scope()) {
		return
	}
	r.stores[origin(obj)] = append(r.stores[origin(obj)], site{u, right})
}

// origin returns the variable of the generic type that a field is of.
func origin(obj types.Object) types.Object {
	if v, is := obj.(*types.Var); is {
		return v.Origin()
	}
	return obj
}

// enclosing returns the declared function around a place, and its file.
func (u *unit) enclosing(pos token.Pos) (*ast.FuncDecl, *ast.File) {
	for _, file := range u.files {
		if pos < file.FileStart || pos > file.FileEnd {
			continue
		}
		i := slices.IndexFunc(file.Decls, func(d ast.Decl) bool { return d.Pos() <= pos && pos < d.End() })
		if i < 0 {
			return nil, file
		}
		decl, _ := file.Decls[i].(*ast.FuncDecl)
		return decl, file
	}
	return nil, nil
}
