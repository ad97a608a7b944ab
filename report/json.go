package report

import (
	"io"
	"slices"
	"strings"

	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/parser/source"
	"github.com/migracheck/migracheck/rules"
)

// JSON writes all that is known of a run. Its fields are a contract, version 1:
// there may be more of them one day, but none is renamed. Lines and columns
// count from 1, columns in code points; ends are exclusive; offsets are bytes.
func JSON(w io.Writer, run *Run) error {
	document := jsonRun{
		Version:    1,
		Tool:       jsonTool{Name: command, Version: run.Version},
		Findings:   []jsonFinding{},
		Suppressed: []jsonSuppressed{},
		Baselined:  []jsonFinding{},
		Stale:      []Known{},
		Statements: []jsonStatement{},
		Summary:    run.summary(),
	}
	prints := Fingerprints(run.Findings)
	for i := range run.Findings {
		f := &run.Findings[i]
		finding := newJSONFinding(f, prints[i])
		switch {
		case f.Suppressed == nil:
			document.Findings = append(document.Findings, finding)
		case baselined(f):
			document.Baselined = append(document.Baselined, finding)
		default:
			document.Suppressed = append(document.Suppressed, jsonSuppressed{finding, newJSONSuppression(f.Suppressed)})
		}
	}
	document.Stale = append(document.Stale, run.Stale...)
	if run.Rollback != nil {
		document.Migrations, document.Releases = run.Rollback.json(run.Rollback.Migrations), run.Rollback.json(run.Rollback.Releases)
	}
	if run.Compat != nil {
		document.Matrix, document.Queries, document.Unresolved = run.Compat.matrix(), run.Compat.queries(), run.Compat.unresolved()
	}
	if run.Gate != nil {
		document.Gate = run.Gate.json()
	}
	for _, s := range run.statements() {
		document.Statements = append(document.Statements, newJSONStatement(s))
	}
	return writeJSON(w, document)
}

// writeJSON writes a document as people can read it: indented, and with the
// <, > and & of SQL as they are.
func writeJSON(w io.Writer, document any) error {
	return encodeJSON(w, document, "  ")
}

type jsonRun struct {
	Version    int              `json:"version"`
	Tool       jsonTool         `json:"tool"`
	Findings   []jsonFinding    `json:"findings"`
	Suppressed []jsonSuppressed `json:"suppressed"`
	Baselined  []jsonFinding    `json:"baselined"`
	Stale      []Known          `json:"stale"`
	Statements []jsonStatement  `json:"statements"`
	Migrations []jsonRollback   `json:"migrations,omitempty"`
	Releases   []jsonRollback   `json:"releases,omitempty"`
	Matrix     *jsonMatrix      `json:"matrix,omitempty"`
	Queries    []jsonQuery      `json:"queries,omitempty"`
	Unresolved []jsonUnresolved `json:"unresolved,omitempty"`
	Gate       *jsonGate        `json:"gate,omitempty"`
	Summary    summary          `json:"summary"`
}

type jsonTool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

type jsonFinding struct {
	Rule     string `json:"rule"`
	Category string `json:"category"`
	Severity string `json:"severity"`
	Message  string `json:"message"`
	jsonPlace
	Migration   string        `json:"migration"`
	Direction   string        `json:"direction"`
	Relation    string        `json:"relation"`
	Object      string        `json:"object"`
	Related     []jsonRelated `json:"related"`
	Way         []jsonRelated `json:"way,omitempty"`
	Fixes       []jsonFix     `json:"fixes"`
	Fingerprint string        `json:"fingerprint"`
}

type jsonPlace struct {
	Path        string `json:"path"`
	StartLine   int    `json:"startLine"`
	StartColumn int    `json:"startColumn"`
	EndLine     int    `json:"endLine"`
	EndColumn   int    `json:"endColumn"`
}

type jsonRelated struct {
	jsonPlace
	Message string `json:"message"`
}

type jsonFix struct {
	Title string     `json:"title"`
	Safe  bool       `json:"safe"`
	Edits []jsonEdit `json:"edits"`
}

type jsonEdit struct {
	Path        string `json:"path"`
	StartOffset int    `json:"startOffset"`
	EndOffset   int    `json:"endOffset"`
	NewText     string `json:"newText"`
}

type jsonSuppressed struct {
	jsonFinding
	Suppression jsonSuppression `json:"suppression"`
}

type jsonSuppression struct {
	Reason    string `json:"reason"`
	Until     string `json:"until"`
	Path      string `json:"path"`
	StartLine int    `json:"startLine"`
}

type jsonStatement struct {
	Path        string     `json:"path"`
	StartLine   int        `json:"startLine"`
	EndLine     int        `json:"endLine"`
	Migration   string     `json:"migration"`
	Direction   string     `json:"direction"`
	Transaction bool       `json:"transaction"`
	Kind        string     `json:"kind"`
	Locks       []jsonLock `json:"locks"`
	SQLState    string     `json:"sqlstate,omitempty"`
	Reason      string     `json:"reason,omitempty"`
}

type jsonLock struct {
	Relation string `json:"relation"`
	Mode     string `json:"mode"`
	Scan     bool   `json:"scan"`
	Rewrite  bool   `json:"rewrite"`
	Index    bool   `json:"index"`
}

func newJSONFinding(f *rules.Finding, fingerprint string) jsonFinding {
	j := jsonFinding{
		Rule:        f.Rule.Name,
		Category:    string(f.Rule.Category),
		Severity:    f.Severity.String(),
		Message:     f.Message,
		jsonPlace:   newJSONPlace(f.At),
		Migration:   f.Migration,
		Direction:   direction(f.Down),
		Relation:    f.Relation,
		Object:      f.Object,
		Related:     []jsonRelated{},
		Fixes:       []jsonFix{},
		Fingerprint: fingerprint,
	}
	for _, r := range f.Related {
		j.Related = append(j.Related, jsonRelated{newJSONPlace(r.At), r.Message})
	}
	for _, r := range f.Way {
		j.Way = append(j.Way, jsonRelated{newJSONPlace(r.At), r.Message})
	}
	for _, fix := range f.Fixes {
		edits := []jsonEdit{}
		for _, e := range fix.Edits {
			edits = append(edits, jsonEdit{pathOf(e.At), e.At.Start, e.At.End, e.NewText})
		}
		j.Fixes = append(j.Fixes, jsonFix{fix.Title, fix.Safe, edits})
	}
	return j
}

func newJSONPlace(s source.Span) jsonPlace {
	if s.IsZero() {
		return jsonPlace{}
	}
	from, to := s.From(), s.To()
	return jsonPlace{s.File.Path, from.Line, from.Column, to.Line, to.Column}
}

func newJSONSuppression(s *rules.Suppression) jsonSuppression {
	j := jsonSuppression{Reason: s.Reason, Until: s.Until, Path: pathOf(s.At)}
	if !s.At.IsZero() {
		j.StartLine = s.At.From().Line
	}
	return j
}

func newJSONStatement(s *replay.Statement) jsonStatement {
	j := jsonStatement{
		Path:        pathOf(s.Span),
		Direction:   direction(s.Down),
		Transaction: s.Transaction != 0,
		Kind:        s.Kind,
		Locks:       []jsonLock{},
	}
	if !s.Span.IsZero() {
		j.StartLine, j.EndLine = s.Span.From().Line, s.Span.To().Line
	}
	if s.Migration != nil {
		j.Migration = s.Migration.ID
	}
	for _, a := range s.Locks() {
		if r := s.Relation(a.Relation); r != nil && s.Window.RelationExisted(r) {
			j.Locks = append(j.Locks, jsonLock{r.String(), a.Mode.String(), a.Scan, a.Rewrite, a.Index})
		}
	}
	slices.SortFunc(j.Locks, func(a, b jsonLock) int { return strings.Compare(a.Relation, b.Relation) })
	switch reason, unknown := s.Unanalysable(); {
	case s.Err != nil:
		j.SQLState, j.Reason = syntaxError, s.Err.Message
	case s.Refused != nil:
		j.SQLState, j.Reason = s.Refused.SQLState, s.Refused.Message
	case unknown:
		j.Reason = reason
	}
	return j
}

// syntaxError is the SQLSTATE of what the grammar refuses.
const syntaxError = "42601"

func direction(down bool) string {
	if down {
		return "down"
	}
	return "up"
}

func pathOf(s source.Span) string {
	if s.IsZero() {
		return ""
	}
	return s.File.Path
}
