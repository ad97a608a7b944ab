package gocode

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"

	"github.com/migracheck/migracheck/analyzer/queries"
)

// field returns the field of the variable that a statement sets. Where ways are
// not kept, fields that are set after a literal are not looked at.
func (f *flow) field(s *ast.AssignStmt) *ast.SelectorExpr {
	if f.reader == nil || f.ways == nil {
		return nil
	}
	for _, left := range s.Lhs {
		if selector, is := ast.Unparen(left).(*ast.SelectorExpr); is && f.is(selector.X) {
			return selector
		}
	}
	return nil
}

// fieldSet adds a field to the structs that the variable can be.
func (f *flow) fieldSet(field *ast.SelectorExpr, in state) state {
	added := clause{name: field.Sel.Name, text: boundEntry}
	var out []value
	for _, v := range in.values {
		switch {
		case v.made != nil && v.made.verb == structVerb:
			v.made = f.intern(nil, structVerb, append(v.made.without(added.name), added))
		case v.made == nil && v.text == "" && v.reason == "": // declared only
			v.made = f.intern(nil, structVerb, []clause{added})
			v.text, v.reason = hole, queries.Dynamic
		}
		out = union(out, []value{v})
	}
	return state{values: limited(out), dead: in.dead}
}

// mutated follows calls of methods that change the variable, of libraries whose
// methods do. Where ways are not kept, only what they return is followed.
func (f *flow) mutated(exprs []ast.Expr, in state) state {
	if f.reader == nil || f.ways == nil {
		return in
	}
	for _, e := range exprs {
		call, is := ast.Unparen(e).(*ast.CallExpr)
		if !is || !mutable(in.values) {
			continue
		}
		if place := slices.IndexFunc(call.Args, f.is); place >= 0 {
			in.values = f.handed(call, place, in.values)
			continue
		}
		if !f.is(chainRoot(call)) {
			continue
		}
		if after := f.eval(f.unit, call, f.scope.with(f.v, in.values)); mutable(after) {
			in.values = after
		}
	}
	return in
}

// handed follows a variable into a function of the module that it is an argument
// of, to where that ends.
func (f *flow) handed(call *ast.CallExpr, place int, values []value) []value {
	fn, is := f.unit.info.Uses[CalleeName(call.Fun)].(*types.Func)
	if !is || f.scope.level() >= maxDepth {
		return values
	}
	inside, own := f.bodies[fn.Origin()]
	if !own || inside.body == nil {
		return values
	}
	param := inside.param(place)
	if param == nil || f.params[param].variadic {
		return values
	}
	return f.guarded(handing{param, call}, call, queries.Dynamic, func() []value {
		inner := &flow{reader: f.reader, unit: inside.unit, v: param, scope: &scope{depth: f.scope.level() + 1}}
		end := inner.block(inside.body.List, state{values: f.reader.at(values, call.Lparen)})
		if !end.dead {
			inner.left = union(inner.left, end.values)
		}
		return limited(inner.left)
	})
}

// param returns a parameter of a function by its place, nil if it has no name.
func (f function) param(place int) *types.Var {
	at := 0
	for _, field := range f.kind.Params.List {
		for _, name := range field.Names {
			if at == place {
				v, _ := f.unit.info.Defs[name].(*types.Var)
				return v
			}
			at++
		}
		if len(field.Names) == 0 {
			at++
		}
	}
	return nil
}

// A handing is a variable that a call hands on, or a parameter and its use.
type handing struct {
	v  *types.Var
	at ast.Node
}

// inlines reports whether what a scope knows of a variable is what was passed
// for it as a parameter.
func (s *scope) inlines(obj types.Object) bool {
	for ; s != nil; s = s.outer {
		if _, is := s.vars[obj]; is {
			return s.inlined
		}
	}
	return false
}

// changed follows a parameter, of whose values at the beginning of its function
// those are given, to where it is used.
func (r *reader) changed(u *unit, v *types.Var, name *ast.Ident, s *scope, values []value) []value {
	body := u.body(v.Pos())
	if body == nil || !mutable(values) && !assigned(u, body, v) {
		return values
	}
	return r.guarded(handing{v, name}, name, queries.Dynamic, func() []value {
		f := &flow{reader: r, unit: u, v: v, use: name.Pos(), scope: r.enclosed(s)}
		f.block(body.List, state{values: values})
		return limited(f.at)
	})
}

// chainRoot returns what the first of a chain of methods is called on.
func chainRoot(call *ast.CallExpr) ast.Expr {
	var e ast.Expr = call
	for {
		call, is := ast.Unparen(e).(*ast.CallExpr)
		if !is {
			return e
		}
		selector, is := ast.Unparen(call.Fun).(*ast.SelectorExpr)
		if !is {
			return e
		}
		e = selector.X
	}
}

// mutable reports whether all values are of libraries whose methods change them.
func mutable(values []value) bool {
	for _, v := range values {
		if v.made == nil || v.made.library == nil || !v.made.library.mutable {
			return false
		}
	}
	return len(values) > 0
}

// copied returns the COPY of tables and columns, each with its way.
func (r *reader) copied(u *unit, call *ast.CallExpr, table, columns ast.Expr) []value {
	var out []value
	for _, t := range r.named(u, table) {
		for _, c := range r.named(u, columns) {
			v := unknownValue(call.Pos(), call.End(), queries.Dynamic)
			if t.names != nil {
				names := c.names
				if names == nil {
					names = []string{hole}
				}
				v = copyFrom(call, t.names, names)
			}
			v.trace = t.trace.and(c.trace)
			out = union(out, []value{v})
		}
	}
	return limited(out)
}

// A nameList is a list of names with its way; names is nil if they are not known.
type nameList struct {
	names []string
	trace *trace
}

// named returns the lists that an expression can be.
func (r *reader) named(u *unit, e ast.Expr) []nameList {
	if call, is := ast.Unparen(e).(*ast.CallExpr); is && len(call.Args) == 1 && u.info.Types[call.Fun].IsType() {
		return r.named(u, call.Args[0])
	}
	var out []nameList
	for _, v := range r.eval(u, e, nil) {
		list := nameList{trace: v.trace}
		if v.made != nil && v.made.verb == listVerb {
			list.names = append([]string{}, v.made.all(itemPart)...)
		}
		out = append(out, list)
	}
	return out
}

// joinGrown joins the elements of the lists that an expression can be, nil
// unless they are known. Where ways are not kept, a list that grows is a part
// that is not known.
func (r *reader) joinGrown(u *unit, call *ast.CallExpr, s *scope) []value {
	if r.ways == nil {
		return nil
	}
	lists := r.eval(u, call.Args[0], s)
	if !slices.ContainsFunc(lists, func(v value) bool { return v.made != nil && v.made.verb == listVerb }) {
		return nil
	}
	var out []value
	for _, separator := range r.eval(u, call.Args[1], s) {
		for _, list := range lists {
			v := value{pos: call.Pos(), end: call.End(), trace: list.trace.and(separator.trace)}
			switch {
			case list.made == nil && list.text == "" && list.reason == "": // declared only
			case list.made == nil || list.made.verb != listVerb:
				v.text, v.reason = hole, list.reason
			default:
				v.text = strings.Join(list.made.all(itemPart), separator.text)
				if strings.ContainsAny(v.text, hole+number) {
					v.reason = queries.Dynamic
				}
			}
			out = union(out, []value{v})
		}
	}
	return limited(out)
}
