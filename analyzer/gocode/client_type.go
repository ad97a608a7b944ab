package gocode

import (
	"go/ast"
	"go/token"
	"go/types"
	"reflect"
	"slices"
	"strings"
	"unicode"

	"github.com/migracheck/migracheck/analyzer/queries"
)

// readType is what queries.Value says of a type that a column is read into.
// Methods that may read it hide what underlies.
func readType(t types.Type) string {
	return plainType(t, "Scan", "Decode", "Unmarshal", "Set", "Assign", "Index")
}

// sentType is the same of a parameter.
func sentType(t types.Type) string {
	return plainType(t, "Value", "Encode", "Marshal", "String", "Int64Value", "TextValue", "Error", "Get")
}

func plainType(t types.Type, methods ...string) string {
	if t == nil {
		return ""
	}
	named, isNamed := types.Unalias(t).(*types.Named)
	if isNamed && named.Obj().Pkg() != nil {
		if named.Obj().Pkg().Path()+"."+named.Obj().Name() == "time.Time" {
			return "time.Time"
		}
		set := types.NewMethodSet(types.NewPointer(named))
		for method := range set.Methods() {
			name := method.Obj().Name()
			if slices.ContainsFunc(methods, func(prefix string) bool { return strings.HasPrefix(name, prefix) || strings.HasSuffix(name, "Value") }) {
				return ""
			}
		}
	}
	switch of := t.Underlying().(type) {
	case *types.Basic:
		if of.Info()&(types.IsBoolean|types.IsInteger|types.IsFloat|types.IsString) != 0 && of.Kind() != types.Uintptr {
			return types.Default(of).(*types.Basic).Name()
		}
	case *types.Slice:
		if basic, is := of.Elem().(*types.Basic); is && basic.Kind() == types.Byte {
			return "[]byte"
		}
	}
	return ""
}

// target is the value that an argument of Scan points to.
func target(u *unit, arg ast.Expr) queries.Value {
	if and, is := ast.Unparen(arg).(*ast.UnaryExpr); is && and.Op == token.AND {
		return queries.Value{Type: readType(typeOf(u, and.X))}
	}
	if t := typeOf(u, arg); t != nil {
		if pointer, is := t.Underlying().(*types.Pointer); is {
			if _, named := types.Unalias(t).(*types.Named); !named {
				return queries.Value{Type: readType(pointer.Elem())}
			}
		}
	}
	return queries.Value{}
}

// typeOf returns the type of an expression, nil where it is not known.
func typeOf(u *unit, e ast.Expr) types.Type {
	t := u.info.Types[e].Type
	if name, is := ast.Unparen(e).(*ast.Ident); is && t == nil && u.info.Uses[name] != nil {
		t = u.info.Uses[name].Type()
	}
	if t == types.Typ[types.Invalid] {
		return nil
	}
	return t
}

// A naming is how a library finds the column of a field.
type naming struct {
	tag string
	// name is that of a field without a tag, loosely where it says so.
	name  func(field string) string
	loose bool
	// nested: the fields of a struct are columns "outer.inner" as well.
	nested bool
}

var namings = map[queries.Library]naming{
	queries.PGX:   {tag: "db", name: func(field string) string { return field }, loose: true},
	queries.SQLX:  {tag: "db", name: strings.ToLower, nested: true},
	queries.Scany: {tag: "db", name: snake, nested: true},
	queries.BunDB: {tag: "bun", name: underscore},
	queries.GoPG:  {tag: "pg", name: underscore},
}

// snake is scany's: a word begins at an upper-case letter after a lower-case
// one, or before one.
func snake(field string) string {
	var out strings.Builder
	runes := []rune(field)
	for i, c := range runes {
		begins := i > 0 && unicode.IsUpper(c) && (!unicode.IsUpper(runes[i-1]) || i+1 < len(runes) && unicode.IsLower(runes[i+1]))
		if begins && runes[i-1] != '_' {
			out.WriteByte('_')
		}
		out.WriteRune(unicode.ToLower(c))
	}
	return out.String()
}

// fields are those of a struct that columns are read into, in order of name;
// known is false where they cannot be told.
func fields(t types.Type, n naming) (all []queries.Value, known bool) {
	s, is := t.Underlying().(*types.Struct)
	if !is {
		return nil, false
	}
	known = collectFields(s, n, "", &all, 0)
	slices.SortFunc(all, func(a, b queries.Value) int { return strings.Compare(a.Name, b.Name) })
	return slices.Compact(all), known && len(all) > 0
}

func collectFields(s *types.Struct, n naming, prefix string, all *[]queries.Value, depth int) bool {
	if depth > 4 {
		return n.nested // types that hold themselves
	}
	for i := range s.NumFields() {
		f := s.Field(i)
		tag, tagged := reflect.StructTag(s.Tag(i)).Lookup(n.tag)
		tag, _, _ = strings.Cut(tag, ",")
		of := f.Type()
		if pointer, is := of.(*types.Pointer); is && n.nested {
			of = pointer.Elem()
		}
		inner, isStruct := of.Underlying().(*types.Struct)
		switch {
		case tag == "-" || strings.Contains(tag, ":") && n.tag != "db":
			continue
		case f.Embedded() && isStruct && (tag == "" || n.tag == "db" && !n.nested):
			if !collectFields(inner, n, prefix, all, depth+1) {
				return false
			}
			continue
		case !f.Exported():
			continue
		case isStruct && tag == "" && tagged && !n.nested:
			return false
		}
		v := queries.Value{Name: tag, Type: readType(f.Type())}
		if tag == "" && (!tagged || n.tag != "db" || n.nested) {
			v.Name, v.Loose = n.name(f.Name()), n.loose
		}
		v.Name = prefix + v.Name
		*all = append(*all, v)
		if n.nested && isStruct && !scans(f.Type()) && !collectFields(inner, n, v.Name+".", all, depth+1) {
			return false
		}
	}
	return true
}

// scans reports whether a type reads a column by itself.
func scans(t types.Type) bool {
	if pointer, is := t.(*types.Pointer); is {
		t = pointer.Elem()
	}
	if readType(t) == "time.Time" {
		return true
	}
	return types.NewMethodSet(types.NewPointer(t)).Lookup(nil, "Scan") != nil
}

// positions are the fields of a struct that pgx reads by position.
func positions(t types.Type) (all []queries.Value, known bool) {
	s, is := t.Underlying().(*types.Struct)
	if !is {
		return nil, false
	}
	for i := range s.NumFields() {
		f := s.Field(i)
		switch {
		case f.Embedded() && isStructType(f.Type()):
			inner, known := positions(f.Type())
			if !known {
				return nil, false
			}
			all = append(all, inner...)
		case f.Exported() && reflect.StructTag(s.Tag(i)).Get("db") != "-":
			all = append(all, queries.Value{Type: readType(f.Type())})
		}
	}
	return all, true
}

func isStructType(t types.Type) bool {
	_, is := t.Underlying().(*types.Struct)
	return is
}
