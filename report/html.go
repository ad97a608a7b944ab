package report

import (
	"bytes"
	_ "embed" // for the template and its styles
	"fmt"
	"html/template"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/migracheck/migracheck/analyzer/compat"
	"github.com/migracheck/migracheck/analyzer/rollback"
	"github.com/migracheck/migracheck/parser/migration"
	"github.com/migracheck/migracheck/parser/source"
	"github.com/migracheck/migracheck/rules"
)

//go:embed html.tmpl
var htmlSource string

//go:embed html.css
var htmlStyles string

// HTML writes one page for the people who review a release: whether it is safe,
// what each statement locks as a picture, and the findings with their SQL,
// migration by migration. The page is one file, loads nothing, runs nothing, and
// is well-formed XML too.
func HTML(w io.Writer, run *Run) error {
	t, err := template.New("html").Parse(htmlSource)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := t.Execute(&b, newHTMLPage(run)); err != nil {
		return err
	}
	// XML has no way to say these two, and a log no way to tell a report from
	// a command.
	inert := strings.NewReplacer("\ufffe", "\ufffd", "\uffff", "\ufffd", "##", "#&#35;")
	_, err = inert.WriteString(w, b.String())
	return err
}

// An htmlPage is what the template shows. Texts from outside are visible, on one
// line each; the template escapes them.
type htmlPage struct {
	Styles           template.CSS
	Version, Summary string
	Since            []string
	Stale            string
	Verdicts         []htmlVerdict
	Compat           *htmlCompat
	Modes            []htmlMode
	Migrations       []*htmlMigration
	Quiet            []*htmlMigration
	Rollback         *htmlRollback
	Allowed          []htmlFinding
	Known            int
	Unanalysable     []htmlNote
	Layouts          []string

	run *Run
}

// An htmlMigration is a migration of the release and what there is to say about
// it; or a file of none, about which something was found.
type htmlMigration struct {
	Anchor, Title, Path, Found string
	// Worst is the gravest severity of the findings, or "".
	Worst string
	// Strongest is the strongest lock, nil where there is none on what was
	// there before.
	Strongest  *htmlMode
	Open       bool
	Opaque     string
	Statements []htmlStatement
	Picture    *htmlPicture
	Findings   []htmlFinding

	of    *migration.Migration
	total summary
}

// An htmlStatement is a line of the list below a picture.
type htmlStatement struct {
	Number          int
	Place, Code     string
	Locks           []string
	Alone           bool
	Unknown, Failed string
}

type htmlFinding struct {
	Anchor, Severity, Rule, URL, Place, Message string
	Excerpt                                     *htmlExcerpt
	Related                                     []htmlNote
	Title, Remedy                               string
	Fixes                                       []string
	// Reason, Until and By are for what is allowed.
	Reason, Until, By string
}

// An htmlNote is something to say about a place.
type htmlNote struct{ Place, Text string }

type htmlCompat struct {
	Rows     []htmlMatrixRow
	Coverage []string
}

type htmlMatrixRow struct {
	Name          string
	Before, After htmlCell
}

type htmlCell struct{ Class, Text string }

type htmlRollback struct {
	Total  string
	Drills []string
	Rows   []htmlRollbackRow
	Downs  []htmlDown
}

type htmlRollbackRow struct {
	Name, Verdict, Class string
	Why                  []string
}

// An htmlDown is a suggested down.
type htmlDown struct {
	Name  string
	Lines []htmlLine
}

// oneLine is a text from outside as it is shown.
func oneLine(text string) string { return visible(strings.Join(strings.Fields(text), " ")) }

func oneLines(texts []string) []string {
	shown := make([]string, len(texts))
	for i, text := range texts {
		shown[i] = oneLine(text)
	}
	return shown
}

func newHTMLPage(run *Run) *htmlPage {
	total := run.summary()
	p := &htmlPage{
		Styles: template.CSS(htmlStyles), Version: visible(run.Version), Summary: total.line(), Since: oneLines(run.Since),
		Modes: htmlModes(), Known: total.Baselined, run: run,
	}
	if total.Stale > 0 {
		p.Stale = plural(total.Stale, "finding") + " in the baseline but not here any more"
	}
	p.Verdicts = run.verdicts()
	p.compat()
	p.migrations()
	p.rollback()
	for _, f := range run.allowed() {
		p.Allowed = append(p.Allowed, p.allowed(&f))
	}
	p.unanalysable()
	for _, set := range run.Sets {
		p.Layouts = append(p.Layouts, layoutLine(set))
		for _, ignored := range set.Ignored {
			p.Layouts = append(p.Layouts, shownPath(ignored)+": not read")
		}
	}
	return p
}

func (p *htmlPage) compat() {
	c := p.run.Compat
	if c == nil {
		return
	}
	old, meets, now, early := c.cells()
	cell := func(n compat.Counts) htmlCell { return htmlCell{countsClass(n), matrixCell(n)} }
	shown := &htmlCompat{Coverage: oneLines(c.coverage())}
	if c.Previous != nil {
		shown.Rows = append(shown.Rows, htmlMatrixRow{oneLine(c.nameOf(c.Previous)), cell(old), cell(meets)})
	}
	if c.Now != nil {
		shown.Rows = append(shown.Rows, htmlMatrixRow{oneLine(c.nameOf(c.Now)), cell(early), cell(now)})
	}
	p.Compat = shown
}

// migrations parts what there is to say by migration, in the order of the
// release. Those about which there is nothing to say are named only.
func (p *htmlPage) migrations() {
	var all []*htmlMigration
	byMigration, byPath := map[*migration.Migration]*htmlMigration{}, map[string]*htmlMigration{}
	for _, m := range p.run.migrations() {
		g := &htmlMigration{Title: titleOf(m), Path: visible(p.run.fileOf(m.Up.Span)), Opaque: oneLine(m.Opaque), of: m}
		all = append(all, g)
		byMigration[m] = g
		for _, script := range []*migration.Script{m.Up, m.Down} {
			if script != nil && script.Span.File != nil && byPath[p.run.fileOf(script.Span)] == nil {
				byPath[p.run.fileOf(script.Span)] = g
			}
		}
	}
	findings := p.run.findings()
	for i := range findings {
		f := &findings[i]
		var g *htmlMigration
		if f.Statement != nil {
			g = byMigration[f.Statement.Migration]
		}
		path := p.run.fileOf(f.At)
		if g == nil {
			g = byPath[path]
		}
		if g == nil {
			g = &htmlMigration{Title: visible(path), Path: visible(path)}
			all = append(all, g)
			byPath[path] = g
		}
		shown := p.finding(f)
		shown.Anchor = findingAnchor(i)
		g.Findings = append(g.Findings, shown)
		g.total.count(f.Severity)
	}
	p.pictures(byMigration)
	for i, g := range all {
		g.Anchor = "m" + strconv.Itoa(i+1)
		g.Found = g.total.found()
		g.Worst = g.total.worst()
		g.Open = g.total.Error+g.total.Warning > 0
		if len(g.Findings) == 0 && g.Picture == nil && g.Opaque == "" {
			p.Quiet = append(p.Quiet, g)
			continue
		}
		p.Migrations = append(p.Migrations, g)
	}
}

// count adds a finding that nothing allows.
func (s *summary) count(severity rules.Severity) {
	switch severity {
	case rules.Error:
		s.Error++
	case rules.Warning:
		s.Warning++
	default:
		s.Note++
	}
}

// worst is the gravest severity that was counted, or "".
func (s *summary) worst() string {
	switch {
	case s.Error > 0:
		return rules.Error.String()
	case s.Warning > 0:
		return rules.Warning.String()
	case s.Note > 0:
		return rules.Note.String()
	}
	return ""
}

func titleOf(m *migration.Migration) string {
	return oneLine(strings.TrimSpace(m.ID + " " + m.Name))
}

// findingAnchor names the i-th finding that nothing allows.
func findingAnchor(i int) string { return "f" + strconv.Itoa(i+1) }

// where is a place as a file of the repository and a line.
func (p *htmlPage) where(at source.Span) string {
	if at.IsZero() {
		return visible(p.run.fileOf(at))
	}
	return fmt.Sprintf("%s:%d", visible(p.run.fileOf(at)), at.From().Line)
}

func (p *htmlPage) finding(f *rules.Finding) htmlFinding {
	shown := htmlFinding{
		Severity: f.Severity.String(), Rule: f.Rule.Name, URL: pageURL(f.Rule), Place: p.where(f.At), Message: oneLine(f.Message),
		Title: oneLine(f.Rule.Title), Remedy: oneLine(firstSentence(p.run.remedy(f.Rule))), Excerpt: excerptOf(f),
	}
	for _, r := range f.Related {
		shown.Related = append(shown.Related, htmlNote{p.where(r.At), oneLine(r.Message)})
	}
	for _, fix := range f.Fixes {
		if len(fix.Edits) > 0 {
			shown.Fixes = append(shown.Fixes, oneLine(fix.Title))
		}
	}
	return shown
}

func (p *htmlPage) allowed(f *rules.Finding) htmlFinding {
	shown := htmlFinding{
		Severity: f.Severity.String(), Rule: f.Rule.Name, URL: pageURL(f.Rule), Place: p.where(f.At), Message: oneLine(f.Message),
		Reason: oneLine(f.Suppressed.Reason), Until: oneLine(f.Suppressed.Until),
	}
	if !f.Suppressed.At.IsZero() {
		shown.By = p.where(f.Suppressed.At)
	}
	return shown
}

func (p *htmlPage) unanalysable() {
	for _, m := range p.run.migrations() {
		if m.Opaque != "" {
			p.Unanalysable = append(p.Unanalysable, htmlNote{visible(p.run.fileOf(m.Up.Span)), oneLine(m.Opaque)})
		}
	}
	for _, s := range p.run.statements() {
		if reason, unknown := s.Unanalysable(); unknown {
			p.Unanalysable = append(p.Unanalysable, htmlNote{p.where(s.Span), strings.TrimPrefix(s.Kind+": ", ": ") + oneLine(reason)})
		}
	}
}

func (p *htmlPage) rollback() {
	r := p.run.Rollback
	if r == nil {
		return
	}
	shown := &htmlRollback{Total: r.total()}
	for _, d := range r.Drills {
		shown.Drills = append(shown.Drills, fmt.Sprintf("drilled on PostgreSQL %s in %s", visible(d.Server), d.Took.Round(time.Second/10)))
	}
	row := func(m *rollback.Migration, name string) {
		shown.Rows = append(shown.Rows, htmlRollbackRow{
			oneLine(name), strings.ReplaceAll(m.Verdict.String(), "-", " "), verdictClass(m.Verdict), oneLines(r.why(p.run, m)),
		})
	}
	for _, m := range r.Migrations {
		row(m, nameOf(m))
	}
	for _, m := range r.Releases {
		row(m, "the release as a whole")
	}
	for _, m := range r.Migrations {
		if s := r.Suggestions[m]; s != nil {
			shown.Downs = append(shown.Downs, htmlDown{oneLine(nameOf(m)), highlighted(s.SQL)})
		}
	}
	p.Rollback = shown
}

// verdictClass is the colour of a verdict on a rollback.
func verdictClass(v rollback.Verdict) string {
	switch v {
	case rollback.Lossless:
		return "yes"
	case rollback.StructureOnly, rollback.Irreversible:
		return "no"
	}
	return "unknown"
}
