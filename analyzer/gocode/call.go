package gocode

import (
	"go/ast"
	"go/constant"
	"go/types"
	"path"
	"slices"
	"strings"

	"github.com/migracheck/migracheck/analyzer/queries"
)

// call returns the texts that a call returns as one of its results.
func (r *reader) call(u *unit, call *ast.CallExpr, result int, s *scope) []value {
	unknown := func(reason queries.Reason) []value { return []value{unknownValue(call.Pos(), call.End(), reason)} }
	if tv, is := u.info.Types[call.Fun]; is && tv.IsType() && len(call.Args) == 1 {
		return r.eval(u, call.Args[0], s) // a conversion
	}
	name := CalleeName(call.Fun)
	if name == nil {
		return unknown(queries.Dynamic)
	}
	if values := r.built(u, call, name, s); values != nil {
		return values
	}
	fn, isFunc := u.info.Uses[name].(*types.Func)
	pkg := r.packageOf(u, call.Fun, fn)
	switch {
	case pkg == "" && isFunc:
	case name.Name == "String" && len(call.Args) == 0:
		if selector, is := call.Fun.(*ast.SelectorExpr); is && (!isFunc || isBuffer(u.info.Types[selector.X].Type)) {
			if buffer, is := ast.Unparen(selector.X).(*ast.Ident); is {
				return r.eval(u, buffer, s)
			}
		}
	case name.Name == "ReadFile" && len(call.Args) == 1:
		return r.readFile(u, call, s)
	case name.Name == "new" && len(call.Args) == 1 && !isFunc:
		return []value{{pos: call.Pos(), end: call.End()}}
	case pkg == "fmt" && strings.HasPrefix(name.Name, "Sprint"):
		return r.sprint(u, name.Name, call, s)
	case pkg == "strings":
		if values := r.stringsCall(u, name.Name, call, s); values != nil {
			return values
		}
	case pkg == "strconv" && (name.Name == "Itoa" || name.Name == "FormatInt"):
		return []value{{text: number, pos: call.Pos(), end: call.End(), reason: queries.Dynamic}}
	case strings.HasSuffix(pkg, "/pq") && strings.HasPrefix(name.Name, "CopyIn"):
		return r.copyIn(u, name.Name == "CopyInSchema", call, s)
	}
	if style, at, passes := passThrough(pkg, name.Name, len(call.Args)); passes {
		values := slices.Clone(r.eval(u, call.Args[at], s))
		for i := range values {
			values[i].style |= style
		}
		return values
	}
	if isFunc {
		if body, is := r.bodies[fn.Origin()]; is && body.body != nil {
			return r.returned(u, fn.Origin(), body, call, result, s)
		}
	}
	if built(pkg) || name.Name == "ToSql" || name.Name == "ToSQL" || name.Name == "MustSql" {
		return unknown(queries.Builder)
	}
	return unknown(queries.Foreign)
}

// packageOf returns the import path of the package that a called function is
// declared in, without its version, even if that is not here.
func (r *reader) packageOf(u *unit, fun ast.Expr, fn *types.Func) string {
	if fn != nil && fn.Pkg() != nil {
		return unversioned(fn.Pkg().Path())
	}
	if selector, is := ast.Unparen(fun).(*ast.SelectorExpr); is {
		if qualifier, is := selector.X.(*ast.Ident); is {
			if pkg, is := u.info.Uses[qualifier].(*types.PkgName); is {
				return unversioned(pkg.Imported().Path())
			}
		}
	}
	return ""
}

// built reports whether a package makes SQL from calls.
func built(pkg string) bool {
	for part := range strings.SplitSeq(pkg, "/") {
		if slices.Contains(builders, part) {
			return true
		}
	}
	return false
}

// passThrough knows functions that return the text they are given, with other
// placeholders, and which argument that is.
func passThrough(pkg, name string, args int) (style queries.Style, arg int, passes bool) {
	sqlx := strings.HasSuffix(pkg, "/sqlx")
	switch {
	case name == "Rebind" && (sqlx || pkg == ""):
		return queries.Question, args - 1, args > 0 // as a function, it is told the driver first
	case sqlx && name == "In":
		return queries.Question, 0, args > 0
	case sqlx && name == "Named":
		return queries.Colon, 0, args > 0
	case sqlx && name == "BindNamed":
		return queries.Colon, args - 2, args > 1
	}
	return 0, 0, false
}

// returned evaluates what a function of the module returns, with its parameters
// as they are passed.
func (r *reader) returned(u *unit, fn types.Object, f function, call *ast.CallExpr, result int, s *scope) []value {
	if s.level() >= maxDepth {
		return []value{unknownValue(call.Pos(), call.End(), queries.Deep)}
	}
	inner := &scope{vars: map[types.Object][]value{}, depth: s.level() + 1, inlined: true}
	place := 0
	for _, field := range f.kind.Params.List {
		_, variadic := field.Type.(*ast.Ellipsis)
		for _, name := range field.Names {
			if obj := f.unit.info.Defs[name]; obj != nil {
				inner.vars[obj] = []value{unknownValue(call.Pos(), call.End(), queries.Dynamic)}
				if place < len(call.Args) && !variadic && (stringy(obj.Type()) || r.buildable(obj.Type())) {
					inner.vars[obj] = r.eval(u, call.Args[place], s)
				}
			}
			place++
		}
		if len(field.Names) == 0 {
			place++
		}
	}
	return r.guarded(fn, call, queries.Dynamic, func() []value {
		var out []value
		ast.Inspect(f.body, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncLit:
				return false
			case *ast.ReturnStmt:
				switch {
				case failing(f.unit, n):
				case result < len(n.Results) && len(n.Results) == resultCount(f.kind):
					out = union(out, r.at(r.eval(f.unit, n.Results[result], inner), n.Return))
				case len(n.Results) == 1:
					if forwarded, is := n.Results[0].(*ast.CallExpr); is {
						out = union(out, r.at(r.call(f.unit, forwarded, result, inner), n.Return))
					}
				default: // named results
					out = union(out, []value{unknownValue(n.Pos(), n.End(), queries.Dynamic)})
				}
			}
			return true
		})
		return limited(out)
	})
}

// failing reports whether a return statement returns an error, with an empty
// text that nobody uses.
func failing(u *unit, ret *ast.ReturnStmt) bool {
	if len(ret.Results) < 2 {
		return false
	}
	last := ret.Results[len(ret.Results)-1]
	if lit, is := ret.Results[0].(*ast.CompositeLit); is && len(lit.Elts) == 0 {
		return types.ExprString(last) != "nil" && types.ExprString(last) != "true"
	}
	v := u.info.Types[ret.Results[0]].Value
	return types.ExprString(last) != "nil" && v != nil && v.Kind() == constant.String && constant.StringVal(v) == ""
}

func resultCount(kind *ast.FuncType) int {
	if kind.Results == nil {
		return 0
	}
	return kind.Results.NumFields()
}

// stringy reports whether a parameter can be part of a text.
func stringy(t types.Type) bool {
	_, generic := t.(*types.TypeParam)
	return generic || t == types.Typ[types.Invalid] || isString(t) || isNumber(t)
}

// readFile returns the text of a file of an embedded file system.
func (r *reader) readFile(u *unit, call *ast.CallExpr, s *scope) []value {
	unknown := []value{unknownValue(call.Pos(), call.End(), queries.Dynamic)}
	selector, is := call.Fun.(*ast.SelectorExpr)
	if !is {
		return unknown
	}
	name := CalleeName(selector.X)
	if name == nil {
		return unknown
	}
	e, is := r.embeds[u.info.Uses[name]]
	if !is {
		return unknown
	}
	var out []value
	for _, v := range r.eval(u, call.Args[0], s) {
		if v.reason != "" {
			return unknown
		}
		out = union(out, r.file(e, path.Clean(v.text), call))
	}
	return out
}

// stringsCall interprets functions of package strings, nil for those that it
// does not know.
func (r *reader) stringsCall(u *unit, name string, call *ast.CallExpr, s *scope) []value {
	args := call.Args
	whole := func(change func(text string) string) []value {
		values := slices.Clone(r.eval(u, args[0], s))
		for i, v := range values {
			values[i].text = change(v.text)
		}
		return values
	}
	// known returns the one text that an argument has.
	known := func(i int) (string, bool) {
		values := r.eval(u, args[i], s)
		return values[0].text, len(values) == 1 && values[0].reason == ""
	}
	switch {
	case name == "TrimSpace" && len(args) == 1:
		return whole(strings.TrimSpace)
	case name == "ToUpper" && len(args) == 1:
		return whole(strings.ToUpper)
	case name == "ToLower" && len(args) == 1:
		return whole(strings.ToLower)
	case (name == "TrimSuffix" || name == "TrimRight" || name == "TrimPrefix" || name == "TrimLeft" || name == "Trim") && len(args) == 2:
		cut, is := known(1)
		if !is {
			return nil
		}
		trim := map[string]func(string, string) string{
			"TrimSuffix": strings.TrimSuffix, "TrimRight": strings.TrimRight, "TrimPrefix": strings.TrimPrefix, "TrimLeft": strings.TrimLeft, "Trim": strings.Trim,
		}[name]
		return whole(func(text string) string { return trim(text, cut) })
	case name == "Repeat" && len(args) == 2:
		if n := u.info.Types[args[1]].Value; n != nil {
			if count, exact := constant.Int64Val(n); exact && count >= 0 && count <= maxValues {
				return whole(func(text string) string { return strings.Repeat(text, int(count)) })
			}
		}
		return whole(func(text string) string { return text + hole })
	case (name == "ReplaceAll" && len(args) == 3) || (name == "Replace" && len(args) == 4):
		from, is := known(1)
		if !is || from == "" || name == "Replace" && types.ExprString(args[3]) != "-1" && types.ExprString(args[3]) != "1" {
			return nil
		}
		return r.replaced(r.eval(u, args[0], s), from, r.eval(u, args[2], s), name == "Replace" && types.ExprString(args[3]) == "1")
	case name == "Join" && len(args) == 2:
		return r.join(u, call, s)
	}
	return nil
}

// replaced replaces a text within values.
func (r *reader) replaced(values []value, from string, by []value, once bool) []value {
	var out []value
	for _, v := range values {
		if !strings.Contains(v.text, from) {
			out = append(out, v)
			continue
		}
		for _, b := range by {
			w := v
			w.text = strings.ReplaceAll(v.text, from, b.text)
			if once {
				w.text = strings.Replace(v.text, from, b.text, 1)
			}
			if w.reason == "" {
				w.reason = b.reason
			}
			w.trace = v.trace.and(b.trace)
			out = append(out, w)
		}
	}
	return limited(out)
}

// join returns the elements of a literal with a separator between them. A list
// that grows at run time is a part that is not known.
func (r *reader) join(u *unit, call *ast.CallExpr, s *scope) []value {
	if joined := r.joinGrown(u, call, s); joined != nil {
		return joined
	}
	lit, in := r.literal(u, call.Args[0])
	if lit == nil {
		return []value{unknownValue(call.Pos(), call.End(), queries.Dynamic)}
	}
	separator := r.eval(u, call.Args[1], s)
	out := []value{{pos: call.Pos(), end: call.End()}}
	for i, elt := range lit.Elts {
		if _, keyed := elt.(*ast.KeyValueExpr); keyed {
			return []value{unknownValue(call.Pos(), call.End(), queries.Dynamic)}
		}
		if i > 0 {
			out = product(out, separator)
		}
		out = product(out, r.eval(in, elt, s))
	}
	return out
}

// copyIn returns the COPY that lib/pq makes of names.
func (r *reader) copyIn(u *unit, schema bool, call *ast.CallExpr, s *scope) []value {
	names := 1
	if schema {
		names = 2
	}
	if len(call.Args) < names || call.Ellipsis.IsValid() && len(call.Args) != names+1 {
		return []value{unknownValue(call.Pos(), call.End(), queries.Dynamic)}
	}
	var table, columns []string
	for i, arg := range call.Args {
		if call.Ellipsis.IsValid() && i == names {
			var is bool
			if columns, is = r.names(u, arg, s); !is {
				columns = []string{hole}
			}
			break
		}
		name := r.name(u, arg, s)
		if i < names {
			table = append(table, name)
			continue
		}
		columns = append(columns, name)
	}
	return []value{copyFrom(call, table, columns)}
}

// name returns the one text of an expression as a name, a hole if it is not
// known.
func (r *reader) name(u *unit, e ast.Expr, s *scope) string {
	if values := r.eval(u, e, s); len(values) == 1 && values[0].reason == "" {
		return values[0].text
	}
	return hole
}

// names returns the elements of a list of names, and whether they are known.
func (r *reader) names(u *unit, e ast.Expr, s *scope) ([]string, bool) {
	if call, is := ast.Unparen(e).(*ast.CallExpr); is && len(call.Args) == 1 && u.info.Types[call.Fun].IsType() {
		return r.names(u, call.Args[0], s)
	}
	lit, in := r.literal(u, e)
	if lit == nil {
		return nil, false
	}
	var names []string
	for _, elt := range lit.Elts {
		if _, keyed := elt.(*ast.KeyValueExpr); keyed {
			return nil, false
		}
		names = append(names, r.name(in, elt, s))
	}
	return names, true
}

// copyFrom returns the text of a COPY from the client.
func copyFrom(at ast.Node, table, columns []string) value {
	v := value{pos: at.Pos(), end: at.End(), text: "COPY " + identifiers(table, ".")}
	if len(columns) > 0 {
		v.text += " (" + identifiers(columns, ", ") + ")"
	}
	v.text += " FROM STDIN"
	if strings.Contains(v.text, hole) {
		v.reason = queries.Dynamic
	}
	return v
}

// identifiers quotes names as drivers do.
func identifiers(names []string, separator string) string {
	var out []string
	for _, name := range names {
		if name != hole {
			name = `"` + strings.ReplaceAll(name, `"`, `""`) + `"`
		}
		out = append(out, name)
	}
	return strings.Join(out, separator)
}
