// Package report writes findings in the formats that terminals, CI systems,
// code scanning and reviewers read: one file per format.
//
// Output is a function of the run alone: no clock, no environment, no absolute
// path, so that the same input gives the same bytes. What a finding means is
// decided in package rules; how bad a run is, by the command.
package report

import (
	"io"

	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/rules"
)

// A Run is what one invocation found.
type Run struct {
	// Version is migracheck's.
	Version string
	// Rules are those that ran.
	Rules []*rules.Rule
	// Findings are in order of place; suppressed ones are marked.
	Findings []rules.Finding
	// Timeline is the history that was replayed.
	Timeline *replay.Timeline
	// Prefix leads from the directory that paths are shown relative to, to the
	// repository root: a path's name in the repository is Prefix + path
	// (cleaned). Formats that are read by a code host use it.
	Prefix string
	// Color, Quiet and Verbose are for the text format. Width is the
	// terminal's, 0 for none.
	Color, Quiet, Verbose bool
	Width                 int
}

// A Format writes a run.
type Format func(io.Writer, *Run) error
