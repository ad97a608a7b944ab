package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// newMan makes the command that packagers and install scripts use; nobody else
// needs to see it.
func newMan() *cobra.Command {
	return &cobra.Command{
		Use:    "man",
		Short:  "Print the manual page",
		Hidden: true,
		Args:   cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := io.WriteString(cmd.OutOrStdout(), manual(cmd.Root()))
			return err
		},
	}
}

// manual is the manual page, in the language of man(7): one page for all
// commands, made from what --help says.
func manual(root *cobra.Command) string {
	m := &manPage{}
	m.printf(".TH MIGRACHECK 1\n.SH NAME\nmigracheck \\- %s\n", roff(lowerFirst(root.Short)))
	m.printf(".SH SYNOPSIS\n")
	for _, c := range commandsOf(root) {
		m.printf(".B %s\n.RI [ flags ]\n.br\n", roff(usage(c)))
	}
	m.section("DESCRIPTION", root.Long)
	m.printf(".SH OPTIONS\n")
	m.flags(root.LocalFlags(), nil)
	m.printf(".SH COMMANDS\n")
	for _, c := range commandsOf(root)[1:] {
		m.printf(".SS %s\n", roff(usage(c)))
		m.text(or(c.Long, c.Short+"."))
		m.flags(c.LocalFlags(), root.LocalFlags())
	}
	m.section("ENVIRONMENT", "Each flag has a variable, MIGRACHECK_ and its name in capitals: MIGRACHECK_FAIL_ON stands for --fail-on. "+
		"A flag wins over its variable, and that over the configuration.\n\n"+
		"With NO_COLOR set to anything, or with TERM=dumb, nothing is coloured unless --color is always. "+
		"SOURCE_DATE_EPOCH is the time against which dates of allowances are judged.")
	m.section("FILES", configName+", looked up from what is checked, or from here, to the root of the repository.")
	m.section("EXAMPLES", root.Example)
	return m.b.String()
}

// commandsOf are the commands that a reader of the manual is told of, the root
// first. It is lint, too.
func commandsOf(root *cobra.Command) []*cobra.Command {
	all := []*cobra.Command{root}
	for _, c := range root.Commands() {
		if c.IsAvailableCommand() && c.Name() != "lint" && c.Name() != "help" && c.Name() != "completion" {
			all = append(all, c)
		}
	}
	return all
}

// usage is how a command is called, without its flags.
func usage(c *cobra.Command) string {
	return strings.TrimSuffix(c.UseLine(), " [flags]")
}

func lowerFirst(s string) string { return strings.ToLower(s[:1]) + s[1:] }

type manPage struct{ b strings.Builder }

func (m *manPage) printf(format string, args ...any) { fmt.Fprintf(&m.b, format, args...) }

func (m *manPage) section(title, text string) {
	m.printf(".SH %s\n", title)
	m.text(text)
}

// text writes paragraphs. Lines that are indented are kept as they are.
func (m *manPage) text(text string) {
	kept := false
	for _, line := range strings.Split(strings.TrimRight(text, "\n"), "\n") {
		if indented := strings.HasPrefix(line, "  "); indented != kept {
			kept = indented
			m.printf("%s\n", map[bool]string{true: ".nf", false: ".fi"}[kept])
		}
		if line == "" {
			m.printf(".PP\n")
			continue
		}
		m.printf("%s\n", roff(line))
	}
	if kept {
		m.printf(".fi\n")
	}
}

// flags lists flags but for those that another list has with the same meaning.
func (m *manPage) flags(flags, listed *pflag.FlagSet) {
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Hidden || f.Name == "help" {
			return
		}
		if listed != nil {
			if other := listed.Lookup(f.Name); other != nil && other.Usage == f.Usage {
				return
			}
		}
		value, about := pflag.UnquoteUsage(f)
		name := "--" + f.Name
		if f.Shorthand != "" {
			name = "-" + f.Shorthand + ", " + name
		}
		m.printf(".TP\n.B %s", roff(name))
		if value != "" {
			m.printf(" %s", roff(value))
		}
		m.printf("\n%s\n", roff(about))
	})
}

// roff escapes a line.
func roff(line string) string {
	line = strings.NewReplacer(`\`, `\e`, "-", `\-`).Replace(line)
	if strings.HasPrefix(line, ".") || strings.HasPrefix(line, "'") {
		return `\&` + line
	}
	return line
}
