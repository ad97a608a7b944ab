package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/migracheck/migracheck/analyzer/compat"
	"github.com/migracheck/migracheck/analyzer/queries"
	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/report"
	"github.com/migracheck/migracheck/rules"
)

// A compatCommand is what the flags of compat ask for.
type compatCommand struct {
	options
	order string
}

// The orders of deployment.
const (
	migrateFirst = "migrate-first"
	codeFirst    = "code-first"
)

func newCompat() *cobra.Command {
	var c compatCommand
	cmd := &cobra.Command{
		Use:   "compat [PATH...]",
		Short: "Prove the queries of the previous version against the new schema",
		Long: `compat takes the queries of the application version before the release, from its code in git or from
a file, and says what becomes of each on the schema that the migrations make: which fail, with which
SQLSTATE, and which statement of which migration does it. With the code of the new version it says as
well whether that works on the new schema, and on the old one.`,
		Example: `  migracheck compat --previous latest-tag --app . ./migrations
  migracheck compat --since v1.4.0 --queries queries-v1.4.0.json ./migrations
  migracheck compat --since origin/main --app ./internal --app ./queries.sql --format json ./migrations`,
		Args: cobra.ArbitraryArgs,
		RunE: c.run,
	}
	f := cmd.Flags()
	c.history(f)
	c.judgement(f)
	c.code.flags(f)
	f.StringVar(&c.order, "deploy-order", migrateFirst, "`order` of a deployment, migrate-first or code-first: where code comes first, it is an error that it needs the new schema")
	return cmd
}

func (c *compatCommand) run(cmd *cobra.Command, paths []string) error {
	if c.order != migrateFirst && c.order != codeFirst {
		return fmt.Errorf("unknown value %q for --deploy-order: use %s or %s", c.order, migrateFirst, codeFirst)
	}
	if len(c.only) == 0 && len(c.enable) == 0 {
		for _, r := range rules.All() {
			if r.AboutQueries() {
				c.only = append(c.only, r.Name)
			}
		}
	}
	c.evidence, c.codeFirst = true, c.order == codeFirst
	return inspect(cmd, paths, &c.options, nil)
}

// An evidence is what the application's queries show, by window.
type evidence struct {
	before, now *queries.Application
	of          map[*replay.Window]*rules.Evidence
	reports     []report.Release
	// gate is what is said of feature flags, and first the first window that
	// changes anything: what is said of the code is said once.
	gate  *report.Gate
	first *replay.Window
}

// gather reads the application's queries where the flags name them, and returns
// nil where they do not.
func (o *options) gather(cmd *cobra.Command, h *history) (*evidence, error) {
	if o.gate != nil {
		return o.gate.gather(cmd, h)
	}
	if !o.evidence && !o.code.known() {
		return nil, nil
	}
	if err := o.code.check(); err != nil {
		return nil, err
	}
	if o.since == "" && o.from == "" {
		return nil, errors.New("what is being released is not said: add --since REF, --from ID or --previous REF")
	}
	e := &evidence{of: map[*replay.Window]*rules.Evidence{}}
	var err error
	if e.before, err = o.code.before(cmd); err != nil {
		return nil, err
	}
	if e.now, err = o.code.now(cmd); err != nil {
		return nil, err
	}
	if e.before == nil && e.now == nil {
		return nil, errors.New("which queries the application asks is not said: add --previous REF with --app PATH, or --queries FILE")
	}
	for _, w := range h.timeline.Windows {
		if !w.Reported {
			continue
		}
		if err := e.judge(cmd, w, h.timeline); err != nil {
			return nil, err
		}
	}
	if n := len(h.timeline.Windows); len(e.reports) == 0 && n > 0 {
		// Nothing is released: both versions meet the schema that there is.
		w := h.timeline.Windows[n-1]
		return e, e.judge(cmd, &replay.Window{Base: w.End, End: w.End}, h.timeline)
	}
	return e, nil
}

// judge judges the queries of both versions for a window.
func (e *evidence) judge(cmd *cobra.Command, w *replay.Window, t *replay.Timeline) error {
	change := compat.Release(w, t)
	r := report.Release{Window: w}
	found := &rules.Evidence{Previous: e.before}
	if e.before != nil {
		list, err := compat.Judge(cmd.Context(), e.before.Queries, change)
		if err != nil {
			return err
		}
		found.Judgements, r.Old = list, list
		found.Breaks = append(found.Breaks, compat.Broken(e.before.Version, list)...)
	}
	if e.now != nil {
		list, err := compat.Judge(cmd.Context(), e.now.Queries, change.Reverse())
		if err != nil {
			return err
		}
		r.New = list
		found.Breaks = append(found.Breaks, compat.Waits(e.now.Version, list, r.Old)...)
	}
	e.of[w] = found
	e.reports = append(e.reports, r)
	return nil
}

// show is what rules ask; nil where there is no evidence.
func (e *evidence) show() func(*replay.Window) *rules.Evidence {
	if e == nil {
		return nil
	}
	return func(w *replay.Window) *rules.Evidence { return e.of[w] }
}

// report is what the report says of it.
func (e *evidence) report() *report.Compat {
	if e == nil || e.gate != nil {
		return nil
	}
	return &report.Compat{Previous: e.before, Now: e.now, Releases: e.reports}
}
