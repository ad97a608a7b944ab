package featureflag

import (
	"go/ast"
	"go/types"
	"strings"
)

const directive = "//migracheck:gate "

// Annotated are the functions, variables and fields that a comment
// "//migracheck:gate flag-name" at their declaration makes flags, with the
// names. Of a function it is the first result.
func Annotated(files []*ast.File, info *types.Info) map[types.Object]string {
	objects := map[types.Object]string{}
	mark := func(names []*ast.Ident, comments ...*ast.CommentGroup) {
		key := annotation(comments)
		if key == "" {
			return
		}
		for _, name := range names {
			if object := info.Defs[name]; object != nil {
				objects[object] = key
			}
		}
	}
	for _, file := range files {
		ast.Inspect(file, func(node ast.Node) bool {
			switch n := node.(type) {
			case *ast.FuncDecl:
				mark([]*ast.Ident{n.Name}, n.Doc)
			case *ast.GenDecl:
				for _, spec := range n.Specs {
					if value, ok := spec.(*ast.ValueSpec); ok {
						mark(value.Names, n.Doc, value.Doc, value.Comment)
					}
				}
			case *ast.Field:
				mark(n.Names, n.Doc, n.Comment)
			}
			return true
		})
	}
	return objects
}

// annotation is the flag that comments name.
func annotation(groups []*ast.CommentGroup) string {
	key := ""
	for _, group := range groups {
		if group == nil {
			continue
		}
		for _, comment := range group.List {
			if rest, ok := strings.CutPrefix(comment.Text, directive); ok && strings.TrimSpace(rest) != "" {
				key = strings.Fields(rest)[0]
			}
		}
	}
	return key
}
