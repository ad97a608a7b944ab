package report

import (
	"cmp"
	"io"
	"slices"
	"strings"

	"github.com/migracheck/migracheck/parser/source"
	"github.com/migracheck/migracheck/rules"
)

// RDJSON writes the Reviewdog Diagnostic Format, from which reviewdog makes
// review comments, with fixes as changes to accept. Columns are bytes.
// https://github.com/reviewdog/reviewdog/tree/master/proto/rdf
func RDJSON(w io.Writer, run *Run) error {
	document := rdjson{Source: rdjsonSource{Name: command, URL: homeURL}, Diagnostics: []rdjsonDiagnostic{}}
	for _, f := range run.findings() {
		d := rdjsonDiagnostic{
			Message:     visible(f.Message),
			Location:    run.rdjsonLocation(f.At),
			Severity:    rdjsonSeverity(f.Severity),
			Code:        &rdjsonCode{Value: f.Rule.Name, URL: pageURL(f.Rule)},
			Suggestions: rdjsonSuggestions(&f),
		}
		for _, r := range f.Related {
			if !r.At.IsZero() {
				d.Related = append(d.Related, rdjsonRelated{Message: visible(r.Message), Location: run.rdjsonLocation(r.At)})
			}
		}
		document.Diagnostics = append(document.Diagnostics, d)
	}
	if nothing := run.nothing(); nothing != "" {
		document.Diagnostics = append(document.Diagnostics, rdjsonDiagnostic{
			Message: nothing, Location: run.rdjsonLocation(source.Span{}), Severity: rdjsonSeverity(rules.Warning),
		})
	}
	return encodeJSON(w, document, "  ")
}

type rdjson struct {
	Source      rdjsonSource       `json:"source"`
	Diagnostics []rdjsonDiagnostic `json:"diagnostics"`
}

type rdjsonSource struct {
	Name string `json:"name"`
	URL  string `json:"url"`
}

type rdjsonDiagnostic struct {
	Message     string             `json:"message"`
	Location    rdjsonLocation     `json:"location"`
	Severity    string             `json:"severity"`
	Code        *rdjsonCode        `json:"code,omitempty"`
	Suggestions []rdjsonSuggestion `json:"suggestions,omitempty"`
	Related     []rdjsonRelated    `json:"related_locations,omitempty"`
}

type rdjsonCode struct {
	Value string `json:"value"`
	URL   string `json:"url"`
}

type rdjsonLocation struct {
	Path  string       `json:"path"`
	Range *rdjsonRange `json:"range,omitempty"`
}

type rdjsonRange struct {
	Start rdjsonPosition `json:"start"`
	End   rdjsonPosition `json:"end"`
}

type rdjsonPosition struct {
	Line   int `json:"line"`
	Column int `json:"column"`
}

type rdjsonSuggestion struct {
	Range rdjsonRange `json:"range"`
	Text  string      `json:"text"`
}

type rdjsonRelated struct {
	Message  string         `json:"message"`
	Location rdjsonLocation `json:"location"`
}

func rdjsonSeverity(s rules.Severity) string {
	switch s {
	case rules.Error:
		return "ERROR"
	case rules.Warning:
		return "WARNING"
	}
	return "INFO"
}

func (r *Run) rdjsonLocation(at source.Span) rdjsonLocation {
	location := rdjsonLocation{Path: r.fileOf(at)}
	if !at.IsZero() {
		of := rdjsonRangeOf(at)
		location.Range = &of
	}
	return location
}

func rdjsonRangeOf(at source.Span) rdjsonRange {
	return rdjsonRange{bytePosition(at.File, at.Start), bytePosition(at.File, at.End)}
}

// bytePosition is a position with its column in bytes of the file as it is: a
// byte order mark counts, because a suggestion is cut into the line that has it.
func bytePosition(f *source.File, offset int) rdjsonPosition {
	offset = min(max(offset, 0), len(f.Text))
	line := f.Position(offset).Line
	_, start := f.Line(line)
	if line == 1 {
		start = 0
	}
	return rdjsonPosition{line, offset - start + 1}
}

// rdjsonSuggestions is the first safe fix of a finding, or the first at all: a
// comment has room for one range of lines, and the others would be shown as
// mistakes. A fix of several edits becomes one, from the first to the last; a
// fix of another file is none here.
func rdjsonSuggestions(f *rules.Finding) []rdjsonSuggestion {
	fixes := slices.Clone(f.Fixes)
	slices.SortStableFunc(fixes, func(a, b rules.Fix) int {
		switch {
		case a.Safe == b.Safe:
			return 0
		case a.Safe:
			return -1
		}
		return 1
	})
	for _, fix := range fixes {
		if at, text, ok := joined(f.At.File, fix.Edits); ok {
			return []rdjsonSuggestion{{rdjsonRangeOf(at), text}}
		}
	}
	return nil
}

// joined returns one replacement that does what several edits of a file do.
func joined(file *source.File, edits []rules.Edit) (source.Span, string, bool) {
	if file == nil || len(edits) == 0 {
		return source.Span{}, "", false
	}
	sorted := slices.Clone(edits)
	slices.SortStableFunc(sorted, func(a, b rules.Edit) int { return cmp.Compare(a.At.Start, b.At.Start) })
	at := source.Span{File: file, Start: sorted[0].At.Start, End: sorted[0].At.Start}
	var b strings.Builder
	for _, e := range sorted {
		if e.At.File != file || e.At.Start < at.End || e.At.End < e.At.Start || e.At.End > len(file.Text) {
			return source.Span{}, "", false
		}
		b.WriteString(file.Text[at.End:e.At.Start] + e.NewText)
		at.End = e.At.End
	}
	return at, b.String(), true
}
