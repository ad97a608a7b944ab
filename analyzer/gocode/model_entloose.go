package gocode

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"github.com/migracheck/migracheck/analyzer/queries"
)

// loose adds what code asks of ent's builders where no statement was seen that
// it is part of, as of a builder that a function literal is given: the least
// statement that has it.
func (r *reader) loose() {
	if len(r.schemas) == 0 {
		return
	}
	seen := map[token.Pos]bool{}
	for _, x := range r.found {
		seen[x.Sent] = true
		for _, pos := range x.Trace {
			seen[pos] = true
		}
	}
	for _, u := range r.own {
		for _, file := range u.files {
			if u.root && !r.generated(u, file) {
				r.looseIn(u, file, seen)
			}
		}
	}
}

// looseIn is loose for a file.
func (r *reader) looseIn(u *unit, file *ast.File, seen map[token.Pos]bool) {
	var calls []*ast.CallExpr
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			for len(calls) > 0 && calls[len(calls)-1].End() <= n.Pos() {
				calls = calls[:len(calls)-1]
			}
			name := CalleeName(n.Fun)
			if _, builtin := u.info.Uses[name].(*types.Builtin); !builtin && !u.info.Types[n.Fun].IsType() {
				calls = append(calls, n)
			}
			if fn, is := u.info.Uses[name].(*types.Func); is && fn.Pkg() != nil && !seen[n.Lparen] {
				if text := r.looseText(fn); text != "" {
					r.addLoose(u, n, n.Lparen, fn.FullName(), text)
				}
			}
		case *ast.SelectorExpr:
			column, is := u.info.Uses[n.Sel].(*types.Const)
			if !is || column.Pkg() == nil || seen[n.Pos()] || !strings.HasPrefix(column.Name(), "Field") {
				return true
			}
			for i := len(calls) - 1; i >= 0; i-- {
				if of := r.entityOf(column.Pkg().Path()); of != nil && contains(calls[i], n.Pos()) {
					name, _ := constantText(column.Pkg().Scope(), column.Name())
					r.addLoose(u, calls[i], n.Pos(), column.Pkg().Path()+"."+column.Name(), "SELECT "+of.column(name)+" FROM "+quoteName(of.table))
					break
				}
			}
		}
		return true
	})
}

func (r *reader) entityOf(path string) *entity {
	for _, e := range r.schemas {
		if of := e.packages[path]; of != nil {
			return of
		}
	}
	return nil
}

// looseText returns the least statement that a call is part of, "" if it adds
// no column.
func (r *reader) looseText(fn *types.Func) string {
	if of := r.entityOf(fn.Pkg().Path()); of != nil && fn.Signature().Recv() == nil {
		if column, rest, is := of.predicate(fn.Name()); is {
			return "SELECT 1 FROM " + quoteName(of.table) + " WHERE " + of.column(column) + rest
		}
		return ""
	}
	e := r.schemaOf(fn.Pkg().Path())
	if e == nil {
		return ""
	}
	of, kind := e.of(strings.TrimSuffix(receiverName(fn), "Mutation"))
	if of == nil || kind == "Client" {
		return ""
	}
	if edge, is := of.edges[strings.TrimPrefix(fn.Name(), "With")]; is && strings.HasPrefix(fn.Name(), "With") {
		return entStatement{e, &made{verb: "SELECT"}, of}.preload(edge)
	}
	column, far, is := of.set(fn.Name())
	switch {
	case !is || kind == "Query" || kind == "" && !strings.HasSuffix(receiverName(fn), "Mutation"):
		return ""
	case far != nil:
		return e.linked(*far)
	}
	return "UPDATE " + quoteName(of.table) + " SET " + quoteName(column) + " = ?"
}

// addLoose adds a statement that is not seen to be sent.
func (r *reader) addLoose(u *unit, call *ast.CallExpr, pos token.Pos, callee, text string) {
	v := value{text: text, pos: call.Pos(), end: call.End(), style: queries.Question, trace: r.ways.then(nil, pos)}
	if strings.Contains(text, hole) {
		v.reason = queries.Model
	}
	r.add(u, call, sink{callee: callee, kind: sinkModel}, v)
}
