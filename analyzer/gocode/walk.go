package gocode

import (
	"errors"
	"go/build"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// walk lists the packages of a module by reading its directories. Packages of
// other modules and of the standard library are not found.
func walk(dir string, patterns []string) (*listing, error) {
	module, root := moduleOf(dir)
	l := &listing{packages: map[string]*listedPackage{}, warnings: nested(dir, patterns)}
	err := filepath.WalkDir(root, func(at string, entry fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrPermission):
			return nil
		case err != nil:
			return err
		case !entry.IsDir():
			return nil
		case at != root && skipped(entry.Name()):
			return fs.SkipDir
		}
		if _, err := os.Stat(filepath.Join(at, "go.mod")); err == nil && at != root {
			return fs.SkipDir
		}
		name := path.Join(module, relative(root, at))
		p, err := readDir(at, name)
		if err != nil || p == nil {
			return err
		}
		l.packages[name] = p
		if matches(dir, at, patterns) {
			l.roots = append(l.roots, p)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, p := range l.packages {
		for name := range p.imports {
			if l.packages[name] == nil {
				delete(p.imports, name)
			}
		}
	}
	return l, nil
}

// readDir returns the package of a directory, nil if there is none. The files
// are those that the go command would take here.
func readDir(dir, name string) (*listedPackage, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	p := &listedPackage{path: name, dir: dir, imports: map[string]string{}, own: true}
	fset := token.NewFileSet()
	for _, entry := range entries {
		if entry.IsDir() || !strings.HasSuffix(entry.Name(), ".go") || strings.HasSuffix(entry.Name(), "_test.go") {
			continue
		}
		// An error is for a file that cannot be parsed, which check reports.
		if match, err := build.Default.MatchFile(dir, entry.Name()); err == nil && !match {
			continue
		}
		file := filepath.Join(dir, entry.Name())
		p.files = append(p.files, file)
		if parsed, err := parser.ParseFile(fset, file, nil, parser.ImportsOnly); err == nil {
			for _, spec := range parsed.Imports {
				if imported, err := strconv.Unquote(spec.Path.Value); err == nil {
					p.imports[imported] = imported
				}
			}
		}
	}
	if len(p.files) == 0 {
		return nil, nil
	}
	return p, nil
}

// moduleOf returns the path and the directory of the module that a directory
// is in; without a go.mod, the directory itself.
func moduleOf(dir string) (module, root string) {
	for at := dir; ; at = filepath.Dir(at) {
		text, err := os.ReadFile(filepath.Join(at, "go.mod"))
		if err == nil {
			for line := range strings.Lines(string(text)) {
				if fields := strings.Fields(line); len(fields) > 1 && fields[0] == "module" {
					return strings.Trim(fields[1], `"`), at
				}
			}
		}
		if filepath.Dir(at) == at {
			return filepath.Base(dir), dir
		}
	}
}

// matches reports whether a directory is one of those that patterns name.
func matches(dir, at string, patterns []string) bool {
	rel := relative(dir, at)
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		pattern = path.Clean(filepath.ToSlash(pattern))
		if prefix, all := strings.CutSuffix(pattern, "..."); all {
			prefix = strings.TrimSuffix(prefix, "/")
			return filepath.IsLocal(rel) && (prefix == "" || prefix == "." || rel == prefix || strings.HasPrefix(rel, prefix+"/"))
		}
		return rel == pattern
	})
}
