package config

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/migracheck/migracheck/parser/source"
	"github.com/migracheck/migracheck/rules"
)

// A reader is one reading of a file: it collects what is wrong.
type reader struct {
	file *source.File
	// dir is the directory of the file. From one that both are in, lead leads
	// to it and prefix to the working directory.
	dir, lead, prefix string

	rules []*rules.Rule
	errs  []error
}

func (r *reader) fail(n *yaml.Node, format string, args ...any) {
	r.errs = append(r.errs, &Error{
		Path:    r.file.Path,
		At:      source.Position{Line: n.Line, Column: n.Column},
		Message: fmt.Sprintf(format, args...),
	})
}

// unknown is the error for a name that is none of the known ones.
func (r *reader) unknown(n *yaml.Node, what string, known []string) {
	if near := rules.NearestOf(n.Value, known); near != "" {
		r.fail(n, "unknown %s %q: did you mean %s?", what, n.Value, near)
		return
	}
	r.fail(n, "unknown %s %q: known are %s", what, n.Value, strings.Join(known, ", "))
}

// resolve returns what an alias stands for. Shapes are finite, so that an
// anchor within itself ends where a shape does.
func resolve(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}

// each calls f for the keys of a mapping, in order.
func (r *reader) each(n *yaml.Node, f func(name, value *yaml.Node)) {
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		name := resolve(n.Content[i])
		switch {
		case name.Tag == "!!merge":
			r.fail(name, "merge keys (<<) are not supported: write the keys here, or use an alias for a whole value")
		case name.Kind != yaml.ScalarNode:
			r.fail(name, "expected a name before the colon")
		case seen[name.Value]:
			r.fail(name, "key %q is given twice", name.Value)
		default:
			seen[name.Value] = true
			f(name, n.Content[i+1])
		}
	}
}

// child returns the value of a key of a mapping, or nil.
func child(n *yaml.Node, name string) *yaml.Node {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == name {
			return resolve(n.Content[i+1])
		}
	}
	return nil
}

// locate finds the directory that the file and the working directory are in.
func (r *reader) locate() error {
	wd, err := os.Getwd()
	if err != nil {
		return fmt.Errorf("reading the configuration: %w", err)
	}
	dir, err := filepath.Abs(r.dir)
	if err != nil {
		return fmt.Errorf("reading the configuration: %w", err)
	}
	for top := wd; ; top = filepath.Dir(top) {
		lead, err := filepath.Rel(top, dir)
		if err == nil && lead != ".." && !strings.HasPrefix(lead, ".."+string(filepath.Separator)) {
			prefix, err := filepath.Rel(top, wd)
			r.lead, r.prefix = filepath.ToSlash(lead), filepath.ToSlash(prefix)
			return err
		}
		if top == filepath.Dir(top) {
			return nil // another volume: patterns are as they are
		}
	}
}

// path makes a path of the file one from the working directory.
func (r *reader) path(name string) string {
	if filepath.IsAbs(name) {
		return filepath.Clean(name)
	}
	return filepath.Join(r.dir, filepath.FromSlash(name))
}
