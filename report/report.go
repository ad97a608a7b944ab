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
	"github.com/migracheck/migracheck/parser/migration"
	"github.com/migracheck/migracheck/parser/source"
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
	// Sets are the directories that it was read from.
	Sets []*migration.Set
	// Selected tells the files that the user asked about from those that are
	// context; nil is all.
	Selected func(*source.File) bool
	// Rollback is what undoing the migrations comes to; nil where nobody asked.
	Rollback *Rollback
	// Compat is what becomes of the application's queries; nil where they are
	// not known.
	Compat *Compat
	// Gate is how Go code reaches what the release changes; nil where nobody
	// asked.
	Gate *Gate
	// Prefix leads from the repository root to the directory that paths are
	// shown relative to: a path's name in the repository is Prefix + path
	// (cleaned). Formats that are read by a code host use it.
	Prefix string
	// Root is the repository root as an absolute path with slashes, or "": a
	// path that is absolute is found in the repository by it.
	Root string
	// Color, Quiet and Verbose are for the text format. Width is the
	// terminal's, 0 for none.
	Color, Quiet, Verbose bool
	Width                 int
	// Locks adds to the text format what the release locks; JSON has it anyway.
	Locks bool
	// Since says what each release was compared with, and why.
	Since []string
	// Idle: nothing of what was asked about is there to be judged, and that is
	// as it should be. Text says nothing then.
	Idle bool
	// Baseline is the file of what is known, "" for none. Stale is what it
	// knows and was not found.
	Baseline string
	Stale    []Known
	// IncludeSuppressed puts allowed findings into SARIF, marked; GitHub would
	// open alerts for them.
	IncludeSuppressed bool
	// Remedy returns what to do instead, or ""; text shows the first sentence.
	// It may be nil.
	Remedy func(rule string) string
	// Page returns a rule's page as plain text and as Markdown. It may be nil.
	Page func(rule string) (text, markdown string)
}

// A Format writes a run.
type Format func(io.Writer, *Run) error

// A Named is a format and the name that asks for it.
type Named struct {
	Name string
	// About says in a few words what the format is for.
	About string
	Write Format
}

// Formats returns every format, in order of name.
func Formats() []Named {
	return []Named{
		{"azure", "logging commands: issues of a build in Azure Pipelines", Azure},
		{"checkstyle", "Checkstyle XML, for readers of other tools' reports", Checkstyle},
		{"comment", "Markdown for a comment on a pull request", Comment},
		{"github", "workflow commands: annotations on a pull request", GitHub},
		{"gitlab", "Code Quality report for a merge request in GitLab", GitLab},
		{"html", "a page for people who review a release", HTML},
		{"json", "all that is known, for other programs", JSON},
		{"jsonl", "JSON Lines: a finding per line, and a summary", JSONL},
		{"junit", "JUnit XML, for lists of tests", JUnit},
		{"markdown", "Markdown for the summary of a job", Markdown},
		{"rdjson", "for reviewdog: comments with suggested changes", RDJSON},
		{"sarif", "SARIF 2.1.0, for code scanning", SARIF},
		{"teamcity", "service messages: inspections in TeamCity", TeamCity},
		{"text", "for people", Text},
	}
}

// ByName returns the format of that name, or nil.
func ByName(name string) Format {
	for _, f := range Formats() {
		if f.Name == name {
			return f.Write
		}
	}
	return nil
}

// remedy returns what a rule's page says to do instead, or "".
func (r *Run) remedy(rule *rules.Rule) string {
	if r.Remedy == nil {
		return ""
	}
	return r.Remedy(rule.Name)
}

// findings returns the findings that nothing allows.
func (r *Run) findings() []rules.Finding {
	open := make([]rules.Finding, 0, len(r.Findings))
	for _, f := range r.Findings {
		if f.Suppressed == nil {
			open = append(open, f)
		}
	}
	return open
}

// allowed returns the findings that something allows.
func (r *Run) allowed() []rules.Finding {
	var allowed []rules.Finding
	for _, f := range r.Findings {
		if f.Suppressed != nil && !baselined(&f) {
			allowed = append(allowed, f)
		}
	}
	return allowed
}

// known returns the findings that the baseline knows.
func (r *Run) known() []rules.Finding {
	var known []rules.Finding
	for _, f := range r.Findings {
		if baselined(&f) {
			known = append(known, f)
		}
	}
	return known
}

// selected reports whether the user asked about a file.
func (r *Run) selected(f *source.File) bool {
	return r.Selected == nil || r.Selected(f)
}

// statements returns the statements that the user asked about: those of
// reported windows and selected files.
func (r *Run) statements() []*replay.Statement {
	if r.Timeline == nil {
		return nil
	}
	var asked []*replay.Statement
	for _, s := range r.Timeline.Statements {
		if (s.Window == nil || s.Window.Reported) && r.selected(s.Span.File) {
			asked = append(asked, s)
		}
	}
	return asked
}

// migrations returns the migrations that the user asked about.
func (r *Run) migrations() []*migration.Migration {
	if r.Timeline == nil {
		return nil
	}
	var asked []*migration.Migration
	for _, w := range r.Timeline.Windows {
		if !w.Reported {
			continue
		}
		for _, m := range w.Migrations {
			if r.selected(m.Up.Span.File) || m.Down != nil && r.selected(m.Down.Span.File) {
				asked = append(asked, m)
			}
		}
	}
	return asked
}

// command is the program's name, as it appears in reports.
const command = "migracheck"

// pageURL is where a rule's page can be read.
func pageURL(rule *rules.Rule) string {
	return homeURL + "/blob/main/docs/rules/" + rule.Name + ".md"
}

const homeURL = "https://github.com/migracheck/migracheck"
