// Package featureflag tells which feature flags are known to be on wherever Go
// code stands: the gate through which alone code may reach what a migration has
// yet to add.
//
// A flag holds at an instruction when a check of it was true on every path that
// leads there. It is a forward must-analysis of the conditions on the edges of
// the control-flow graph, over functions in SSA form: through negation,
// comparison, && and ||, variables, tuples, results that are structs, functions
// that return a flag, closures, and functions that are called from nowhere but
// gated code. The functions are those of one package, with what is known of the
// packages that it imports, or of a whole program, where calls through
// interfaces are followed as well. Domination alone would not do:
// it takes a flag kept in a variable for unknown.
//
// When in doubt a flag does not hold: a variable whose address leaves the
// function, a function that anybody may call, a variant that is not known to
// mean "on". Calls of function values are not followed.
//
// Left to others: which flag stands for which column, what of the code uses
// the database (there is no SQL here), keeping facts about packages, and
// findings. That a flag may be switched off after it was checked is not
// considered, nor are unsafe, reflection and calls from assembly.
package featureflag

import (
	"cmp"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// A Flag is what is known of a feature flag.
type Flag struct {
	// Key is the flag's key. It is "" where some flag is known, but not which:
	// its key is computed, or it depends on the path.
	Key string
	// On is false when the flag is known to be off.
	On bool
	// FailsOpen is whether the check may be true only because the provider of
	// flags did not answer: its default is true, or not a constant.
	FailsOpen bool
}

// Facts are what is known of flags in the functions of packages.
type Facts struct {
	solver *solver
	// written are the functions in order of their places.
	written []*ssa.Function
}

// Analyze works out where in functions which flags hold: those of one package,
// which others may call, or of a program as whole says.
func Analyze(functions []*ssa.Function, flags Flags, whole *Whole) *Facts {
	s := newSolver(functions, flags, whole)
	s.solve()
	return &Facts{solver: s, written: inOrder(s.functions)}
}

// Holding are the flags known when the instruction runs, in order of their
// keys. It reports false if the instruction cannot be reached.
func (f *Facts) Holding(instr ssa.Instruction) ([]Flag, bool) {
	set := f.solver.in[instr.Block()]
	if !f.solver.knows(instr.Parent()) {
		return nil, true
	}
	if set.all {
		return nil, false
	}
	return flagsOf(set), true
}

// flagsOf are the flags of a set.
func flagsOf(set set) []Flag {
	var flags []Flag
	for fact, open := range anonymous(set).facts {
		if fact.key != "" || !named(set, fact.on) {
			flags = append(flags, Flag{Key: fact.key, On: fact.on, FailsOpen: open})
		}
	}
	slices.SortFunc(flags, func(a, b Flag) int {
		if a.Key == b.Key && a.On != b.On && a.On {
			return -1
		}
		return cmp.Compare(a.Key, b.Key)
	})
	return flags
}

// named reports whether the key of a flag that is known is known too.
func named(s set, on bool) bool {
	for fact := range s.facts {
		if fact.key != "" && fact.on == on {
			return true
		}
	}
	return false
}
