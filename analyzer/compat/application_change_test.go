package compat_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/analyzer/compat"
	"github.com/migracheck/migracheck/parser"
	"github.com/migracheck/migracheck/parser/source"
)

// A tally counts how verdicts and servers agree.
type tally struct {
	pairs, ok, broken, missed, false, otherwise int
	unknown, unknownBroken, late, notBefore     int
}

func (n tally) String() string {
	return fmt.Sprintf("%d pairs: %d work on both sides, %d break on both; missed %d, false %d, other SQLSTATE %d; unknown %d, of which %d break; certain to fail later %d; refused before %d",
		n.pairs, n.ok, n.broken, n.missed, n.false, n.otherwise, n.unknown, n.unknownBroken, n.late, n.notBefore)
}

func (n *tally) add(m tally) {
	n.pairs, n.ok, n.broken, n.missed, n.false, n.otherwise = n.pairs+m.pairs, n.ok+m.ok, n.broken+m.broken, n.missed+m.missed, n.false+m.false, n.otherwise+m.otherwise
	n.unknown, n.unknownBroken, n.late, n.notBefore = n.unknown+m.unknown, n.unknownBroken+m.unknownBroken, n.late+m.late, n.notBefore+m.notBefore
}

func (n tally) wrong() int { return n.missed + n.false + n.otherwise }

// answers asks the server about all statements that can be prepared. Those that
// cannot be planned with NULL for every parameter are not planned later either.
func (q *session) answers(t *testing.T, app []issued, before []answer) []answer {
	t.Helper()
	q.run(t, "SAVEPOINT s")
	all := make([]answer, len(app))
	for i, a := range app {
		if before != nil && before[i].code != "" && !before[i].planned {
			continue
		}
		if prepare, _ := a.preparable(); prepare {
			all[i] = q.prepare(t, a, before == nil || before[i].code == "")
		}
	}
	return all
}

// judge compares the verdicts on a change with what the server says.
func (s *subject) judge(t *testing.T, change string, app []issued, before, after []answer, now *catalog.Catalog) tally {
	t.Helper()
	var n tally
	for i, a := range app {
		prepare, _ := a.preparable()
		if !prepare {
			continue
		}
		if before[i].code != "" && !before[i].planned {
			n.notBefore++
			continue
		}
		v := compat.Compare(a.statement, s.before, now)
		if before[i].code != "" && v.Kind == compat.BrokenBefore {
			n.notBefore++
			continue
		}
		n.pairs++
		var states []string
		for _, e := range v.Errors {
			if e.Certain && !late(e.SQLState) {
				states = append(states, e.SQLState)
			}
		}
		breaks := v.Kind == compat.Breaks && len(states) > 0
		refused := after[i].code != ""
		code := newer(s.server.Major, after[i].code, v)
		report := func(what string) {
			fmt.Fprintf(t.Output(), "%s: %s: server %s %q, verdict %s: %s\n", what, change, after[i].code, after[i].message, line("", v), a)
		}
		switch {
		case v.Kind == compat.Breaks && !breaks && !refused:
			n.late++
		case breaks && slices.Contains(states, code):
			n.broken++
		case breaks && refused:
			n.otherwise++
			report("OTHER SQLSTATE")
		case breaks:
			n.false++
			report("FALSE")
		case v.Kind == compat.Unknown && refused:
			n.unknown++
			n.unknownBroken++
			report("unknown, and breaks")
		case v.Kind == compat.Unknown:
			n.unknown++
		case refused:
			n.missed++
			report("MISSED")
		default:
			n.ok++
		}
	}
	return n
}

// release compares what the migrations of the later version break.
func (s *subject) release(t *testing.T, app []issued) {
	q := s.session(t)
	before := q.answers(t, app, nil)
	q.run(t, "ROLLBACK")
	refused := 0
	for _, st := range s.pending {
		refused += s.migrate(t, st)
	}
	q = s.session(t)
	after := q.answers(t, app, before)
	q.run(t, "ROLLBACK")
	n := s.judge(t, "the later version", app, before, after, s.after)
	for i, a := range app {
		if after[i].code != "" {
			v := compat.Compare(a.statement, s.before, s.after)
			fmt.Fprintf(t.Output(), "breaks: %s %s, %s: %s\n", after[i].code, after[i].message, line("verdict", v), a)
		}
	}
	fmt.Fprintf(t.Output(), "%s, the later version (%d statements, %d refused by one side only): %s\n", s.server, len(s.pending), refused, n)
	if n.wrong() > 0 {
		t.Fail()
	}
}

// mutate breaks the schema in many ways, one at a time.
func (s *subject) mutate(t *testing.T, app []issued) {
	q := s.session(t)
	before := q.answers(t, app, nil)
	q.run(t, "ROLLBACK")
	var total tally
	performed := 0
	for _, m := range mutations(s.before, app) {
		done := 0
		for _, sql := range m.sql {
			if done == m.wanted {
				break
			}
			n, ok := s.mutation(t, sql, app, before)
			if !ok {
				continue
			}
			done++
			total.add(n)
			if n.wrong()+n.unknownBroken > 0 || testing.Verbose() {
				fmt.Fprintf(t.Output(), "%s: %s: %s\n", m.name, strings.Join(strings.Fields(sql), " "), n)
			}
		}
		performed += done
		if done == 0 {
			fmt.Fprintf(t.Output(), "%s: nothing to do it to\n", m.name)
		}
	}
	fmt.Fprintf(t.Output(), "%s, %d changes: %s\n", s.server, performed, total)
	if total.wrong() > 0 {
		t.Fail()
	}
}

// mutation performs one change on both sides; not ok where both refuse it.
func (s *subject) mutation(t *testing.T, sql string, app []issued, before []answer) (n tally, ok bool) {
	t.Helper()
	q := s.session(t)
	defer q.run(t, "ROLLBACK")
	code := simple(t, q.conn, sql)
	now, refusal := performed(s.before, sql)
	if (code != "") != (refusal != nil) {
		fmt.Fprintf(t.Output(), "the change itself: server %q, catalog %v: %s\n", code, refusal, sql)
	}
	if code != "" || refusal != nil {
		return tally{}, false
	}
	return s.judge(t, sql, app, before, q.answers(t, app, before), now), true
}

// performed is apply for changes that may be refused.
func performed(c *catalog.Catalog, sql string) (*catalog.Catalog, *catalog.Error) {
	for _, st := range parser.Parse(source.NewFile("change.sql", sql).Whole()).Statements {
		for _, op := range catalog.PassOrder(st.Ops) {
			next, _, err := c.Apply(op)
			if err != nil {
				return nil, err
			}
			c = next
		}
	}
	return c, nil
}
