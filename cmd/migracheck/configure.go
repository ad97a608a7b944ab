package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/migracheck/migracheck/cmd/migracheck/config"
	"github.com/migracheck/migracheck/parser/migration"
)

// configName is what the configuration is called.
const configName = config.Name

// configure completes the options from the configuration file, where there is
// one. Flags that were given win. It returns the paths to check: those given,
// or else the projects of the configuration.
func (o *options) configure(flags *pflag.FlagSet, paths []string) ([]string, error) {
	c, err := o.configuration(paths)
	if err != nil {
		return nil, err
	}
	o.config = c
	text := func(flag string, to *string, value string) {
		if value != "" && !flags.Changed(flag) {
			*to = value
		}
	}
	text("fail-on", &o.failOn, c.FailOn)
	text("baseline", &o.baseline, c.Baseline)
	if c.PGVersion != 0 && !flags.Changed("pg-version") {
		o.pgVersion = c.PGVersion
	}
	if len(c.Formats) > 0 && !flags.Changed("format") {
		o.formats = c.Formats
	}
	// Each says where the release begins, and so replaces the others.
	if !slices.ContainsFunc(beginnings, flags.Changed) {
		o.since, o.from = c.Since, c.From
	}
	o.ask(flags, c)
	o.choose(flags, c)
	if len(paths) == 0 {
		for _, p := range c.Projects {
			paths = append(paths, p.Dir)
		}
	}
	o.projects = c.Projects
	if !flags.Changed("framework") && c.Framework != "" {
		o.frame(c.Framework, paths)
	}
	return paths, nil
}

// ask settles where the application's queries are. Lint reads what the
// configuration names only where that is quick and it is known what is released:
// it runs before each commit.
func (o *options) ask(flags *pflag.FlagSet, c *config.Config) {
	if !flags.Changed("app") {
		o.code.app = c.App
	}
	if !flags.Changed("previous") && o.evidence {
		o.code.previous = c.Previous
	}
	if !flags.Changed("queries") && (o.evidence || o.since != "" || o.from != "") {
		o.code.queries = c.Queries
	}
	if !o.evidence && !flags.Changed("app") && o.code.previous == "" {
		o.code.app = nil
	}
}

// beginnings are the flags that say where the release begins.
var beginnings = []string{"since", "from"}

// configuration reads the file, and returns an empty configuration where there
// is none.
func (o *options) configuration(paths []string) (*config.Config, error) {
	path := o.configPath
	if path == "" && !o.noConfig {
		var err error
		if path, err = findConfig(paths); err != nil {
			return nil, err
		}
	}
	if path == "" {
		return &config.Config{}, nil
	}
	return config.Read(path)
}

// findConfig returns the configuration of all paths, or of the working
// directory where there are none. Two would contradict each other.
func findConfig(paths []string) (string, error) {
	if len(paths) == 0 {
		paths = []string{"."}
	}
	var found, of string
	for i, p := range paths {
		start := p
		if p == "-" {
			start = "."
		}
		path := config.Find(start)
		if i > 0 && path != found {
			return "", fmt.Errorf("%s and %s have different configurations (%s, %s): check them one by one, or name one with --config", of, p, or(found, "none"), or(path, "none"))
		}
		found, of = path, p
	}
	return found, nil
}

func or(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// choose settles which rules run. Flags win: with --rules, nothing that the
// configuration says about it counts, and what --enable names is not excluded.
func (o *options) choose(flags *pflag.FlagSet, c *config.Config) {
	if flags.Changed("rules") {
		return
	}
	if len(o.only) == 0 { // else a command has its own
		o.only = c.Rules
	}
	excluded := slices.Clone(c.Off)
	if !flags.Changed("exclude") {
		excluded = append(excluded, c.Exclude...)
	}
	if flags.Changed("enable") {
		excluded = slices.DeleteFunc(excluded, func(name string) bool { return slices.Contains(o.enable, name) })
	} else {
		o.enable = c.Enable
	}
	o.exclude = append(slices.Clone(o.exclude), excluded...)
}

// frame applies the framework of the configuration to what does not say its
// own: projects, and paths that have nothing to do with any.
func (o *options) frame(framework string, paths []string) {
	if len(o.projects) == 0 {
		o.framework = framework
		return
	}
	o.projects = slices.Clone(o.projects)
	for i := range o.projects {
		if o.projects[i].Framework == "" {
			o.projects[i].Framework = framework
		}
	}
	known := o.projects
	for _, p := range paths {
		if p == "-" || slices.ContainsFunc(known, func(k migration.Project) bool { return within(p, k.Dir) || within(k.Dir, p) }) {
			continue
		}
		dir := p
		if info, err := os.Stat(p); err == nil && !info.IsDir() {
			dir = filepath.Dir(p)
		}
		o.projects = append(o.projects, migration.Project{Dir: dir, Framework: framework})
	}
}

// within reports whether a path is a directory or below it.
func within(path, dir string) bool {
	a, err := filepath.Abs(path)
	if err != nil {
		return false
	}
	b, err := filepath.Abs(dir)
	if err != nil {
		return false
	}
	rest, err := filepath.Rel(b, a)
	return err == nil && rest != ".." && !strings.HasPrefix(rest, ".."+string(filepath.Separator))
}
