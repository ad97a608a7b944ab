package gocode

import "go/ast"

// A probe notes the expressions that a library's call evaluates, with their
// values, so that each combination of alternatives can be told apart by the
// ways that they went.
type probe struct {
	exprs []ast.Expr
	seen  map[ast.Expr][]value
	// within is set while an expression is evaluated: its parts are not noted.
	within bool
}

// maxSplit is how many combinations of alternatives are told apart.
const maxSplit = 32

// split makes values of expressions, which a function evaluates in the scope
// that it is given, and adds the ways that these went. Where ways are not kept,
// it just calls the function.
func (r *reader) split(s *scope, made func(s *scope) []value) []value {
	if r.ways == nil {
		return made(s)
	}
	p := &probe{seen: map[ast.Expr][]value{}}
	out := made(&scope{depth: s.level(), outer: s, probe: p})
	if out == nil {
		return nil
	}
	combinations := []map[ast.Expr]value{{}}
	var always *trace
	for _, e := range p.exprs {
		values := shortest(p.seen[e])
		if !apart(values) || len(combinations)*len(values) > maxSplit {
			always = always.and(shared(values))
			continue
		}
		var next []map[ast.Expr]value
		for _, c := range combinations {
			for _, v := range values {
				chosen := map[ast.Expr]value{e: v}
				for other, w := range c {
					chosen[other] = w
				}
				next = append(next, chosen)
			}
		}
		combinations = next
	}
	if len(combinations) == 1 {
		return after(out, always)
	}
	out = nil
	for _, chosen := range combinations {
		way := always
		for _, e := range p.exprs {
			way = way.and(chosen[e].trace)
		}
		out = union(out, after(made(&scope{depth: s.level(), outer: s, chosen: chosen}), way))
	}
	return limited(out)
}

// apart reports whether values went different ways.
func apart(values []value) bool {
	for _, v := range values {
		if v.trace != values[0].trace {
			return true
		}
	}
	return false
}

// shared returns what the ways of all values have in common.
func shared(values []value) *trace {
	var out *trace
	for i, v := range values {
		if i == 0 {
			out = v.trace
		}
		out = out.common(v.trace)
	}
	return out
}

// chosenFor returns the alternative that stands for an expression.
func (s *scope) chosenFor(e ast.Expr) (value, bool) {
	for ; s != nil && !s.closed; s = s.outer {
		if v, is := s.chosen[e]; is {
			return v, true
		}
	}
	return value{}, false
}

// probing returns the probe that notes what is evaluated here, nil if none does.
func (s *scope) probing() *probe {
	for ; s != nil && !s.closed; s = s.outer {
		if s.probe != nil {
			return s.probe
		}
	}
	return nil
}

// enclosed returns a scope in which nothing is chosen or noted: for expressions
// of other statements.
func (r *reader) enclosed(s *scope) *scope {
	if r.ways == nil || s == nil {
		return s
	}
	return &scope{depth: s.level(), outer: s, closed: true}
}

// evalTraced evaluates an expression and keeps the ways of its values.
func (r *reader) evalTraced(u *unit, e ast.Expr, s *scope) []value {
	if v, is := s.chosenFor(e); is {
		return []value{v}
	}
	p := s.probing()
	if p == nil || p.within {
		return r.at(r.evaluate(u, e, s), u.executed(e))
	}
	p.within = true
	values := r.at(r.evaluate(u, e, s), u.executed(e))
	p.within = false
	if _, again := p.seen[e]; !again {
		p.exprs = append(p.exprs, e)
		p.seen[e] = values
	}
	return values
}
