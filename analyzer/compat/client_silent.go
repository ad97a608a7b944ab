package compat

import (
	"fmt"
	"slices"
	"strings"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/query"
)

// silent finds what changes without an error whatever the client.
func (h *hazards) silent(st *ddl.Statement) {
	h.capturedNames()
	h.naturalJoins()
	h.insertedPositions(st)
	h.wholeRows(st)
}

func (h *hazards) capturedNames() {
	quiet := *h.comparison
	quiet.unknown = nil
	quiet.captured()
	slices.SortFunc(quiet.unknown, func(a, b Reason) int { return a.At.Compare(b.At) })
	for _, r := range quiet.unknown {
		now := h.now.bound[r.At]
		if now.column == 0 {
			continue
		}
		// What was an alias may have been a key of GROUP BY: without it, the
		// statement may fail.
		old := h.old.bound[r.At]
		relation := h.nowRelation(output{use: use{now.relation, now.column}})
		h.add(Hazard{Class: NameCapture, Silent: true, Certain: old.column != 0, Object: now.name, Relation: relation, Cause: fmt.Sprintf("%s has a column %s now", relation, now.name)},
			"%s means column %s of %s now and not what it meant", now.name, now.name, relation)
	}
}

func (h *hazards) naturalJoins() {
	for i, now := range h.now.naturals {
		if i >= len(h.old.naturals) || slices.Equal(slices.Sorted(slices.Values(now)), slices.Sorted(slices.Values(h.old.naturals[i]))) {
			continue
		}
		h.add(Hazard{Class: NaturalJoin, Silent: true, Certain: true, Cause: fmt.Sprintf("it joined by %s", listed(h.old.naturals[i]))},
			"NATURAL JOIN joins by %s now, so that other rows are found, and nothing fails", listed(now))
	}
}

func listed(names []string) string {
	if len(names) == 0 {
		return "nothing"
	}
	return strings.Join(names, ", ")
}

// insertedPositions finds values of an INSERT that go to other columns: it has
// no list of columns, or its values are those of a star.
func (h *hazards) insertedPositions(st *ddl.Statement) {
	for i, w := range h.now.writes {
		if w.command != "insert" || w.listed || i >= len(h.old.writes) || h.old.writes[i].relation != w.relation {
			continue
		}
		h.moved(w.relation, h.old.writes[i].columns, w.columns)
	}
	for _, op := range st.Ops {
		op, is := op.(*ddl.Insert)
		if !is || op.Query == nil || op.Query.Values > 0 {
			continue
		}
		source := &ddl.Statement{Span: op.Query.At, Ops: []ddl.Op{&ddl.Select{Base: ddl.Base{At: op.Query.At}, Query: op.Query}}}
		old, now := analyse(source, h.before), analyse(source, h.after)
		if old.Open || now.Open {
			continue
		}
		for n := range min(len(old.outputs), len(now.outputs)) {
			a, b := old.outputs[n], now.outputs[n]
			if a.use != b.use && a.name != b.name && a.use != (use{}) && b.use != (use{}) {
				h.add(Hazard{Class: InsertPositional, Silent: true, Certain: a.typ.Equal(b.typ), Object: b.name, Relation: h.nowRelation(b), Cause: fmt.Sprintf("column %d of the star was %s", n+1, a.name)},
					"what column %s was stored in, column %s is stored in now, and nothing fails where the types go together", a.name, b.name)
				break
			}
		}
	}
}

func (h *hazards) moved(relation catalog.OID, old, now []int) {
	for n := range min(len(old), len(now)) {
		if old[n] == now[n] {
			continue
		}
		a, b := attribute(h.before, use{relation, old[n]}), attribute(h.after, use{relation, now[n]})
		if a == nil || b == nil || a.Name == b.Name {
			continue
		}
		h.add(Hazard{
			Class: InsertPositional, Silent: true, Certain: h.sameType(a.Type, b.Type), Object: b.Name, Relation: h.relationName(relation),
			Cause: fmt.Sprintf("value %d was for column %s", n+1, a.Name),
		}, "value %d is stored in column %s instead of %s, and nothing fails where the types go together", n+1, b.Name, a.Name)
		return
	}
}

// wholeRows finds rows that are used as one value: row_to_json(t), t.*::text.
func (h *hazards) wholeRows(st *ddl.Statement) {
	for _, op := range st.Ops {
		op, is := op.(*ddl.Select)
		if !is {
			continue
		}
		op.Query.Walk(func(q *ddl.Query) {
			for _, t := range q.Targets {
				h.rowsIn(q, t.Expr)
			}
		})
	}
}

func (h *hazards) rowsIn(q *ddl.Query, x *ddl.Expr) {
	if x == nil || len(x.Calls) == 1 && x.Calls[0].Name.Name == "count" {
		return
	}
	for _, ref := range x.Columns {
		name := ref.Column
		if ref.Star {
			name = ref.Qualifier.Name
		}
		if ref.Star && x.Bare || !ref.Star && ref.Qualifier.Name != "" || name == "" {
			continue
		}
		i := slices.IndexFunc(q.From, func(i *query.Item) bool {
			return i.Relation != nil && (i.Alias == name || i.Alias == "" && i.Relation.Name.Name == name)
		})
		if i < 0 {
			continue
		}
		old, now := h.before.RelationByOID(h.old.bound[q.From[i].Relation.At].relation), h.after.RelationByOID(h.now.bound[q.From[i].Relation.At].relation)
		if old == nil || now == nil || old.Assumed || now.Assumed || !ref.Star && h.now.bound[ref.At].column != 0 {
			continue
		}
		same := slices.EqualFunc(old.Attributes, now.Attributes, func(a, b *catalog.Attribute) bool { return a.Name == b.Name && h.sameType(a.Type, b.Type) })
		if !same {
			h.add(Hazard{Class: WholeRow, Silent: true, Certain: true, Relation: now.String(), Cause: fmt.Sprintf("%s has other columns", now)},
				"the value that is made of each row of %s has other fields now, and nothing fails", now)
		}
	}
}
