package gatetest_test

import (
	"fmt"
	"go/token"
	"path/filepath"
	"strings"

	"golang.org/x/tools/go/packages"
)

// comments are the comments of a package that begin with one of the words, by
// file and line.
func comments(pkg *packages.Package, words ...string) map[string]string {
	found := map[string]string{}
	for _, file := range pkg.Syntax {
		for _, group := range file.Comments {
			for _, comment := range group.List {
				text := strings.TrimPrefix(comment.Text, "// ")
				for _, word := range words {
					if strings.HasPrefix(text, word) {
						found[line(pkg.Fset, comment.Pos())] = text
					}
				}
			}
		}
	}
	return found
}

// line is a position as "file.go:12".
func line(files *token.FileSet, pos token.Pos) string {
	position := files.Position(pos)
	return fmt.Sprintf("%s:%d", filepath.Base(position.Filename), position.Line)
}
