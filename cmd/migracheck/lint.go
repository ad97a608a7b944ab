package main

import (
	"fmt"
	"maps"
	"os"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/report"
	"github.com/migracheck/migracheck/rules"
)

func newLint() *cobra.Command {
	var o options
	cmd := &cobra.Command{
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error { return inspect(cmd, args, &o, nil) },
	}
	o.history(cmd.Flags())
	o.judgement(cmd.Flags())
	o.fixes(cmd.Flags())
	o.code.flags(cmd.Flags())
	return cmd
}

// inspect is what all commands do that judge migrations: it reads and replays
// them, runs the rules, and writes the reports. Extend adds to the report.
func inspect(cmd *cobra.Command, paths []string, o *options, extend func(*history, *report.Run) error) error {
	paths, err := o.settle(cmd, paths)
	if err != nil {
		return err
	}
	if len(paths) == 0 {
		return noPath(cmd, o)
	}
	outputs, err := parseOutputs(o.formats, os.Getenv)
	if err != nil {
		return err
	}
	selected, err := o.selectRules()
	if err != nil {
		return err
	}
	known, err := o.readBaseline()
	if err != nil {
		return err
	}
	if o.fix || o.diff {
		changed, err := o.mend(cmd, paths, selected, known)
		switch {
		case err != nil:
			return err
		case o.diff && changed:
			return errFindings
		case o.diff:
			return nil
		}
	}
	h, err := load(cmd.Context(), cmd.InOrStdin(), paths, o)
	if err != nil {
		return err
	}
	evidence, err := o.gather(cmd, h)
	if err != nil {
		return err
	}
	findings := o.findings(h, selected, evidence.show())
	root, prefix := repository()
	result := &report.Run{
		Version:  version(),
		Rules:    selected,
		Findings: findings,
		Timeline: h.timeline,
		Sets:     h.sets,
		Selected: h.selected,
		Root:     root,
		Prefix:   prefix,
		Quiet:    o.quiet,
		Verbose:  o.verbose,
		Locks:    o.locks,
		Remedy:   remedy,
		Page:     page,
		Since:    h.compared,
		Compat:   evidence.report(),
		Gate:     evidence.gated(),
		Idle:     o.staged && len(h.sets) == 0,
	}
	if extend != nil {
		if err := extend(h, result); err != nil {
			return err
		}
	}
	if err := o.applyBaseline(cmd.ErrOrStderr(), known, result); err != nil {
		return err
	}
	if err := write(cmd, outputs, result, o.color); err != nil {
		return err
	}
	if threshold, ok := failOn(o.failOn); ok {
		for _, f := range findings {
			if f.Suppressed == nil && f.Severity >= threshold {
				return errFindings
			}
		}
	}
	return nil
}

// findings runs the rules.
func (o *options) findings(h *history, selected []*rules.Rule, evidence func(*replay.Window) *rules.Evidence) []rules.Finding {
	return rules.Run(h.sets, h.timeline, selected, rules.Options{
		PGVersion:  o.pgVersion,
		Today:      today(),
		Severities: o.severities(),
		Values:     o.config.Options,
		Tables:     o.config.Tables,
		Timeouts:   o.config.Timeouts,
		Exemptions: o.config.Exemptions,
		Evidence:   evidence,
		Selected:   h.selected,
		Undone:     h.undone,
	})
}

// severities are those of the configuration; where code is deployed first, it is
// an error that it needs the new schema, unless the configuration says otherwise.
func (o *options) severities() map[string]rules.Severity {
	if !o.codeFirst {
		return o.config.Severities
	}
	all := map[string]rules.Severity{"early-query": rules.Error}
	maps.Copy(all, o.config.Severities)
	return all
}

// noPath is the error for a run that nothing tells what to check.
func noPath(cmd *cobra.Command, o *options) error {
	why := "there is no " + configName + " here"
	switch {
	case o.config.Path != "":
		why = o.config.Path + " names no projects"
	case o.noConfig:
		why = "no configuration is read"
	}
	return fmt.Errorf("no path given, and %s: name a directory of migrations, files, or - for standard input; migracheck init looks for them (see %s --help)", why, cmd.CommandPath())
}

// today is the date against which allowances expire. SOURCE_DATE_EPOCH
// (https://reproducible-builds.org/specs/source-date-epoch/) fixes it.
func today() string {
	now := time.Now()
	if s := os.Getenv("SOURCE_DATE_EPOCH"); s != "" {
		if seconds, err := strconv.ParseInt(s, 10, 64); err == nil {
			now = time.Unix(seconds, 0)
		}
	}
	return now.UTC().Format(time.DateOnly)
}

func failOn(s string) (rules.Severity, bool) {
	switch s {
	case "note":
		return rules.Note, true
	case "warning":
		return rules.Warning, true
	case "never":
		return 0, false
	}
	return rules.Error, true
}

func remedy(rule string) string {
	p, err := rules.PageOf(rule)
	if err != nil {
		return ""
	}
	return p.Remedy()
}

func page(rule string) (text, markdown string) {
	p, err := rules.PageOf(rule)
	if err != nil {
		return "", ""
	}
	return p.Text(), p.Markdown()
}
