// Package config reads .migracheck.yaml, what a team agrees on.
//
// One table of keys (keys.go) says what the file may hold; from it come the
// reading, the JSON Schema for editors and the reference page, so that none can
// say other than the rest. Everything wrong in a file is reported at once, each
// with its line and column and, for a misspelled name, what was probably meant.
//
// Paths in the file are relative to the file. They are handed on relative to
// the working directory, as all paths are.
//
// It does not know flags or the environment, which win over the file: that is
// for the command to settle. It does not judge what the settings do to a run.
package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/migracheck/migracheck/parser/migration"
	"github.com/migracheck/migracheck/parser/source"
	"github.com/migracheck/migracheck/rules"
)

// Name is what the file is called.
const Name = ".migracheck.yaml"

// A Config is what a file says. What it does not say has the zero value.
type Config struct {
	// Path is the file, relative to the working directory.
	Path string

	// App are the paths of the application's code, Queries files of the previous
	// version's queries, and Previous the ref of its code.
	App, Queries           []string
	Previous               string
	Framework, Since, From string
	PGVersion              int
	Projects               []migration.Project

	// Formats are as --format takes them.
	Formats  []string
	FailOn   string
	Baseline string

	// Rules, Enable and Exclude name rules and families; Off are those whose
	// severity is "off".
	Rules, Enable, Exclude, Off []string
	// Severities are by the name of the rule.
	Severities map[string]rules.Severity
	// Options are by the name of the rule and of the option.
	Options map[string]map[string]any

	Tables     []rules.Table
	Timeouts   rules.Timeouts
	Exemptions []rules.Exemption

	// Gate is what is said of feature flags.
	Gate Gate

	grades []pair[grade]
	tables tables
}

// An Error is something wrong in a configuration or in a file that it names.
type Error struct {
	Path string
	// At is the zero Position where the place is not known.
	At      source.Position
	Message string
}

// Error returns "path:line:column: message".
func (e *Error) Error() string {
	if e.At.Line == 0 {
		return e.Path + ": " + e.Message
	}
	return fmt.Sprintf("%s:%d:%d: %s", e.Path, e.At.Line, e.At.Column, e.Message)
}

// Find looks for the file from a path towards the repository root, or, outside a
// repository, to the working directory that the path is in: further up it may
// be anybody's. It returns "" where there is none.
func Find(path string) string {
	dir, err := filepath.Abs(path)
	if err != nil {
		return ""
	}
	top := migration.Top(dir)
	for {
		path := filepath.Join(dir, Name)
		info, err := os.Stat(path)
		switch {
		case err == nil && !info.IsDir():
			return relative(path)
		case err != nil && !errors.Is(err, fs.ErrNotExist) && !strings.Contains(err.Error(), "not a directory"):
			return relative(path) // reading it will say what is wrong
		}
		parent := filepath.Dir(dir)
		if dir == top || parent == dir {
			return ""
		}
		dir = parent
	}
}

func relative(path string) string {
	wd, err := os.Getwd()
	if err != nil {
		return path
	}
	r, err := filepath.Rel(wd, path)
	if err != nil {
		return path
	}
	return r
}

// Read reads a file. The error joins an [Error] for each thing that is wrong.
func Read(path string) (*Config, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading the configuration: %w", err)
	}
	r := &reader{file: source.NewFile(filepath.ToSlash(path), string(text)), dir: filepath.Dir(path), rules: rules.All()}
	if err := r.locate(); err != nil {
		return nil, err
	}
	return r.config()
}

// config reads the file as a whole.
func (r *reader) config() (*Config, error) {
	c := &Config{Path: r.file.Path}
	root, err := r.document()
	if err != nil {
		return nil, err
	}
	if root == nil {
		return c, nil
	}
	read, _ := top(r.rules).read(r, root)
	if len(r.errs) > 0 {
		return nil, errors.Join(r.errs...)
	}
	read.Path = c.Path
	read.grade(r.rules)
	if err := read.know(); err != nil {
		return nil, err
	}
	return &read, nil
}

// document returns the root of the one document of the file, or nil where
// there is nothing in it.
func (r *reader) document() (*yaml.Node, error) {
	d := yaml.NewDecoder(strings.NewReader(r.file.Text))
	var first, second yaml.Node
	if err := d.Decode(&first); errors.Is(err, io.EOF) {
		return nil, nil
	} else if err != nil {
		return nil, syntaxError(r.file, err)
	}
	switch err := d.Decode(&second); {
	case errors.Is(err, io.EOF):
	case err != nil:
		return nil, syntaxError(r.file, err)
	default:
		r.fail(second.Content[0], "a second document begins here: the configuration is one")
		return nil, r.errs[0]
	}
	root := first.Content[0]
	if root.Kind == yaml.ScalarNode && root.Tag == "!!null" {
		return nil, nil // "---" and nothing after it
	}
	return root, nil
}
