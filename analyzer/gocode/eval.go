package gocode

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"github.com/migracheck/migracheck/analyzer/queries"
)

// maxDepth is how many functions a text may pass through.
const maxDepth = 6

// A scope holds the values of variables that are known where an expression is
// evaluated: parameters of a function that is looked into, and the variable
// that is being followed.
type scope struct {
	vars  map[types.Object][]value
	depth int
	outer *scope
	// probe and chosen are of a call whose alternatives are told apart; closed
	// is set where those of outer do not matter.
	probe  *probe
	chosen map[ast.Expr]value
	closed bool
	// inlined is set where vars are the parameters of a function that is looked
	// into.
	inlined bool
}

// with returns a scope in which a variable has values.
func (s *scope) with(obj types.Object, values []value) *scope {
	return &scope{vars: map[types.Object][]value{obj: values}, depth: s.level(), outer: s}
}

func (s *scope) level() int {
	if s == nil {
		return 0
	}
	return s.depth
}

// lookup returns the values of a variable.
func (s *scope) lookup(obj types.Object) ([]value, bool) {
	for ; s != nil; s = s.outer {
		if values, is := s.vars[obj]; is {
			return values, true
		}
	}
	return nil, false
}

// eval returns the texts that an expression can have, at least one.
func (r *reader) eval(u *unit, e ast.Expr, s *scope) []value {
	if r.ways != nil {
		return r.evalTraced(u, e, s)
	}
	return r.evaluate(u, e, s)
}

// evaluate is eval, but for the ways of the values.
func (r *reader) evaluate(u *unit, e ast.Expr, s *scope) []value {
	if r.steps++; r.steps > maxSteps && (r.ways == nil || r.steps > maxTracedSteps) {
		return []value{unknownValue(e.Pos(), e.End(), queries.Many)}
	}
	if tv, is := u.info.Types[e]; is && tv.Value != nil {
		return []value{r.constant(u, e, tv.Value)}
	}
	unknown := func(reason queries.Reason) []value { return []value{unknownValue(e.Pos(), e.End(), reason)} }
	if t := u.info.Types[e].Type; t != nil && isNumber(t) {
		if name, is := e.(*ast.Ident); is {
			if values, is := s.lookup(u.info.Uses[name]); is {
				return values
			}
		}
		return []value{{text: number, pos: e.Pos(), end: e.End(), reason: queries.Dynamic}}
	}
	switch e := e.(type) {
	case *ast.BasicLit:
		if e.Kind == token.STRING {
			return []value{{text: clean(constant.StringVal(constant.MakeFromLiteral(e.Value, e.Kind, 0))), pos: e.Pos(), end: e.End()}}
		}
	case *ast.ParenExpr:
		return r.eval(u, e.X, s)
	case *ast.BinaryExpr:
		if e.Op == token.ADD {
			return placed(product(r.eval(u, e.X, s), r.eval(u, e.Y, s)), e)
		}
	case *ast.Ident:
		return r.ident(u, e, s)
	case *ast.SelectorExpr:
		return r.selector(u, e, s)
	case *ast.CallExpr:
		return r.call(u, e, 0, s)
	case *ast.SliceExpr:
		return r.slice(u, e, s)
	case *ast.IndexExpr:
		if elements := r.elements(u, e.X, e.Index); elements != nil {
			return r.evalAll(elements, s)
		}
		return unknown(queries.Element)
	case *ast.StarExpr:
		return r.eval(u, e.X, s)
	case *ast.UnaryExpr:
		if e.Op == token.AND {
			return r.eval(u, e.X, s)
		}
	case *ast.CompositeLit:
		if len(e.Elts) == 0 && (isBuffer(u.info.Types[e].Type) || bufferName(e.Type)) {
			return []value{{pos: e.Pos(), end: e.End()}}
		}
		if values := r.composite(u, e, s); values != nil {
			return values
		}
	}
	return unknown(queries.Dynamic)
}

// evalAll returns the values of alternatives.
func (r *reader) evalAll(sites []site, s *scope) []value {
	var out []value
	for _, at := range sites {
		out = union(out, r.at(r.eval(at.unit, at.expr, s), at.expr.Pos()))
	}
	return limited(out)
}

// constant returns a constant, placed where it is written.
func (r *reader) constant(u *unit, e ast.Expr, v constant.Value) value {
	text := v.ExactString()
	if v.Kind() == constant.String {
		text = clean(constant.StringVal(v))
	}
	from, to := e.Pos(), e.End()
	for range maxDepth {
		var name *ast.Ident
		switch e := ast.Unparen(e).(type) {
		case *ast.Ident:
			name = e
		case *ast.SelectorExpr:
			name = e.Sel
		}
		if name == nil {
			break
		}
		obj := u.info.Uses[name]
		declared, is := r.inits[obj]
		if !is {
			if obj != nil && r.texts[r.fset.Position(obj.Pos()).Filename] != nil {
				if init := r.localConstant(u, obj); init != nil {
					return value{text: text, pos: init.Pos(), end: init.End()}
				}
			}
			break
		}
		u, e = declared.unit, declared.expr
		from, to = e.Pos(), e.End()
	}
	return value{text: text, pos: from, end: to}
}

// localConstant returns the expression that a constant within a function is
// declared with.
func (r *reader) localConstant(u *unit, obj types.Object) ast.Expr {
	decl, _ := u.enclosing(obj.Pos())
	if decl == nil || decl.Body == nil {
		return nil
	}
	var found ast.Expr
	ast.Inspect(decl.Body, func(n ast.Node) bool {
		spec, is := n.(*ast.ValueSpec)
		if !is {
			return found == nil
		}
		for i, name := range spec.Names {
			if u.info.Defs[name] == obj && i < len(spec.Values) {
				found = spec.Values[i]
			}
		}
		return found == nil
	})
	return found
}

// placed moves the place of values that begin within an expression to all of
// it.
func placed(values []value, e ast.Expr) []value {
	for i, v := range values {
		if e.Pos() <= v.pos && v.end <= e.End() && v.embedded == "" {
			values[i].pos, values[i].end = e.Pos(), e.End()
		}
	}
	return values
}

// ident returns the values of a name.
func (r *reader) ident(u *unit, name *ast.Ident, s *scope) []value {
	obj := u.info.Uses[name]
	v, is := obj.(*types.Var)
	if values, known := s.lookup(obj); known {
		if r.ways != nil && is && s.inlines(obj) {
			return r.changed(u, v, name, s, values)
		}
		return values
	}
	switch {
	case !is:
		return []value{unknownValue(name.Pos(), name.End(), queries.Dynamic)}
	case v.Pkg() != nil && v.Parent() == v.Pkg().Scope():
		return r.global(v, name, s)
	default:
		return r.local(u, v, name, s)
	}
}

// global returns the values of a package variable.
func (r *reader) global(v *types.Var, at ast.Expr, s *scope) []value {
	if e, is := r.embeds[v]; is {
		return r.embedded(e, at)
	}
	init, declared := r.inits[v]
	stores := r.stores[v]
	if slices.ContainsFunc(stores, func(at site) bool { return at.expr == nil }) {
		return []value{unknownValue(at.Pos(), at.End(), queries.Changed)}
	}
	if declared {
		stores = append([]site{init}, stores...)
	}
	return r.guarded(v, at, queries.Changed, func() []value { return r.evalAll(stores, bottom(s)) })
}

// bottom keeps of a scope how deep it is.
func bottom(s *scope) *scope { return &scope{depth: s.level()} }

// guarded evaluates what an object stands for, unless that is under way.
func (r *reader) guarded(key any, at ast.Node, reason queries.Reason, eval func() []value) []value {
	if r.active[key] {
		return []value{unknownValue(at.Pos(), at.End(), queries.Dynamic)}
	}
	r.active[key] = true
	defer delete(r.active, key)
	if values := eval(); len(values) > 0 {
		return values
	}
	return []value{unknownValue(at.Pos(), at.End(), reason)}
}

// selector returns the values of a package's variable or of a field.
func (r *reader) selector(u *unit, e *ast.SelectorExpr, s *scope) []value {
	if values := r.rootVariable(u, e); values != nil {
		return values
	}
	v, is := u.info.Uses[e.Sel].(*types.Var)
	if !is {
		return []value{unknownValue(e.Pos(), e.End(), queries.Foreign)}
	}
	if !v.IsField() {
		return r.global(v, e, s)
	}
	stores := r.stores[v.Origin()]
	if slices.ContainsFunc(stores, func(at site) bool { return at.expr == nil }) {
		return []value{unknownValue(e.Pos(), e.End(), queries.Field)}
	}
	return r.guarded(v.Origin(), e, queries.Field, func() []value { return r.evalAll(stores, bottom(s)) })
}

// slice returns the values of a part of a text: what is cut off its end by a
// known number of bytes.
func (r *reader) slice(u *unit, e *ast.SliceExpr, s *scope) []value {
	values := slices.Clone(r.eval(u, e.X, s))
	if e.Low == nil && e.High == nil {
		return values
	}
	cut, known := int64(0), false
	if minus, is := e.High.(*ast.BinaryExpr); is && minus.Op == token.SUB && e.Low == nil {
		call, isCall := minus.X.(*ast.CallExpr)
		n := u.info.Types[minus.Y].Value
		if isCall && n != nil && types.ExprString(call.Fun) == "len" && len(call.Args) == 1 && types.ExprString(call.Args[0]) == types.ExprString(e.X) {
			cut, known = constant.Int64Val(n)
		}
	}
	for i, v := range values {
		switch {
		case known && strings.HasSuffix(v.text, hole):
		case known && cut >= 0 && int64(len(v.text)) >= cut && !strings.ContainsAny(v.text[len(v.text)-int(cut):], hole+number):
			values[i].text = v.text[:len(v.text)-int(cut)]
		default:
			values[i] = unknownValue(e.Pos(), e.End(), queries.Dynamic)
		}
	}
	return values
}

// elements returns the elements of a list or map that a literal holds and
// nothing changes: one if the index is a constant that it has, otherwise all.
func (r *reader) elements(u *unit, list, index ast.Expr) []site {
	lit, in := r.literal(u, list)
	if lit == nil {
		return nil
	}
	var all []site
	for i, elt := range lit.Elts {
		pair, is := elt.(*ast.KeyValueExpr)
		if !is {
			if v := valueOf(u, index); v != nil && v.Kind() == constant.Int && constant.Compare(v, token.EQL, constant.MakeInt64(int64(i))) {
				return []site{{in, elt}}
			}
			all = append(all, site{in, elt})
			continue
		}
		if index != nil {
			k, v := in.info.Types[pair.Key].Value, valueOf(u, index)
			if k != nil && v != nil && k.Kind() == v.Kind() && constant.Compare(k, token.EQL, v) {
				return []site{{in, pair.Value}}
			}
		}
		all = append(all, site{in, pair.Value})
	}
	return all
}

// valueOf returns the constant that an expression is, nil if it is none.
func valueOf(u *unit, e ast.Expr) constant.Value {
	if e == nil {
		return nil
	}
	return u.info.Types[e].Value
}

// literal returns the literal that an expression stands for: itself, or what a
// variable was declared with that nothing changes.
func (r *reader) literal(u *unit, e ast.Expr) (*ast.CompositeLit, *unit) {
	switch e := ast.Unparen(e).(type) {
	case *ast.CompositeLit:
		return e, u
	case *ast.UnaryExpr:
		if e.Op == token.AND {
			return r.literal(u, e.X)
		}
	case *ast.Ident, *ast.SelectorExpr:
		name := CalleeName(e)
		v, is := u.info.Uses[name].(*types.Var)
		switch {
		case !is || v.IsField():
		case v.Pkg() != nil && v.Parent() == v.Pkg().Scope():
			init, is := r.inits[v]
			if lit, isLit := init.expr.(*ast.CompositeLit); is && isLit && len(r.stores[v]) == 0 {
				return lit, init.unit
			}
		default:
			if lit, is := r.onlyAssignment(u, v).(*ast.CompositeLit); is {
				return lit, u
			}
		}
	}
	return nil, nil
}

// onlyAssignment returns what a local variable is set to, if only once, and
// nothing else could change it.
func (r *reader) onlyAssignment(u *unit, v *types.Var) ast.Expr {
	decl, _ := u.enclosing(v.Pos())
	if decl == nil || decl.Body == nil {
		return nil
	}
	var found ast.Expr
	count := 0
	ast.Inspect(decl.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for i, left := range n.Lhs {
				if index, is := left.(*ast.IndexExpr); is {
					left = index.X
				}
				if name, is := left.(*ast.Ident); is && (u.info.Defs[name] == v || u.info.Uses[name] == v) {
					count++
					if len(n.Lhs) == len(n.Rhs) {
						found = n.Rhs[i]
					}
				}
			}
		case *ast.ValueSpec:
			for i, name := range n.Names {
				if u.info.Defs[name] == v && len(n.Values) == len(n.Names) {
					count++
					found = n.Values[i]
				}
			}
		case *ast.UnaryExpr:
			if name, is := n.X.(*ast.Ident); is && n.Op == token.AND && u.info.Uses[name] == v {
				count++
			}
		}
		return true
	})
	if count != 1 {
		return nil
	}
	return found
}

// parameter returns what the calls of a function pass for a parameter.
func (r *reader) parameter(v *types.Var, p param, at ast.Expr, s *scope) []value {
	unknown := []value{unknownValue(at.Pos(), at.End(), queries.Argument)}
	if p.of == nil || p.variadic {
		return unknown
	}
	if r.symbols != nil {
		return []value{r.symbols.value(p, at)}
	}
	if s.level() >= maxDepth {
		return []value{unknownValue(at.Pos(), at.End(), queries.Deep)}
	}
	return r.guarded(v, at, queries.Argument, func() []value {
		var out []value
		for _, call := range r.callers(p.of) {
			args := call.expr.(*ast.CallExpr).Args
			if p.place >= len(args) {
				out = union(out, []value{unknownValue(call.expr.Pos(), call.expr.End(), queries.Argument)})
				continue
			}
			passed := slices.Clone(r.eval(call.unit, args[p.place], &scope{depth: s.level() + 1}))
			for i, v := range passed {
				if !v.from.IsValid() {
					passed[i].from = call.expr.Pos()
				}
			}
			out = union(out, r.at(passed, call.expr.(*ast.CallExpr).Lparen))
		}
		if r.escapes[p.of] {
			out = union(out, unknown)
		}
		return limited(out)
	})
}

// callers returns the calls of a function, of the variable that holds it, or of
// the methods of interfaces that it can be.
func (r *reader) callers(of types.Object) []site {
	found := r.calls[of]
	fn, is := of.(*types.Func)
	if !is || fn.Signature().Recv() == nil {
		return found
	}
	receiver := fn.Signature().Recv().Type()
	for _, call := range r.methods[fn.Name()] {
		called := call.unit.info.Uses[CalleeName(call.expr.(*ast.CallExpr).Fun)].(*types.Func)
		iface, is := called.Signature().Recv().Type().Underlying().(*types.Interface)
		if is && (types.Implements(receiver, iface) || types.Implements(types.NewPointer(receiver), iface)) {
			found = append(slices.Clip(found), call)
		}
	}
	return found
}

func isNumber(t types.Type) bool {
	basic, is := t.Underlying().(*types.Basic)
	return is && basic.Info()&types.IsNumeric != 0
}

// isBuffer reports whether a type collects text: strings.Builder, bytes.Buffer.
func isBuffer(t types.Type) bool {
	if t == nil {
		return false
	}
	if pointer, is := t.(*types.Pointer); is {
		t = pointer.Elem()
	}
	named, is := types.Unalias(t).(*types.Named)
	if !is || named.Obj().Pkg() == nil {
		return false
	}
	name := named.Obj().Pkg().Path() + "." + named.Obj().Name()
	return name == "strings.Builder" || name == "bytes.Buffer"
}

// bufferName reports whether the name of a type says the same, where the
// standard library is not here.
func bufferName(e ast.Expr) bool {
	if e == nil {
		return false
	}
	name := types.ExprString(e)
	return name == "strings.Builder" || name == "bytes.Buffer"
}
