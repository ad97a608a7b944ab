package gocode

import (
	"go/ast"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/migracheck/migracheck/analyzer/queries"
	"github.com/migracheck/migracheck/parser/source"
)

// embedPatterns returns the patterns of the go:embed directives of a comment.
func embedPatterns(doc *ast.CommentGroup) []string {
	if doc == nil {
		return nil
	}
	var patterns []string
	for _, comment := range doc.List {
		rest, is := strings.CutPrefix(comment.Text, "//go:embed ")
		for rest = strings.TrimSpace(rest); is && rest != ""; rest = strings.TrimSpace(rest) {
			if quoted, err := strconv.QuotedPrefix(rest); err == nil {
				if pattern, err := strconv.Unquote(quoted); err == nil {
					patterns = append(patterns, pattern)
				}
				rest = rest[len(quoted):]
				continue
			}
			pattern, after, _ := strings.Cut(rest, " ")
			patterns = append(patterns, pattern)
			rest = after
		}
	}
	return patterns
}

// embedded returns the text of a variable that embeds one file.
func (r *reader) embedded(e embed, at ast.Node) []value {
	if len(e.patterns) != 1 {
		return []value{unknownValue(at.Pos(), at.End(), queries.Dynamic)}
	}
	return r.file(e, e.patterns[0], at)
}

// file returns the text of an embedded file.
func (r *reader) file(e embed, name string, at ast.Node) []value {
	unknown := []value{unknownValue(at.Pos(), at.End(), queries.Dynamic)}
	name = strings.TrimPrefix(name, "all:")
	if !filepath.IsLocal(filepath.FromSlash(name)) || strings.ContainsAny(name, `*?[\`) {
		return unknown
	}
	covered := false
	for _, pattern := range e.patterns {
		pattern = strings.TrimPrefix(pattern, "all:")
		match, _ := path.Match(pattern, name)
		covered = covered || match || pattern == "." || strings.HasPrefix(name, pattern+"/") || withinMatch(pattern, name)
	}
	if !covered {
		return unknown
	}
	full := filepath.Join(e.unit.dir, filepath.FromSlash(name))
	file := r.texts[full]
	if file == nil {
		text, err := os.ReadFile(full)
		if err != nil {
			return unknown
		}
		file = source.NewFile(relative(r.dir, full), string(text))
		r.texts[full] = file
	}
	return []value{{text: clean(strings.TrimPrefix(file.Text, "\ufeff")), pos: at.Pos(), end: at.End(), embedded: full}}
}

// withinMatch reports whether a pattern matches a directory that a file is in.
func withinMatch(pattern, name string) bool {
	for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
		if match, _ := path.Match(pattern, dir); match {
			return true
		}
	}
	return false
}
