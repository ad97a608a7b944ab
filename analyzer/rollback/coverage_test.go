package rollback_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/analyzer/rollback"
	"github.com/migracheck/migracheck/analyzer/rollback/pairs"
	"github.com/migracheck/migracheck/parser/migration"
)

// withoutPair are the operations that no pair has, with the reason.
var withoutPair = map[string]string{
	"SecurityLabel": "no server has a label provider of its own",
}

// TestEveryOperationHasAPair looks for each operation in the ups and downs of
// the pairs.
func TestEveryOperationHasAPair(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range pairs.Read(t, "testdata/pairs") {
		m := p.Migration()
		for _, s := range []*migration.Script{m.Up, m.Down} {
			if s == nil {
				continue
			}
			for _, piece := range s.Pieces {
				for _, statement := range piece.Statements {
					for _, op := range statement.Ops {
						seen[reflect.TypeOf(op).Elem().Name()] = true
					}
				}
			}
		}
	}
	for _, name := range operations(t) {
		if withoutPair[name] == "" {
			assert.True(t, seen[name], "no pair has a %s", name)
			continue
		}
		assert.False(t, seen[name], "%s has a pair, and is listed as having none", name)
	}
}

// operations are the names of the types that implement ddl.Op.
func operations(t *testing.T) []string {
	file, err := parser.ParseFile(token.NewFileSet(), "../../parser/ddl/ops.go", nil, 0)
	require.NoError(t, err)
	var all []string
	for _, d := range file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && f.Name.Name == "op" {
			all = append(all, f.Recv.List[0].Type.(*ast.StarExpr).X.(*ast.Ident).Name)
		}
	}
	require.Greater(t, len(all), 90)
	return all
}

// TestUnknownIsRare holds how often the files do not tell.
func TestUnknownIsRare(t *testing.T) {
	all := pairs.Read(t, "testdata/pairs")
	unknown := 0
	for _, p := range all {
		if strings.HasPrefix(p.Want, rollback.Unknown.String()+"\n") {
			unknown++
		}
	}
	assert.GreaterOrEqual(t, len(all), 150)
	assert.LessOrEqual(t, unknown*10, len(all), "%d of %d", unknown, len(all))
}
