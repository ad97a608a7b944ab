package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/migracheck/migracheck/cmd/migracheck/config"
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
	staged     bool
	pgVersion  int

	formats []string
	failOn  string
	only    []string
	enable  []string
	exclude []string
	color   string
	quiet   bool
	locks   bool
	verbose bool
	// baseline is the file of what is known; writeBaseline is where to write it
	// anew, and pruneBaseline removes from it what is found no longer.
	baseline      string
	writeBaseline string
	pruneBaseline bool
	// fix applies fixes, and diff prints them; contents are what is read in place
	// of what is on disk, to see what they come to.
	fix      bool
	diff     bool
	contents map[string][]byte
	// code is what is said of the application, and evidence is set where its
	// queries are what the command is about.
	code     code
	evidence bool
	// codeFirst is set where new code meets the old schema in a deployment.
	codeFirst bool
	// gate is set where the command is about feature flags.
	gate *gateCommand
	// config is what the file says, and projects those of it that count here.
	config   *config.Config
	projects []migration.Project
}

// history adds the flags that say what is read and what is released.
func (o *options) history(f *pflag.FlagSet) {
	f.StringVar(&o.configPath, "config", "", "configuration `file` (default: .migracheck.yaml, looked up from PATH, or from here, to the repository root)")
	f.BoolVar(&o.noConfig, "no-config", false, "read no configuration file")
	f.StringVar(&o.framework, "framework", "auto", "migration `tool`: auto, "+strings.Join(frameworks(), ", "))
	f.StringVar(&o.since, "since", "", "judge the migrations that are not in git `ref` (merge base), as one release; latest-tag: the newest release before HEAD; auto: what CI says, else the default branch")
	f.StringVar(&o.from, "from", "", "judge the migrations from this `id` on, as one release")
	f.BoolVar(&o.staged, "staged", false, "judge what is staged for the next commit, as it is in git's index")
	f.IntVar(&o.pgVersion, "pg-version", 0, "PostgreSQL `major` version of the server, 13 to 18")
	f.BoolVarP(&o.verbose, "verbose", "v", false, "say how the migrations were found, and show notes and allowed findings in full")
}

// judgement adds the flags of commands that report findings.
func (o *options) judgement(f *pflag.FlagSet) {
	f.StringArrayVar(&o.formats, "format", nil, "`name[=file]` of an output format: "+strings.Join(formatNames(), ", ")+"; repeatable (default text)")
	f.StringVar(&o.failOn, "fail-on", "error", "`severity` from which findings make the exit status 1: error, warning, note, never")
	f.StringSliceVar(&o.only, "rules", nil, "run only these `rules`; a family (compat, lock, practice, ...) stands for its rules")
	f.StringSliceVar(&o.enable, "enable", nil, "run these `rules` or families as well, which are off by default")
	f.StringSliceVar(&o.exclude, "exclude", nil, "do not run these `rules` or families")
	f.StringVar(&o.color, "color", "auto", "colour the text format: auto, always, never `when`")
	f.BoolVarP(&o.quiet, "quiet", "q", false, "print errors and warnings only, a line each")
	f.StringVar(&o.baseline, "baseline", "", "do not report the findings that are known from this `file`")
	f.StringVar(&o.writeBaseline, "write-baseline", "", "write what is found to the baseline `file`, so that it is known from now on")
	f.Lookup("write-baseline").NoOptDefVal = baselineName
	f.BoolVar(&o.pruneBaseline, "prune-baseline", false, "remove from the baseline what is found no longer")
	f.BoolVar(&o.locks, "locks", false, "add a table of what the release locks to the text format")
}

// settle reads the configuration, lets flags override it, and checks values. It
// returns the paths to check.
func (o *options) settle(cmd *cobra.Command, paths []string) ([]string, error) {
	paths, err := o.configure(cmd.Flags(), paths)
	if err != nil {
		return nil, err
	}
	if o.since == "" && o.from == "" {
		o.since = o.code.previous
	}
	if o.evidence && !o.code.known() && len(o.code.app) > 0 {
		o.code.previous = o.since
	}
	return paths, o.check(paths)
}

// check refuses values that no flag takes.
func (o *options) check(paths []string) error {
	if o.framework != "auto" && !slices.Contains(frameworks(), o.framework) {
		return fmt.Errorf("unknown framework %q: use auto, %s", o.framework, strings.Join(frameworks(), ", "))
	}
	if o.since != "" && o.from != "" {
		return fmt.Errorf("--since and --from both say where the release begins: use one")
	}
	if err := o.settleBaseline(); err != nil {
		return err
	}
	if err := o.checkFixes(paths); err != nil {
		return err
	}
	if o.staged && slices.Contains(paths, "-") {
		return fmt.Errorf("--staged reads git's index, not standard input: name directories or files")
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
	for _, list := range []struct {
		flag  string
		names []string
	}{{"--rules", o.only}, {"--enable", o.enable}, {"--exclude", o.exclude}} {
		for _, name := range list.names {
			if _, err := config.Named(name); err != nil {
				return nil, fmt.Errorf("%s: %w (migracheck rules lists them)", list.flag, err)
			}
		}
	}
	selected := config.Selection{Only: o.only, Enable: o.enable, Exclude: o.exclude}.Of(rules.All())
	if o.gate == nil && len(selected) > 0 {
		if selected = slices.DeleteFunc(selected, (*rules.Rule).AboutCode); len(selected) == 0 {
			return nil, fmt.Errorf("rules of the family gate are about Go code: run migracheck gate")
		}
	}
	if len(selected) == 0 {
		return nil, fmt.Errorf("no rule is left to run: --rules names none that --exclude does not")
	}
	return selected, nil
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
