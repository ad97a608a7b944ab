package flaggate

import (
	"go/ast"
	"strings"

	"github.com/migracheck/migracheck/analyzer/gocode"
	"github.com/migracheck/migracheck/parser/migration"
	"github.com/migracheck/migracheck/parser/source"
)

// directives are the comments "//migracheck:allow RULE: reason" of packages. One
// speaks of the line that it stands on, of the next one if it stands alone, and
// above a function of all of it.
func directives(program *gocode.Program, packages []*gocode.Package) []migration.Directive {
	var all []migration.Directive
	for _, p := range packages {
		for _, file := range p.Files {
			for _, group := range file.Comments {
				for _, comment := range group.List {
					if !strings.HasPrefix(comment.Text, "//migracheck:") {
						continue
					}
					if d, ok := migration.CodeDirective(program.Span(comment.Pos(), comment.End())); ok {
						d.Statement = covered(program, file, group, d.At)
						all = append(all, d)
					}
				}
			}
		}
	}
	return all
}

// covered is what a directive speaks of.
func covered(program *gocode.Program, file *ast.File, group *ast.CommentGroup, at source.Span) source.Span {
	for _, decl := range file.Decls {
		if fn, ok := decl.(*ast.FuncDecl); ok && fn.Doc == group {
			return program.Span(fn.Pos(), fn.End())
		}
	}
	text := at.File.Text
	start := strings.LastIndexByte(text[:at.Start], '\n') + 1
	end := at.End
	if strings.TrimSpace(text[start:at.Start]) == "" {
		// It stands alone: the next line that is not a comment.
		for start = at.End; start < len(text); start = end {
			start++ // the line end
			end = lineEnd(text, start)
			if line := strings.TrimSpace(text[min(start, len(text)):end]); line != "" && !strings.HasPrefix(line, "//") {
				break
			}
		}
		start = min(start, len(text))
		end = max(start, end)
	}
	return source.Span{File: at.File, Start: start, End: end}
}

// lineEnd is the end of the line that an offset is in.
func lineEnd(text string, from int) int {
	if from >= len(text) {
		return len(text)
	}
	if n := strings.IndexByte(text[from:], '\n'); n >= 0 {
		return from + n
	}
	return len(text)
}
