package gocode

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/ast/astutil"

	"github.com/migracheck/migracheck/analyzer/queries"
)

// client says how a call sends its text and reads the rows. from is the call
// that passes the text to a function that makes this call.
func (r *reader) client(u *unit, call *ast.CallExpr, s sink, from token.Pos) queries.Client {
	name := CalleeName(call.Fun)
	if name == nil {
		return queries.Client{}
	}
	l := &client{reader: r, library: r.library(u, call, name)}
	c := queries.Client{Library: l.library, Copy: s.kind == sinkCopy && l.library == queries.PGX}
	c.Sending = l.sending(u, call, name.Name, s)
	switch {
	case s.kind == sinkCopy || l.library == queries.PQ:
		c.Reading = queries.Nothing
		return c
	case s.kind == sinkModel && l.library == queries.GORM:
		c.Reading = queries.Matching
	case s.kind == sinkModel:
		return c
	default:
		how := l.callReading(u, call, s, from)
		c.Reading, c.Targets = how.reading, how.targets
		c.Args = l.args(u, call, s.text)
	}
	return c
}

// A client works out how one call sends its text and reads the rows.
type client struct {
	*reader
	library queries.Library
	// depth counts the functions that rows pass through.
	depth int
}

// families are the packages of libraries, by what their paths hold, inner ones
// first.
var families = []struct {
	path    string
	library queries.Library
}{
	{"/scany/", queries.Scany}, {"/gorm.io/gorm/", queries.GORM}, {"/uptrace/bun/", queries.BunDB}, {"/go-pg/pg/", queries.GoPG},
	{"/sqlx/", queries.SQLX}, {"/pgx/", queries.PGX}, {"/database/sql/", queries.SQL},
}

func family(path string) queries.Library {
	for _, f := range families {
		if strings.Contains("/"+unversioned(path)+"/", f.path) {
			return f.library
		}
	}
	return ""
}

// library returns the library of a call: that of its function or, where that is
// a method of an interface, that of its results.
func (r *reader) library(u *unit, call *ast.CallExpr, name *ast.Ident) queries.Library {
	fn, _ := u.info.Uses[name].(*types.Func)
	if of := family(r.packageOf(u, call.Fun, fn)); of != "" {
		return of
	}
	if fn == nil {
		return ""
	}
	for v := range fn.Signature().Results().Variables() {
		if of := family(packageOfType(v.Type())); of != "" {
			return of
		}
	}
	return ""
}

// packageOfType returns the import path of a named type, or of what a pointer
// points to.
func packageOfType(t types.Type) string {
	if pointer, is := t.(*types.Pointer); is {
		t = pointer.Elem()
	}
	if named, is := types.Unalias(t).(*types.Named); is && named.Obj().Pkg() != nil {
		return named.Obj().Pkg().Path()
	}
	return ""
}

// modes are pgx's modes of sending queries.
var modes = map[string]queries.Sending{
	"QueryExecModeCacheStatement": queries.CachedStatement, "QueryExecModeCacheDescribe": queries.CachedDescription,
	"QueryExecModeDescribeExec": queries.Unprepared, "QueryExecModeExec": queries.Unprepared, "QueryExecModeSimpleProtocol": queries.Unprepared,
	"QuerySimpleProtocol": queries.Unprepared,
}

// sending says how the text reaches the server.
func (l *client) sending(u *unit, call *ast.CallExpr, name string, s sink) queries.Sending {
	if strings.Contains(name, "Prepare") && l.library != "" {
		return queries.Prepared
	}
	var args []ast.Expr
	if s.kind == sinkText && s.text < len(call.Args) {
		args = call.Args[s.text+1:]
	}
	if len(args) > 0 {
		if mode, is := modes[nameOf(args[0])]; is && l.library == queries.PGX {
			if strings.HasPrefix(name, "Exec") && len(args) == 1 {
				return queries.Unprepared
			}
			return mode
		}
	}
	fn, _ := u.info.Uses[CalleeName(call.Fun)].(*types.Func)
	exec := strings.HasPrefix(name, "Exec") || strings.HasPrefix(name, "MustExec")
	switch l.library {
	case queries.PGX:
		if strings.HasSuffix(l.packageOf(u, call.Fun, fn), "/pgconn") || exec && len(args) == 0 {
			return queries.Unprepared
		}
		return l.mode()
	case queries.Scany:
		if strings.HasSuffix(l.packageOf(u, call.Fun, fn), "/sqlscan") {
			return l.driver()
		}
		return l.mode()
	case queries.GORM:
		if l.set("gorm.io/gorm", "Config", "PrepareStmt") {
			return queries.Prepared
		}
		if l.set("gorm.io/driver/postgres", "Config", "PreferSimpleProtocol") || exec && len(args) == 0 {
			return queries.Unprepared
		}
		if l.imports()["gorm.io/driver/postgres"] {
			return l.mode()
		}
		return ""
	case queries.GoPG:
		return queries.Unprepared // it writes parameters into the text
	case queries.BunDB:
		if exec && l.driver() == queries.CachedStatement {
			return queries.Unprepared // as above, so that Exec has no arguments
		}
		return l.driver()
	case queries.SQL, queries.SQLX:
		if exec && len(args) == 0 {
			return queries.Unprepared
		}
		return l.driver()
	}
	return ""
}

// nameOf returns the name that an expression is, "" if it is none.
func nameOf(e ast.Expr) string {
	if name := CalleeName(e); name != nil {
		return name.Name
	}
	return ""
}

// imports are the packages that own packages import, without versions.
func (l *client) imports() map[string]bool {
	if l.importSet != nil {
		return l.importSet
	}
	l.importSet = map[string]bool{}
	for _, u := range l.own {
		for _, file := range u.files {
			for _, spec := range file.Imports {
				if path, err := strconv.Unquote(spec.Path.Value); err == nil {
					l.importSet[unversioned(path)] = true
				}
			}
		}
	}
	return l.importSet
}

// driver says how the drivers of database/sql that are imported send a query
// with parameters; "" if none is, or several that differ.
func (l *client) driver() queries.Sending {
	imports := l.imports()
	var all []queries.Sending
	if imports["github.com/jackc/pgx/stdlib"] {
		all = append(all, l.mode())
	}
	if imports["github.com/lib/pq"] || imports["github.com/uptrace/bun/driver/pgdriver"] {
		all = append(all, queries.Unprepared)
	}
	if len(slices.Compact(all)) != 1 {
		return ""
	}
	return all[0]
}

// mode is pgx's default, or what the code sets it to.
func (l *client) mode() queries.Sending {
	mode, first := queries.CachedStatement, true
	for obj, sites := range l.stores {
		if obj.Name() != "DefaultQueryExecMode" && obj.Name() != "PreferSimpleProtocol" || obj.Pkg() == nil || family(obj.Pkg().Path()) != queries.PGX {
			continue
		}
		for _, at := range sites {
			set, is := modes[nameOf(at.expr)]
			if v := valueOf(at.unit, at.expr); obj.Name() == "PreferSimpleProtocol" && v != nil && v.Kind() == constant.Bool && constant.BoolVal(v) {
				set, is = queries.Unprepared, true
			}
			if !is || !first && set != mode {
				return ""
			}
			mode, first = set, false
		}
	}
	return mode
}

// set reports whether the code sets a field of a struct of a library to true.
func (l *client) set(pkg, of, field string) bool {
	for obj, sites := range l.stores {
		if obj.Name() != field || obj.Pkg() == nil || unversioned(obj.Pkg().Path()) != pkg || !isFieldOf(obj, of) {
			continue
		}
		if slices.ContainsFunc(sites, func(at site) bool {
			v := valueOf(at.unit, at.expr)
			return v != nil && v.Kind() == constant.Bool && constant.BoolVal(v)
		}) {
			return true
		}
	}
	return false
}

func isFieldOf(field types.Object, of string) bool {
	declared := field.Pkg().Scope().Lookup(of)
	if declared == nil {
		return false
	}
	s, is := declared.Type().Underlying().(*types.Struct)
	return is && slices.Contains(slices.Collect(s.Fields()), field.(*types.Var))
}

// args are the types of what is passed for parameters.
func (l *client) args(u *unit, call *ast.CallExpr, text int) queries.Values {
	if l.library != queries.PGX || text+1 >= len(call.Args) || call.Ellipsis.IsValid() {
		return ""
	}
	var all []queries.Value
	for _, arg := range call.Args[text+1:] {
		of := u.info.Types[arg].Type
		if of != nil && strings.HasPrefix(packageOfType(of), "github.com/jackc/pgx") && family(packageOfType(of)) == queries.PGX && len(all) == 0 && !strings.HasSuffix(packageOfType(of), "/pgtype") {
			if modes[nameOf(arg)] != "" {
				continue
			}
			return "" // names, and what rewrites the text
		}
		all = append(all, queries.Value{Type: sentType(of)})
	}
	return queries.ListOf(all)
}

// ancestors returns what an expression is part of, from the inside.
func (u *unit) ancestors(e ast.Expr) []ast.Node {
	_, file := u.enclosing(e.Pos())
	if file == nil {
		return nil
	}
	path, _ := astutil.PathEnclosingInterval(file, e.Pos(), e.End())
	for i, n := range path {
		if n == e {
			return slices.DeleteFunc(path[i+1:], func(n ast.Node) bool {
				_, is := n.(*ast.ParenExpr)
				return is
			})
		}
	}
	return nil
}

// callAt returns the call that begins at a place.
func (r *reader) callAt(pos token.Pos) (*unit, *ast.CallExpr) {
	if !pos.IsValid() {
		return nil, nil
	}
	for _, u := range r.own {
		_, file := u.enclosing(pos)
		if file == nil {
			continue
		}
		var found *ast.CallExpr
		ast.Inspect(file, func(n ast.Node) bool {
			if call, is := n.(*ast.CallExpr); is && call.Pos() == pos && found == nil {
				found = call // the outermost, which may be one of a chain
			}
			return found == nil && n != nil && n.Pos() <= pos && pos <= n.End()
		})
		return u, found
	}
	return nil, nil
}
