package main

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/migracheck/migracheck/analyzer/featureflag"
	"github.com/migracheck/migracheck/analyzer/flaggate"
	"github.com/migracheck/migracheck/analyzer/gocode"
	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/cmd/flaggate/settings"
	"github.com/migracheck/migracheck/report"
	"github.com/migracheck/migracheck/rules"
)

// A gateCommand is what the flags of gate ask for.
type gateCommand struct {
	options
	migrations []string
	// packages are patterns of the go command.
	packages []string
	// vetFlags is set where the flags for cmd/flaggate are to be printed.
	vetFlags bool
	// unjudged counts the queries that were not judged.
	unjudged int
}

func newGate() *cobra.Command {
	var g gateCommand
	cmd := &cobra.Command{
		Use:   "gate [PACKAGE...]",
		Short: "Check that Go code reaches new columns only behind feature flags",
		Long: `gate reads Go code as a program and finds where it uses tables and columns that the release adds:
in the texts of queries that reach database/sql, pgx, sqlx and what is built on them, in what builders and
models send, and in the calls of generated code. Each use has to be behind a feature flag that is known
to be on there. What the release drops, renames or gives another type no code may use at all.

PACKAGE is a pattern of the go command for the module in the working directory; without it, all packages
of the modules at app in .migracheck.yaml, or else of the working directory, are checked.

A migration names its flag with a comment, -- migracheck:flag KEY; the configuration may as well. Else
any flag will do. What asks for a flag: the clients of well-known services, what a comment
//migracheck:gate KEY marks, and what the configuration names.`,
		Example: `  migracheck gate --since origin/main --migrations ./migrations ./...
  migracheck gate --since latest-tag --format sarif=gate.sarif --format text
  go vet -vettool=$(which flaggate) $(migracheck gate --vet-flags --since origin/main) ./...`,
		Args: cobra.ArbitraryArgs,
		RunE: g.run,
	}
	f := cmd.Flags()
	g.history(f)
	g.judgement(f)
	f.StringArrayVarP(&g.migrations, "migrations", "m", nil, "directory of migrations: a `path`, repeatable (default: the projects of the configuration)")
	f.BoolVar(&g.vetFlags, "vet-flags", false, "print the flags that tell go vet -vettool=flaggate what is new, and check nothing")
	f.StringArrayVar(&g.code.app, "app", nil, "module of Go code: a `path`, repeatable (default: that in the working directory)")
	return cmd
}

func (g *gateCommand) run(cmd *cobra.Command, packages []string) error {
	g.packages = packages
	if len(g.only) == 0 && len(g.enable) == 0 {
		g.only = gateRules()
	}
	g.gate, g.evidence = g, true
	if g.vetFlags {
		return g.printVetFlags(cmd)
	}
	err := inspect(cmd, g.migrations, &g.options, nil)
	if n := g.unjudged; err == nil && n > 0 {
		return fmt.Errorf("%d queries that use what the release changes were not judged, in packages whose types are not whole: what is said above is not all", n)
	}
	return err
}

// printVetFlags prints what tells the vet tool what is new.
func (g *gateCommand) printVetFlags(cmd *cobra.Command) error {
	paths, err := g.settle(cmd, g.migrations)
	if err != nil {
		return err
	}
	if len(paths) == 0 {
		return noPath(cmd, &g.options)
	}
	if g.since == "" && g.from == "" {
		return errNoRelease
	}
	h, err := load(cmd.Context(), cmd.InOrStdin(), paths, &g.options)
	if err != nil {
		return err
	}
	s := settings.Settings{Framework: g.framework, PGVersion: g.pgVersion, Today: today()}
	for _, p := range paths {
		abs, err := filepath.Abs(p)
		if err != nil {
			return err
		}
		s.Migrations = append(s.Migrations, abs)
	}
	if g.config.Path != "" {
		if s.Config, err = filepath.Abs(g.config.Path); err != nil {
			return err
		}
	}
	for _, check := range g.config.Gate.Checks {
		if of := check.Package(); !slices.Contains(s.FlagPackages, of) {
			s.FlagPackages = append(s.FlagPackages, of)
		}
	}
	for _, w := range h.timeline.Windows {
		if w.Reported {
			for _, m := range w.Migrations {
				s.Released = append(s.Released, m.ID)
			}
		}
	}
	if s.Digest, err = settings.Digest(h.sets, s.Config); err != nil {
		return err
	}
	var flags []string
	for _, name := range settings.Names() {
		if value := s.Get(name); value != "" {
			flags = append(flags, "-flaggate."+name+"="+value)
		}
	}
	fmt.Fprintln(cmd.OutOrStdout(), strings.Join(flags, " "))
	return nil
}

// errNoRelease is for a run that nothing tells what is new.
var errNoRelease = errors.New("what is being released is not said: add --since REF or --from ID")

// gateRules are the rules about Go code, and those about what allows findings.
func gateRules() []string {
	var names []string
	for _, r := range rules.All() {
		if r.AboutCode() || r.Unsuppressible {
			names = append(names, r.Name)
		}
	}
	return names
}

// modules are the directories of Go code to check.
func (g *gateCommand) modules() ([]string, error) {
	if len(g.packages) > 0 || len(g.code.app) == 0 {
		if len(g.code.app) > 1 {
			return nil, errors.New("PACKAGE is a pattern of one module: name one with --app, or none")
		}
		return append(slices.Clone(g.code.app), ".")[:1], nil
	}
	var dirs []string
	for _, dir := range g.code.app {
		if info, err := os.Stat(dir); err != nil {
			return nil, fmt.Errorf("--app: %w", err)
		} else if info.IsDir() && hasGo(dir) {
			dirs = append(dirs, dir)
		}
	}
	if len(dirs) == 0 {
		return nil, errors.New("there is no Go code at --app")
	}
	return dirs, nil
}

// gather judges the code for each release.
func (g *gateCommand) gather(cmd *cobra.Command, h *history) (*evidence, error) {
	if g.since == "" && g.from == "" {
		return nil, errNoRelease
	}
	dirs, err := g.modules()
	if err != nil {
		return nil, err
	}
	e := &evidence{of: map[*replay.Window]*rules.Evidence{}, gate: &report.Gate{}}
	gate := flaggate.Gate{Checks: slices.Concat(g.config.Gate.Checks, featureflag.SDKs())}
	for _, w := range h.timeline.Windows {
		if !w.Reported {
			continue
		}
		e.of[w] = &rules.Evidence{}
		release := flaggate.NewRelease(w, h.timeline, g.config.Gate.Flag)
		e.gate.Changes = append(e.gate.Changes, release.Changes()...)
		if !release.Empty() {
			gate.Releases = append(gate.Releases, release)
			e.first = cmp.Or(e.first, w)
		}
	}
	for _, dir := range dirs {
		if len(gate.Releases) == 0 {
			break // nothing is new
		}
		if err := g.judge(cmd, dir, &gate, e); err != nil {
			return nil, err
		}
	}
	return e, nil
}

// judge judges the code of a module.
func (g *gateCommand) judge(cmd *cobra.Command, dir string, gate *flaggate.Gate, e *evidence) error {
	progress := progressOf(cmd.ErrOrStderr())
	progress.say("reading the Go code of " + dir)
	defer progress.done()
	program, err := gocode.LoadProgram(cmd.Context(), dir, g.packages, gocode.Options{Env: os.Environ()})
	if err != nil {
		return err
	}
	result := gate.Program(program)
	for _, f := range result.Findings {
		found := e.of[e.first]
		if step := f.Changes[0].Step; step != nil {
			found = e.of[step.Window]
		}
		found.Gate = append(found.Gate, f)
	}
	e.of[e.first].Directives = append(e.of[e.first].Directives, result.Directives...)
	e.gate.Queries += result.Queries
	e.gate.Gated += result.Gated
	e.gate.Unjudged += result.Unjudged
	g.unjudged += result.Unjudged
	e.gate.Unresolved += len(result.Unresolved)
	e.gate.Warnings = append(e.gate.Warnings, result.Warnings...)
	show(program, dir)
	return nil
}

// show makes the paths of Go code, which are relative to the directory of its
// module, those that are shown.
func show(program *gocode.Program, dir string) {
	move := into(dir)
	for _, p := range program.Packages() {
		for _, file := range p.Files {
			if at := program.Span(file.Pos(), file.End()).File; at != nil && !filepath.IsAbs(at.Path) {
				move(at)
			}
		}
	}
}

// gated is what the report says of it.
func (e *evidence) gated() *report.Gate {
	if e == nil {
		return nil
	}
	return e.gate
}
