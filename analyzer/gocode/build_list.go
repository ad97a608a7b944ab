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

// What an entry of a map is set to, besides SQL.
const (
	boundEntry = "?"
	nilEntry   = "NULL"
	manyEntry  = "(?)" // a list, each element of which is bound
)

// composite returns what a literal of a list or map holds, nil for others.
func (r *reader) composite(u *unit, e *ast.CompositeLit, s *scope) []value {
	return r.split(s, func(s *scope) []value { return r.holding(u, e, s) })
}

// holding is composite with what is chosen for its elements.
func (r *reader) holding(u *unit, e *ast.CompositeLit, s *scope) []value {
	l, verb := r.kind(u, e, e.Type)
	switch {
	case verb == "":
		return nil
	case verb == mapVerb || l != nil && slices.Contains(strings.Fields(l.maps), verb):
		return []value{r.build(e, l, verb, r.entries(u, e, s)...)}
	case verb == structVerb:
		return []value{r.build(e, nil, verb, r.fields(u, e)...)}
	}
	c := &step{reader: r, unit: u, call: &ast.CallExpr{Fun: e, Args: e.Elts}, scope: s, library: l}
	var out []value
	for _, items := range clauses(itemPart, c.list(0, c.texts)) {
		out = append(out, r.build(e, l, verb, items...))
	}
	return out
}

// kind returns what an expression of a type is made as: a library's condition,
// a list, map or struct. The type may be known only as it is written.
func (r *reader) kind(u *unit, e, written ast.Expr) (*library, string) {
	t := u.info.Types[e].Type
	if t == nil || t == types.Typ[types.Invalid] {
		return r.writtenKind(u, written)
	}
	if named, is := types.Unalias(t).(*types.Named); is && named.Obj().Pkg() != nil {
		if l := r.libraryOf(named.Obj().Pkg().Path()); l != nil {
			if slices.Contains(strings.Fields(l.lists+" "+l.maps), named.Obj().Name()) {
				return l, named.Obj().Name()
			}
		}
	}
	if pointer, is := t.Underlying().(*types.Pointer); is {
		t = pointer.Elem()
	}
	switch t.Underlying().(type) {
	case *types.Slice, *types.Array:
		return nil, listVerb
	case *types.Map:
		return nil, mapVerb
	case *types.Struct:
		return nil, structVerb
	}
	return nil, ""
}

// writtenKind is kind where types are missing.
func (r *reader) writtenKind(u *unit, written ast.Expr) (*library, string) {
	switch t := written.(type) {
	case *ast.ArrayType:
		return nil, listVerb
	case *ast.MapType:
		return nil, mapVerb
	case *ast.SelectorExpr:
		if l := r.qualifies(u, t.X); l != nil && slices.Contains(strings.Fields(l.lists+" "+l.maps), t.Sel.Name) {
			return l, t.Sel.Name
		}
	}
	return nil, ""
}

// entries returns the entries of a literal of a map, in order of their keys.
func (r *reader) entries(u *unit, e *ast.CompositeLit, s *scope) []clause {
	var out []clause
	for _, elt := range e.Elts {
		pair, is := elt.(*ast.KeyValueExpr)
		if !is {
			continue
		}
		out = append(out, clause{name: r.name(u, pair.Key, s), text: r.entry(u, pair.Value, s)})
	}
	slices.SortStableFunc(out, func(a, b clause) int { return strings.Compare(a.name, b.name) })
	return out
}

// fields returns the fields that a literal of a struct sets, by their names.
func (r *reader) fields(u *unit, e *ast.CompositeLit) []clause {
	var out []clause
	for _, elt := range e.Elts {
		pair, is := elt.(*ast.KeyValueExpr)
		if !is {
			return []clause{{name: hole, text: hole}}
		}
		text := hole // it may be zero
		v := u.info.Types[pair.Value].Value
		switch {
		case v != nil && !zero(v):
			text = boundEntry
		case r.ways != nil && v != nil:
			continue
		case r.ways != nil:
			text = boundEntry // what may be written is
		}
		out = append(out, clause{name: types.ExprString(pair.Key), text: text})
	}
	return out
}

// zero reports whether a constant is the zero value.
func zero(v constant.Value) bool {
	switch v.Kind() {
	case constant.String:
		return constant.StringVal(v) == ""
	case constant.Bool:
		return !constant.BoolVal(v)
	case constant.Int, constant.Float, constant.Complex:
		return constant.Sign(v) == 0
	}
	return false
}

// entry returns what stands for the value of a map's entry, or of an argument
// that is bound unless it is SQL.
func (r *reader) entry(u *unit, e ast.Expr, s *scope) string {
	tv := u.info.Types[e]
	if tv.IsNil() || tv.Type == nil && types.ExprString(e) == "nil" {
		return nilEntry
	}
	if r.expressive(tv.Type) {
		var text string
		for i, v := range r.eval(u, e, s) {
			switch {
			case v.made != nil && v.made.verb == listVerb:
				return manyEntry
			case v.made == nil || v.made.library == nil:
				if hasMethod(tv.Type, "ToSql") {
					return hole
				}
				return boundEntry
			case i > 0:
				return hole
			}
			text = r.fragment(v)
		}
		return text
	}
	if tv.Type != nil && isList(tv.Type) {
		return manyEntry
	}
	return boundEntry
}

// expressive reports whether a value of a type may be SQL instead of what is
// bound.
func (r *reader) expressive(t types.Type) bool {
	if t == nil || t == types.Typ[types.Invalid] || types.IsInterface(t) {
		return true
	}
	if pointer, is := types.Unalias(t).(*types.Pointer); is {
		t = pointer.Elem()
	}
	if named, is := types.Unalias(t).(*types.Named); is && named.Obj().Pkg() != nil && r.libraryOf(named.Obj().Pkg().Path()) != nil {
		return true
	}
	return hasMethod(t, "ToSql") || isType(t, gormPath+"/clause", "Expr")
}

// isList reports whether values of a type are several for IN, and not one for
// the driver.
func isList(t types.Type) bool {
	if hasMethod(t, "Value") {
		return false
	}
	switch t := t.Underlying().(type) {
	case *types.Slice:
		return !isByte(t.Elem())
	case *types.Array:
		return true
	}
	return false
}

func isByte(t types.Type) bool {
	basic, is := t.Underlying().(*types.Basic)
	return is && basic.Kind() == types.Byte
}

// hasMethod reports whether a type has a method.
func hasMethod(t types.Type, name string) bool {
	if t == nil || t == types.Typ[types.Invalid] {
		return false
	}
	obj, _, _ := types.LookupFieldOrMethod(t, true, nil, name)
	_, is := obj.(*types.Func)
	return is
}

// builtin interprets append and make, nil for others.
func (r *reader) builtin(u *unit, call *ast.CallExpr, name string, s *scope) []value {
	switch {
	case name == "append" && len(call.Args) > 0:
		return r.split(s, func(s *scope) []value { return r.appended(u, call, s) })
	case name == "make" && len(call.Args) > 0:
		l, verb := r.kind(u, call, call.Args[0])
		if verb == "" {
			return nil
		}
		if verb != mapVerb && len(call.Args) > 1 && !isZero(u, call.Args[1]) {
			return []value{r.build(call, l, verb, clause{name: itemPart, text: hole})}
		}
		return []value{r.build(call, l, verb)}
	}
	return nil
}

func isZero(u *unit, e ast.Expr) bool {
	v := u.info.Types[e].Value
	return v != nil && v.Kind() == constant.Int && constant.Sign(v) == 0
}

// appended returns a list with elements added to its end.
func (r *reader) appended(u *unit, call *ast.CallExpr, s *scope) []value {
	c := &step{reader: r, unit: u, call: call, scope: s}
	options := clauses(itemPart, c.list(1, c.texts))
	var out []value
	for _, v := range r.eval(u, call.Args[0], s) {
		l, verb := r.kind(u, call, nil)
		before := []clause{{name: itemPart, text: hole}}
		switch {
		case v.made != nil:
			l, verb, before = v.made.library, v.made.verb, v.made.clauses
		case v.text == "" || u.info.Types[call.Args[0]].IsNil():
			before = nil // a variable that was declared only
		}
		if verb == "" {
			verb = listVerb
		}
		for _, o := range options {
			w := r.build(call, l, verb, slices.Concat(before, o)...)
			w.from, w.trace = v.from, v.trace
			out = union(out, []value{w})
		}
	}
	return limited(out)
}

// indexed follows an assignment to an element of the variable: an entry of a
// map; of a list, it is not known which.
func (f *flow) indexed(left *ast.IndexExpr, right ast.Expr, in state) state {
	values := f.split(f.scope, func(s *scope) []value { return f.entered(left, right, in, s) })
	return state{values: values, dead: in.dead}
}

// entered returns the values with an element set.
func (f *flow) entered(left *ast.IndexExpr, right ast.Expr, in state, s *scope) []value {
	var out []value
	for _, v := range in.values {
		if v.made == nil || v.made.verb == structVerb {
			out = union(out, []value{unknownValue(left.Pos(), left.End(), queries.Changed)})
			continue
		}
		added := clause{name: itemPart, text: hole}
		if v.made.verb == mapVerb || v.made.library != nil && slices.Contains(strings.Fields(v.made.library.maps), v.made.verb) {
			added = clause{name: f.name(f.unit, left.Index, s), text: hole}
			if right != nil {
				added.text = f.entry(f.unit, right, s)
			}
		}
		kept := slices.DeleteFunc(slices.Clone(v.made.clauses), func(c clause) bool { return c.name == added.name && c.name != itemPart })
		kept = append(kept, added)
		if added.name != itemPart {
			slices.SortStableFunc(kept, func(a, b clause) int { return strings.Compare(a.name, b.name) })
		}
		v.made = f.intern(v.made.library, v.made.verb, kept)
		out = union(out, []value{v})
	}
	return limited(out)
}

// element returns the assignment to an element of the variable that a statement
// is, if it is one.
func (f *flow) element(s *ast.AssignStmt) (left *ast.IndexExpr, right ast.Expr) {
	for i, l := range s.Lhs {
		index, is := ast.Unparen(l).(*ast.IndexExpr)
		if !is || !f.is(index.X) {
			continue
		}
		if len(s.Lhs) == len(s.Rhs) && s.Tok == token.ASSIGN {
			return index, s.Rhs[i]
		}
		return index, nil
	}
	return nil, nil
}

// buildable reports whether a parameter can be what a library makes, or a list
// or map for it.
func (r *reader) buildable(t types.Type) bool {
	if pointer, is := t.Underlying().(*types.Pointer); is {
		t = pointer.Elem()
	}
	switch t.Underlying().(type) {
	case *types.Slice, *types.Map:
		return true
	}
	return r.expressive(t)
}
