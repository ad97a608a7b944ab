package report

import (
	"fmt"
	"io"

	"github.com/migracheck/migracheck/analyzer/flaggate"
	"github.com/migracheck/migracheck/rules"
)

// Gate is how Go code reaches what a release changes.
type Gate struct {
	// Changes are what the releases add, take away and give other types.
	Changes []*flaggate.Change
	// Queries counts the queries that were judged, Gated those that use what is
	// new behind a flag, and Unjudged those in packages that were not checked.
	Queries, Gated, Unjudged int
	// Unresolved counts the calls whose text is not known.
	Unresolved int
	// Warnings say what could not be read, one sentence each.
	Warnings []string
}

// lines say how much was checked.
func (g *Gate) lines() []string {
	count := map[flaggate.Kind]int{}
	for _, c := range g.Changes {
		count[c.Kind]++
	}
	lines := []string{
		fmt.Sprintf("tables and columns: %d added, %d taken away, %d of another type", count[flaggate.Added], count[flaggate.Removed], count[flaggate.Retyped]),
		fmt.Sprintf("queries: %d judged, %d of them use what is new behind a flag; %s whose text is not known", g.Queries, g.Gated, plural(g.Unresolved, "call")),
	}
	if g.Unjudged > 0 {
		lines = append(lines, fmt.Sprintf("not judged: %d that use what the release changes, in packages that were not checked", g.Unjudged))
	}
	return append(lines, g.Warnings...)
}

// gate writes how much was checked.
func (t *textWriter) gate() {
	t.begin(block)
	for _, line := range t.run.Gate.lines() {
		t.line(visible(line))
	}
}

// way writes how code comes to the place of a finding.
func (t *textWriter) way(margin int, f *rules.Finding) {
	for i, r := range f.Way {
		word := "then"
		if i == 0 {
			word = "from"
		}
		t.remark(margin, word+" "+place(r.At)+": "+visible(r.Message))
	}
}

// gate is the section of the markdown format.
func (m *markdownWriter) gate() {
	if m.run.Gate == nil {
		return
	}
	text := "\n### Feature flags\n\n"
	for _, line := range m.run.Gate.lines() {
		text += "- " + plainMarkdown(line) + "\n"
	}
	m.write(text)
}

type jsonGate struct {
	Changes    []jsonChange `json:"changes"`
	Queries    int          `json:"queries"`
	Gated      int          `json:"gated"`
	Unjudged   int          `json:"unjudged"`
	Unresolved int          `json:"unresolved"`
	Warnings   []string     `json:"warnings"`
}

type jsonChange struct {
	Kind      string `json:"kind"`
	Relation  string `json:"relation"`
	Column    string `json:"column,omitempty"`
	Flag      string `json:"flag,omitempty"`
	Migration string `json:"migration,omitempty"`
}

func (g *Gate) json() *jsonGate {
	j := &jsonGate{Changes: []jsonChange{}, Queries: g.Queries, Gated: g.Gated, Unjudged: g.Unjudged, Unresolved: g.Unresolved, Warnings: []string{}}
	j.Warnings = append(j.Warnings, g.Warnings...)
	for _, c := range g.Changes {
		migration := ""
		if c.Step != nil {
			migration = c.Step.Migration.ID
		}
		j.Changes = append(j.Changes, jsonChange{string(c.Kind), c.Relation, c.Column, c.Flag, migration})
	}
	return j
}

type jsonlGate struct {
	Type string `json:"type"`
	*jsonGate
}

func (r *Run) jsonlGate(w io.Writer) error {
	if r.Gate == nil {
		return nil
	}
	return encodeJSON(w, jsonlGate{"gate", r.Gate.json()}, "")
}
