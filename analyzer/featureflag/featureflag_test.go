package featureflag_test

import (
	"fmt"
	"go/token"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/analysistest"
	"golang.org/x/tools/go/analysis/passes/buildssa"
	"golang.org/x/tools/go/ssa"
	"golang.org/x/tools/txtar"

	"github.com/migracheck/migracheck/analyzer/featureflag"
)

// configured are checks as a project would name them.
var configured = []featureflag.Check{
	{Name: "example.com/flags.Variant", Key: featureflag.Key{Argument: 1}, Variants: []string{"new", "both"}},
	{Name: "(example.com/flags.*).Enabled", Key: featureflag.Key{Argument: 1}},
	{Name: "example.com/flags.Result", Key: featureflag.Key{Text: "second"}, Result: 1},
	{Name: "example.com/flags.Billing", Key: featureflag.Key{Text: "global"}},
	{Name: "example.com/flags.Config.*", Key: featureflag.Key{Text: "field"}},
}

// gates marks what calls of use are known to be gated by.
var gates = &analysis.Analyzer{
	Name:       "gates",
	Doc:        "flags that hold at calls of use",
	Requires:   []*analysis.Analyzer{buildssa.Analyzer},
	ResultType: reflect.TypeFor[map[string]string](),
	Run: func(pass *analysis.Pass) (any, error) {
		code := pass.ResultOf[buildssa.Analyzer].(*buildssa.SSA)
		facts := featureflag.Analyze(append(slices.Clone(code.SrcFuncs), code.Pkg.Func("init")), featureflag.Flags{
			Checks:  append(featureflag.SDKs(), configured...),
			Objects: featureflag.Annotated(pass.Files, pass.TypesInfo),
		}, nil)
		found := map[string]string{}
		for _, fn := range code.SrcFuncs {
			for _, block := range fn.Blocks {
				for _, instr := range block.Instrs {
					call, ok := instr.(ssa.CallInstruction)
					if ok && call.Common().StaticCallee() != nil && call.Common().StaticCallee().Name() == "use" {
						found[line(pass.Fset, call.Pos())] = describe(facts.Holding(call))
					}
				}
			}
		}
		return found, nil
	},
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

func line(files *token.FileSet, pos token.Pos) string {
	position := files.Position(pos)
	return fmt.Sprintf("%s:%d", position.Filename[strings.LastIndex(position.Filename, "/")+1:], position.Line)
}

func TestShapes(t *testing.T) {
	files := map[string]string{}
	for _, name := range []string{"testdata/shapes.txtar", "testdata/sdk.txtar"} {
		archive, err := txtar.ParseFile(name)
		require.NoError(t, err)
		for _, f := range archive.Files {
			files[f.Name] = string(f.Data)
		}
	}
	dir, cleanup, err := analysistest.WriteFiles(files)
	require.NoError(t, err)
	defer cleanup()
	results := analysistest.Run(t, dir, gates, "app", "clients")
	require.Len(t, results, 2)
	for _, result := range results {
		t.Run(result.Pass.Pkg.Name(), func(t *testing.T) {
			want := wanted(result.Pass)
			assert.GreaterOrEqual(t, len(want), 80)
			assert.Equal(t, want, result.Result)
		})
	}
}

// wanted are the comments that say what is known at the calls on their lines.
func wanted(pass *analysis.Pass) map[string]string {
	want := map[string]string{}
	for _, file := range pass.Files {
		for _, group := range file.Comments {
			for _, comment := range group.List {
				text := strings.TrimPrefix(comment.Text, "// ")
				if text == "ungated" || text == "unreachable" || strings.HasPrefix(text, "gated: ") {
					want[line(pass.Fset, comment.Pos())] = text
				}
			}
		}
	}
	return want
}
