package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/migracheck/migracheck/cmd/migracheck/config"
	"github.com/migracheck/migracheck/report"
)

// baselineName is where a baseline is written if nobody says where.
const baselineName = ".migracheck-baseline.yaml"

// settleBaseline checks the flags of the baseline against each other.
func (o *options) settleBaseline() error {
	switch {
	case o.writeBaseline == baselineName && o.baseline != "":
		o.writeBaseline = o.baseline
	case o.writeBaseline != "" && o.baseline != "" && filepath.Clean(o.writeBaseline) != filepath.Clean(o.baseline):
		return fmt.Errorf("--baseline %s and --write-baseline=%s name two files: use one", o.baseline, o.writeBaseline)
	}
	if o.writeBaseline != "" {
		o.baseline = o.writeBaseline
	}
	if o.pruneBaseline && o.baseline == "" {
		return errors.New("--prune-baseline needs --baseline FILE")
	}
	return nil
}

// readBaseline reads what is known; nil where no baseline is used.
func (o *options) readBaseline() (*report.Baseline, error) {
	if o.baseline == "" {
		return nil, nil
	}
	text, err := os.ReadFile(o.baseline)
	switch {
	case errors.Is(err, fs.ErrNotExist) && o.writeBaseline != "":
		return &report.Baseline{}, nil
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("the baseline %s does not exist: write it with --write-baseline=%[1]s", o.baseline)
	case err != nil:
		return nil, fmt.Errorf("reading the baseline: %w", err)
	}
	return report.ReadBaseline(filepath.ToSlash(o.baseline), text)
}

// applyBaseline takes from a run what is known, and writes the baseline where
// that was asked for.
func (o *options) applyBaseline(stderr io.Writer, known *report.Baseline, run *report.Run) error {
	if known == nil {
		return nil
	}
	run.Baseline = filepath.ToSlash(o.baseline)
	exists := func(path string) bool {
		_, err := os.Stat(filepath.Join(filepath.FromSlash(run.Root), filepath.FromSlash(path)))
		return err == nil
	}
	if o.writeBaseline != "" {
		next := known.Extend(run, exists)
		run.Stale = nil
		if err := o.saveBaseline(known, next); err != nil {
			return err
		}
		fmt.Fprintf(stderr, "migracheck: %s written to %s: name it with --baseline, or as baseline in %s\n", findings(next.Len()), o.baseline, config.Name)
		return nil
	}
	next := known.Apply(run, exists)
	if !o.pruneBaseline || len(run.Stale) == 0 {
		return nil
	}
	if err := o.saveBaseline(known, next); err != nil {
		return err
	}
	fmt.Fprintf(stderr, "migracheck: %s removed from %s\n", findings(known.Len()-next.Len()), o.baseline)
	run.Stale = nil
	return nil
}

func findings(n int) string {
	if n == 1 {
		return "1 finding"
	}
	return fmt.Sprintf("%d findings", n)
}

// saveBaseline replaces the file at once, and only if something is to change.
func (o *options) saveBaseline(was, next *report.Baseline) error {
	text := next.Text()
	if old, err := os.ReadFile(o.baseline); err == nil && bytes.Equal(old, text) && was.Len() == next.Len() {
		return nil
	}
	return replaceFile(o.baseline, "the baseline", func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	})
}
