package featureflag

import (
	"cmp"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// A Wrapper says what the result of a function says about flags, to packages
// that call it.
type Wrapper struct {
	// Result is which result, 0 for the first, and Is its value.
	Result int
	Is     bool
	// Flags are those known if the result has that value.
	Flags []WrappedFlag
}

// A WrappedFlag is a flag whose key may be an argument of the function.
type WrappedFlag struct {
	Flag
	// Param is the parameter that is the key, counted from 1 with the receiver;
	// 0 if none is.
	Param int
}

// Wrappers are the declared functions whose results say something about flags.
func (f *Facts) Wrappers() map[*types.Func][]Wrapper {
	f.solver.askReturns()
	all := map[*types.Func][]Wrapper{}
	for _, fn := range f.solver.functions {
		object, ok := fn.Object().(*types.Func)
		if !ok || fn.Synthetic != "" {
			continue
		}
		results := fn.Signature.Results()
		for i := range results.Len() {
			if !boolean(results.At(i).Type()) {
				continue
			}
			for _, is := range []bool{true, false} {
				if flags := wrapped(fn, f.solver.returns(fn, i, is)); len(flags) > 0 {
					all[object] = append(all[object], Wrapper{Result: i, Is: is, Flags: flags})
				}
			}
		}
	}
	return all
}

// askReturns answers what the results of all functions say: until then, what
// nothing in the package has asked for counts as what cannot be.
func (s *solver) askReturns() {
	for _, fn := range s.functions {
		results := fn.Signature.Results()
		for i := range results.Len() {
			if boolean(results.At(i).Type()) {
				s.returns(fn, i, true)
				s.returns(fn, i, false)
			}
		}
	}
	s.solve()
}

// wrapped are the flags of a set as callers of a function see them.
func wrapped(fn *ssa.Function, s set) []WrappedFlag {
	if s.all {
		return nil // it never returns that
	}
	var flags []WrappedFlag
	for fact, open := range s.facts {
		w := WrappedFlag{Flag: Flag{Key: fact.key, On: fact.on, FailsOpen: open}}
		if fact.param != nil {
			w.Param = slices.Index(fn.Params, fact.param) + 1
		}
		flags = append(flags, w)
	}
	slices.SortFunc(flags, func(a, b WrappedFlag) int {
		return cmp.Or(cmp.Compare(a.Key, b.Key), cmp.Compare(a.Param, b.Param), cmp.Compare(side(a.On), side(b.On)))
	})
	return flags
}

func side(on bool) int {
	if on {
		return 1
	}
	return 0
}

// imported is what is known of flags if a result of a function of another
// package is what is wanted.
func (s *solver) imported(call *ssa.Call, callee *ssa.Function, i int, want bool) set {
	object, ok := callee.Object().(*types.Func)
	if !ok || s.flags.Wrappers == nil {
		return set{}
	}
	for _, w := range s.flags.Wrappers(object.Origin()) {
		if w.Result != i || w.Is != want {
			continue
		}
		result := set{}
		for _, flag := range w.Flags {
			f := fact{key: flag.Key, on: flag.On}
			if flag.Param > 0 {
				if arg := passed(call, flag.Param-1); arg != nil {
					f.key, f.param = s.key(arg)
				}
			}
			result = both(result, known(f, flag.FailsOpen))
		}
		return result
	}
	return set{}
}
