package main

import (
	"github.com/spf13/cobra"

	"github.com/migracheck/migracheck/cmd/migracheck/config"
	"github.com/migracheck/migracheck/report"
	"github.com/migracheck/migracheck/rules"
)

// completeFlags tells shells which values the flags of a command and of those
// below it take. The others are names of files, or nobody knows.
func completeFlags(cmd *cobra.Command) {
	values := map[string]func() []cobra.Completion{
		"format":     formatCompletions,
		"framework":  func() []cobra.Completion { return append([]cobra.Completion{auto}, frameworks()...) },
		"fail-on":    func() []cobra.Completion { return []cobra.Completion{"error", "warning", "note", "never"} },
		"color":      func() []cobra.Completion { return []cobra.Completion{"auto", "always", "never"} },
		"pg-version": func() []cobra.Completion { return []cobra.Completion{"13", "14", "15", "16", "17", "18"} },
		"since":      func() []cobra.Completion { return []cobra.Completion{"auto", "latest-tag", "origin/main"} },
		"rules":      ruleCompletions,
		"enable":     ruleCompletions,
		"exclude":    ruleCompletions,
	}
	for name, list := range values {
		if cmd.Flags().Lookup(name) == nil {
			continue
		}
		// It fails where a flag has completions already.
		_ = cmd.RegisterFlagCompletionFunc(name, func(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
			return list(), cobra.ShellCompDirectiveNoFileComp
		})
	}
	for _, c := range cmd.Commands() {
		completeFlags(c)
	}
}

func formatCompletions() []cobra.Completion {
	list := []cobra.Completion{cobra.CompletionWithDesc(auto, "what the environment reads")}
	for _, f := range report.Formats() {
		list = append(list, cobra.CompletionWithDesc(f.Name, f.About))
	}
	return list
}

// ruleCompletions are the families, and the rules.
func ruleCompletions() []cobra.Completion {
	var list []cobra.Completion
	for _, name := range config.Families() {
		list = append(list, cobra.CompletionWithDesc(name, "all rules of this family"))
	}
	for _, r := range rules.All() {
		list = append(list, cobra.CompletionWithDesc(r.Name, r.Title))
	}
	return list
}
