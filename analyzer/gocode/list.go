package gocode

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"
)

// A listing says which packages there are and where their files are.
type listing struct {
	// roots are the packages that are asked for, in order of path.
	roots []*listedPackage
	// packages holds roots and all that they import, by their own names.
	packages map[string]*listedPackage
	warnings []string
}

// A listedPackage is a package before its files are read.
type listedPackage struct {
	path, dir string
	files     []string
	// imports maps what import declarations say to packages; what is not found
	// is not in it.
	imports map[string]string
	// own is set for packages of the module, whose functions are looked into.
	own bool
}

// A listError says that the go command is there and could not list packages.
type listError struct{ message string }

func (e *listError) Error() string { return e.message }

// list asks the go command. It is kept from the network, from another
// toolchain, and from changing go.mod.
func list(ctx context.Context, dir string, patterns, env []string) (*listing, error) {
	loaded, err := packages.Load(&packages.Config{
		Context: ctx,
		Dir:     dir,
		Env:     offline(env),
		Mode:    packages.NeedName | packages.NeedFiles | packages.NeedImports | packages.NeedDeps | packages.NeedModule,
	}, patterns...)
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil && strings.Contains(err.Error(), "executable file not found"):
		return nil, fmt.Errorf("reading Go code with its types needs the go command: %w", err)
	case err != nil:
		return nil, &listError{message: oneLine(err.Error())}
	}
	l := &listing{packages: map[string]*listedPackage{}, warnings: nested(dir, patterns)}
	var failed []string
	packages.Visit(loaded, nil, func(p *packages.Package) {
		if len(p.GoFiles) == 0 || p.Name == "" {
			return // unsafe, or not found, with the file that imports it
		}
		entry := &listedPackage{path: p.ID, files: p.GoFiles, imports: map[string]string{}, own: p.Module != nil && p.Module.Main}
		entry.dir = filepath.Dir(p.GoFiles[0])
		for name, imported := range p.Imports {
			entry.imports[name] = imported.ID
		}
		l.packages[p.ID] = entry
	})
	for _, p := range loaded {
		if entry := l.packages[p.ID]; entry != nil {
			l.roots = append(l.roots, entry)
			entry.own = true
			continue
		}
		for _, e := range p.Errors {
			failed = append(failed, oneLine(e.Msg))
		}
	}
	if len(l.roots) == 0 && len(failed) > 0 {
		return nil, &listError{message: failed[0]}
	}
	for _, message := range failed {
		l.warnings = append(l.warnings, "a package is left out: "+message)
	}
	slices.SortFunc(l.roots, func(a, b *listedPackage) int { return strings.Compare(a.path, b.path) })
	return l, nil
}

// offline returns an environment in which the go command fetches nothing.
func offline(env []string) []string {
	out := make([]string, 0, len(env)+3)
	for _, entry := range env {
		if flags, is := strings.CutPrefix(entry, "GOFLAGS="); is {
			entry = "GOFLAGS=" + strings.Join(slices.DeleteFunc(strings.Fields(flags), func(flag string) bool {
				return strings.TrimLeft(flag, "-") == "mod=mod"
			}), " ")
		}
		out = append(out, entry)
	}
	return append(out, "GOPROXY=off", "GOTOOLCHAIN=local")
}

// nested says which directories below are modules of their own, which a
// pattern with ... does not reach.
func nested(dir string, patterns []string) []string {
	if !slices.ContainsFunc(patterns, func(p string) bool { return strings.HasSuffix(p, "...") }) {
		return nil
	}
	var found []string
	_ = filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrPermission):
			return nil
		case err != nil:
			return err
		case entry.IsDir() && path != dir && skipped(entry.Name()):
			return fs.SkipDir
		case entry.Name() == "go.mod" && filepath.Dir(path) != dir:
			found = append(found, fmt.Sprintf("%s is a module of its own and is not read", relative(dir, filepath.Dir(path))))
		}
		return nil
	})
	return found
}

// skipped reports whether the go command's ... passes over directories of a name.
func skipped(name string) bool {
	return name == "vendor" || name == "testdata" || name == "node_modules" || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_")
}

// relative returns a path as it is shown: from the directory that was asked
// for, with slashes.
func relative(dir, path string) string {
	if rel, err := filepath.Rel(dir, path); err == nil && filepath.IsLocal(rel) {
		return filepath.ToSlash(rel)
	}
	return filepath.ToSlash(path)
}

// oneLine returns the first line of a message.
func oneLine(message string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(message), "\n")
	return strings.TrimSpace(line)
}
