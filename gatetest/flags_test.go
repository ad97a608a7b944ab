package gatetest_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/go/packages"
	"golang.org/x/tools/go/ssa"
	"golang.org/x/tools/go/ssa/ssautil"

	"github.com/migracheck/migracheck/analyzer/featureflag"
)

// TestFlags compares which flags are known to be on at the calls of a function
// use with the comments behind them: "!" is one that may be on because nobody
// answered, "?" one whose key is not known.
func TestFlags(t *testing.T) {
	pkgs := load(t, packages.LoadSyntax, "./flags/...")
	require.NotEmpty(t, pkgs)
	program, built := ssautil.Packages(pkgs, 0)
	program.Build()
	count := 0
	for i, pkg := range pkgs {
		t.Run(pkg.Name, func(t *testing.T) {
			want := comments(pkg, "gated: ", "ungated")
			assert.NotEmpty(t, want)
			count += len(want)
			assert.Equal(t, want, known(pkg, functions(built[i])))
		})
	}
	assert.GreaterOrEqual(t, count, 120, "calls of use")
}

// load loads packages of the module with their types.
func load(t *testing.T, mode packages.LoadMode, patterns ...string) []*packages.Package {
	t.Helper()
	pkgs, err := packages.Load(&packages.Config{Mode: mode, Context: t.Context()}, patterns...)
	require.NoError(t, err)
	for _, pkg := range pkgs {
		require.Empty(t, pkg.Errors, pkg.PkgPath)
	}
	return pkgs
}

// functions are the functions of a package, with the literals in them.
func functions(pkg *ssa.Package) []*ssa.Function {
	var all []*ssa.Function
	for fn := range ssautil.AllFunctions(pkg.Prog) {
		if fn.Pkg == pkg && fn.Synthetic == "" {
			all = append(all, fn)
		}
	}
	return all
}

// known is what is known at calls of use, by file and line.
func known(pkg *packages.Package, functions []*ssa.Function) map[string]string {
	facts := featureflag.Analyze(functions, featureflag.Flags{Checks: featureflag.SDKs()}, nil)
	found := map[string]string{}
	for _, fn := range functions {
		for _, block := range fn.Blocks {
			for _, instr := range block.Instrs {
				call, ok := instr.(ssa.CallInstruction)
				if ok && call.Common().StaticCallee() != nil && call.Common().StaticCallee().Name() == "use" {
					found[line(pkg.Fset, call.Pos())] = describe(facts.Holding(call))
				}
			}
		}
	}
	return found
}

func describe(flags []featureflag.Flag, reachable bool) string {
	if !reachable {
		return "unreachable"
	}
	var on []string
	for _, flag := range flags {
		if !flag.On {
			continue
		}
		key := flag.Key
		if key == "" {
			key = "?"
		}
		if flag.FailsOpen {
			key += "!"
		}
		on = append(on, key)
	}
	if on == nil {
		return "ungated"
	}
	return "gated: " + strings.Join(on, " ")
}
