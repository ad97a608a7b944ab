package report

import (
	"io"

	"github.com/migracheck/migracheck/rules"
)

// GitLab writes a Code Quality report. GitLab shows no name of a check, so the
// description begins with it, and it drops issues whose fingerprint another one
// has, so no two have the same.
// https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
func GitLab(w io.Writer, run *Run) error {
	issues := []gitlabIssue{}
	prints := Fingerprints(run.Findings)
	for i := range run.Findings {
		f := &run.Findings[i]
		if f.Suppressed != nil {
			continue
		}
		issue := gitlabIssue{
			Description: f.Rule.Name + ": " + visible(f.Message),
			CheckName:   f.Rule.Name,
			Fingerprint: prints[i],
			Severity:    gitlabSeverity(f.Severity),
			Location:    gitlabLocation{Path: run.fileOf(f.At), Lines: gitlabLines{Begin: lineOf(f.At), End: lineOf(f.At)}},
		}
		if !f.At.IsZero() {
			issue.Location.Lines.End = f.At.To().Line
		}
		issues = append(issues, issue)
	}
	if nothing := run.nothing(); nothing != "" {
		at := rules.Finding{}.At
		issues = append(issues, gitlabIssue{
			Description: command + ": " + nothing,
			CheckName:   command,
			Fingerprint: hash(nothing),
			Severity:    gitlabSeverity(rules.Note),
			Location:    gitlabLocation{Path: run.fileOf(at), Lines: gitlabLines{Begin: lineOf(at), End: lineOf(at)}},
		})
	}
	return encodeJSON(w, issues, "  ")
}

type gitlabIssue struct {
	Description string         `json:"description"`
	CheckName   string         `json:"check_name"`
	Fingerprint string         `json:"fingerprint"`
	Severity    string         `json:"severity"`
	Location    gitlabLocation `json:"location"`
}

type gitlabLocation struct {
	Path  string      `json:"path"`
	Lines gitlabLines `json:"lines"`
}

type gitlabLines struct {
	Begin int `json:"begin"`
	End   int `json:"end"`
}

// gitlabSeverity is GitLab's word: it has info, minor, major, critical and
// blocker.
func gitlabSeverity(s rules.Severity) string {
	switch s {
	case rules.Error:
		return "critical"
	case rules.Warning:
		return "major"
	}
	return "info"
}
