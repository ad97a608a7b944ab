package report

import (
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/migracheck/migracheck/analyzer/compat"
	"github.com/migracheck/migracheck/analyzer/queries"
	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/rules"
)

// Compat is what is known of the queries of an application's versions.
type Compat struct {
	// Previous is the version before the release, Now the one of the release;
	// nil where its queries are not known.
	Previous, Now *queries.Application
	Releases      []Release
}

// A Release is what becomes of queries in one of the directories.
type Release struct {
	Window *replay.Window
	// Old are the queries of the version before on the schema after, New those
	// of the version after on the schema before.
	Old, New []compat.Judgement
}

// cells counts the matrix, over all directories.
func (c *Compat) cells() (old, meets, now, early compat.Counts) {
	for _, r := range c.Releases {
		old = old.Plus(compat.Standing(r.Old))
		meets = meets.Plus(compat.Meeting(r.Old))
		now = now.Plus(compat.Standing(r.New))
		early = early.Plus(compat.Meeting(r.New))
	}
	return old, meets, now, early
}

// A matrixRow is a version of the code on both schemas.
type matrixRow struct{ name, before, after string }

func (c *Compat) rows() []matrixRow {
	old, meets, now, early := c.cells()
	var rows []matrixRow
	if c.Previous != nil {
		rows = append(rows, matrixRow{c.nameOf(c.Previous), matrixCell(old), matrixCell(meets)})
	}
	if c.Now != nil {
		rows = append(rows, matrixRow{c.nameOf(c.Now), matrixCell(early), matrixCell(now)})
	}
	return rows
}

// coverage says how much of each version's code is known.
func (c *Compat) coverage() []string {
	var lines []string
	for _, a := range c.versions() {
		lines = append(lines, c.nameOf(a)+": "+Coverage(a))
	}
	return lines
}

// versions are those whose queries are known, the previous one first.
func (c *Compat) versions() []*queries.Application {
	return slices.DeleteFunc([]*queries.Application{c.Previous, c.Now}, func(a *queries.Application) bool { return a == nil })
}

// compat writes the matrix, and how much of the code is known.
func (t *textWriter) compat() {
	c := t.run.Compat
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "\tschema before\tschema after")
	for _, row := range c.rows() {
		fmt.Fprintf(w, "%s\t%s\t%s\n", visible(row.name), row.before, row.after)
	}
	_ = w.Flush() // into memory
	t.begin(block)
	for line := range strings.Lines(b.String()) {
		t.line(strings.TrimRight(line, " \n"))
	}
	t.begin(block)
	for _, line := range c.coverage() {
		t.line(visible(line))
	}
	if t.run.Verbose {
		t.uncertain()
	}
}

func (c *Compat) nameOf(a *queries.Application) string {
	if a == c.Previous {
		return versionName(a, "code before")
	}
	return versionName(a, "code after")
}

func versionName(a *queries.Application, which string) string {
	if a.Version != "" {
		which += " (" + a.Version + ")"
	}
	return which
}

// matrixCell is one cell of the matrix.
func matrixCell(n compat.Counts) string {
	var words []string
	add := func(n int, one, many string) {
		switch {
		case n == 1:
			words = append(words, "1 "+one)
		case n > 1:
			words = append(words, fmt.Sprintf("%d %s", n, many))
		}
	}
	add(n.OK, "works", "work")
	add(n.Breaks, "fails", "fail")
	add(n.MayBreak, "may fail", "may fail")
	add(n.BrokenBefore, "is invalid", "are invalid")
	add(n.Unknown, "is not known", "are not known")
	if len(words) == 0 {
		return "no queries"
	}
	s := strings.Join(words, ", ")
	var beside []string
	if n.Prepared > 0 {
		beside = append(beside, fmt.Sprintf("%d not where prepared before", n.Prepared))
	}
	if n.Client > 0 {
		beside = append(beside, fmt.Sprintf("%d go wrong in the client", n.Client))
	}
	if len(beside) > 0 {
		s += " (" + strings.Join(beside, ", ") + ")"
	}
	return s
}

// Coverage says how much of an application's code is known.
func Coverage(a *queries.Application) string {
	s := counted(len(a.Queries), "query", "queries")
	if a.Packages > 0 {
		s += fmt.Sprintf(" in %s of %s", plural(a.Calls, "call"), plural(a.Packages, "package"))
	}
	if n := a.Partial(); n > 0 {
		s += fmt.Sprintf(", %d known in part", n)
	}
	s += fmt.Sprintf("; %d not resolved", len(a.Unresolved))
	if a.Syntax {
		s += "; types of other modules were not there, so that calls were recognised by their names"
	}
	return s
}

func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// uncertain lists what is not known of the queries, and those that fail on
// their own schema.
func (t *textWriter) uncertain() {
	c := t.run.Compat
	var unresolved, unknown, invalid []string
	for _, a := range c.versions() {
		for _, u := range a.Unresolved {
			unresolved = append(unresolved, fmt.Sprintf("%s: %s: %s", place(u.At), c.nameOf(a), u.Reason))
		}
		for _, w := range a.Warnings {
			unresolved = append(unresolved, fmt.Sprintf("%s: %s", c.nameOf(a), w))
		}
	}
	for _, r := range c.Releases {
		for _, list := range [][]compat.Judgement{r.Old, r.New} {
			for _, j := range list {
				switch {
				case j.Kind == compat.Unknown && len(j.Unknown) > 0:
					unknown = append(unknown, place(j.Query.At)+": "+j.Unknown[0].Text)
				case j.Kind == compat.Unknown:
					unknown = append(unknown, place(j.Query.At)+": its text cannot be analysed")
				case j.Kind == compat.BrokenBefore:
					invalid = append(invalid, fmt.Sprintf("%s: %s: %s", place(j.Query.At), j.Errors[0].SQLState, j.Errors[0].Message))
				}
			}
		}
	}
	t.list("not resolved:", t.visible(unresolved))
	t.list("not known:", t.visible(slices.Compact(unknown)))
	t.list("invalid on their own schema:", t.visible(slices.Compact(invalid)))
}

type jsonMatrix struct {
	OldCodeOldSchema *jsonCounts `json:"oldCodeOldSchema"`
	OldCodeNewSchema *jsonCounts `json:"oldCodeNewSchema"`
	NewCodeNewSchema *jsonCounts `json:"newCodeNewSchema"`
	NewCodeOldSchema *jsonCounts `json:"newCodeOldSchema"`
}

type jsonCounts struct {
	OK           int `json:"ok"`
	Breaks       int `json:"breaks"`
	MayBreak     int `json:"may-break"`
	BrokenBefore int `json:"broken-before"`
	Unknown      int `json:"unknown"`
	Prepared     int `json:"prepared"`
	Client       int `json:"client"`
}

type jsonQuery struct {
	// Code is "old" or "new". The verdict of old code is about the new schema,
	// that of new code about the old one.
	Code      string       `json:"code"`
	Version   string       `json:"version,omitempty"`
	Path      string       `json:"path"`
	StartLine int          `json:"startLine"`
	EndLine   int          `json:"endLine"`
	Source    string       `json:"source"`
	Name      string       `json:"name,omitempty"`
	Func      string       `json:"func,omitempty"`
	SQL       string       `json:"sql"`
	Partial   bool         `json:"partial,omitempty"`
	Verdict   string       `json:"verdict"`
	SQLState  string       `json:"sqlstate"`
	Prepared  string       `json:"prepared,omitempty"`
	Hazards   []jsonHazard `json:"hazards,omitempty"`
	Cause     *jsonCause   `json:"cause,omitempty"`
	Detail    string       `json:"detail"`
}

// A jsonHazard is what the client meets although PostgreSQL takes the query.
type jsonHazard struct {
	Class    string `json:"class"`
	SQLState string `json:"sqlstate,omitempty"`
	Detail   string `json:"detail"`
	Certain  bool   `json:"certain"`
	Silent   bool   `json:"silent"`
	// Once: each open connection meets it once.
	Once bool `json:"once"`
}

type jsonCause struct {
	Path      string `json:"path"`
	StartLine int    `json:"startLine"`
	Migration string `json:"migration"`
	Rule      string `json:"rule"`
}

type jsonUnresolved struct {
	Code string `json:"code"`
	jsonPlace
	Func   string `json:"func,omitempty"`
	Reason string `json:"reason"`
}

func (c *Compat) matrix() *jsonMatrix {
	old, meets, now, early := c.cells()
	counts := func(n compat.Counts) *jsonCounts { j := jsonCounts(n); return &j }
	m := &jsonMatrix{}
	if c.Previous != nil {
		m.OldCodeOldSchema, m.OldCodeNewSchema = counts(old), counts(meets)
	}
	if c.Now != nil {
		m.NewCodeNewSchema, m.NewCodeOldSchema = counts(now), counts(early)
	}
	return m
}

func (c *Compat) queries() []jsonQuery {
	list := []jsonQuery{}
	for _, r := range c.Releases {
		for i := range r.Old {
			list = append(list, newJSONQuery(&r.Old[i], "old", c.Previous.Version))
		}
		for i := range r.New {
			list = append(list, newJSONQuery(&r.New[i], "new", c.Now.Version))
		}
	}
	return list
}

func newJSONQuery(j *compat.Judgement, code, version string) jsonQuery {
	q := jsonQuery{
		Code: code, Version: version, Source: string(j.Query.Source), Name: j.Query.Name, Func: j.Query.Func, SQL: j.Query.SQL, Partial: j.Query.Partial,
		Verdict: string(j.Kind),
	}
	at := newJSONPlace(j.Query.At)
	q.Path, q.StartLine, q.EndLine = at.Path, at.StartLine, at.EndLine
	switch {
	case len(j.Errors) > 0:
		q.SQLState, q.Detail = j.Errors[0].SQLState, detail(j.Errors[0])
	case j.Kind == compat.Unknown && len(j.Unknown) > 0:
		q.Detail = j.Unknown[0].Text
	}
	if j.Prepared != nil {
		q.Prepared = j.Prepared.SQLState
		if q.Detail == "" {
			q.Detail = detail(*j.Prepared)
		}
	}
	for _, h := range j.Hazards {
		q.Hazards = append(q.Hazards, jsonHazard{string(h.Class), h.SQLState, h.Message, h.Certain, h.Silent, h.Once})
		if q.Detail == "" {
			q.Detail = h.Message
		}
	}
	if j.Cause != nil {
		span := j.Cause.Op.Span()
		if span.IsZero() {
			span = j.Cause.Statement.Span
		}
		q.Cause = &jsonCause{Path: span.File.Path, StartLine: span.From().Line, Migration: j.Cause.Migration.ID, Rule: ruleOf(j, code)}
	}
	return q
}

func detail(e compat.Error) string {
	if e.Cause == "" {
		return e.Message
	}
	return e.Message + ": " + e.Cause
}

// ruleOf is the rule that reports what becomes of a query, "" for none.
func ruleOf(j *compat.Judgement, code string) string {
	switch {
	case code == "new" && j.Kind == compat.Breaks:
		return "early-query"
	case code == "new":
		return ""
	case j.Kind == compat.Breaks:
		return "broken-query"
	case j.Kind == compat.MayBreak:
		return "possibly-broken-query"
	case j.Prepared != nil:
		return "broken-prepared-query"
	case len(j.Hazards) > 0:
		return rules.HazardRule(j.Hazards[0].Class)
	}
	return ""
}

func (c *Compat) unresolved() []jsonUnresolved {
	list := []jsonUnresolved{}
	for _, a := range c.versions() {
		code := "new"
		if a == c.Previous {
			code = "old"
		}
		for _, u := range a.Unresolved {
			list = append(list, jsonUnresolved{Code: code, jsonPlace: newJSONPlace(u.At), Func: u.Func, Reason: string(u.Reason)})
		}
	}
	return list
}
