package migration

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// A place is where a path leads: as it was written, made absolute, and with
// links resolved.
type place struct{ lexical, real string }

// placeOf returns the place of a path that exists. A file that is a link is
// where the link is.
func placeOf(path string, isDir bool) place {
	lexical, err := filepath.Abs(path)
	if err != nil {
		lexical = filepath.Clean(path)
	}
	dir, base := lexical, ""
	if !isDir {
		dir, base = filepath.Split(lexical)
	}
	real, err := filepath.EvalSymlinks(dir)
	if err != nil {
		real = dir
	}
	return place{lexical, filepath.Join(real, base)}
}

// from returns the path that leads from a directory to this place, "." for
// itself; ok is false where it lies elsewhere.
func (p place) from(dir place) (path string, ok bool) {
	for _, pair := range [][2]string{{dir.lexical, p.lexical}, {dir.real, p.real}} {
		path, err := filepath.Rel(pair[0], pair[1])
		if err == nil && path != ".." && !strings.HasPrefix(path, ".."+string(filepath.Separator)) {
			return path, true
		}
	}
	return "", false
}

// around returns the project that a path is in, the innermost, and the path
// from its directory; nil where it is in none.
func (o Options) around(path string, isDir bool) (project *Project, rest string) {
	at := placeOf(path, isDir)
	for i := range o.Projects {
		p := &o.Projects[i]
		r, ok := at.from(placeOf(p.Dir, true))
		if ok && (project == nil || len(r) < len(rest)) {
			project, rest = p, r
		}
	}
	return project, rest
}

// below returns the projects in a directory, in order. One that lies in another
// is read with that one, as its own set all the same.
func (o Options) below(dir string) []*Project {
	at := placeOf(dir, true)
	var found []*Project
	for i := range o.Projects {
		if _, ok := placeOf(o.Projects[i].Dir, true).from(at); ok {
			found = append(found, &o.Projects[i])
		}
	}
	return found
}

// known is the error for a framework that nobody knows.
func (o Options) known() (Layout, error) {
	if o.Framework == "" || o.Framework == "auto" {
		return nil, nil
	}
	return named(o.Framework)
}

// choice returns how a directory is read: the layout, nil to look for one, and
// what said so.
func (o Options) choice(p *Project) (forced Layout, reason string, err error) {
	name, reason := o.Framework, "named by --framework"
	if (name == "" || name == "auto") && p != nil {
		name, reason = p.Framework, "named by the configuration"
		if (name == "" || name == "auto") && p.Custom != nil {
			name = customName
		}
	}
	switch {
	case name == "" || name == "auto":
		return nil, "", nil
	case name != customName:
		forced, err = named(name)
		return forced, reason, err
	case p == nil || p.Custom == nil:
		return nil, "", errors.New("the layout custom has to be described: say in the configuration, for the directory of the migrations, at least what the paths of the files are (files)")
	}
	custom, err := p.Custom.compile()
	if err != nil {
		return nil, "", fmt.Errorf("the custom layout of %s: %w", p.Dir, err)
	}
	return custom, "described by the configuration", nil
}

// apply gives a set what its project says.
func (p *Project) apply(s *Set) {
	if p == nil {
		return
	}
	s.OneTransaction = s.OneTransaction || p.OneTransaction
	s.placeholders = p.Placeholders
}

// exists is the error for a project whose directory is not there.
func (p *Project) exists() error {
	info, err := os.Stat(p.Dir)
	switch {
	case err != nil:
		return fmt.Errorf("cannot read %s, which the configuration names: %w", p.Dir, cause(err))
	case !info.IsDir():
		return fmt.Errorf("%s, which the configuration names, is no directory", p.Dir)
	}
	return nil
}
