package report

import (
	"fmt"
	"strings"

	"github.com/migracheck/migracheck/parser/source"
	"github.com/migracheck/migracheck/rules"
)

// A summary counts what a run looked at and found.
type summary struct {
	Migrations   int `json:"migrations"`
	Statements   int `json:"statements"`
	Unanalysable int `json:"unanalysable"`
	Error        int `json:"error"`
	Warning      int `json:"warning"`
	Note         int `json:"note"`
	Suppressed   int `json:"suppressed"`
	// Opaque counts migrations that are not SQL.
	Opaque int `json:"opaque"`
	Files  int `json:"files"`
	// Baselined counts what the baseline knows, Stale what it knows and was
	// not found.
	Baselined int `json:"baselined"`
	Stale     int `json:"stale"`
}

func (r *Run) summary() summary {
	var s summary
	files := map[*source.File]bool{}
	for _, m := range r.migrations() {
		s.Migrations++
		if m.Opaque != "" {
			s.Opaque++
		}
		files[m.Up.Span.File] = true
		if m.Down != nil {
			files[m.Down.Span.File] = true
		}
	}
	delete(files, nil)
	s.Files = len(files)
	for _, statement := range r.statements() {
		s.Statements++
		if _, unknown := statement.Unanalysable(); unknown {
			s.Unanalysable++
		}
	}
	for _, f := range r.Findings {
		switch {
		case baselined(&f):
			s.Baselined++
		case f.Suppressed != nil:
			s.Suppressed++
		case f.Severity == rules.Error:
			s.Error++
		case f.Severity == rules.Warning:
			s.Warning++
		default:
			s.Note++
		}
	}
	for _, e := range r.Stale {
		s.Stale += e.Count
	}
	return s
}

// found counts the findings, worst first: "2 errors, 1 warning and 4 notes".
func (s summary) found() string {
	var parts []string
	for _, p := range []struct {
		n    int
		noun string
	}{{s.Error, "error"}, {s.Warning, "warning"}, {s.Note, "note"}} {
		if p.n > 0 {
			parts = append(parts, plural(p.n, p.noun))
		}
	}
	if len(parts) < 2 {
		return strings.Join(parts, "")
	}
	last := len(parts) - 1
	return strings.Join(parts[:last], ", ") + " and " + parts[last]
}

// line is the whole summary in one line.
func (s summary) line() string {
	var b strings.Builder
	found := s.found()
	switch {
	case s.Statements == 0 && found == "":
		b.WriteString(s.nothing())
	case s.Statements == 0:
		b.WriteString(found + "; " + s.nothing())
	case found == "":
		fmt.Fprintf(&b, "checked %s (%s): nothing found", plural(s.Migrations, "migration"), plural(s.Statements, "statement"))
	default:
		fmt.Fprintf(&b, "%s in %s (%s)", found, plural(s.Migrations, "migration"), plural(s.Statements, "statement"))
	}
	if s.Opaque > 0 {
		b.WriteString("; " + plural(s.Opaque, "migration") + " not in SQL")
	}
	if s.Unanalysable > 0 {
		fmt.Fprintf(&b, "; %d not analysable", s.Unanalysable)
	}
	if s.Suppressed > 0 {
		fmt.Fprintf(&b, "; %d allowed", s.Suppressed)
	}
	if s.Baselined > 0 {
		fmt.Fprintf(&b, "; %d in the baseline", s.Baselined)
	}
	return b.String()
}

// nothing says that there was nothing to check.
func (s summary) nothing() string {
	if s.Files == 0 {
		return "nothing to check: no migration is new"
	}
	return "no statements found in " + plural(s.Files, "file")
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
