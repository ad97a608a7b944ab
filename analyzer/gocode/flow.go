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

// A flow follows one local variable through the statements of a function, up to
// where it is used.
type flow struct {
	*reader
	unit  *unit
	v     *types.Var
	use   token.Pos
	scope *scope
	// at are the values at the use, once it is reached.
	at      []value
	reached bool
	// left are the values at the returns of a function that is followed to its
	// end.
	left []value
}

// A state holds what the variable can be at a place; a dead one is never
// reached.
type state struct {
	values []value
	dead   bool
}

// local returns the values that a variable of a function has at a place.
func (r *reader) local(u *unit, v *types.Var, name *ast.Ident, s *scope) []value {
	var in []value
	p, isParam := r.params[v]
	body := u.body(v.Pos())
	if isParam && (body == nil || !assigned(u, body, v)) {
		values := r.parameter(v, p, name, s)
		if r.ways != nil {
			return r.changed(u, v, name, s, values)
		}
		return values
	}
	if body == nil {
		return []value{unknownValue(name.Pos(), name.End(), queries.Dynamic)}
	}
	type key struct {
		v   *types.Var
		use token.Pos
	}
	return r.guarded(key{v, name.Pos()}, name, queries.Dynamic, func() []value {
		if isParam {
			in = r.parameter(v, p, name, s)
		}
		f := &flow{reader: r, unit: u, v: v, use: name.Pos(), scope: r.enclosed(s)}
		f.block(body.List, state{values: in})
		if f.changedLater(body) {
			f.at = union(f.at, []value{unknownValue(name.Pos(), name.End(), queries.Changed)})
		}
		return limited(f.at)
	})
}

// body returns the body of the outermost function around a place.
func (u *unit) body(pos token.Pos) *ast.BlockStmt {
	decl, file := u.enclosing(pos)
	if decl != nil {
		return decl.Body
	}
	var body *ast.BlockStmt
	if file != nil {
		ast.Inspect(file, func(n ast.Node) bool {
			if lit, is := n.(*ast.FuncLit); is && body == nil && contains(lit, pos) {
				body = lit.Body
			}
			return body == nil
		})
	}
	return body
}

func contains(n ast.Node, pos token.Pos) bool { return n.Pos() <= pos && pos < n.End() }

// is reports whether an expression is the variable.
func (f *flow) is(e ast.Expr) bool {
	name, is := ast.Unparen(e).(*ast.Ident)
	return is && (f.unit.info.Uses[name] == f.v || f.unit.info.Defs[name] == f.v)
}

// assigned reports whether statements set a variable, or let others do so.
func assigned(u *unit, n ast.Node, v *types.Var) bool {
	f := &flow{unit: u, v: v}
	found := false
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for _, left := range n.Lhs {
				index, is := ast.Unparen(left).(*ast.IndexExpr)
				found = found || f.is(left) || is && f.is(index.X)
			}
		case *ast.ValueSpec:
			for _, name := range n.Names {
				found = found || f.is(name)
			}
		case *ast.RangeStmt:
			found = found || n.Key != nil && f.is(n.Key) || n.Value != nil && f.is(n.Value)
		case *ast.UnaryExpr:
			found = found || n.Op == token.AND && f.is(n.X)
		case *ast.CallExpr:
			selector, is := n.Fun.(*ast.SelectorExpr)
			found = found || is && f.is(selector.X) && strings.HasPrefix(selector.Sel.Name, "Write")
		}
		return !found
	})
	return found
}

// changedLater reports whether the use is in a function literal that captures
// the variable, and statements after the literal set it: they may run first.
func (f *flow) changedLater(body *ast.BlockStmt) bool {
	var around *ast.FuncLit
	ast.Inspect(body, func(n ast.Node) bool {
		lit, is := n.(*ast.FuncLit)
		if is && around == nil && contains(lit, f.use) && !contains(lit, f.v.Pos()) {
			around = lit
		}
		return around == nil
	})
	later := false
	if around != nil {
		ast.Inspect(body, func(n ast.Node) bool {
			if s, is := n.(*ast.AssignStmt); is && s.Pos() > around.End() && assigned(f.unit, s, f.v) {
				later = true
			}
			return !later
		})
	}
	return later
}

// block follows statements, up to the use.
func (f *flow) block(list []ast.Stmt, in state) state {
	for _, s := range list {
		in = f.stmt(s, in)
		if f.reached {
			return in
		}
	}
	return in
}

// stmt follows a statement.
func (f *flow) stmt(s ast.Stmt, in state) state {
	switch s := s.(type) {
	case nil:
		return in
	case *ast.BlockStmt:
		return f.block(s.List, in)
	case *ast.LabeledStmt:
		return f.stmt(s.Stmt, in)
	case *ast.IfStmt:
		in = f.simple(s.Cond, f.stmt(s.Init, in))
		if f.reached {
			return in
		}
		then := f.stmt(s.Body, in)
		if f.reached {
			return then
		}
		return merge(then, f.stmt(s.Else, in))
	case *ast.ForStmt:
		in = f.stmt(s.Init, in)
		if s.Cond != nil {
			in = f.simple(s.Cond, in)
		}
		body := s.Body.List
		if s.Post != nil {
			body = append(body[:len(body):len(body)], s.Post)
		}
		return f.loop(body, in)
	case *ast.RangeStmt:
		return f.ranged(s, in)
	case *ast.SwitchStmt:
		in = f.stmt(s.Init, in)
		if s.Tag != nil {
			in = f.simple(s.Tag, in)
		}
		return f.clauses(s.Body, in)
	case *ast.TypeSwitchStmt:
		return f.clauses(s.Body, f.stmt(s.Assign, f.stmt(s.Init, in)))
	case *ast.SelectStmt:
		return f.clauses(s.Body, in)
	case *ast.ReturnStmt:
		in = f.simple(s, in)
		if !f.use.IsValid() {
			f.left = union(f.left, in.values)
		}
		in.dead = true
		return in
	}
	return f.simple(s, in)
}

// merge joins two paths.
func merge(a, b state) state {
	switch {
	case a.dead:
		return b
	case b.dead:
		return a
	}
	return state{values: limited(union(a.values, b.values))}
}

// clauses follows the cases of a switch or select; without a default, none may
// be taken.
func (f *flow) clauses(body *ast.BlockStmt, in state) state {
	out := state{dead: true}
	all := false
	for _, clause := range body.List {
		var after state
		switch clause := clause.(type) {
		case *ast.CaseClause:
			all = all || clause.List == nil
			before := in
			for _, e := range clause.List {
				before = f.simple(e, before)
			}
			if f.reached {
				return in
			}
			after = f.block(clause.Body, before)
		case *ast.CommClause:
			all = true // it waits until one is taken
			before := f.stmt(clause.Comm, in)
			if f.reached {
				return in
			}
			after = f.block(clause.Body, before)
		}
		if f.reached {
			return after
		}
		out = merge(out, after)
	}
	if !all {
		out = merge(out, in)
	}
	return out
}

// loop follows the body of a loop. What each turn appends has an end that is
// not known.
func (f *flow) loop(body []ast.Stmt, in state) state {
	block := &ast.BlockStmt{List: body}
	if len(body) > 0 {
		block.Lbrace, block.Rbrace = body[0].Pos(), body[len(body)-1].End()
	}
	if len(body) == 0 || !assigned(f.unit, block, f.v) {
		out := f.block(body, in)
		if f.reached {
			return out
		}
		return in
	}
	turn := &flow{reader: f.reader, unit: f.unit, v: f.v, scope: f.scope}
	once := turn.block(body, in)
	var grown, entry []value
	for _, v := range once.values {
		for _, before := range in.values {
			if len(v.text) > len(before.text) && strings.HasPrefix(v.text, before.text) {
				v.text += hole
				if v.reason == "" {
					v.reason = queries.Dynamic
				}
				break
			}
		}
		grown = union(grown, []value{v})
	}
	entry = limited(union(in.values, grown))
	if out := f.block(body, state{values: entry}); f.reached {
		return out
	}
	for _, v := range in.values {
		appended := false
		for _, w := range grown {
			appended = appended || len(w.text) > len(v.text) && strings.HasPrefix(w.text, v.text)
		}
		if !appended {
			grown = union(grown, []value{v})
		}
	}
	return state{values: limited(grown)}
}

// ranged follows a loop over a list, whose elements the variable may be.
func (f *flow) ranged(s *ast.RangeStmt, in state) state {
	in = f.simple(s.X, in)
	if f.reached {
		return in
	}
	element := in
	switch {
	case s.Value != nil && f.is(s.Value):
		element = state{values: []value{unknownValue(s.X.Pos(), s.X.End(), queries.Element)}}
		if elements := f.elements(f.unit, s.X, nil); elements != nil {
			element.values = f.reader.at(f.evalAll(elements, f.scope), s.Value.Pos())
		}
	case s.Key != nil && f.is(s.Key):
		element = state{values: []value{unknownValue(s.X.Pos(), s.X.End(), queries.Element)}}
	}
	return f.loop(s.Body.List, element)
}

// simple follows a statement or expression without statements of its own.
func (f *flow) simple(n ast.Node, in state) state {
	if f.use.IsValid() && contains(n, f.use) {
		f.inside(n, in)
		return in
	}
	switch s := n.(type) {
	case *ast.AssignStmt:
		in = f.effects(n, in)
		if !slices.ContainsFunc(s.Lhs, f.is) {
			in = f.mutated(s.Rhs, in)
		}
		return f.assign(s, in)
	case *ast.DeclStmt:
		return f.declare(s, f.effects(n, in))
	case *ast.ExprStmt:
		in = f.mutated([]ast.Expr{s.X}, f.effects(n, in))
		if call, is := s.X.(*ast.CallExpr); is && ends(call) {
			in.dead = true
		}
		return in
	}
	return f.effects(n, in)
}

// ends reports whether a call never returns.
func ends(call *ast.CallExpr) bool {
	name := types.ExprString(call.Fun)
	return name == "panic" || name == "os.Exit" || strings.HasPrefix(name, "log.Fatal") || strings.HasPrefix(name, "log.Panic")
}

// inside reaches the use: at once, or within a function literal.
func (f *flow) inside(n ast.Node, in state) {
	var lit *ast.FuncLit
	ast.Inspect(n, func(n ast.Node) bool {
		if inner, is := n.(*ast.FuncLit); is && lit == nil && contains(inner.Body, f.use) {
			lit = inner
		}
		return lit == nil
	})
	if lit != nil {
		f.block(lit.Body.List, state{values: in.values})
	}
	if !f.reached {
		f.reached, f.at = true, in.values
	}
}

// assign follows an assignment.
func (f *flow) assign(s *ast.AssignStmt, in state) state {
	if left, right := f.element(s); left != nil {
		return f.passing(f.indexed(left, right, in), left.Pos())
	}
	if field := f.field(s); field != nil {
		return f.passing(f.fieldSet(field, in), field.Pos())
	}
	for i, left := range s.Lhs {
		if f.is(left) {
			return f.passing(f.assignedTo(s, i, in), left.Pos())
		}
	}
	return in
}

// passing adds a place that all values of a state have passed.
func (f *flow) passing(in state, place token.Pos) state {
	in.values = f.reader.at(in.values, place)
	return in
}

// assignedTo follows an assignment to the variable, the one at a place.
func (f *flow) assignedTo(s *ast.AssignStmt, i int, in state) state {
	scope := f.scope
	if len(in.values) > 0 {
		scope = scope.with(f.v, in.values)
	}
	switch {
	case s.Tok == token.ADD_ASSIGN && len(in.values) > 0:
		return state{values: product(in.values, f.eval(f.unit, s.Rhs[0], scope)), dead: in.dead}
	case s.Tok != token.ASSIGN && s.Tok != token.DEFINE:
		return state{values: []value{unknownValue(s.Pos(), s.End(), queries.Dynamic)}, dead: in.dead}
	case len(s.Lhs) == len(s.Rhs):
		return state{values: f.eval(f.unit, s.Rhs[i], scope), dead: in.dead}
	}
	if call, is := ast.Unparen(s.Rhs[0]).(*ast.CallExpr); is {
		return state{values: f.call(f.unit, call, i, scope), dead: in.dead}
	}
	if index, is := ast.Unparen(s.Rhs[0]).(*ast.IndexExpr); is && i == 0 {
		return state{values: f.eval(f.unit, index, scope), dead: in.dead}
	}
	return state{values: []value{unknownValue(s.Pos(), s.End(), queries.Dynamic)}, dead: in.dead}
}

// declare follows a declaration.
func (f *flow) declare(s *ast.DeclStmt, in state) state {
	decl, is := s.Decl.(*ast.GenDecl)
	if !is {
		return in
	}
	for _, spec := range decl.Specs {
		spec, is := spec.(*ast.ValueSpec)
		if !is {
			continue
		}
		for i, name := range spec.Names {
			switch {
			case !f.is(name):
			case len(spec.Values) == 0:
				return f.passing(state{values: []value{{pos: name.Pos(), end: name.End()}}, dead: in.dead}, name.Pos())
			case len(spec.Values) == len(spec.Names):
				return f.passing(state{values: f.eval(f.unit, spec.Values[i], f.scope), dead: in.dead}, name.Pos())
			default:
				if call, is := spec.Values[0].(*ast.CallExpr); is {
					return f.passing(state{values: f.call(f.unit, call, i, f.scope), dead: in.dead}, name.Pos())
				}
			}
		}
	}
	return in
}

// effects follows what the calls of a statement do to the variable: writing to
// it, if it collects text, or anything at all, through its address.
func (f *flow) effects(n ast.Node, in state) state {
	if n == nil {
		return in
	}
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			if assigned(f.unit, n.Body, f.v) {
				in.values = union(in.values, []value{unknownValue(n.Pos(), n.Body.Lbrace, queries.Changed)})
			}
			return false
		case *ast.CallExpr:
			return f.effect(n, &in)
		case *ast.UnaryExpr:
			if n.Op == token.AND && f.is(n.X) {
				in.values = []value{unknownValue(n.Pos(), n.End(), queries.Changed)}
			}
		}
		return true
	})
	return in
}

// effect follows one call, and reports whether to look into its arguments.
func (f *flow) effect(call *ast.CallExpr, in *state) bool {
	add := func(values []value) {
		if len(in.values) > 0 {
			in.values = f.reader.at(product(in.values, values), call.Lparen)
		}
	}
	unknown := []value{unknownValue(call.Pos(), call.End(), queries.Dynamic)}
	selector, is := call.Fun.(*ast.SelectorExpr)
	if !is {
		return true
	}
	if f.is(selector.X) {
		switch name := selector.Sel.Name; {
		case name == "WriteString" && len(call.Args) == 1, name == "Write" && len(call.Args) == 1:
			add(f.eval(f.unit, call.Args[0], f.scope))
		case (name == "WriteByte" || name == "WriteRune") && len(call.Args) == 1:
			v := f.unit.info.Types[call.Args[0]].Value
			if v == nil {
				add(unknown)
				break
			}
			code, _ := constant.Int64Val(constant.ToInt(v))
			add([]value{{text: clean(string(rune(code))), pos: call.Pos(), end: call.End()}})
		case name == "Reset":
			in.values = f.reader.at([]value{{pos: call.Pos(), end: call.End()}}, call.Lparen)
		case name == "String" || name == "Len" || name == "Grow" || name == "Cap":
		case isBuffer(f.v.Type()):
			add(unknown)
		}
		return false
	}
	if len(call.Args) == 0 || !f.pointed(call.Args[0]) {
		return true
	}
	switch name := types.ExprString(call.Fun); {
	case name == "fmt.Fprintf" && len(call.Args) > 1:
		add(f.printed(f.unit, true, call, call.Args[1:], f.scope))
	case name == "fmt.Fprint" && len(call.Args) > 1:
		add(f.printed(f.unit, false, call, call.Args[1:], f.scope))
	case name == "io.WriteString" && len(call.Args) == 2:
		add(f.eval(f.unit, call.Args[1], f.scope))
	default:
		return true
	}
	return false
}

// pointed reports whether an argument is the variable's address, or the
// variable if that is a pointer.
func (f *flow) pointed(arg ast.Expr) bool {
	if unary, is := ast.Unparen(arg).(*ast.UnaryExpr); is && unary.Op == token.AND {
		return f.is(unary.X)
	}
	return f.is(arg)
}
