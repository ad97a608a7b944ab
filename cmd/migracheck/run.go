package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/migracheck/migracheck/report"
)

// Exit statuses: part of the contract.
const (
	exitClean    = 0
	exitFindings = 1
	// exitFailed: the work could not be done (usage, unreadable input, missing
	// git ref).
	exitFailed = 2
)

// errFindings says that findings reach --fail-on; they are already printed.
var errFindings = errors.New("findings")

// run is the whole program: it prints and returns the exit status.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	root := newRoot()
	if len(args) > 0 && strings.HasPrefix(args[0], cobra.ShellCompRequestCmd) {
		completeFlags(root) // a shell asks, and nobody else wants to wait for it
	}
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	switch {
	case err == nil:
		return exitClean
	case errors.Is(err, errFindings):
		return exitFindings
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(stderr, "migracheck: interrupted")
	default:
		fmt.Fprintln(stderr, "migracheck: "+report.Lines(err.Error()))
	}
	return exitFailed
}

func newRoot() *cobra.Command {
	root := newLint()
	root.Use = "migracheck [lint] [PATH...]"
	root.Short = "Check PostgreSQL migrations against the application version before them"
	root.Long = `migracheck replays a history of PostgreSQL migrations and reports what breaks the
previous version of the application, blocks traffic, loses data or cannot be undone.

PATH is a directory of migrations, single files, or - for standard input. Without it, the projects
of .migracheck.yaml are checked. Each flag has a variable: MIGRACHECK_FAIL_ON for --fail-on.

--fix applies fixes that change nothing of what a migration achieves: CONCURRENTLY, with what makes
the tool run the file without a transaction; NOT VALID; lock_timeout in the tool's transaction. It
changes only migrations that were not released (--since, or the default branch), and keeps a fix only
if the finding is gone then and no new one is there. --diff prints the changes and makes none.

Exit status: 0 nothing at or above --fail-on, 1 findings, 2 the work could not be done. With --fix it is
about what is left; with --diff it is 1 if there is something to fix.`
	root.Example = `  migracheck ./migrations
  migracheck --since origin/main ./migrations
  migracheck --format sarif=migracheck.sarif --format text ./migrations
  migracheck explain drop-column`
	root.Version = version()
	root.PersistentPreRunE = func(cmd *cobra.Command, _ []string) error {
		return fromEnvironment(cmd, os.Environ())
	}
	root.SetVersionTemplate(versionText())
	root.SilenceErrors = true
	root.SilenceUsage = true
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return fmt.Errorf("%w (see %s --help)", err, c.CommandPath())
	})
	lint := newLint()
	lint.Use = "lint [PATH...]"
	lint.Short = "Check migrations (the default command)"
	root.AddCommand(lint, newExplain(), newRules(), newCompat(), newExtract(), newGate(), newRollback(), newSchema(), newInit(), newConfig(), newMan())
	return root
}
