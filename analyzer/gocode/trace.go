package gocode

import (
	"go/ast"
	"go/token"
	"slices"

	"github.com/migracheck/migracheck/analyzer/queries"
)

// A trace is the way of a value: places, the last first. It never changes, and
// two that are alike are one. That of a value that went no way, or whose way is
// not kept, is nil.
type trace struct {
	before *trace
	place  token.Pos
	length int
	among  *ways
}

// maxTrace is how many places a trace has; those that come later are left out.
const maxTrace = 64

// ways holds all traces, so that each is there once.
type ways struct {
	steps  map[way]*trace
	joined map[[2]*trace]*trace
}

// A way is a trace with a place after it.
type way struct {
	before *trace
	place  token.Pos
}

func newWays() *ways {
	return &ways{steps: map[way]*trace{}, joined: map[[2]*trace]*trace{}}
}

// places returns the places, the first first.
func (t *trace) places() []token.Pos {
	var out []token.Pos
	for ; t != nil; t = t.before {
		out = append(out, t.place)
	}
	slices.Reverse(out)
	return out
}

// has reports whether a place is on the way.
func (t *trace) has(place token.Pos) bool {
	for ; t != nil; t = t.before {
		if t.place == place {
			return true
		}
	}
	return false
}

// covers reports whether all places of another trace are on this one.
func (t *trace) covers(u *trace) bool {
	for ; u != nil; u = u.before {
		if !t.has(u.place) {
			return false
		}
	}
	return true
}

// then returns a trace with a place after it.
func (w *ways) then(t *trace, place token.Pos) *trace {
	if w == nil || !place.IsValid() || t.has(place) || t != nil && t.length >= maxTrace {
		return t
	}
	key := way{t, place}
	if found := w.steps[key]; found != nil {
		return found
	}
	next := &trace{before: t, place: place, length: 1, among: w}
	if t != nil {
		next.length += t.length
	}
	w.steps[key] = next
	return next
}

// and returns a trace with the places of another after it.
func (t *trace) and(u *trace) *trace {
	switch {
	case u == nil || t == u:
		return t
	case t == nil:
		return u
	}
	key := [2]*trace{t, u}
	if found := t.among.joined[key]; found != nil {
		return found
	}
	out := t
	for _, place := range u.places() {
		out = t.among.then(out, place)
	}
	t.among.joined[key] = out
	return out
}

// common returns the places that two traces share.
func (t *trace) common(u *trace) *trace {
	if t == u {
		return t
	}
	var out *trace
	for _, place := range t.places() {
		if u.has(place) {
			out = t.among.then(out, place)
		}
	}
	return out
}

// traced reports whether any of values has a trace.
func traced(values []value) bool {
	return slices.ContainsFunc(values, func(v value) bool { return v.trace != nil })
}

// at adds a place that values pass, where traces are kept.
func (r *reader) at(values []value, place token.Pos) []value {
	if r.ways == nil || !place.IsValid() {
		return values
	}
	out := slices.Clone(values)
	for i, v := range out {
		out[i].trace = r.ways.then(v.trace, place)
	}
	return out
}

// after adds the way of what values are made of.
func after(values []value, t *trace) []value {
	if t == nil {
		return values
	}
	out := slices.Clone(values)
	for i, v := range out {
		out[i].trace = v.trace.and(t)
	}
	return out
}

// executed is the place that says that an expression was evaluated; none for
// those whose parts say so.
func (u *unit) executed(e ast.Expr) token.Pos {
	if u.info.Types[e].Value != nil {
		return e.Pos()
	}
	switch e := e.(type) {
	case *ast.BasicLit, *ast.SelectorExpr:
		return e.Pos()
	case *ast.CallExpr:
		return e.Lparen
	case *ast.CompositeLit:
		return e.Lbrace
	case *ast.Ident:
		if obj := u.info.Uses[e]; obj != nil && obj.Pkg() != nil && obj.Parent() == obj.Pkg().Scope() {
			return e.Pos()
		}
	}
	return token.NoPos
}

// merged makes one of values that differ in nothing but their ways: what they
// have in common.
func merged(values []value) []value {
	places := map[value]int{}
	var out []value
	for _, v := range values {
		key := v
		key.trace = nil
		i, is := places[key]
		if !is {
			places[key] = len(out)
			out = append(out, v)
			continue
		}
		out[i].trace = out[i].trace.common(v.trace)
	}
	return out
}

// shortest leaves out values whose way covers that of another one that is the
// same otherwise: whatever holds on the shorter way holds on theirs.
func shortest(values []value) []value {
	groups := map[value][]*trace{}
	for _, v := range values {
		key := v
		key.trace = nil
		groups[key] = append(groups[key], v.trace)
	}
	if len(groups) == len(values) {
		return values
	}
	return slices.DeleteFunc(slices.Clone(values), func(v value) bool {
		key := v
		key.trace = nil
		return slices.ContainsFunc(groups[key], func(t *trace) bool {
			return t != v.trace && v.trace.covers(t) && !t.covers(v.trace)
		})
	})
}

// covering leaves out, of many alternatives that a library makes, those whose
// every clause is in one that went no further: judging the others judges them.
// The one with the most clauses stays, for what only the whole says.
func covering(values []value) []value {
	order := make([]int, len(values))
	for i := range order {
		order[i] = i
	}
	length := func(v value) int {
		if v.trace == nil {
			return 0
		}
		return v.trace.length
	}
	slices.SortStableFunc(order, func(i, j int) int { return length(values[i]) - length(values[j]) })
	kept := map[int]bool{}
	widest := -1
	for _, i := range order {
		v := values[i]
		if v.made == nil {
			kept[i] = true
			continue
		}
		if widest < 0 || len(v.made.clauses) > len(values[widest].made.clauses) {
			widest = i
		}
		if slices.ContainsFunc(v.made.clauses, func(c clause) bool {
			for j := range kept {
				w := values[j]
				if w.made != nil && v.trace.covers(w.trace) && w.made.verb == v.made.verb && slices.Contains(w.made.clauses, c) {
					return false
				}
			}
			return true
		}) || len(v.made.clauses) == 0 {
			kept[i] = true
		}
	}
	if widest >= 0 {
		kept[widest] = true
	}
	var out []value
	for i, v := range values {
		if kept[i] {
			out = append(out, v)
		}
	}
	return out
}

// limitedTraces replaces too many values by fewer that have less of their ways,
// or by none.
func limitedTraces(values []value) []value {
	values = shortest(values)
	if len(values) > maxMade {
		values = covering(values)
	}
	if len(values) > maxTraced {
		values = merged(values)
	}
	if len(values) <= maxValues {
		return values
	}
	many := unknownValue(values[0].pos, values[0].end, queries.Many)
	many.trace = shared(values)
	return []value{many}
}

// maxTraced is how many values may differ in nothing but their ways.
const maxTraced = 128
