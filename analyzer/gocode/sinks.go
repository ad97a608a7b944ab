package gocode

import (
	"go/ast"
	"go/types"
	"strconv"
	"strings"

	"github.com/migracheck/migracheck/analyzer/queries"
)

// A Sink is a function that sends a parameter as a query.
type Sink struct {
	// Text is the parameter, from 0 and without the receiver.
	Text int
	// Style is how the function writes placeholders.
	Style queries.Style
	// Copy is set where the parameter is the table of a COPY, and the next one
	// its columns.
	Copy bool
}

// Sinks returns the functions and methods of the program that send a parameter
// as a query, or one that begins with it, themselves or by way of others.
func (p *Program) Sinks() map[*types.Func]Sink {
	r := newReader(p.program)
	r.imported = p.known
	r.symbols = &symbols{sinks: map[*types.Func]Sink{}, places: map[param]int{}}
	var begun []*types.Func
	for _, u := range r.own {
		for _, file := range u.files {
			ast.Inspect(file, func(n ast.Node) bool {
				if call, is := n.(*ast.CallExpr); is {
					if s, is := r.sink(u, call); is {
						begun = append(begun, r.infer(u, call, s)...)
					}
				}
				return true
			})
		}
	}
	for len(begun) > 0 {
		var next []*types.Func
		for _, fn := range begun {
			for _, at := range r.callers(fn) {
				call := at.expr.(*ast.CallExpr)
				if s, is := r.symbols.sinks[fn].of(fn, call); is {
					next = append(next, r.infer(at.unit, call, s)...)
				}
			}
		}
		begun = next
	}
	return r.symbols.sinks
}

// symbols stand for parameters while sinks are looked for.
type symbols struct {
	sinks  map[*types.Func]Sink
	params []param
	places map[param]int
}

// symbol begins and ends what stands for a parameter in a text.
const symbol = "\x04"

// value returns what stands for a parameter.
func (s *symbols) value(p param, at ast.Node) value {
	id, is := s.places[p]
	if !is {
		id = len(s.params)
		s.places[p] = id
		s.params = append(s.params, p)
	}
	return value{text: symbol + strconv.Itoa(id) + symbol, pos: at.Pos(), end: at.End()}
}

// begins returns the parameter that a text begins with.
func (s *symbols) begins(text string) (param, bool) {
	rest, is := strings.CutPrefix(strings.TrimSpace(text), symbol)
	digits, _, closed := strings.Cut(rest, symbol)
	id, err := strconv.Atoi(digits)
	if !is || !closed || err != nil || id < 0 || id >= len(s.params) {
		return param{}, false
	}
	return s.params[id], true
}

// infer returns the functions that are sinks because of a call, unless that is
// known.
func (r *reader) infer(u *unit, call *ast.CallExpr, s sink) []*types.Func {
	var out []*types.Func
	add := func(p param, found Sink) {
		fn, is := p.of.(*types.Func)
		if _, known := r.symbols.sinks[fn]; !is || known || p.variadic {
			return
		}
		found.Text = p.place
		r.symbols.sinks[fn] = found
		out = append(out, fn)
	}
	switch {
	case s.kind == sinkCopy && s.text+1 < len(call.Args):
		table, isTable := r.passed(u, call.Args[s.text])
		columns, isColumns := r.passed(u, call.Args[s.text+1])
		if isTable && isColumns && table.of == columns.of && columns.place == table.place+1 {
			add(table, Sink{Copy: true})
		}
	case s.kind == sinkText && s.text < len(call.Args):
		r.steps = 0
		for _, v := range r.eval(u, call.Args[s.text], nil) {
			if p, is := r.symbols.begins(v.text); is {
				add(p, Sink{Style: s.style | v.style})
			}
		}
	}
	return out
}

// passed returns the parameter that an argument is.
func (r *reader) passed(u *unit, e ast.Expr) (param, bool) {
	name, is := ast.Unparen(e).(*ast.Ident)
	if !is {
		return param{}, false
	}
	p, is := r.params[u.info.Uses[name]]
	return p, is
}

// of returns how a call of a function reaches the database.
func (s Sink) of(fn *types.Func, call *ast.CallExpr) (sink, bool) {
	out := sink{callee: fn.FullName(), text: s.Text, style: s.Style}
	if s.Copy {
		out.kind = sinkCopy
	}
	return out, s.Text < len(call.Args)
}

// wrapper tells whether a function of another package is a sink.
func (r *reader) wrapper(fn *types.Func, call *ast.CallExpr) (sink, bool) {
	if r.imported == nil {
		return sink{}, false
	}
	if known, is := r.imported(fn.Origin()); is {
		return known.of(fn, call)
	}
	return sink{}, false
}
