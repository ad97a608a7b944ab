package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/migracheck/migracheck/analyzer/drill"
	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/analyzer/rollback"
	"github.com/migracheck/migracheck/parser/migration"
	"github.com/migracheck/migracheck/report"
	"github.com/migracheck/migracheck/rules"
)

// A rollbackCommand is what the flags of rollback ask for.
type rollbackCommand struct {
	options
	drill       bool
	bin, server string
	// suggest prints downs in place of those that are missing or wrong, write
	// writes those that are missing.
	suggest, write bool
}

func newRollback() *cobra.Command {
	var c rollbackCommand
	cmd := &cobra.Command{
		Use:   "rollback [PATH...]",
		Short: "Say whether down migrations undo their ups, and what is lost",
		Long: `rollback judges each migration, and a release as a whole: does its down restore the schema, what
of the rows is lost, and what must not have been written for it to run. With --drill it undoes the
migrations for real, on a throw-away PostgreSQL, and compares.`,
		Example: `  migracheck rollback ./migrations
  migracheck rollback --since latest-tag --drill ./migrations
  migracheck rollback --since origin/main --suggest ./migrations
  migracheck rollback --drill --postgres-url postgres://postgres@localhost/postgres ./migrations`,
		Args: cobra.ArbitraryArgs,
		RunE: c.run,
	}
	f := cmd.Flags()
	c.history(f)
	c.judgement(f)
	f.BoolVar(&c.drill, "drill", false, "undo the migrations for real, on a throw-away PostgreSQL")
	f.StringVar(&c.bin, "postgres-bin", "", "`directory` of initdb and postgres for the drill (default: PATH, then the usual places)")
	f.BoolVar(&c.suggest, "suggest", false, "print a down for each migration whose down is missing, fails or leaves another schema")
	f.BoolVar(&c.write, "write-down", false, "write the suggested downs where they are missing; no file is overwritten")
	f.StringVar(&c.server, "postgres-url", "", "drill on the running server of this `connection` string, in databases that the drill makes and drops")
	return cmd
}

func (c *rollbackCommand) run(cmd *cobra.Command, paths []string) error {
	if c.bin != "" && c.server != "" {
		return fmt.Errorf("--postgres-bin and --postgres-url name two servers: use one")
	}
	if (c.bin != "" || c.server != "") && !c.drill {
		return fmt.Errorf("--postgres-bin and --postgres-url are for the drill: add --drill")
	}
	if len(c.only) == 0 && len(c.enable) == 0 {
		if err := cmd.Flags().Set("rules", string(rules.Rollback)); err != nil {
			return err
		}
	}
	var disagreements int
	var refused error
	err := inspect(cmd, paths, &c.options, func(h *history, run *report.Run) error {
		run.Rollback = &report.Rollback{}
		for _, w := range h.timeline.Windows {
			if !w.Reported {
				continue
			}
			run.Rollback.Migrations = append(run.Rollback.Migrations, h.undone(w)...)
			if len(w.Migrations) > 1 {
				run.Rollback.Releases = append(run.Rollback.Releases, rollback.JudgeRelease(w.Migrations, w.Base, replay.Options{PGVersion: c.pgVersion}))
			}
		}
		if c.suggest || c.write {
			c.suggestAll(run.Rollback)
		}
		if c.write {
			refused = writeDowns(h, run.Rollback)
		}
		if !c.suggest {
			run.Rollback.Suggestions = nil
		}
		if !c.drill {
			return nil
		}
		var err error
		disagreements, err = c.drillAll(cmd, h, run.Rollback)
		return err
	})
	if (err == nil || errors.Is(err, errFindings)) && disagreements > 0 {
		return fmt.Errorf("the drill saw something else than the files say, %s: that is an error of migracheck, please report it with these migrations", times(disagreements))
	}
	if (err == nil || errors.Is(err, errFindings)) && refused != nil {
		return refused
	}
	return err
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}

// drillAll undoes the migrations of each directory on a server.
func (c *rollbackCommand) drillAll(cmd *cobra.Command, h *history, into *report.Rollback) (disagreements int, err error) {
	ctx := cmd.Context()
	server, err := c.connect(ctx)
	if err != nil {
		return 0, err
	}
	defer server.Close()
	judged := map[*migration.Migration]*rollback.Migration{}
	for _, m := range into.Migrations {
		judged[m.Migration] = m
	}
	for _, set := range h.sets {
		progress := progressOf(cmd.ErrOrStderr())
		result, err := drill.Run(ctx, server, set.Migrations, drill.Options{
			Drilled:  func(m *migration.Migration) bool { return judged[m] != nil },
			Judged:   func(m *migration.Migration) *rollback.Migration { return judged[m] },
			Progress: progress.at,
		})
		progress.done()
		if err != nil {
			return 0, err
		}
		into.Drills = append(into.Drills, result)
		for _, m := range result.Migrations {
			disagreements += len(m.Disagreements)
		}
	}
	return disagreements, nil
}

func (c *rollbackCommand) connect(ctx context.Context) (drill.Server, error) {
	if c.server != "" {
		return drill.At(ctx, c.server)
	}
	bin := c.bin
	if bin != "" { // the server is started in a directory of its own
		var err error
		if bin, err = filepath.Abs(bin); err != nil {
			return nil, err
		}
	}
	return drill.Start(ctx, bin)
}

// A progress is a line on a terminal that says how far long work is.
type progress struct {
	w     io.Writer
	shown bool
	last  time.Time
}

// progressOf returns a progress line on a terminal, and nothing elsewhere.
func progressOf(w io.Writer) *progress {
	if file, ok := w.(*os.File); ok && term.IsTerminal(int(file.Fd())) {
		return &progress{w: w}
	}
	return &progress{}
}

const barWidth = 30

func (p *progress) at(done, total int, m *migration.Migration) {
	const often = 50 * time.Millisecond
	if p.w == nil || total == 0 || time.Since(p.last) < often {
		return
	}
	p.shown, p.last = true, time.Now()
	full := barWidth * done / total
	fmt.Fprintf(p.w, "\r\x1b[K[%s%s] %d of %d %s", strings.Repeat("#", full), strings.Repeat(" ", barWidth-full), done, total, report.Lines(m.ID))
}

// say shows what is being done, where how long it takes is not known.
func (p *progress) say(what string) {
	if p.w != nil {
		p.shown = true
		fmt.Fprintf(p.w, "\r\x1b[K%s ...", what)
	}
}

func (p *progress) done() {
	if p.shown {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}
