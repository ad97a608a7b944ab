package gocode

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strconv"
	"strings"

	"github.com/migracheck/migracheck/analyzer/queries"
	"github.com/migracheck/migracheck/parser/source"
)

// A sending is a call that reaches the database, with what it can send.
type sending struct {
	unit   *unit
	call   *ast.CallExpr
	sink   sink
	values []value
}

// collect finds the calls that reach the database, and what they send.
func (r *reader) collect() {
	var all []sending
	byCall := map[token.Pos][]value{}
	for _, u := range r.own {
		if !u.root {
			continue
		}
		for _, file := range u.files {
			if r.generated(u, file) {
				continue
			}
			ast.Inspect(file, func(n ast.Node) bool {
				if call, is := n.(*ast.CallExpr); is {
					if s, is := r.sink(u, call); is {
						r.steps = 0
						values := r.sent(u, call, s)
						for _, v := range values {
							v.trace = nil
							byCall[call.Pos()] = append(byCall[call.Pos()], v)
						}
						all = append(all, sending{u, call, s, values})
					}
				}
				return true
			})
			r.models(u, file)
		}
	}
	for _, s := range all {
		r.send(s, byCall)
	}
	r.constants()
}

// send adds the queries of a call. What the call passes on from one that
// reaches the database itself, by way of an interface, is that one's; a call
// that has nothing of its own does not count.
func (r *reader) send(s sending, byCall map[token.Pos][]value) {
	counts := false
	for _, v := range s.values {
		direct := v
		direct.from, direct.trace = token.NoPos, nil
		if v.from.IsValid() && slices.Contains(byCall[v.from], direct) {
			continue
		}
		counts = true
		r.add(s.unit, s.call, s.sink, v)
	}
	if counts {
		r.count++
	}
}

// sent returns the texts that a call sends.
func (r *reader) sent(u *unit, call *ast.CallExpr, s sink) []value {
	switch {
	case s.kind == sinkModel:
		if values := r.built(u, call, CalleeName(call.Fun), nil); values != nil {
			return values
		}
		return []value{unknownValue(call.Pos(), call.End(), queries.Model)}
	case s.text >= len(call.Args) || s.kind == sinkCopy && s.text+1 >= len(call.Args):
		// f(g()) with a g of several results
		return []value{unknownValue(call.Pos(), call.End(), queries.Dynamic)}
	case s.kind == sinkCopy && r.ways != nil:
		return r.copied(u, call, call.Args[s.text], call.Args[s.text+1])
	case s.kind == sinkCopy:
		table, known := r.names(u, call.Args[s.text], nil)
		if !known {
			return []value{unknownValue(call.Pos(), call.End(), queries.Dynamic)}
		}
		columns, known := r.names(u, call.Args[s.text+1], nil)
		if !known {
			columns = []string{hole}
		}
		return []value{copyFrom(call, table, columns)}
	}
	return r.eval(u, call.Args[s.text], nil)
}

// add adds what is known of one text.
func (r *reader) add(u *unit, call *ast.CallExpr, s sink, v value) {
	at := r.span(v.pos, v.end)
	if at.IsZero() {
		at = r.span(call.Pos(), call.End())
	}
	function, pkg := r.function(v.pos)
	if function == "" {
		function, _ = r.function(call.Pos())
		pkg = u.path
	}
	if reason := failure(v); reason != "" {
		r.unresolved = append(r.unresolved, queries.Unresolved{At: at, Call: r.span(call.Pos(), call.End()), Callee: s.callee, Func: function, Package: pkg, Reason: reason})
		return
	}
	q := queries.Query{At: at, Call: r.span(call.Pos(), call.End()), Callee: s.callee, Func: function, Package: pkg, Source: queries.Go}
	if v.embedded != "" {
		q.At, q.Source = r.texts[v.embedded].Whole(), queries.Embed
	}
	q.SQL, q.Partial = v.sql(s.style | named(u, call, s, v))
	name, generated := queries.Name(v.text)
	q.Name = name
	if generated && v.embedded == "" {
		q.Source = queries.SQLC
	}
	q.Client = r.client(u, call, s, v.from)
	r.queries = append(r.queries, q)
	if r.ways != nil {
		r.found = append(r.found, Text{Query: q, Sent: call.Lparen, Trace: v.trace.places()})
	}
}

// failure returns why a text is no query, "" if it is one.
func failure(v value) queries.Reason {
	if v.none() {
		return v.reason
	}
	text := strings.TrimSpace(v.text)
	bare := strings.IndexFunc(text, func(c rune) bool { return c < 0x80 && !nameByte(byte(c)) }) < 0
	if v.reason == "" && text != "" && bare && !slices.Contains(alone, strings.ToUpper(text)) {
		return queries.Statement
	}
	return ""
}

// alone are the words that are statements by themselves.
var alone = []string{"BEGIN", "COMMIT", "ROLLBACK", "END", "ABORT", "CHECKPOINT", "VACUUM", "ANALYZE", "ANALYSE", "CLUSTER", "SELECT", "TABLE"}

// named reports whether pgx would replace names in a text: its argument says so.
func named(u *unit, call *ast.CallExpr, s sink, v value) queries.Style {
	if s.style != 0 || s.kind != sinkText || len(call.Args) <= s.text+1 || queries.Last(v.text) > 0 {
		return 0
	}
	arg := call.Args[s.text+1]
	t := u.info.Types[arg].Type
	text := types.ExprString(arg)
	if t != nil && t != types.Typ[types.Invalid] {
		text = t.String()
	}
	if strings.Contains(text, "NamedArgs") || strings.Contains(text, "StructArgs") {
		return queries.At
	}
	return 0
}

// function returns the name of the declared function around a place, as
// "(*Store).User", and the path of its package.
func (r *reader) function(pos token.Pos) (name, pkg string) {
	if !pos.IsValid() {
		return "", ""
	}
	for _, u := range r.own {
		decl, inFile := u.enclosing(pos)
		if inFile == nil {
			continue
		}
		if decl == nil {
			return "", u.path
		}
		if decl.Recv == nil || len(decl.Recv.List) == 0 {
			return decl.Name.Name, u.path
		}
		receiver := types.ExprString(decl.Recv.List[0].Type)
		if strings.HasPrefix(receiver, "*") {
			receiver = "(" + receiver + ")"
		}
		return receiver + "." + decl.Name.Name, u.path
	}
	return "", ""
}

// models adds an unresolved query for each import of a package whose calls are
// recognised only with types, and that is not here.
func (r *reader) models(u *unit, file *ast.File) {
	for _, spec := range file.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		if err == nil && r.missing[path] && (modelled(path) || r.isModelLibrary(path)) {
			r.unresolved = append(r.unresolved, queries.Unresolved{
				At: r.span(spec.Pos(), spec.End()), Callee: path, Package: u.path, Reason: queries.Untyped,
			})
		}
	}
}

// constants adds the queries that sqlc generated and that no call was seen to
// send.
func (r *reader) constants() {
	sent := map[source.Span]bool{}
	for _, q := range r.queries {
		sent[q.At] = true
	}
	for obj, init := range r.inits {
		c, is := obj.(*types.Const)
		if !is || !init.unit.root || c.Val().Kind() != constant.String {
			continue
		}
		at := r.span(init.expr.Pos(), init.expr.End())
		text := clean(constant.StringVal(c.Val()))
		if name, generated := queries.Name(text); generated && !sent[at] {
			q := queries.Query{SQL: text, At: at, Package: init.unit.path, Name: name, Source: queries.SQLC}
			r.queries = append(r.queries, q)
			r.found = append(r.found, Text{Query: q})
		}
	}
}
