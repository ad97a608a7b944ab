package report

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/migracheck/migracheck/parser/migration"
	"github.com/migracheck/migracheck/rules"
)

// Text writes for people: each finding with the line it is about, what explains
// it and what to do instead, and a summary. Notes take one line, and what a
// rule is for is said once.
//
// No text from outside begins a line: some CI systems would take it as a
// command.
func Text(w io.Writer, run *Run) error {
	t := &textWriter{printer: printer{w: w}, run: run, explained: map[*rules.Rule]bool{}}
	if run.Idle && !run.Verbose {
		return nil
	}
	if run.Quiet {
		t.quiet()
		return t.err
	}
	if run.Rollback != nil {
		t.rollback()
	}
	if run.Compat != nil {
		t.compat()
	}
	if run.Gate != nil {
		t.gate()
	}
	for _, f := range run.findings() {
		t.finding(&f)
	}
	if run.Verbose {
		t.suppressed()
		t.baselined()
		t.unanalysable()
		t.layouts()
		t.list("compared:", t.visible(run.Since))
	}
	if run.Locks {
		t.locks()
	}
	t.footer()
	return t.err
}

type textWriter struct {
	printer
	run *Run
	// explained are the rules whose purpose was said.
	explained map[*rules.Rule]bool
	// last is what was written last: a block of lines stands between blank
	// lines, single lines stand together.
	last shape
}

type shape uint8

const (
	nothing shape = iota
	single
	block
)

// begin leaves a blank line before a shape where one is due.
func (t *textWriter) begin(next shape) {
	if t.last == block || t.last == single && next == block {
		t.line("")
	}
	t.last = next
}

// quiet writes errors and warnings, a line for each, and nothing else unless
// nothing was checked.
func (t *textWriter) quiet() {
	for _, f := range t.run.findings() {
		if f.Severity > rules.Note {
			t.line(t.head(&f))
		}
	}
	if s := t.run.summary(); s.Statements == 0 {
		t.line(s.line())
	}
}

func (t *textWriter) head(f *rules.Finding) string {
	severity := t.paint(severityStyle(f.Severity), f.Severity.String()+":")
	return t.paint(bold, place(f.At)+":") + " " + severity + " " + message(f)
}

func (t *textWriter) finding(f *rules.Finding) {
	if f.Severity <= rules.Note && !t.run.Verbose {
		t.begin(single)
		t.line(t.head(f))
		return
	}
	t.begin(block)
	t.line(t.head(f))
	margin := t.excerpt(f)
	for _, r := range f.Related {
		t.remark(margin, place(r.At)+": "+visible(r.Message))
	}
	t.way(margin, f)
	if !t.explained[f.Rule] {
		t.explained[f.Rule] = true
		t.remark(margin, "why: "+visible(f.Rule.Title))
		t.remark(margin, "help: "+t.help(f.Rule))
	}
}

// help is what to do instead, and where to read more.
func (t *textWriter) help(rule *rules.Rule) string {
	more := command + " explain " + rule.Name
	if remedy := t.run.remedy(rule); remedy != "" {
		return visible(firstSentence(remedy)) + " (" + more + ")"
	}
	return more
}

// firstSentence returns the first sentence of some prose, without full stop.
func firstSentence(prose string) string {
	for i := 0; i+2 < len(prose); i++ {
		if prose[i] == '.' && (prose[i+1] == ' ' || prose[i+1] == '\n') && prose[i+2] >= 'A' && prose[i+2] <= 'Z' {
			return prose[:i]
		}
	}
	return strings.TrimSuffix(strings.TrimSpace(prose), ".")
}

// excerpt shows where a finding is and returns the width of its line numbers.
func (t *textWriter) excerpt(f *rules.Finding) int {
	if f.At.IsZero() {
		return 1
	}
	number := strconv.Itoa(f.At.From().Line)
	margin := len(number)
	columns := maxColumns
	if t.run.Width > 0 {
		columns = min(columns, max(t.run.Width-margin-len("  | "), minColumns))
	}
	e, ok := newExcerpt(f.At, columns)
	if !ok {
		return margin
	}
	t.line(t.gutter(margin, ""))
	t.line(t.gutter(margin, number) + " " + e.text)
	t.line(t.gutter(margin, "") + " " + t.paint(severityStyle(f.Severity), e.marks()))
	if more := e.moreLines(); more != "" {
		t.line(t.gutter(margin, "") + " " + t.paint(dim, more))
	}
	return margin
}

// minColumns is how much of a line is shown on the narrowest terminal.
const minColumns = 40

func (t *textWriter) gutter(margin int, number string) string {
	return t.paint(dim, fmt.Sprintf(" %*s |", margin, number))
}

func (t *textWriter) remark(margin int, text string) {
	t.line(t.paint(dim, fmt.Sprintf(" %*s =", margin, "")) + " " + text)
}

// suppressed lists what is allowed, and by what.
func (t *textWriter) suppressed() {
	allowed := t.run.allowed()
	if len(allowed) == 0 {
		return
	}
	t.begin(block)
	t.line(t.paint(bold, "allowed:"))
	for _, f := range allowed {
		t.line(t.head(&f))
		by := "allowed: " + visible(f.Suppressed.Reason)
		if !f.Suppressed.At.IsZero() {
			by = place(f.Suppressed.At) + ": " + by
		}
		if f.Suppressed.Until != "" {
			by += " (until " + visible(f.Suppressed.Until) + ")"
		}
		t.remark(1, by)
	}
}

// baselined lists what the baseline knows, and what it knows in vain.
func (t *textWriter) baselined() {
	var known, stale []string
	for _, f := range t.run.known() {
		known = append(known, t.head(&f))
	}
	for _, e := range t.run.Stale {
		stale = append(stale, shownPath(e.Path)+": "+visible(e.Message)+" ("+visible(e.Rule)+")")
	}
	t.list("in the baseline:", known)
	t.list("in the baseline, but not found:", stale)
}

func (t *textWriter) visible(lines []string) []string {
	shown := make([]string, len(lines))
	for i, line := range lines {
		shown[i] = visible(line)
	}
	return shown
}

// unanalysable lists what nobody can know from the files.
func (t *textWriter) unanalysable() {
	var lines []string
	for _, m := range t.run.migrations() {
		if m.Opaque != "" {
			lines = append(lines, place(m.Up.Span)+": "+visible(m.Opaque))
		}
	}
	for _, s := range t.run.statements() {
		if reason, unknown := s.Unanalysable(); unknown {
			lines = append(lines, place(s.Span)+": "+strings.TrimPrefix(s.Kind+": ", ": ")+visible(reason))
		}
	}
	t.list("not analysable:", lines)
}

// layouts says how each directory was read.
func (t *textWriter) layouts() {
	var lines []string
	for _, set := range t.run.Sets {
		lines = append(lines, layoutLine(set))
		for _, other := range set.Considered {
			lines = append(lines, "  "+visible(other))
		}
		for _, ignored := range set.Ignored {
			lines = append(lines, shownPath(ignored)+": not read")
		}
	}
	t.list("read:", lines)
}

func layoutLine(set *migration.Set) string {
	line := shownPath(set.Path) + ": " + plural(len(set.Migrations), "migration") + " in the layout of " + set.Layout
	if set.Reason != "" {
		line += " (" + visible(set.Reason) + ")"
	}
	return line
}

func (t *textWriter) list(title string, lines []string) {
	if len(lines) == 0 {
		return
	}
	t.begin(block)
	t.line(t.paint(bold, title))
	for _, line := range lines {
		t.line("  " + line)
	}
}

func (t *textWriter) footer() {
	t.begin(block)
	s := t.run.summary()
	t.line(t.paint(bold, s.line()))
	if s.Stale > 0 {
		t.line(plural(s.Stale, "finding") + " in the baseline but not here any more: --prune-baseline removes what is fixed")
	}
	if hidden := s.Note + s.Suppressed + s.Unanalysable + s.Opaque + s.Baselined; hidden > 0 && !t.run.Verbose {
		t.line("--verbose shows notes in full, what is allowed" + t.orKnown(s) + " and what is not analysable")
	}
	if n := t.run.alone(); n > longHistory && s.found() != "" {
		t.line(fmt.Sprintf("each of %d migrations was judged as a release of its own: --since latest-tag (or another git ref) judges what is new, as one", n))
	}
}

// orKnown is what else there is to be shown.
func (t *textWriter) orKnown(s summary) string {
	if s.Baselined == 0 {
		return ""
	}
	return ", what is in the baseline"
}

// longHistory is how many migrations there may be before somebody who has them
// judged one by one is told of another way.
const longHistory = 20

// alone counts the migrations that were asked about where each was judged as a
// release of its own, and is 0 where there is a release of several.
func (r *Run) alone() int {
	if r.Timeline == nil || len(r.Since) > 0 {
		return 0
	}
	for _, w := range r.Timeline.Windows {
		if w.Reported && len(w.Migrations) > 1 {
			return 0
		}
	}
	return len(r.migrations())
}

// The styles of a terminal, as ANSI escape sequences.
const (
	bold   = "\x1b[1m"
	dim    = "\x1b[2m"
	red    = "\x1b[31m"
	yellow = "\x1b[33m"
	cyan   = "\x1b[36m"
	reset  = "\x1b[0m"
)

func severityStyle(s rules.Severity) string {
	switch s {
	case rules.Error:
		return red
	case rules.Warning:
		return yellow
	}
	return cyan
}

func (t *textWriter) paint(style, text string) string {
	if !t.run.Color {
		return text
	}
	return style + text + reset
}
