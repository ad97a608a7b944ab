package gocode

import (
	"go/ast"
	"go/types"
	"strings"
)

// A model is a struct that a library stores in a table.
type model struct {
	// table is quoted; a hole, or a part of it one, if it is not known.
	table, alias string
	// selects is the table or view that is read instead, "" if it is the same.
	selects string
	columns []column
	// relations are the fields that are rows of other tables, by their names.
	relations map[string]relation
}

// A column is a field of a model.
type column struct {
	name, field string
	primary     bool
	// created and updated say whether an INSERT and an UPDATE have it, read
	// whether a SELECT does.
	created, updated, read bool
	// given is set where the database gives a value unless the program does.
	given bool
	// stamped is set for the time of the last change, which is always written,
	// and born for that of creation.
	stamped, born bool
	softDelete    bool
	kind          kind
	// settled is set where a tag says who gives the value.
	settled bool
	// depth is how many structs the field is embedded in.
	depth int
}

// A relation is a field that is rows of another table.
type relation struct {
	of types.Type
	// through is the table between the two, "" if there is none.
	through string
}

// modelType returns the struct that is behind pointers and lists, nil if none
// is.
func modelType(t types.Type) types.Type {
	for range maxDepth {
		if t == nil {
			return nil
		}
		switch of := t.Underlying().(type) {
		case *types.Pointer:
			t = of.Elem()
		case *types.Slice:
			t = of.Elem()
		case *types.Array:
			t = of.Elem()
		case *types.Struct:
			return types.Unalias(t)
		default:
			return nil
		}
	}
	return nil
}

// modelOf returns the struct that an argument is a model of, nil if it is not
// known which.
func (c *step) modelOf(e ast.Expr) types.Type {
	t := modelType(c.unit.info.Types[e].Type)
	if t != nil {
		return t
	}
	if call, is := ast.Unparen(e).(*ast.CallExpr); is && len(call.Args) == 1 { // new(T), (*T)(nil)
		if inner := modelType(c.unit.info.Types[call.Args[0]].Type); inner != nil && c.unit.info.Types[call.Args[0]].IsType() {
			return inner
		}
	}
	return nil
}

// isSlice reports whether a type is a list, or points to one.
func isSlice(t types.Type) bool {
	for {
		pointer, is := t.Underlying().(*types.Pointer)
		if !is {
			break
		}
		t = pointer.Elem()
	}
	switch t.Underlying().(type) {
	case *types.Slice, *types.Array:
		return true
	}
	return false
}

// nameOfType returns the name of a type, "" if it has none.
func nameOfType(t types.Type) string {
	if named, is := types.Unalias(t).(*types.Named); is {
		return named.Obj().Name()
	}
	return ""
}

// isType reports whether a type is that of a package.
func isType(t types.Type, path, name string) bool {
	if pointer, is := t.(*types.Pointer); is {
		t = pointer.Elem()
	}
	named, is := types.Unalias(t).(*types.Named)
	return is && named.Obj().Name() == name && named.Obj().Pkg() != nil && unversioned(named.Obj().Pkg().Path()) == path
}

// methodText returns the only text that a method without parameters of a type
// returns, and whether there is such a method.
func (r *reader) methodText(t types.Type, name string) (string, bool) {
	obj, _, _ := types.LookupFieldOrMethod(t, true, nil, name)
	fn, is := obj.(*types.Func)
	if !is || fn.Signature().Results().Len() != 1 || !isString(fn.Signature().Results().At(0).Type()) {
		return "", false
	}
	f, own := r.bodies[fn.Origin()]
	if !own || f.body == nil {
		return hole, true
	}
	call := &ast.CallExpr{Fun: f.decl.Name, Lparen: f.decl.Name.End(), Rparen: f.decl.Name.End()}
	values := r.returned(f.unit, fn.Origin(), f, call, 0, nil)
	if len(values) != 1 {
		return hole, true
	}
	return values[0].text, true
}

// quoteName quotes a name, and each part of one with dots; what is not known
// stays as it is.
func quoteName(name string) string {
	parts := strings.Split(name, ".")
	for i, part := range parts {
		if part != hole && part != "*" && !strings.Contains(part, hole) {
			parts[i] = `"` + strings.ReplaceAll(part, `"`, `""`) + `"`
		}
	}
	return strings.Join(parts, ".")
}

// find returns the column of a name, or of the field of that name.
func (m *model) find(name string) (column, bool) {
	for _, c := range m.columns {
		if c.name == name {
			return c, true
		}
	}
	for _, c := range m.columns {
		if c.field == name {
			return c, true
		}
	}
	return column{}, false
}
