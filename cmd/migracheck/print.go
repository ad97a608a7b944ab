package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/migracheck/migracheck/rules"
)

func newConfig() *cobra.Command {
	var o options
	cmd := &cobra.Command{
		Use:   "config [PATH...]",
		Short: "Print what is in effect: of flags, environment, configuration and defaults",
		Args:  cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			paths, err := o.settle(cmd, args)
			if err != nil {
				return err
			}
			selected, err := o.selectRules()
			if err != nil {
				return err
			}
			return printSettings(cmd.OutOrStdout(), &o, paths, selected)
		},
	}
	o.history(cmd.Flags())
	o.judgement(cmd.Flags())
	return cmd
}

// printSettings writes the settings in the order of the reference page, and
// the rules that run with their severities.
func printSettings(out io.Writer, o *options, paths []string, selected []*rules.Rule) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	line := func(name, value string) {
		if value != "" {
			fmt.Fprintf(w, "%s\t%s\n", name, value)
		}
	}
	line("configuration", or(o.config.Path, "none: there is no "+configName))
	line("paths", strings.Join(paths, ", "))
	for _, p := range o.projects {
		line("project", p.Dir+" ("+or(p.Framework, "auto")+")")
	}
	line("framework", o.framework)
	if o.pgVersion != 0 {
		line("pg-version", strconv.Itoa(o.pgVersion))
	}
	line("since", o.since)
	line("from", o.from)
	line("format", strings.Join(o.formats, ", "))
	line("fail-on", o.failOn)
	line("baseline", o.baseline)
	if t := o.config.Timeouts; t.Lock != nil {
		line("lock timeout", t.Lock.String())
	}
	if t := o.config.Timeouts; t.Statement != nil {
		line("statement timeout", t.Statement.String())
	}
	for _, t := range o.config.Tables {
		line("table", t.Name+" "+strings.Join(saidOf(t), ", "))
	}
	for _, e := range o.config.Exemptions {
		line("allowed", or(e.Family, strings.Join(e.Rules, ", "))+": "+e.Reason)
	}
	for _, r := range selected {
		severity := r.Severity
		if s, ok := o.config.Severities[r.Name]; ok {
			severity = s
		}
		value := severity.String()
		for _, option := range slices.Sorted(maps.Keys(o.config.Options[r.Name])) {
			value += fmt.Sprintf(", %s: %v", option, o.config.Options[r.Name][option])
		}
		line("rule "+r.Name, value)
	}
	return w.Flush()
}

// saidOf are the words for what is known of a table.
func saidOf(t rules.Table) []string {
	var words []string
	switch t.Size {
	case rules.Small:
		words = append(words, "small")
	case rules.Large:
		words = append(words, "large")
	case rules.UnknownSize:
	}
	if t.Hot {
		words = append(words, "hot")
	}
	if t.Rows > 0 {
		words = append(words, strconv.FormatInt(t.Rows, 10)+" rows")
	}
	return words
}
