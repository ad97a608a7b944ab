package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/migracheck/migracheck/parser/migration"
	"github.com/migracheck/migracheck/rules"
)

// Options are the flags, completed from the configuration by settle.
type options struct {
	configPath string
	noConfig   bool
	framework  string
	since      string
	from       string
	pgVersion  int

	formats    []string
	failOn     string
	only       []string
	exclude    []string
	color      string
	quiet      bool
	locks      bool
	verbose    bool
	severities map[string]rules.Severity
}

// history adds the flags that say what is read and what is released.
func (o *options) history(f *pflag.FlagSet) {
	f.StringVar(&o.configPath, "config", "", "configuration `file` (default: .migracheck.yaml, looked up from PATH to the repository root)")
	f.BoolVar(&o.noConfig, "no-config", false, "read no configuration file")
	f.StringVar(&o.framework, "framework", "auto", "migration `tool`: auto, "+strings.Join(frameworks(), ", "))
	f.StringVar(&o.since, "since", "", "judge the migrations that are not in git `ref` (merge base), as one release")
	f.StringVar(&o.from, "from", "", "judge the migrations from this `id` on, as one release")
	f.IntVar(&o.pgVersion, "pg-version", 0, "PostgreSQL `major` version of the server, 13 to 18")
	f.BoolVarP(&o.verbose, "verbose", "v", false, "say how the migrations were found, and show notes and allowed findings in full")
}

// judgement adds the flags of commands that report findings.
func (o *options) judgement(f *pflag.FlagSet) {
	f.StringArrayVar(&o.formats, "format", nil, "`name[=file]` of an output format: "+strings.Join(formatNames(), ", ")+"; repeatable (default text)")
	f.StringVar(&o.failOn, "fail-on", "error", "`severity` from which findings make the exit status 1: error, warning, note, never")
	f.StringSliceVar(&o.only, "rules", nil, "run only these `rules`")
	f.StringSliceVar(&o.exclude, "exclude", nil, "do not run these `rules`")
	f.StringVar(&o.color, "color", "auto", "colour the text format: auto, always, never `when`")
	f.BoolVarP(&o.quiet, "quiet", "q", false, "print errors and warnings only, a line each")
	f.BoolVar(&o.locks, "locks", false, "add a table of what the release locks to the text format")
}

// settle reads the configuration, lets flags override it, and checks values.
func (o *options) settle(cmd *cobra.Command, paths []string) error {
	if err := o.configure(cmd.Flags(), paths); err != nil {
		return err
	}
	if o.framework != "auto" && !slices.Contains(frameworks(), o.framework) {
		return fmt.Errorf("unknown framework %q: use auto, %s", o.framework, strings.Join(frameworks(), ", "))
	}
	if o.since != "" && o.from != "" {
		return fmt.Errorf("--since and --from both say where the release begins: use one")
	}
	if o.pgVersion != 0 && (o.pgVersion < 13 || o.pgVersion > 18) {
		return fmt.Errorf("PostgreSQL version %d is not supported: use 13 to 18", o.pgVersion)
	}
	if o.failOn != "" && !slices.Contains([]string{"error", "warning", "note", "never"}, o.failOn) {
		return fmt.Errorf("unknown severity %q for --fail-on: use error, warning, note or never", o.failOn)
	}
	if o.color != "" && !slices.Contains([]string{"auto", "always", "never"}, o.color) {
		return fmt.Errorf("unknown value %q for --color: use auto, always or never", o.color)
	}
	return nil
}

// selectRules returns the rules to run.
func (o *options) selectRules() ([]*rules.Rule, error) {
	only, err := findRules("--rules", o.only)
	if err != nil {
		return nil, err
	}
	exclude, err := findRules("--exclude", o.exclude)
	if err != nil {
		return nil, err
	}
	var selected []*rules.Rule
	for _, r := range rules.All() {
		switch {
		case slices.Contains(exclude, r):
		case len(only) > 0 && !slices.Contains(only, r):
		case len(only) == 0 && r.Off:
		default:
			selected = append(selected, r)
		}
	}
	if len(selected) == 0 {
		return nil, fmt.Errorf("no rule is left to run: --rules and --exclude name the same rules")
	}
	return selected, nil
}

func findRules(flag string, names []string) ([]*rules.Rule, error) {
	var found []*rules.Rule
	for _, name := range names {
		r, err := findRule(name)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", flag, err)
		}
		found = append(found, r)
	}
	return found, nil
}

// findRule returns the rule of a name, or an error that names the nearest.
func findRule(name string) (*rules.Rule, error) {
	if r := rules.Find(name); r != nil {
		return r, nil
	}
	if near := rules.Nearest(name); near != "" {
		return nil, fmt.Errorf("unknown rule %q: did you mean %s? (migracheck rules lists them)", name, near)
	}
	return nil, fmt.Errorf("unknown rule %q (migracheck rules lists them)", name)
}

// frameworks are the names of the layouts.
func frameworks() []string {
	var names []string
	for _, l := range migration.Layouts() {
		names = append(names, l.Name())
	}
	slices.Sort(names)
	return names
}
