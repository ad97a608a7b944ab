package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/migracheck/migracheck/analyzer/rollback"
	"github.com/migracheck/migracheck/parser/source"
	"github.com/migracheck/migracheck/rules"
)

// What GitHub takes, in bytes: the summary of a step, and a comment, whose
// limit is in characters, of which there are never more than bytes. GitLab
// takes more of either.
const (
	markdownLimit = 1 << 20
	commentLimit  = 65_536
)

// commentMark begins a comment, so that the next run finds it and replaces it.
const commentMark = "<!-- migracheck -->\n"

// Markdown writes GitHub Flavored Markdown for the summary of a job: what the
// release comes to, what a rollback comes to where that was asked, and the
// findings, migration by migration. What is beyond the size that GitHub takes is
// left out as whole findings, the mildest, and counted.
// https://docs.github.com/actions/reference/workflow-commands-for-github-actions#adding-a-job-summary
func Markdown(w io.Writer, run *Run) error {
	return writeMarkdown(w, run, "", markdownLimit)
}

// Comment writes the same for a comment on a pull or merge request: shorter, and
// with a mark, invisible to readers, by which the comment is found again.
func Comment(w io.Writer, run *Run) error {
	return writeMarkdown(w, run, commentMark, commentLimit)
}

func writeMarkdown(w io.Writer, run *Run, mark string, limit int) error {
	m := &markdownWriter{run: run, rest: limit}
	m.write(mark)
	m.head()
	m.compat()
	m.gate()
	m.rollback()
	m.findings()
	m.suggestions()
	m.locks()
	_, err := io.WriteString(w, m.String())
	return err
}

type markdownWriter struct {
	strings.Builder
	run *Run
	// rest is how many more bytes there is room for.
	rest int
}

// write adds what there is room for by construction.
func (m *markdownWriter) write(text string) {
	m.WriteString(text)
	m.rest -= len(text)
}

// Room that is kept for lines which say that something was left out.
const markdownReserve = 512

// markdownText is how much is shown of a text from outside.
const markdownText = 1000

// maxCompared is how many comparisons are shown.
const maxCompared = 20

func (m *markdownWriter) head() {
	total := m.run.summary()
	m.write("## " + command + "\n\n**" + plainMarkdown(total.line()) + "**\n")
	if total.Stale > 0 {
		m.write("\n" + plural(total.Stale, "finding") + " in the baseline but not here any more\n")
	}
	if len(m.run.Since) == 0 {
		return
	}
	m.write("\n")
	for i, line := range m.run.Since {
		line = plainMarkdown(line)
		if i == maxCompared || len(line) > m.rest/2 {
			m.write(fmt.Sprintf("- and %d more\n", len(m.run.Since)-i))
			break
		}
		m.write("- " + line + "\n")
	}
}

// within returns which of the pieces of these sizes are kept, the worst first,
// and how many are not. What is left out is no worse than anything kept.
func within(room int, sizes []int, worse func(a, b int) int) (kept []bool, cut int) {
	order := make([]int, len(sizes))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, worse)
	kept = make([]bool, len(sizes))
	for n, i := range order {
		if sizes[i] > room {
			return kept, len(sizes) - n
		}
		room -= sizes[i]
		kept[i] = true
	}
	return kept, 0
}

// compat is the matrix of code and schema, and how much of the code is known.
func (m *markdownWriter) compat() {
	c := m.run.Compat
	if c == nil {
		return
	}
	var b strings.Builder
	b.WriteString("\n### Queries\n\n| | schema before | schema after |\n|---|---|---|\n")
	for _, row := range c.rows() {
		fmt.Fprintf(&b, "| %s | %s | %s |\n", plainMarkdown(row.name), plainMarkdown(row.before), plainMarkdown(row.after))
	}
	b.WriteString("\n")
	for _, line := range c.coverage() {
		b.WriteString("- " + plainMarkdown(line) + "\n")
	}
	m.write(b.String())
}

// rollback is the table that the text format has. It may take half of the room.
func (m *markdownWriter) rollback() {
	r := m.run.Rollback
	if r == nil {
		return
	}
	m.write("\n### Rollback\n\n" + plainMarkdown(r.total()) + "\n\n")
	for _, d := range r.Drills {
		m.write(plainMarkdown(fmt.Sprintf("drilled on PostgreSQL %s in %s", d.Server, d.Took.Round(time.Second/10))) + "\n\n")
	}
	var judged []*rollback.Migration
	var rows []string
	for _, each := range r.Migrations {
		judged, rows = append(judged, each), append(rows, m.rollbackRow(each, nameOf(each)))
	}
	for _, each := range r.Releases {
		judged, rows = append(judged, each), append(rows, m.rollbackRow(each, "the release as a whole"))
	}
	kept, cut := within(m.rest/2, lengths(rows), func(a, b int) int { return cmp.Compare(judged[b].Verdict, judged[a].Verdict) })
	m.write("| Migration | Verdict | Why |\n|---|---|---|\n")
	for i, row := range rows {
		if kept[i] {
			m.write(row)
		}
	}
	if cut > 0 {
		m.write("\n" + leftOut(plural(cut, "row")) + "\n")
	}
}

func lengths(texts []string) []int {
	sizes := make([]int, len(texts))
	for i, text := range texts {
		sizes[i] = len(text)
	}
	return sizes
}

func leftOut(what string) string {
	return "*" + what + " left out: there is no room for more.*"
}

func (m *markdownWriter) rollbackRow(each *rollback.Migration, name string) string {
	var why []string
	for _, line := range m.run.Rollback.why(m.run, each) {
		why = append(why, plainMarkdown(line))
	}
	verdict := strings.ReplaceAll(each.Verdict.String(), "-", " ")
	return "| " + plainMarkdown(name) + " | " + verdict + " | " + strings.Join(why, "<br>") + " |\n"
}

// A markdownGroup is what was found in one migration.
type markdownGroup struct {
	title    string
	findings []int
	total    summary
	kept     []int
}

// findings writes what there is room for, the worst; each in its migration, in
// order of place, and at the end what the rules want instead.
func (m *markdownWriter) findings() {
	findings := m.run.findings()
	if len(findings) == 0 {
		return
	}
	groups, groupOf := m.groups(findings)
	blocks := make([]string, len(findings))
	// A finding brings with it, when it is the worst of its kind, the frame of
	// its migration and the line about its rule.
	order := make([]int, len(findings))
	for i := range findings {
		blocks[i] = m.block(&findings[i])
		order[i] = i
	}
	worse := func(a, b int) int { return cmp.Compare(findings[b].Severity, findings[a].Severity) }
	slices.SortStableFunc(order, worse)
	sizes := lengths(blocks)
	framed, explained := map[*markdownGroup]bool{}, map[*rules.Rule]bool{}
	for _, i := range order {
		if g := groupOf[i]; !framed[g] {
			framed[g] = true
			sizes[i] += len(g.open()) + len(groupEnd)
		}
		if rule := findings[i].Rule; !explained[rule] {
			explained[rule] = true
			sizes[i] += len(m.instead(rule))
		}
	}
	kept, cut := within(m.rest-markdownReserve, sizes, worse)
	for _, g := range groups {
		for _, i := range g.findings {
			if kept[i] {
				g.kept = append(g.kept, i)
			}
		}
		if len(g.kept) == 0 {
			continue
		}
		m.write(g.open())
		for _, i := range g.kept {
			m.write(blocks[i])
		}
		m.write(groupEnd)
	}
	if cut > 0 {
		var rest []rules.Finding
		for i := range findings {
			if !kept[i] {
				rest = append(rest, findings[i])
			}
		}
		left := Run{Findings: rest}
		m.write("\n" + leftOut(left.summary().found()) + "\n")
	}
	m.insteads(findings, kept)
}

// groups parts findings by migration, in the order of the first of each; what
// is in no migration, by file.
func (m *markdownWriter) groups(findings []rules.Finding) (groups []*markdownGroup, groupOf []*markdownGroup) {
	ups := m.ups()
	byPath := map[string]*markdownGroup{}
	for i := range findings {
		f := &findings[i]
		file := f.At.File
		if up, ok := ups[file]; ok {
			file = up
		}
		at := source.Span{}
		if file != nil {
			at = file.Whole()
		}
		path := m.run.fileOf(at)
		g := byPath[path]
		if g == nil {
			g = &markdownGroup{title: path}
			byPath[path] = g
			groups = append(groups, g)
		}
		g.findings = append(g.findings, i)
		groupOf = append(groupOf, g)
	}
	for _, g := range groups {
		of := Run{}
		for _, i := range g.findings {
			of.Findings = append(of.Findings, findings[i])
		}
		g.total = of.summary()
	}
	return groups, groupOf
}

// ups leads from the file of a down migration to that of its up.
func (m *markdownWriter) ups() map[*source.File]*source.File {
	ups := map[*source.File]*source.File{}
	if m.run.Timeline == nil {
		return ups
	}
	for _, w := range m.run.Timeline.Windows {
		for _, each := range w.Migrations {
			if each.Down != nil && each.Up.Span.File != nil {
				ups[each.Down.Span.File] = each.Up.Span.File
			}
		}
	}
	delete(ups, nil)
	return ups
}

const groupEnd = "\n</details>\n"

// open begins what can be folded: it is open where something is an error.
func (g *markdownGroup) open() string {
	attribute := ""
	if g.total.Error > 0 {
		attribute = " open"
	}
	return "\n<details" + attribute + ">\n<summary><code>" + htmlText(g.title) + "</code>: " + g.total.found() + "</summary>\n"
}

// block is one finding.
func (m *markdownWriter) block(f *rules.Finding) string {
	var b strings.Builder
	fmt.Fprintf(&b, "\n**%s** [%s](%s) %s: %s\n", f.Severity, f.Rule.Name, pageURL(f.Rule), m.place(f.At), plainMarkdown(f.Message))
	if !f.At.IsZero() {
		if e, ok := newExcerpt(f.At, maxColumns); ok {
			text := inertLine(e.text)
			if more := e.moreLines(); more != "" {
				text += "\n" + "-- " + more
			}
			b.WriteString("\n" + fenced("sql", text))
		}
	}
	first := true
	item := func(text string) {
		if first {
			b.WriteString("\n")
		}
		first = false
		b.WriteString("- " + text + "\n")
	}
	for i, r := range f.Related {
		if i == few {
			item(fmt.Sprintf("and %d more", len(f.Related)-few))
			break
		}
		item(m.place(r.At) + ": " + plainMarkdown(r.Message))
	}
	for _, fix := range f.Fixes {
		if len(fix.Edits) > 0 {
			item("Fix: " + plainMarkdown(fix.Title))
		}
	}
	return b.String()
}

// place is where something is, as a path of the repository.
func (m *markdownWriter) place(at source.Span) string {
	if at.IsZero() {
		return codeSpan(command)
	}
	from := at.From()
	return codeSpan(fmt.Sprintf("%s:%d:%d", m.run.fileOf(at), from.Line, from.Column))
}

// instead says what a rule is for, and what to do instead.
func (m *markdownWriter) instead(rule *rules.Rule) string {
	text := "- [" + rule.Name + "](" + pageURL(rule) + "): " + plainMarkdown(rule.Title) + "."
	if remedy := m.run.remedy(rule); remedy != "" {
		text += " " + plainMarkdown(sentence(firstSentence(remedy)))
	}
	return text + "\n"
}

func (m *markdownWriter) insteads(findings []rules.Finding, kept []bool) {
	var shown []*rules.Rule
	for i := range findings {
		if kept[i] && !slices.Contains(shown, findings[i].Rule) {
			shown = append(shown, findings[i].Rule)
		}
	}
	if len(shown) == 0 {
		return
	}
	slices.SortFunc(shown, func(a, b *rules.Rule) int { return strings.Compare(a.Name, b.Name) })
	m.write("\n### Why, and what to do instead\n\n")
	for _, rule := range shown {
		m.write(m.instead(rule))
	}
}

// suggestions are downs, as many as there is room for.
func (m *markdownWriter) suggestions() {
	if m.run.Rollback == nil {
		return
	}
	cut := 0
	for _, each := range m.run.Rollback.Migrations {
		s := m.run.Rollback.Suggestions[each]
		if s == nil {
			continue
		}
		var lines []string
		for line := range strings.Lines(s.SQL) {
			lines = append(lines, inertLine(visible(strings.TrimRight(line, "\r\n"))))
		}
		block := "\n<details>\n<summary>Suggested down of <code>" + htmlText(nameOf(each)) + "</code></summary>\n\n" + fenced("sql", strings.Join(lines, "\n")) + groupEnd
		if len(block) > m.rest-markdownReserve/2 {
			cut++
			continue
		}
		m.write(block)
	}
	if cut > 0 {
		m.write("\n" + leftOut(plural(cut, "suggested down")) + "\n")
	}
}

// locks is the table that --locks asks for, as far as there is room: the longest
// and strongest locks come first.
func (m *markdownWriter) locks() {
	if !m.run.Locks {
		return
	}
	const begin = "\n### Locks\n\n| Relation | Mode | Duration | Waiting | Taken at |\n|---|---|---|---|---|\n"
	if m.rest < len(begin)+markdownReserve/4 {
		return
	}
	groups := m.run.locks()
	if len(groups) == 0 {
		m.write("\n### Locks\n\nno locks on relations that were there before\n")
		return
	}
	m.write(begin)
	cut := 0
	for _, group := range groups {
		for _, l := range group {
			cells := l.row()
			for i := range cells {
				cells[i] = plainMarkdown(cells[i])
			}
			row := "| " + strings.Join(cells, " | ") + " |\n"
			if cut > 0 || len(row) > m.rest-markdownReserve/8 {
				cut++
				continue
			}
			m.write(row)
		}
	}
	if cut > 0 {
		m.write("\n" + leftOut(plural(cut, "row")) + "\n")
	}
}
