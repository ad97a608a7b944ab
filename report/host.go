package report

import (
	"cmp"
	"slices"
	"strings"

	"github.com/migracheck/migracheck/parser/source"
	"github.com/migracheck/migracheck/rules"
)

// hostPath is a path as code hosts read it: relative to the root of the
// repository. They refuse a place outside of it, or the whole report, so the
// part of a path that would lead outside is left off: the file is not found
// then, but the finding is shown.
func (r *Run) hostPath(p string) string {
	p = r.repositoryPath(p)
	if isStream(p) {
		return "stdin"
	}
	p = strings.TrimPrefix(p, "/")
	for strings.HasPrefix(p, "../") {
		p = p[len("../"):]
	}
	return p
}

// fileOf is the path of the file that a place is in. Formats that know no
// finding without a file are given the directory that was read.
func (r *Run) fileOf(at source.Span) string {
	switch {
	case !at.IsZero():
		return r.hostPath(at.File.Path)
	case len(r.Sets) > 0:
		return r.hostPath(r.Sets[0].Path)
	}
	return command
}

// lineOf is the line where a place begins: the first where it is nowhere.
func lineOf(at source.Span) int {
	if at.IsZero() {
		return 1
	}
	return at.From().Line
}

// worstFirst returns the findings that nothing allows, for readers that show
// only the first of many.
func (r *Run) worstFirst() []rules.Finding {
	findings := r.findings()
	slices.SortStableFunc(findings, func(a, b rules.Finding) int { return cmp.Compare(b.Severity, a.Severity) })
	return findings
}

// nothing says that nothing was checked, where something should have been; ""
// otherwise.
func (r *Run) nothing() string {
	if r.Idle {
		return ""
	}
	if total := r.summary(); total.Statements == 0 {
		return total.nothing()
	}
	return ""
}
