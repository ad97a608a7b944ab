package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/pflag"
	"go.yaml.in/yaml/v3"

	"github.com/migracheck/migracheck/parser/migration"
	"github.com/migracheck/migracheck/rules"
)

const configName = ".migracheck.yaml"

// A configError is something wrong in the configuration, at a line and column.
type configError struct {
	path    string
	node    *yaml.Node
	message string
}

func (e *configError) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s", e.path, e.node.Line, e.node.Column, e.message)
}

// configure completes the options from the configuration file, where there is
// one. Flags that were given win.
func (o *options) configure(flags *pflag.FlagSet, paths []string) error {
	path := o.configPath
	if path == "" {
		if o.noConfig {
			return nil
		}
		path = findConfig(paths)
		if path == "" {
			return nil
		}
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("reading the configuration: %w", err)
	}
	var document yaml.Node
	if err := yaml.Unmarshal(text, &document); err != nil {
		return fmt.Errorf("%s: %s", path, strings.TrimPrefix(err.Error(), "yaml: "))
	}
	if len(document.Content) == 0 {
		return nil // empty, or only comments
	}
	c := config{path: path, options: o, given: func(flag string) bool { return flags.Changed(flag) }}
	return c.read(document.Content[0])
}

// findConfig looks for the configuration from the first path towards the
// repository root, or to the root of the file system outside a repository.
func findConfig(paths []string) string {
	start := paths[0]
	if start == "-" {
		start = "."
	}
	dir, err := filepath.Abs(start)
	if err != nil {
		return ""
	}
	root := migration.Root(dir)
	for {
		path := filepath.Join(dir, configName)
		if info, err := os.Stat(path); err == nil && !info.IsDir() {
			return relative(path)
		} else if err != nil && !errors.Is(err, fs.ErrNotExist) && !strings.Contains(err.Error(), "not a directory") {
			return relative(path) // reading it will say what is wrong
		}
		parent := filepath.Dir(dir)
		if dir == root || parent == dir {
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

// A config is a configuration being read.
type config struct {
	path    string
	options *options
	given   func(flag string) bool
}

// A key is one key of the configuration, and what it does.
type key struct {
	name string
	// flag overrides it; "" where there is none.
	flag string
	set  func(*yaml.Node) error
}

func (c *config) keys() []key {
	o := c.options
	return []key{
		{"exclude", "exclude", func(n *yaml.Node) error { return c.rules(n, &o.exclude) }},
		{"fail-on", "fail-on", func(n *yaml.Node) error { return c.oneOf(n, &o.failOn, "error", "warning", "note", "never") }},
		{"framework", "framework", func(n *yaml.Node) error {
			return c.oneOf(n, &o.framework, append([]string{"auto"}, frameworks()...)...)
		}},
		{"from", "from", func(n *yaml.Node) error { return c.text(n, &o.from) }},
		{"pg-version", "pg-version", func(n *yaml.Node) error { return c.number(n, &o.pgVersion, 13, 18) }},
		{"rules", "rules", func(n *yaml.Node) error { return c.rules(n, &o.only) }},
		{"severity", "", c.severity},
		{"since", "since", func(n *yaml.Node) error { return c.text(n, &o.since) }},
	}
}

func (c *config) fail(n *yaml.Node, format string, args ...any) error {
	return &configError{path: c.path, node: n, message: fmt.Sprintf(format, args...)}
}

func (c *config) read(root *yaml.Node) error {
	return c.mapping(root, func(name, value *yaml.Node) error {
		keys := c.keys()
		i := slices.IndexFunc(keys, func(k key) bool { return k.name == name.Value })
		if i < 0 {
			var names []string
			for _, k := range keys {
				names = append(names, k.name)
			}
			return c.unknown(name, "key", names)
		}
		if keys[i].flag != "" && c.given(keys[i].flag) {
			return nil
		}
		// --since and --from replace each other's setting.
		if name.Value == "since" && c.given("from") || name.Value == "from" && c.given("since") {
			return nil
		}
		return keys[i].set(value)
	})
}

func (c *config) mapping(n *yaml.Node, each func(name, value *yaml.Node) error) error {
	if n.Kind != yaml.MappingNode {
		return c.fail(n, "expected keys with values here")
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		name := n.Content[i]
		if seen[name.Value] {
			return c.fail(name, "key %q is given twice", name.Value)
		}
		seen[name.Value] = true
		if err := each(name, n.Content[i+1]); err != nil {
			return err
		}
	}
	return nil
}

// unknown is the error for a name that is none of the known ones.
func (c *config) unknown(n *yaml.Node, what string, known []string) error {
	if near := rules.NearestOf(n.Value, known); near != "" {
		return c.fail(n, "unknown %s %q: did you mean %s?", what, n.Value, near)
	}
	return c.fail(n, "unknown %s %q: known are %s", what, n.Value, strings.Join(known, ", "))
}

func (c *config) text(n *yaml.Node, to *string) error {
	if n.Kind != yaml.ScalarNode || n.Value == "" {
		return c.fail(n, "expected a text")
	}
	*to = n.Value
	return nil
}

func (c *config) oneOf(n *yaml.Node, to *string, values ...string) error {
	if n.Kind != yaml.ScalarNode || !slices.Contains(values, n.Value) {
		return c.fail(n, "expected one of %s", strings.Join(values, ", "))
	}
	*to = n.Value
	return nil
}

func (c *config) number(n *yaml.Node, to *int, least, most int) error {
	i, err := strconv.Atoi(n.Value)
	if err != nil || i < least || i > most {
		return c.fail(n, "expected a number from %d to %d", least, most)
	}
	*to = i
	return nil
}

// rules reads a list of rule names.
func (c *config) rules(n *yaml.Node, to *[]string) error {
	if n.Kind != yaml.SequenceNode {
		return c.fail(n, "expected a list of rules")
	}
	for _, item := range n.Content {
		if err := c.knownRule(item); err != nil {
			return err
		}
		*to = append(*to, item.Value)
	}
	return nil
}

func (c *config) knownRule(n *yaml.Node) error {
	if rules.Find(n.Value) != nil {
		return nil
	}
	if near := rules.Nearest(n.Value); near != "" {
		return c.fail(n, "unknown rule %q: did you mean %s?", n.Value, near)
	}
	return c.fail(n, "unknown rule %q (migracheck rules lists them)", n.Value)
}

// severity reads "rule: severity" pairs; "off" excludes the rule.
func (c *config) severity(n *yaml.Node) error {
	return c.mapping(n, func(name, value *yaml.Node) error {
		if err := c.knownRule(name); err != nil {
			return err
		}
		var s string
		if err := c.oneOf(value, &s, "error", "warning", "note", "off"); err != nil {
			return err
		}
		rule := rules.Find(name.Value)
		if s == "off" {
			c.options.exclude = append(c.options.exclude, rule.Name)
			return nil
		}
		if c.options.severities == nil {
			c.options.severities = map[string]rules.Severity{}
		}
		c.options.severities[rule.Name] = map[string]rules.Severity{
			"error": rules.Error, "warning": rules.Warning, "note": rules.Note,
		}[s]
		return nil
	})
}
