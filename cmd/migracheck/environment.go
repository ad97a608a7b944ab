package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/migracheck/migracheck/rules"
)

// variablePrefix begins the variables that stand for flags.
const variablePrefix = "MIGRACHECK_"

// unboundVariables begin alike and are no flag's: those of our own tests.
var unboundVariables = []string{variablePrefix + "POSTGRES"}

// noVariable annotates flags that have no variable, because another command
// has one of that name that means something else.
const noVariable = "no-variable"

// instead are flags that replace each other: where one is given, the variables
// of the others do not count.
var instead = [][]string{beginnings, {"config", "no-config"}}

// fromEnvironment sets the flags of a command that are not given from their
// variables. One that no command knows was meant for something, and is told.
func fromEnvironment(cmd *cobra.Command, environment []string) error {
	given := map[string]bool{}
	cmd.Flags().Visit(func(f *pflag.Flag) { given[f.Name] = true })
	flags := variables(cmd.Flags())
	known := slices.Clone(unboundVariables)
	for _, c := range append(cmd.Root().Commands(), cmd.Root()) {
		for name := range variables(c.Flags()) {
			known = append(known, name)
		}
	}
	slices.Sort(known)
	environment = slices.Sorted(slices.Values(environment))
	for _, each := range environment {
		name, value, _ := strings.Cut(each, "=")
		if !strings.HasPrefix(name, variablePrefix) || value == "" {
			continue
		}
		if !slices.Contains(known, name) {
			meant := ""
			if near := rules.NearestOf(name, known); near != "" {
				meant = ": did you mean " + near + "?"
			}
			fmt.Fprintf(cmd.ErrOrStderr(), "migracheck: the variable %s belongs to no flag%s\n", name, meant)
			continue
		}
		if f := flags[name]; f != nil && !given[f.Name] && !replaced(f.Name, given) {
			if err := setAll(cmd.Flags(), f, value); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
	}
	return nil
}

// variables are the flags that have a variable, by its name.
func variables(flags *pflag.FlagSet) map[string]*pflag.Flag {
	found := map[string]*pflag.Flag{}
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Name != "help" && f.Name != "version" && f.Annotations[noVariable] == nil {
			found[variablePrefix+strings.ToUpper(strings.ReplaceAll(f.Name, "-", "_"))] = f
		}
	})
	return found
}

func replaced(flag string, given map[string]bool) bool {
	return slices.ContainsFunc(instead, func(group []string) bool {
		return slices.Contains(group, flag) && slices.ContainsFunc(group, func(other string) bool { return given[other] })
	})
}

// setAll sets a flag; one that is repeatable has its values between commas.
func setAll(flags *pflag.FlagSet, f *pflag.Flag, value string) error {
	values := []string{value}
	if f.Value.Type() == "stringArray" {
		values = strings.Split(value, ",")
	}
	for _, v := range values {
		if err := flags.Set(f.Name, v); err != nil {
			return err
		}
	}
	return nil
}
