package featureflag

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// A question is what is known of flags once a value is known: a condition that
// is true or false.
type question struct {
	value ssa.Value
	want  bool
}

// A solver holds the greatest solution of the equations of a package: it starts
// from everything being known everywhere and takes away what does not follow,
// until nothing changes. What remains follows along every path of the program,
// by induction on its length.
type solver struct {
	*index
	flags   Flags
	in      map[*ssa.BasicBlock]set
	answers map[question]set
	order   []question
	changed bool
	checks  map[types.Object]*Check // nil for what is none
}

func newSolver(functions []*ssa.Function, flags Flags, whole *Whole) *solver {
	s := &solver{index: newIndex(functions, whole), flags: flags, in: map[*ssa.BasicBlock]set{}, answers: map[question]set{}, checks: map[types.Object]*Check{}}
	for _, fn := range s.functions {
		for _, block := range fn.Blocks {
			s.in[block] = everything
		}
	}
	return s
}

// find is the check that an object is; the name is asked for once.
func (s *solver) find(object types.Object, name func() string) (Check, bool) {
	found, ok := s.checks[object]
	if !ok {
		if check, is := s.flags.find(object, name()); is {
			found = &check
		}
		s.checks[object] = found
	}
	if found == nil {
		return Check{}, false
	}
	return *found, true
}

// last is the instruction that ends a block; nil if there is none.
func last(block *ssa.BasicBlock) ssa.Instruction {
	if len(block.Instrs) == 0 {
		return nil
	}
	return block.Instrs[len(block.Instrs)-1]
}

func (s *solver) knows(fn *ssa.Function) bool { return s.source[fn] }

func (s *solver) solve() {
	for s.changed = true; s.changed; {
		s.changed = false
		for _, fn := range s.functions {
			for _, block := range fn.Blocks {
				if s.in[block].nothing() {
					continue
				}
				now := either(s.in[block], s.entering(fn, block))
				s.changed = s.changed || !equal(now, s.in[block])
				s.in[block] = now
			}
		}
		// Answers ask further questions, which are appended meanwhile.
		for i := 0; i < len(s.order); i++ {
			q := s.order[i]
			if s.answers[q].nothing() {
				continue
			}
			now := either(s.answers[q], s.answer(q))
			s.changed = s.changed || !equal(now, s.answers[q])
			s.answers[q] = now
		}
	}
}

// implies is what is known of flags if a value is what it is wanted to be.
func (s *solver) implies(value ssa.Value, want bool) set {
	q := question{value: value, want: want}
	answer, ok := s.answers[q]
	if !ok {
		answer = everything
		s.answers[q] = answer
		s.order = append(s.order, q)
		s.changed = true
	}
	return answer
}

// entering is what is known at the start of a block.
func (s *solver) entering(fn *ssa.Function, block *ssa.BasicBlock) set {
	if block == fn.Blocks[0] || block == fn.Recover {
		return s.entry(fn)
	}
	result := everything
	for _, pred := range block.Preds {
		result = either(result, s.edge(pred, block))
	}
	return result
}

// edge is what is known on the way from a block to its successor.
func (s *solver) edge(from, to *ssa.BasicBlock) set {
	branch, ok := last(from).(*ssa.If)
	if !ok || from.Succs[0] == from.Succs[1] {
		return s.in[from]
	}
	return both(s.in[from], s.implies(branch.Cond, to == from.Succs[0]))
}

// entry is what is known whenever a function is called.
func (s *solver) entry(fn *ssa.Function) set {
	switch {
	case fn.Parent() != nil:
		return s.created(fn)
	case s.private(fn):
		result := everything
		for _, call := range s.calls[fn] {
			result = either(result, anonymous(s.in[call.Block()]))
		}
		return result
	}
	return set{}
}

// created is what is known where a function literal is made: it cannot run
// before. If it is never handed on, what is known where it is called.
func (s *solver) created(fn *ssa.Function) set {
	if len(s.calls[fn]) == 0 && len(s.values[fn]) == 0 {
		return set{}
	}
	result := everything
	for _, instr := range s.values[fn] {
		if closure, ok := instr.(*ssa.MakeClosure); ok && called(closure) {
			continue // its calls are counted below
		}
		result = either(result, s.using(fn, instr))
	}
	for _, call := range s.calls[fn] {
		result = either(result, s.in[call.Block()])
	}
	return result
}

// using is what is known where an instruction takes a function as a value.
func (s *solver) using(fn *ssa.Function, instr ssa.Instruction) set {
	phi, ok := instr.(*ssa.Phi)
	if !ok {
		return s.in[instr.Block()]
	}
	result := everything
	for i, value := range phi.Edges {
		if value == ssa.Value(fn) {
			result = either(result, s.edge(phi.Block().Preds[i], phi.Block()))
		}
	}
	return result
}

// called reports whether a closure is only ever called where it is seen.
func called(closure *ssa.MakeClosure) bool {
	for _, instr := range referrers(closure) {
		call, ok := instr.(ssa.CallInstruction)
		if !ok || call.Common().Value != ssa.Value(closure) || slices.Contains(call.Common().Args, ssa.Value(closure)) {
			return false
		}
	}
	return true
}

// result is what is known of flags if a call's result is what is wanted.
func (s *solver) result(call *ssa.Call, i int, want bool) set {
	callee := origin(call.Call.StaticCallee())
	switch {
	case call.Call.IsInvoke() && len(s.targets[call]) > 0 && !s.loose[call]:
		result := everything
		for _, target := range s.targets[call] {
			result = either(result, s.resultOf(call, target, i, want))
		}
		return result
	case callee == nil:
		return set{}
	case !s.source[callee] || len(callee.Blocks) == 0:
		return s.imported(call, callee, i, want)
	}
	return s.resultOf(call, callee, i, want)
}

// resultOf is what is known of flags if the result of a function that is here
// is what is wanted.
func (s *solver) resultOf(call *ssa.Call, callee *ssa.Function, i int, want bool) set {
	return substitute(s.returns(callee, i, want), func(p *ssa.Parameter) (string, *ssa.Parameter) {
		if n := slices.Index(callee.Params, p); n >= 0 && passed(call, n) != nil {
			return s.key(passed(call, n))
		}
		if p.Parent() == call.Parent() {
			return "", p
		}
		return "", nil
	})
}

// returns is what is known of flags if a result of a function is what is
// wanted, with its parameters as keys.
func (s *solver) returns(fn *ssa.Function, i int, want bool) set {
	result := everything
	for _, block := range fn.Blocks {
		if ret, ok := last(block).(*ssa.Return); ok && i < len(ret.Results) {
			result = either(result, both(s.in[block], s.implies(ret.Results[i], want)))
		}
	}
	return result
}

// argument is what is known of flags if a parameter is what is wanted.
func (s *solver) argument(param *ssa.Parameter, want bool) set {
	fn := param.Parent()
	n := slices.Index(fn.Params, param)
	if n < 0 || !s.private(fn) {
		return set{}
	}
	result := everything
	for _, call := range s.calls[fn] {
		arg := passed(call, n)
		if arg == nil {
			return set{}
		}
		known := both(s.in[call.Block()], s.implies(arg, want))
		result = either(result, anonymous(known))
	}
	return result
}

// variable is what is known of flags if a variable or field holds what is
// wanted, from all that is ever assigned to it.
func (s *solver) variable(address ssa.Value, want bool) set {
	switch a := address.(type) {
	case *ssa.Alloc:
		stores, ok := s.local(a)
		// Before it is assigned to, a variable is false.
		if ok && (want || assignedFirst(a)) {
			return s.assignments(stores, want)
		}
	case *ssa.FreeVar:
		if alloc := s.captured(a); alloc != nil {
			return s.variable(alloc, want)
		}
	case *ssa.Global:
		if stores, ok := s.assigned(a.Object()); ok && want {
			return s.assignments(stores, want)
		}
	case *ssa.FieldAddr:
		return s.stored(fieldOf(a.X.Type(), a.Field), a.X.Type(), want)
	}
	return set{}
}

// stored is what is known if a field of a struct holds what is wanted.
func (s *solver) stored(field *types.Var, of types.Type, want bool) set {
	if typeName(of) == nil || !want {
		return set{}
	}
	stores, ok := s.assigned(field)
	if !ok {
		return set{}
	}
	return s.assignments(stores, want)
}

// assignments is what is known if what one of them assigned is what is wanted.
func (s *solver) assignments(stores []*ssa.Store, want bool) set {
	result := everything
	for _, store := range stores {
		assigned := both(s.in[store.Block()], s.implies(store.Val, want))
		result = either(result, anonymous(assigned))
	}
	return result
}

// local are the assignments to a variable of a function; false if its address
// goes elsewhere than into literals that are in sight.
func (s *solver) local(alloc *ssa.Alloc) ([]*ssa.Store, bool) {
	stores, ok := s.storesTo(alloc)
	return stores, ok && len(stores) > 0
}

func (s *solver) storesTo(address ssa.Value) ([]*ssa.Store, bool) {
	var stores []*ssa.Store
	for _, instr := range referrers(address) {
		switch i := instr.(type) {
		case *ssa.Store:
			if i.Val == address {
				return nil, false
			}
			stores = append(stores, i)
		case *ssa.UnOp:
		case *ssa.MakeClosure:
			inner, ok := s.storesIn(i, address)
			if !ok {
				return nil, false
			}
			stores = append(stores, inner...)
		default:
			return nil, false
		}
	}
	return stores, true
}

// storesIn are the assignments of a closure to a variable that it captures.
func (s *solver) storesIn(closure *ssa.MakeClosure, address ssa.Value) ([]*ssa.Store, bool) {
	fn, ok := closure.Fn.(*ssa.Function)
	if !ok || !s.source[fn] {
		return nil, false
	}
	var stores []*ssa.Store
	for i, binding := range closure.Bindings {
		if binding != address {
			continue
		}
		inner, ok := s.storesTo(fn.FreeVars[i])
		if !ok {
			return nil, false
		}
		stores = append(stores, inner...)
	}
	return stores, true
}

// captured is the variable that a closure knows by another name; nil if it is
// not one variable.
func (s *solver) captured(free *ssa.FreeVar) *ssa.Alloc {
	closures := s.closures[free.Parent()]
	n := slices.Index(free.Parent().FreeVars, free)
	if len(closures) != 1 || n < 0 || n >= len(closures[0].Bindings) {
		return nil
	}
	switch v := closures[0].Bindings[n].(type) {
	case *ssa.Alloc:
		return v
	case *ssa.FreeVar:
		return s.captured(v)
	}
	return nil
}

// assignedFirst reports whether a variable is assigned to before all else.
func assignedFirst(alloc *ssa.Alloc) bool {
	instrs := alloc.Block().Instrs
	for _, instr := range instrs[slices.Index(instrs, ssa.Instruction(alloc))+1:] {
		if !slices.ContainsFunc(instr.Operands(nil), func(v *ssa.Value) bool { return *v == ssa.Value(alloc) }) {
			continue
		}
		store, ok := instr.(*ssa.Store)
		return ok && store.Addr == ssa.Value(alloc)
	}
	return false
}

// referrers are the instructions that use a value, but for those that say where
// in the source it stands; none are known of variables of a package and of
// functions.
func referrers(v ssa.Value) []ssa.Instruction {
	all := v.Referrers()
	if all == nil || !slices.ContainsFunc(*all, isDebug) {
		if all == nil {
			return nil
		}
		return *all
	}
	return slices.DeleteFunc(slices.Clone(*all), isDebug)
}

func isDebug(instr ssa.Instruction) bool {
	_, is := instr.(*ssa.DebugRef)
	return is
}

func boolean(t types.Type) bool {
	basic, ok := t.Underlying().(*types.Basic)
	return ok && basic.Info()&types.IsBoolean != 0
}
