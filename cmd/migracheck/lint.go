package main

import (
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/migracheck/migracheck/report"
	"github.com/migracheck/migracheck/rules"
)

func newLint() *cobra.Command {
	var o options
	cmd := &cobra.Command{
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error { return lint(cmd, args, &o) },
	}
	o.history(cmd.Flags())
	o.judgement(cmd.Flags())
	return cmd
}

func lint(cmd *cobra.Command, paths []string, o *options) error {
	if len(paths) == 0 {
		return fmt.Errorf("no path given: name a directory of migrations, files, or - for standard input (see %s --help)", cmd.CommandPath())
	}
	if err := o.settle(cmd, paths); err != nil {
		return err
	}
	outputs, err := parseOutputs(o.formats)
	if err != nil {
		return err
	}
	selected, err := o.selectRules()
	if err != nil {
		return err
	}
	h, err := load(cmd.Context(), cmd.InOrStdin(), paths, o)
	if err != nil {
		return err
	}
	findings := rules.Run(h.sets, h.timeline, selected, rules.Options{
		PGVersion:  o.pgVersion,
		Today:      today(),
		Severities: o.severities,
		Selected:   h.selected,
	})
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
