package lock

import (
	_ "embed"
	"slices"
	"strings"
	"sync"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/query"
)

// functions.txt lists the functions of pg_catalog in all supported versions,
// with a mark before those that are volatile.
//
//go:embed functions.txt
var functionList string

// builtinFunctions tells of each built-in function whether it is volatile. Where
// overloads differ it is; but the one of timezone() that is takes a timetz, which
// no default does.
var builtinFunctions = sync.OnceValue(func() map[string]bool {
	volatile := map[string]bool{}
	for name := range strings.Lines(functionList) {
		name, marked := strings.CutPrefix(strings.TrimSpace(name), "!")
		volatile[name] = marked
	}
	// The keywords that stand for functions are STABLE.
	for _, keyword := range []string{
		"current_catalog", "current_date", "current_role", "current_schema", "current_time", "current_timestamp",
		"current_user", "localtime", "localtimestamp", "session_user", "system_user", "user",
	} {
		volatile[keyword] = false
	}
	return volatile
})

// volatile reports whether an expression may have another value in each row.
func (t *taker) volatile(e *ddl.Expr) bool { return t.volatileWithin(e, maxInlined) }

// maxInlined bounds how deep functions that call functions are followed.
const maxInlined = 8

func (t *taker) volatileWithin(e *ddl.Expr, depth int) bool {
	if e == nil || e.Constant {
		return false
	}
	return depth == 0 || slices.ContainsFunc(e.Calls, func(c query.Call) bool { return t.volatileCall(c, depth) })
}

func (t *taker) volatileCall(c query.Call, depth int) bool {
	if c.Name.Schema == "" || c.Name.Schema == "pg_catalog" {
		if volatile, ok := builtinFunctions()[c.Name.Name]; ok {
			return volatile
		}
	}
	known := false
	for _, f := range t.after.Functions(c.Name) {
		if !f.Accepts(c.Args) {
			continue
		}
		known = true
		if t.volatileFunction(f, depth) {
			return true
		}
	}
	return !known
}

// volatileFunction reports whether calls of a function are volatile. One in SQL
// that is a single expression is replaced by it, whatever it calls itself.
func (t *taker) volatileFunction(f *catalog.Function, depth int) bool {
	if f.Volatility == "stable" || f.Volatility == "immutable" {
		return false
	}
	if e := inlined(f); e != nil {
		return t.volatileWithin(e, depth-1)
	}
	return true
}

// inlined returns the expression that PostgreSQL replaces a call of the function
// by, or nil.
func inlined(f *catalog.Function) *ddl.Expr {
	if f.Language != "sql" || f.SecDefiner || f.ReturnsSet || f.Kind != ddl.Function || len(f.Queries) != 1 || len(f.Effects) > 1 {
		return nil
	}
	if slices.ContainsFunc(f.Options, func(o ddl.Option) bool { return o.Name == "set" }) {
		return nil
	}
	q := f.Queries[0]
	if len(q.With)+len(q.From)+len(q.Exprs)+q.Values > 0 || q.SetOp != "" || len(q.Targets) != 1 {
		return nil
	}
	if e := q.Targets[0].Expr; e != nil && len(e.Subqueries) == 0 {
		return e
	}
	return nil
}
