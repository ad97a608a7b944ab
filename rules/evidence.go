package rules

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/migracheck/migracheck/analyzer/compat"
	"github.com/migracheck/migracheck/analyzer/flaggate"
	"github.com/migracheck/migracheck/analyzer/queries"
	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/parser/migration"
)

// Evidence is what the queries of the application show about a window.
type Evidence struct {
	// Previous are the queries of the version before, and Judgements what
	// becomes of them; nil where they are not known.
	Previous   *queries.Application
	Judgements []compat.Judgement
	// Breaks are what happens to queries of the version before, and to those of
	// the release where they are known.
	Breaks []*compat.Break
	// Gate are the uses of what the window changes in Go code, and Directives
	// the allowances in it.
	Gate       []*flaggate.Finding
	Directives []migration.Directive
}

// complete reports whether there is no query of the version before that might
// use what the others do not.
func (e *Evidence) complete() bool {
	return e.Previous.Complete() && !slices.ContainsFunc(e.Judgements, func(j compat.Judgement) bool { return j.Statement == nil || j.Statement.Err != nil })
}

// calledVersion is how messages call a version of the application.
func calledVersion(version string, back bool) string {
	which := "the previous version"
	if back {
		which = "the new version"
	}
	if version != "" {
		which += " (" + version + ")"
	}
	return which
}

// evidence shows rules what the queries of the application show about a window,
// and what they show about findings.
func (e *engine) evidence(w *replay.Window, from int) {
	if e.options.Evidence == nil {
		return
	}
	evidence := e.options.Evidence(w)
	if evidence == nil {
		return
	}
	if evidence.Previous != nil {
		for i := range e.findings[from:] {
			if f := &e.findings[from+i]; f.Rule.Used && f.Statement != nil {
				evidence.weigh(f, w)
			}
		}
	}
	for _, b := range evidence.Breaks {
		e.dispatch(b.Step, w, b)
	}
	for _, g := range evidence.Gate {
		e.dispatch(nil, w, g)
	}
}

// fewQueries is how many places of queries a finding has.
const fewQueries = 10

// weigh adds to a finding which queries of the previous version it is about.
// One about what certainly none uses is a note.
func (e *Evidence) weigh(f *Finding, w *replay.Window) {
	users := e.users(f, w)
	version := calledVersion(e.Previous.Version, false)
	total := len(e.Judgements)
	switch {
	case len(users) > 0:
		verb := "use"
		if len(users) == 1 {
			verb = "uses"
		}
		f.Message += fmt.Sprintf("; %s of %s %s it", countQueries(len(users)), version, verb)
		f.Related = append(f.Related, places(users)...)
	case e.complete():
		f.Message += fmt.Sprintf("; %s of %s uses it", notOne(total), version)
		f.Severity = min(f.Severity, Note)
	default:
		rest := "there may be others"
		if unknown := len(e.Previous.Unresolved) + e.Previous.Partial(); unknown > 0 {
			rest = fmt.Sprintf("%d are not known in full", unknown)
		}
		f.Message += fmt.Sprintf("; %s of %s that is known uses it, but %s", notOne(total), version, rest)
	}
}

// notOne says that of so many queries not one does something.
func notOne(total int) string {
	if total < 2 {
		return "no query"
	}
	return fmt.Sprintf("none of the %d queries", total)
}

func countQueries(n int) string {
	if n == 1 {
		return "one query"
	}
	return fmt.Sprintf("%d queries", n)
}

// places are those of queries, a few of them.
func places(users []*compat.Judgement) []Related {
	var list []Related
	for _, j := range users[:min(len(users), fewQueries)] {
		list = append(list, Related{At: j.Query.At, Message: "query " + nameOf(j.Query)})
	}
	if n := len(users) - fewQueries; n > 0 {
		list[len(list)-1].Message += fmt.Sprintf(", and %d more", n)
	}
	return list
}

// nameOf calls a query by its name, its function or its beginning.
func nameOf(q *queries.Query) string {
	switch {
	case q.Name != "":
		return q.Name
	case q.Func != "":
		return "in " + q.Func
	}
	const long = 60
	text := []rune(strings.Join(strings.Fields(q.SQL), " "))
	if len(text) > long {
		return string(text[:long-1]) + "…"
	}
	return string(text)
}

// users are the queries that a finding is about: those that its statement
// changes something for, and those that use its object.
func (e *Evidence) users(f *Finding, w *replay.Window) []*compat.Judgement {
	object := f.Object
	column := false
	for r := range w.Base.Relations() {
		if r.String() == f.Relation {
			column = r.Attribute(object) != nil
		}
	}
	var list []*compat.Judgement
	for i := range e.Judgements {
		j := &e.Judgements[i]
		touched := j.Cause != nil && j.Cause.Statement == f.Statement || slices.ContainsFunc(j.Errors, func(x compat.Error) bool {
			return j.Kind != compat.BrokenBefore && x.Relation == f.Relation && (object == "" || x.Object == object)
		})
		named := slices.ContainsFunc(j.Uses, func(u compat.Use) bool {
			switch {
			case object == "":
				return u.Relation == f.Relation || strings.HasPrefix(u.Relation, f.Relation+".")
			case column:
				return u.Relation == f.Relation && u.Object == object
			}
			return false
		})
		if touched || named {
			list = append(list, j)
		}
	}
	return list
}

// AboutQueries reports whether the rule judges what becomes of the
// application's queries.
func (r *Rule) AboutQueries() bool {
	return slices.ContainsFunc(r.Check, func(h handler) bool { return h.event == reflect.TypeFor[*compat.Break]() })
}

// AboutCode reports whether the rule judges how Go code reaches what a release
// changes.
func (r *Rule) AboutCode() bool {
	return slices.ContainsFunc(r.Check, func(h handler) bool { return h.event == reflect.TypeFor[*flaggate.Finding]() })
}

// told removes findings about queries that another finding tells as well: the
// queries are among its related places.
func told(findings []Finding) []Finding {
	by := map[*replay.Statement][]*Finding{}
	for i := range findings {
		if f := &findings[i]; f.Statement != nil && f.Suppressed == nil && f.Rule.Used {
			by[f.Statement] = append(by[f.Statement], f)
		}
	}
	return slices.DeleteFunc(findings, func(f Finding) bool {
		if f.Statement == nil || f.Rule != brokenQuery && f.Rule != possiblyBrokenQuery {
			return false // what the client meets is told nowhere else
		}
		return slices.ContainsFunc(by[f.Statement], func(g *Finding) bool {
			return g.Severity >= f.Severity && len(f.Related) > 0 && slices.ContainsFunc(g.Related, func(r Related) bool { return r.At == f.Related[0].At })
		})
	})
}

// placed is a finding about a break: at the operation that does it, else at the
// query itself.
func (p *Pass) placed(b *compat.Break, f Finding) {
	f.Relation, f.Object = b.Error.Relation, b.Error.Object
	f.Related = places(b.Judgements)
	if b.Step == nil {
		f.At, f.Related = b.Judgements[0].Query.At, f.Related[1:]
	} else {
		f.At = b.Step.Op.Span()
	}
	p.Report(f)
}

// subject names the queries of a break, as the beginning of a sentence.
func subject(b *compat.Break, back bool) string {
	first := nameOf(b.Judgements[0].Query)
	if n := len(b.Judgements); n > 1 {
		return fmt.Sprintf("%d queries of %s (%s, …)", n, calledVersion(b.Version, back), first)
	}
	return fmt.Sprintf("query %s of %s", first, calledVersion(b.Version, back))
}

// verb is the verb for what subject names, with an s where it is one.
func verb(b *compat.Break, plural string) string {
	if len(b.Judgements) > 1 {
		return plural
	}
	return plural + "s"
}

// because is the cause of an error, after a colon, or what PostgreSQL says.
func because(e compat.Error) string {
	if e.Cause != "" {
		return e.Cause
	}
	return e.Message
}

// hazard says what the client of a query meets.
func hazard(b *compat.Break) string {
	s := subject(b, false) + ": " + b.Hazard.Message
	if b.Hazard.Cause != "" {
		s += " (" + b.Hazard.Cause + ")"
	}
	return s
}

// HazardRule is the name of the rule that reports a class of hazards.
func HazardRule(c compat.HazardClass) string {
	switch c {
	case compat.CachedPlan:
		return brokenPreparedQuery.Name
	case compat.CopyStale:
		return staleCopy.Name
	case compat.InsertPositional, compat.NameCapture, compat.NaturalJoin, compat.WholeRow:
		return changedMeaning.Name
	case compat.StarScan, compat.NullRead, compat.TypeRead, compat.ParamType:
		return mismatchedReader.Name
	}
	return ""
}
