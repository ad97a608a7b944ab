package main

import (
	"bufio"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/migracheck/migracheck/report"
)

var errSchemaPath = errors.New("schema takes one path: a directory of migrations, a file, or - for standard input")

func newSchema() *cobra.Command {
	var o options
	var at, format string
	cmd := &cobra.Command{
		Use:   "schema [PATH]",
		Short: "Print the schema that the migrations make",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return errSchemaPath
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			paths, err := o.settle(cmd, args)
			if err != nil {
				return err
			}
			if len(paths) != 1 {
				return errSchemaPath
			}
			if format != "sql" && format != "json" {
				return fmt.Errorf("unknown format %q: use sql or json", format)
			}
			// The schema is what all migrations make, whatever is released.
			o.since, o.from = "", ""
			h, err := load(cmd.Context(), cmd.InOrStdin(), paths, &o)
			if err != nil {
				return err
			}
			end, err := h.at(at)
			if err != nil {
				return err
			}
			w := bufio.NewWriter(cmd.OutOrStdout())
			write := report.SchemaSQL
			if format == "json" {
				write = report.SchemaJSON
			}
			if err := write(w, end); err != nil {
				return err
			}
			return w.Flush()
		},
	}
	f := cmd.Flags()
	f.StringVar(&at, "at", "", "print the schema as it is after the migration of this `id`")
	f.StringVar(&format, "format", "sql", "`name` of the output format: sql, json")
	for _, own := range []string{"at", "format"} {
		f.Lookup(own).Annotations = map[string][]string{noVariable: {}}
	}
	f.StringVar(&o.configPath, "config", "", "configuration `file`")
	f.BoolVar(&o.noConfig, "no-config", false, "read no configuration file")
	f.StringVar(&o.framework, "framework", "auto", "migration `tool`")
	return cmd
}
