package compat

import (
	"context"
	"runtime"
	"slices"
	"sync"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/analyzer/queries"
	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/parser"
	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/source"
)

// A Judgement is what becomes of one query of an application version when it
// meets another schema than the one that it was written for.
type Judgement struct {
	Query *queries.Query
	// Own is what the query comes to on its own schema: [OK], [BrokenBefore] or
	// [Unknown].
	Own Kind
	// Verdict is that of the statement of the text that fares worst, and
	// Statement that statement, nil where there is none. Its places are in the
	// text of the query.
	Verdict
	Statement *ddl.Statement
	// Uses is what the statements of the text use of the schema that they were
	// written for.
	Uses []Use
	// Hazards are what the client meets although PostgreSQL takes the query.
	Hazards []Hazard
	// Cause is the operation of the release from which on it is so, or, where
	// the other schema is the older one, that the query has to wait for. It is
	// nil for what is well, and where no single operation makes the difference.
	Cause *replay.Step
}

// A Change is a schema and the other one that queries meet, with the operations
// between the two in order.
type Change struct {
	// From is the schema that the queries were written for, To the other one.
	From, To *catalog.Catalog
	Steps    []*replay.Step
	// Back is set where To is the older one, and the operations lead from To
	// to From.
	Back bool
}

// Release is the change that a window makes for the code before it.
func Release(w *replay.Window, t *replay.Timeline) Change {
	c := Change{From: w.Base, To: w.End}
	for _, s := range t.Steps {
		if s.Window == w && len(s.Changes) > 0 && !s.RolledBack {
			c.Steps = append(c.Steps, s)
		}
	}
	return c
}

// Reverse is the change that code of the release meets where the schema is
// still, or again, the one before.
func (c Change) Reverse() Change {
	return Change{From: c.To, To: c.From, Steps: c.Steps, Back: !c.Back}
}

// Judge judges queries, in their order, on all processors. It stops early where
// ctx is done, which is the only error.
func Judge(ctx context.Context, list []queries.Query, change Change) ([]Judgement, error) {
	judged := make([]Judgement, len(list))
	same := map[string][]int{} // one text stands at many places
	var texts []string
	for i := range list {
		text := list[i].SQL
		if same[text] == nil {
			texts = append(texts, text)
		}
		same[text] = append(same[text], i)
	}
	var group sync.WaitGroup
	work := make(chan string)
	for range runtime.GOMAXPROCS(0) {
		group.Go(func() {
			for text := range work {
				change.judge(text, list, same[text], judged)
			}
		})
	}
	for _, text := range texts {
		if ctx.Err() != nil {
			break
		}
		work <- text
	}
	close(work)
	group.Wait()
	return judged, ctx.Err()
}

// judge judges the queries of one text.
func (c Change) judge(text string, list []queries.Query, which []int, judged []Judgement) {
	statements := parser.Parse(source.NewFile(pathOf(&list[which[0]]), text).Whole()).Statements
	first, compared := c.text(statements)
	for _, i := range which {
		judged[i] = first
		judged[i].Query = &list[i]
		if !c.Back { // a connection to the schema before knows nothing of this one
			c.client(&judged[i], statements, compared)
		}
	}
}

func pathOf(q *queries.Query) string {
	if q.At.IsZero() {
		return ""
	}
	return q.At.File.Path
}

// client adds what the client of a query meets.
func (c Change) client(j *Judgement, statements []ddl.Statement, compared []*comparison) {
	client := j.Query.Client
	for n, m := range compared {
		j.Hazards = append(j.Hazards, m.hazards(&statements[n], client)...)
	}
	if client.Sending != "" {
		j.Prepared = nil // it is among the hazards, if it concerns the client
	}
	if len(j.Hazards) == 0 || j.Cause != nil {
		return
	}
	j.Cause = c.step(func(mid *catalog.Catalog) bool {
		for n := range statements {
			if slices.ContainsFunc(Hazards(&statements[n], client, c.From, mid), func(h Hazard) bool { return h.Class == j.Hazards[0].Class }) {
				return true
			}
		}
		return false
	})
}

// text judges the statements of a text, of which the worst counts.
func (c Change) text(statements []ddl.Statement) (Judgement, []*comparison) {
	j := Judgement{Own: Unknown, Verdict: Verdict{Kind: Unknown}}
	if len(statements) == 0 {
		j.Unknown = []Reason{{Text: "there is no statement in the text"}}
		return j, nil
	}
	j.Own, j.Kind = OK, OK
	compared := make([]*comparison, len(statements))
	for n := range statements {
		st := &statements[n]
		m := newComparison(st, c.From, c.To)
		m.back, compared[n] = c.Back, m
		own, verdict := standing(m.old.Result), m.judge(st)
		j.Uses = append(j.Uses, m.old.used(m.before)...)
		if rank(own) > rank(j.Own) {
			j.Own = own
		}
		if j.Statement == nil || rank(verdict.Kind) > rank(j.Kind) || verdict.Kind == j.Kind && verdict.Prepared != nil && j.Prepared == nil {
			j.Verdict, j.Statement = verdict, st
		}
	}
	if j.Kind == Breaks || j.Kind == MayBreak || j.Kind == Unknown || j.Prepared != nil {
		j.Cause = c.cause(j.Statement, j.Verdict)
	}
	return j, compared
}

func (c Change) compare(st *ddl.Statement, to *catalog.Catalog) Verdict {
	if c.Back {
		return Backward(st, c.From, to)
	}
	return Compare(st, c.From, to)
}

// standing is what a statement comes to on the schema that it was written for.
func standing(r Result) Kind {
	switch {
	case len(certain(r.Errors)) > 0:
		return BrokenBefore
	case len(r.Unknown) > 0:
		return Unknown
	}
	return OK
}

// rank orders kinds from what is well to what is worst.
func rank(k Kind) int {
	return slices.Index([]Kind{OK, Unknown, MayBreak, BrokenBefore, Breaks}, k)
}

// cause finds the operation that makes the difference.
func (c Change) cause(st *ddl.Statement, v Verdict) *replay.Step {
	return c.step(func(mid *catalog.Catalog) bool {
		w := c.compare(st, mid)
		if len(v.Errors) == 0 {
			return rank(w.Kind) >= rank(v.Kind) && (v.Prepared == nil || w.Prepared != nil || len(w.Errors) > 0)
		}
		return slices.ContainsFunc(w.Errors, func(e Error) bool {
			return e.At == v.Errors[0].At && e.SQLState == v.Errors[0].SQLState && e.Object == v.Errors[0].Object && e.Certain == v.Errors[0].Certain
		})
	})
}

// step finds an operation on whose one side something is so, and on whose other
// side it is not, given that it is so on c.To and not on c.From. It looks in
// the middle first, because releases may be long.
func (c Change) step(so func(*catalog.Catalog) bool) *replay.Step {
	if len(c.Steps) == 0 {
		return nil
	}
	n, _ := slices.BinarySearchFunc(c.Steps, 0, func(s *replay.Step, _ int) int {
		if so(s.After) != c.Back {
			return 1 // here or before
		}
		return -1
	})
	if n >= len(c.Steps) {
		return nil
	}
	return c.Steps[n]
}

// Counts are the numbers of queries by what becomes of them.
type Counts struct {
	OK, Breaks, MayBreak, BrokenBefore, Unknown int
	// Client are those of which the client fails or goes wrong, Prepared those
	// that fail in sessions that prepared them before; they are among the
	// others, too.
	Prepared, Client int
}

// Total is the number of queries.
func (n Counts) Total() int { return n.OK + n.Breaks + n.MayBreak + n.BrokenBefore + n.Unknown }

// Plus adds counts.
func (n Counts) Plus(m Counts) Counts {
	return Counts{n.OK + m.OK, n.Breaks + m.Breaks, n.MayBreak + m.MayBreak, n.BrokenBefore + m.BrokenBefore, n.Unknown + m.Unknown, n.Prepared + m.Prepared, n.Client + m.Client}
}

func (n *Counts) add(k Kind) {
	switch k {
	case OK:
		n.OK++
	case Breaks:
		n.Breaks++
	case MayBreak:
		n.MayBreak++
	case BrokenBefore:
		n.BrokenBefore++
	case Unknown:
		n.Unknown++
	}
}

// Standing counts what judged queries come to on their own schema.
func Standing(list []Judgement) (n Counts) {
	for i := range list {
		n.add(list[i].Own)
	}
	return n
}

// Meeting counts what judged queries come to on the other schema.
func Meeting(list []Judgement) (n Counts) {
	for i := range list {
		j := &list[i]
		n.add(j.Kind)
		cached := slices.ContainsFunc(j.Hazards, func(h Hazard) bool { return h.Class == CachedPlan })
		if j.Prepared != nil || cached {
			n.Prepared++
		}
		if slices.ContainsFunc(j.Hazards, func(h Hazard) bool { return h.Class != CachedPlan }) {
			n.Client++
		}
	}
	return n
}

// A Break is what one operation of a release does to queries of a version:
// those that it does the same to.
type Break struct {
	Effect Effect
	// Version is what the version of the application is called, "" for the work
	// tree.
	Version string
	// Step is nil where no single operation does it.
	Step *replay.Step
	// Error is that of the first query, Hazard what its client meets, nil where
	// it is PostgreSQL that refuses.
	Error  Error
	Hazard *Hazard
	// Judgements are those of the queries, in order.
	Judgements []*Judgement
}

// An Effect is a way of failing.
type Effect string

// The effects.
const (
	// Failing: every execution fails on the new schema.
	Failing Effect = "failing"
	// MayFail: rows, parameters or the role decide.
	MayFail Effect = "may-fail"
	// PreparedFails: in sessions that prepared the query before.
	PreparedFails Effect = "prepared"
	// Early: new code fails on the schema before the release.
	Early Effect = "early"
	// Goes: the client fails, or something else is read or stored; the class of
	// the hazard says how.
	Goes Effect = "client"
	// Invalid: the query fails on the schema that it was written for.
	Invalid Effect = "invalid"
)

// Broken groups what a release does to the queries of the version before it, in
// order of its operations.
func Broken(version string, list []Judgement) []*Break {
	var g groups
	for i := range list {
		j := &list[i]
		b := Break{Version: version, Step: j.Cause}
		switch j.Kind {
		case Breaks:
			b.Effect, b.Error = Failing, j.Errors[0]
			g.add(b, j)
		case MayBreak:
			b.Effect, b.Error = MayFail, j.Errors[0]
			g.add(b, j)
		case OK, BrokenBefore, Unknown:
		}
		if j.Prepared != nil {
			b.Effect, b.Error = PreparedFails, *j.Prepared
			g.add(b, j)
		}
		for _, h := range j.Hazards {
			b.Effect, b.Hazard = Goes, &h
			b.Error = Error{SQLState: h.SQLState, Message: h.Message, Relation: h.Relation, Object: h.Object, Cause: h.Cause, Certain: h.Certain}
			g.add(b, j)
		}
	}
	return g.all
}

// Waits groups the queries of a release by the operations that they have to
// wait for, and those that fail even after it. What failed in the version before
// as well, the release does not change: before are its queries, nil where they
// are not known.
func Waits(version string, list, before []Judgement) []*Break {
	known := map[string]bool{}
	for i := range before {
		known[before[i].Query.SQL] = before[i].Own == BrokenBefore
	}
	var g groups
	for i := range list {
		j := &list[i]
		b := Break{Version: version, Step: j.Cause}
		switch j.Kind {
		case Breaks:
			b.Effect, b.Error = Early, j.Errors[0]
			g.add(b, j)
		case BrokenBefore:
			if known[j.Query.SQL] {
				continue
			}
			b.Effect, b.Error, b.Step = Invalid, j.Errors[0], nil
			g.add(b, j)
		case OK, MayBreak, Unknown:
		}
	}
	return g.all
}

// A likeness is what the queries of a Break have in common.
type likeness struct {
	effect                  Effect
	step                    *replay.Step
	state, relation, object string
	hazard                  Hazard
}

type groups struct {
	all []*Break
	of  map[likeness]*Break
}

func (g *groups) add(b Break, j *Judgement) {
	key := likeness{b.Effect, b.Step, b.Error.SQLState, b.Error.Relation, b.Error.Object, Hazard{}}
	if h := b.Hazard; h != nil {
		key.hazard = Hazard{Class: h.Class, Cause: h.Cause, Once: h.Once, Silent: h.Silent}
	}
	if g.of == nil {
		g.of = map[likeness]*Break{}
	}
	if g.of[key] == nil {
		g.of[key] = &b
		g.all = append(g.all, &b)
	}
	g.of[key].Judgements = append(g.of[key].Judgements, j)
}
