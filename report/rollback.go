package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/analyzer/drill"
	"github.com/migracheck/migracheck/analyzer/rollback"
)

// Rollback is what there is to say about undoing a release.
type Rollback struct {
	// Migrations are judged one by one, in order.
	Migrations []*rollback.Migration
	// Releases are those of more than one migration, judged as a whole.
	Releases []*rollback.Migration
	// Drills are what happened on a server; nil where nothing was run.
	Drills []*drill.Report
	// Suggestions are downs for migrations that need another one.
	Suggestions map[*rollback.Migration]*rollback.Suggestion
	// Written are the files that downs were written to.
	Written []string
}

// drilled returns what happened to a migration, or nil.
func (r *Rollback) drilled(m *rollback.Migration) *drill.Migration {
	for _, d := range r.Drills {
		for _, each := range d.Migrations {
			if each.Migration == m.Migration {
				return each
			}
		}
	}
	return nil
}

// few is how many losses of a migration the table has.
const few = 3

// rollback writes the table that a reviewer reads: which migration, what it
// comes to, and what is lost when.
func (t *textWriter) rollback() {
	r := t.run.Rollback
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, m := range r.Migrations {
		r.row(w, t.run, m, nameOf(m))
	}
	for _, m := range r.Releases {
		r.row(w, t.run, m, "the release as a whole")
	}
	_ = w.Flush() // into memory
	t.begin(block)
	for line := range strings.Lines(b.String()) {
		t.line(strings.TrimRight(line, " \n"))
	}
	t.begin(block)
	for _, d := range r.Drills {
		t.line(fmt.Sprintf("drilled on PostgreSQL %s in %s", d.Server, d.Took.Round(time.Second/10)))
	}
	t.line(r.total())
	for _, m := range r.Migrations {
		if s := r.Suggestions[m]; s != nil {
			t.begin(block)
			t.line("suggested down of " + nameOf(m) + ":")
			t.line("")
			for line := range strings.Lines(s.SQL) {
				parts := strings.Split(strings.TrimRight(line, "\r\n"), "\t")
				for i := range parts {
					parts[i] = visible(parts[i])
				}
				t.line(strings.Join(parts, "\t"))
			}
		}
	}
	if len(r.Written) > 0 {
		t.begin(block)
	}
	for _, path := range r.Written {
		t.line("wrote " + visible(path))
	}
}

func nameOf(m *rollback.Migration) string {
	if m.Name == "" {
		return m.ID
	}
	return m.ID + " " + m.Name
}

func (r *Rollback) row(w io.Writer, run *Run, m *rollback.Migration, name string) {
	why := r.why(run, m)
	if len(why) == 0 {
		why = []string{""}
	}
	for i, line := range why {
		if i > 0 {
			name = ""
		}
		verdict := strings.ReplaceAll(m.Verdict.String(), "-", " ")
		if i > 0 {
			verdict = ""
		}
		fmt.Fprintf(w, "%s\t%s\t%s\n", visible(name), verdict, visible(line))
	}
}

// why says what a row says: a few lines, unless all are asked for.
func (r *Rollback) why(run *Run, m *rollback.Migration) []string {
	why := explanation(m)
	if d := r.drilled(m); d != nil {
		why = append(drillLines(d), why...)
	}
	if len(why) > few && !run.Verbose {
		why = append(why[:few:few], fmt.Sprintf("and %d more", len(why)-few))
	}
	return why
}

// explanation says why a verdict is what it is, the gravest first.
func explanation(m *rollback.Migration) []string {
	var lines []string
	switch {
	case m.Down == nil && m.Verdict != rollback.Lossless:
		lines = append(lines, "there is no down")
	case m.Failure != nil:
		lines = append(lines, fmt.Sprintf("the down fails with %s: %s", m.Failure.SQLState, m.Failure.Message))
	}
	if m.Verdict == rollback.Unknown {
		for _, reason := range m.Reasons {
			lines = append(lines, "unknown: "+reason.Text)
		}
	}
	if m.Down != nil && m.Failure == nil {
		for _, d := range m.Differences {
			if !d.Equivalent {
				lines = append(lines, "after the down, "+Difference(d))
			}
		}
	}
	for _, l := range inOrder(m.Losses) {
		lines = append(lines, l.Detail)
	}
	for _, s := range m.Stops {
		what := "the down leaves another schema"
		if s.Failure != nil {
			what = "the down fails with " + s.Failure.SQLState
		}
		lines = append(lines, fmt.Sprintf("where the up stops after line %d, %s", s.After.Span.From().Line, what))
	}
	if m.Again != nil && m.Failure == nil {
		lines = append(lines, fmt.Sprintf("the up does not run again after the down: %s %s", m.Again.SQLState, m.Again.Message))
	}
	return lines
}

// inOrder puts what is lost for certain before what is lost once something is
// written.
func inOrder(losses []rollback.Loss) []rollback.Loss {
	losses = slices.Clone(losses)
	slices.SortStableFunc(losses, func(a, b rollback.Loss) int { return cmp.Compare(a.Stage, b.Stage) })
	return losses
}

// Difference says what is different, in one line.
func Difference(d catalog.Difference) string {
	const long = 60
	cut := func(s string) string {
		s = strings.Join(strings.Fields(s), " ")
		if r := []rune(s); len(r) > long {
			s = string(r[:long]) + "…"
		}
		return s
	}
	unsure := ""
	if d.Unsure {
		unsure = ", perhaps the same"
	}
	switch {
	case d.Before == "":
		return fmt.Sprintf("%s %s is left", d.Kind, d.Object)
	case d.After == "":
		return fmt.Sprintf("%s %s is missing", d.Kind, d.Object)
	}
	return fmt.Sprintf("the %s of %s is %s instead of %s%s", d.Kind, d.Object, cut(d.After), cut(d.Before), unsure)
}

// drillLines say what happened to a migration on a server.
func drillLines(d *drill.Migration) []string {
	var lines []string
	switch {
	case d.Skipped != "" && d.Up != nil:
		return []string{fmt.Sprintf("not drilled: the up fails with %s: %s", d.Up.SQLState, d.Up.Message)}
	case d.Skipped != "":
		return []string{"not drilled: " + d.Skipped}
	case d.HasDown:
		lines = append(lines, fmt.Sprintf("drill: %s, up in %s, down in %s", strings.ReplaceAll(d.Verdict.String(), "-", " "), rounded(d.UpTook), rounded(d.DownTook)))
	default:
		lines = append(lines, fmt.Sprintf("drill: %s, up in %s", strings.ReplaceAll(d.Verdict.String(), "-", " "), rounded(d.UpTook)))
	}
	if d.OnRows != nil {
		lines = append(lines, fmt.Sprintf("drill: on tables with rows the up fails with %s: %s", d.OnRows.SQLState, d.OnRows.Message))
	}
	for _, what := range d.Disagreements {
		lines = append(lines, "an error of migracheck: "+what)
	}
	if d.Down != nil {
		lines = append(lines, fmt.Sprintf("drill: the down failed with %s: %s", d.Down.SQLState, d.Down.Message))
	}
	if d.AfterWrite != nil {
		lines = append(lines, fmt.Sprintf("drill: once something was written, the down failed with %s: %s", d.AfterWrite.SQLState, d.AfterWrite.Message))
	}
	return lines
}

// rounded is a time that people compare.
func rounded(d time.Duration) string { return d.Round(time.Millisecond).String() }

// total counts the verdicts.
func (r *Rollback) total() string {
	counts := map[rollback.Verdict]int{}
	for _, m := range r.Migrations {
		counts[m.Verdict]++
	}
	var parts []string
	for v := rollback.Lossless; v <= rollback.Unknown; v++ {
		if counts[v] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", counts[v], strings.ReplaceAll(v.String(), "-", " ")))
		}
	}
	noun := "migrations"
	if len(r.Migrations) == 1 {
		noun = "migration"
	}
	return fmt.Sprintf("%d %s: %s", len(r.Migrations), noun, strings.Join(parts, ", "))
}

type jsonRollback struct {
	ID             string           `json:"id"`
	HasDown        bool             `json:"hasDown"`
	Runs           bool             `json:"runs"`
	SQLState       string           `json:"sqlstate"`
	RestoresSchema bool             `json:"restoresSchema"`
	Repeatable     bool             `json:"repeatable"`
	Verdict        string           `json:"verdict"`
	Differences    []jsonDifference `json:"differences"`
	Losses         []jsonLoss       `json:"losses"`
	Reasons        []string         `json:"reasons"`
	Stops          []jsonStop       `json:"stops"`
	Drill          *jsonDrill       `json:"drill,omitempty"`
	Suggestion     *jsonSuggestion  `json:"suggestion,omitempty"`
}

type jsonSuggestion struct {
	SQL       string           `json:"sql"`
	Restores  bool             `json:"restores"`
	Remaining []jsonDifference `json:"remaining"`
}

type jsonDifference struct {
	Kind       string `json:"kind"`
	Object     string `json:"object"`
	Before     string `json:"before"`
	After      string `json:"after"`
	Equivalent bool   `json:"equivalent"`
	Unsure     bool   `json:"unsure"`
}

type jsonLoss struct {
	Kind     string `json:"kind"`
	Object   string `json:"object"`
	Detail   string `json:"detail"`
	Stage    string `json:"stage"`
	SQLState string `json:"sqlstate"`
}

type jsonStop struct {
	Path           string `json:"path"`
	AfterLine      int    `json:"afterLine"`
	SQLState       string `json:"sqlstate"`
	RestoresSchema bool   `json:"restoresSchema"`
}

type jsonDrill struct {
	Server        string           `json:"server"`
	Skipped       string           `json:"skipped"`
	Verdict       string           `json:"verdict"`
	SQLState      string           `json:"sqlstate"`
	AfterWrite    string           `json:"sqlstateAfterWrite"`
	UpOnRows      string           `json:"sqlstateUpOnRows"`
	Differences   []jsonDifference `json:"differences"`
	Rows          []string         `json:"rows"`
	Lost          []string         `json:"lost"`
	UpSeconds     float64          `json:"upSeconds"`
	DownSeconds   float64          `json:"downSeconds"`
	UpLocks       []jsonHeld       `json:"upLocks"`
	DownLocks     []jsonHeld       `json:"downLocks"`
	Disagreements []string         `json:"disagreements"`
}

type jsonHeld struct {
	Relation string `json:"relation"`
	Mode     string `json:"mode"`
}

var stages = map[rollback.Stage]string{rollback.ByUp: "up", rollback.ByDown: "down", rollback.ByWrite: "write"}

func (r *Rollback) json(all []*rollback.Migration) []jsonRollback {
	out := []jsonRollback{}
	for _, m := range all {
		j := jsonRollback{
			ID: m.ID, HasDown: m.HasDown, Runs: m.Runs, RestoresSchema: m.RestoresSchema && m.Down != nil, Repeatable: m.Repeatable,
			Verdict: m.Verdict.String(), Differences: jsonDifferences(m.Differences), Losses: []jsonLoss{}, Reasons: []string{}, Stops: []jsonStop{},
		}
		if m.Failure != nil {
			j.SQLState = m.Failure.SQLState
		}
		for _, l := range m.Losses {
			j.Losses = append(j.Losses, jsonLoss{string(l.Kind), l.Object, l.Detail, stages[l.Stage], l.SQLState})
		}
		for _, reason := range m.Reasons {
			j.Reasons = append(j.Reasons, reason.Text)
		}
		for _, s := range m.Stops {
			stop := jsonStop{Path: s.After.Span.File.Path, AfterLine: s.After.Span.From().Line, RestoresSchema: s.Failure == nil && len(s.Differences) == 0}
			if s.Failure != nil {
				stop.SQLState = s.Failure.SQLState
			}
			j.Stops = append(j.Stops, stop)
		}
		j.Drill = r.jsonDrill(m)
		if s := r.Suggestions[m]; s != nil {
			j.Suggestion = &jsonSuggestion{s.SQL, s.Restores, jsonDifferences(s.Remaining)}
		}
		out = append(out, j)
	}
	return out
}

func jsonDifferences(all []catalog.Difference) []jsonDifference {
	out := []jsonDifference{}
	for _, d := range all {
		out = append(out, jsonDifference{d.Kind, d.Object, d.Before, d.After, d.Equivalent, d.Unsure})
	}
	return out
}

func (r *Rollback) jsonDrill(m *rollback.Migration) *jsonDrill {
	d := r.drilled(m)
	if d == nil {
		return nil
	}
	held := func(all []drill.Held) []jsonHeld {
		out := []jsonHeld{}
		for _, h := range all {
			out = append(out, jsonHeld(h))
		}
		return out
	}
	state := func(f *drill.Failure) string {
		if f == nil {
			return ""
		}
		return f.SQLState
	}
	j := &jsonDrill{
		Skipped: d.Skipped, Verdict: d.Verdict.String(), SQLState: state(d.Down), AfterWrite: state(d.AfterWrite), UpOnRows: state(d.OnRows),
		Differences: jsonDifferences(d.Differences), Rows: append([]string{}, d.Rows...), Lost: append([]string{}, d.Lost...),
		UpSeconds: d.UpTook.Seconds(), DownSeconds: d.DownTook.Seconds(), UpLocks: held(d.UpLocks), DownLocks: held(d.DownLocks),
		Disagreements: append([]string{}, d.Disagreements...),
	}
	if d.Skipped != "" {
		j.Verdict = ""
	}
	for _, report := range r.Drills {
		if slices.Contains(report.Migrations, d) {
			j.Server = report.Server
		}
	}
	return j
}
