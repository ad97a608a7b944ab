package featureflag

import (
	"slices"

	"golang.org/x/tools/go/ssa"
)

// Way is a shortest way by which an instruction is reached although no flag
// that would do is known on it: the calls, and the places where function
// literals are made, from a function that others call to the instruction's own.
// It is empty if others may call that function at once.
func (f *Facts) Way(to ssa.Instruction, does func([]Flag) bool) []ssa.Instruction {
	type step struct {
		at   ssa.Instruction // within fn's caller
		fn   *ssa.Function
		next *step
	}
	queue := []*step{{fn: to.Parent()}}
	seen := map[*ssa.Function]bool{to.Parent(): true}
	for len(queue) > 0 {
		current := queue[0]
		queue = queue[1:]
		from, open := f.reached(current.fn)
		if open {
			var way []ssa.Instruction
			for st := current; st.next != nil; st = st.next {
				way = append(way, st.at)
			}
			return way
		}
		for _, instr := range from {
			if held, reachable := f.Holding(instr); !reachable || does(held) || seen[instr.Parent()] {
				continue
			}
			seen[instr.Parent()] = true
			queue = append(queue, &step{at: instr, fn: instr.Parent(), next: current})
		}
	}
	return nil
}

// Callers are the calls of a function that are in sight, in order; others may
// call it as well if it reports true.
func (f *Facts) Callers(fn *ssa.Function) (calls []ssa.Instruction, others bool) {
	return f.reached(fn)
}

func (f *Facts) reached(fn *ssa.Function) (from []ssa.Instruction, others bool) {
	s := f.solver
	fn = origin(fn)
	for _, call := range s.calls[fn] {
		from = append(from, call)
	}
	from = append(from, s.values[fn]...)
	if fn.Parent() != nil {
		for _, closure := range s.closures[fn] {
			from = append(from, closure)
		}
	} else {
		others = !s.private(fn)
	}
	slices.SortStableFunc(from, func(a, b ssa.Instruction) int { return int(a.Pos()) - int(b.Pos()) })
	return slices.Compact(from), others
}

// A Place is where a flag is asked for.
type Place struct {
	At   ssa.Instruction
	Flag Flag
}

// Checks are the places in a function where flags are asked for, in order.
func (f *Facts) Checks(fn *ssa.Function) []Place {
	var found []Place
	for _, block := range fn.Blocks {
		for _, instr := range block.Instrs {
			value, ok := instr.(ssa.Value)
			if !ok {
				continue
			}
			if state, ok := f.solver.state(value); ok {
				found = append(found, Place{At: instr, Flag: Flag{Key: state.key, On: true, FailsOpen: state.open}})
			}
		}
	}
	return found
}
