package compat

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/analyzer/queries"
	"github.com/migracheck/migracheck/parser/ddl"
)

// A HazardClass is a way in which a statement that PostgreSQL accepts on the new
// schema goes wrong all the same.
type HazardClass string

// The classes.
const (
	// CachedPlan: what a connection keeps of the statement no longer fits.
	CachedPlan HazardClass = "cached-plan"
	// StarScan: the rows have other columns than what they are read into.
	StarScan HazardClass = "star-scan"
	// NullRead: a column that had no NULL may have it now, and is read into
	// what has no place for it.
	NullRead HazardClass = "null-read"
	// TypeRead: a column is read into a type of Go that does not take its new
	// type.
	TypeRead HazardClass = "type-read"
	// ParamType: a parameter has another type now, which a value of its type of
	// Go cannot be sent as.
	ParamType HazardClass = "param-type"
	// CopyStale: pgx's CopyFrom sends values in the binary format of the type
	// that a column had when the connection first asked.
	CopyStale HazardClass = "copy-stale"
	// InsertPositional: values go to other columns than before.
	InsertPositional HazardClass = "insert-positional"
	// NameCapture: a name means another column than before.
	NameCapture HazardClass = "name-capture"
	// NaturalJoin: a NATURAL JOIN joins by other columns than before.
	NaturalJoin HazardClass = "natural-join"
	// WholeRow: a row that is used as one value has other fields than before.
	WholeRow HazardClass = "whole-row"
)

// A Hazard is what an application meets although PostgreSQL takes its
// statement: in the client, or in what is read and stored.
type Hazard struct {
	Class HazardClass
	// SQLState is the server's code, "" where the client refuses or nothing
	// does.
	SQLState string
	// Message says what happens, Cause what became of the object.
	Message, Cause string
	// Relation and Object are as in Error.
	Relation, Object string
	// Certain is set where it happens whenever the statement runs, as far as it
	// returns or stores rows, on the connections that it concerns.
	Certain bool
	// Silent is set where nothing is refused and what is read or stored is
	// another value.
	Silent bool
	// Open is set where it concerns only connections that are open during the
	// change and that ran the statement before; Once where each of them meets
	// it once and then works again.
	Open, Once bool
}

// Hazards judges a statement that a client sent to the schema before, on the
// schema after. A statement that breaks there, or was broken before, has none:
// Compare reports it. What the client is not known to do is not held against
// it, so that a zero client leaves those that concern every client.
func Hazards(st *ddl.Statement, client queries.Client, before, after *catalog.Catalog) []Hazard {
	return newComparison(st, before, after).hazards(st, client)
}

// hazards judges the statement of a comparison for a client.
func (c *comparison) hazards(st *ddl.Statement, client queries.Client) []Hazard {
	c = &comparison{before: c.before, after: c.after, back: c.back, old: c.old, now: c.now}
	if len(certain(c.old.Errors)) > 0 {
		return nil
	}
	c.fresh()
	c.vanished()
	c.uncovered()
	c.widths(st)
	if len(certain(c.errors)) > 0 {
		return nil
	}
	h := &hazards{comparison: c, client: client}
	h.cachedPlan()
	h.reads()
	h.parameters()
	h.copied(st)
	h.silent(st)
	return h.found
}

// hazards are those of one statement.
type hazards struct {
	*comparison
	client queries.Client
	found  []Hazard
}

func (h *hazards) add(z Hazard, format string, args ...any) {
	z.Message = fmt.Sprintf(format, args...)
	h.found = append(h.found, z)
}

// cachedPlan finds that a statement which connections keep returns other rows.
func (h *hazards) cachedPlan() {
	e := h.prepared()
	if e == nil {
		return
	}
	z := Hazard{Class: CachedPlan, SQLState: featureNotSupported, Cause: e.Cause, Object: e.Object, Certain: e.Certain, Open: true}
	switch h.client.Sending {
	case queries.Prepared:
		h.add(z, "every execution on a connection that prepared the statement before fails until that connection is closed: %s", e.Message)
	case queries.CachedStatement:
		z.Once = true
		h.add(z, "the first execution on each connection that ran the statement before fails, and with it the transaction that it is in: %s", e.Message)
	case queries.CachedDescription:
		if len(h.old.Columns) == len(h.now.Columns) {
			return
		}
		z.SQLState, z.Once = "08P01", true
		h.add(z, "the first execution on each connection that ran the statement before fails, and with it the transaction that it is in: bind message has %d result formats but query has %d columns",
			len(h.old.Columns), len(h.now.Columns))
	}
}

// reads finds that rows no longer fit what they are read into.
func (h *hazards) reads() {
	if h.old.Open || h.now.Open || len(h.old.outputs) == 0 {
		return
	}
	targets := h.client.Targets.All()
	switch h.client.Reading {
	case queries.Scan:
		h.scan(targets)
	case queries.ByName, queries.ByNameLax, queries.Matching:
		h.byName(targets)
	}
}

// scan is reading by position.
func (h *hazards) scan(targets []queries.Value) {
	old, now := h.old.outputs, h.now.outputs
	if len(old) != len(targets) {
		return // it did not work before, or is not what is read into
	}
	if len(now) != len(old) {
		h.add(Hazard{Class: StarScan, Certain: true, Cause: h.columnsCause()}, "reading a row fails: it has %d columns, and the code reads %d", len(now), len(old))
		return
	}
	if h.movedScan(targets) {
		return
	}
	for i, target := range targets {
		h.value(target, old[i], now[i])
	}
}

// movedScan finds targets that another column is read into than before.
func (h *hazards) movedScan(targets []queries.Value) bool {
	first, readable := -1, true
	for i, target := range targets {
		old, now := h.old.outputs[i], h.now.outputs[i]
		if old.use == now.use || old.name == now.name {
			continue
		}
		if h.client.Library == queries.PGX && target.Type != "" && refusesToRead(target.Type, now.typ) {
			h.add(Hazard{Class: StarScan, Certain: true, Object: now.name, Cause: h.columnsCause()},
				"reading a row fails: column %d is %s now, and %s takes no %s", i+1, now.name, target.Type, now.typ)
			return true
		}
		if first < 0 {
			first = i
		}
		readable = readable && h.readable(target, now)
	}
	if first < 0 {
		return false
	}
	now := h.now.outputs[first]
	h.add(Hazard{Class: StarScan, Certain: readable, Silent: true, Object: now.name, Cause: h.columnsCause()},
		"column %d is read into what column %s was read into, and is column %s now", first+1, h.old.outputs[first].name, now.name)
	return true
}

// readable reports whether a value surely takes the type of a column.
func (h *hazards) readable(target queries.Value, o output) bool {
	return target.Type != "" && !o.typ.IsZero() && !refusesToRead(target.Type, o.typ)
}

// columnsCause says which columns are new and which are gone.
func (h *hazards) columnsCause() string {
	var clauses []string
	say := func(from, in []output, what string) {
		var names []string
		for _, o := range from {
			if len(columnsNamed(in, o.name)) == 0 {
				names = append(names, o.name)
			}
		}
		switch len(names) {
		case 0:
		case 1:
			clauses = append(clauses, "column "+names[0]+" is "+what)
		default:
			clauses = append(clauses, "columns "+strings.Join(names, ", ")+" are "+what)
		}
	}
	say(h.now.outputs, h.old.outputs, "new")
	say(h.old.outputs, h.now.outputs, "gone")
	if len(clauses) == 0 {
		return "the columns have another order"
	}
	return strings.Join(clauses, ", ")
}

// byName is reading into fields.
func (h *hazards) byName(fields []queries.Value) {
	field := func(column string) (queries.Value, bool) {
		i := slices.IndexFunc(fields, func(v queries.Value) bool { return v.Names(column) })
		if i < 0 {
			return queries.Value{}, false
		}
		return fields[i], true
	}
	known := len(fields) > 0
	for _, o := range h.old.outputs {
		if _, has := field(o.name); !has && h.client.Reading != queries.Matching {
			known = false // the fields were not read right: this did not work
		}
	}
	for _, o := range h.now.outputs {
		_, has := field(o.name)
		if len(columnsNamed(h.old.outputs, o.name)) > 0 || known && has || h.client.Reading == queries.Matching {
			continue
		}
		h.add(Hazard{Class: StarScan, Certain: known, Object: o.name, Relation: h.nowRelation(o), Cause: h.columnsCause()},
			"reading a row fails: no field of the struct is for column %s", o.name)
		if known {
			return
		}
	}
	for i, o := range h.old.outputs {
		now := columnsNamed(h.now.outputs, o.name)
		target, has := field(o.name)
		switch {
		case len(now) == 1 && has && len(columnsNamed(h.old.outputs, o.name)) == 1:
			h.value(target, h.old.outputs[i], now[0])
		case len(now) > 0 || known && !has || h.client.Reading == queries.Matching && !has:
		case h.client.Reading == queries.ByName:
			h.add(Hazard{Class: StarScan, Certain: known, Object: o.name, Relation: h.relationName(o.use.relation), Cause: h.columnsCause()},
				"reading a row fails: no column is for the field of %s", o.name)
			return
		default:
			h.add(Hazard{Class: StarScan, Certain: known, Silent: true, Object: o.name, Relation: h.relationName(o.use.relation), Cause: h.columnsCause()},
				"the field of column %s stays zero in every row, and nothing fails", o.name)
		}
	}
}

func (h *hazards) nowRelation(o output) string {
	if r := h.after.RelationByOID(o.use.relation); r != nil {
		return r.String()
	}
	return ""
}

// value judges one column and what it is read into.
func (h *hazards) value(target queries.Value, old, now output) {
	if h.client.Library == queries.PGX && target.Type != "" && !old.typ.IsZero() && !now.typ.IsZero() && !h.sameType(old.typ, now.typ) {
		h.typeRead(target, old, now)
	}
	before, after := attribute(h.before, old.use), attribute(h.after, now.use)
	if old.use != now.use || before == nil || after == nil || !before.NotNull || after.NotNull || target.TakesNull() {
		return
	}
	z := Hazard{Class: NullRead, Object: after.Name, Relation: h.nowRelation(now), Cause: fmt.Sprintf("column %s of %s is no longer NOT NULL", after.Name, h.nowRelation(now))}
	switch h.client.Library {
	case queries.GORM, queries.BunDB, queries.GoPG:
		z.Silent = true
		h.add(z, "a NULL in column %s is read as the zero value, and nothing fails", after.Name)
	case queries.PGX, queries.SQL, queries.SQLX, queries.Scany:
		h.add(z, "reading a row with a NULL in column %s into %s fails", after.Name, target.Type)
	}
}

// typeRead judges a column whose type changed.
func (h *hazards) typeRead(target queries.Value, old, now output) {
	z := Hazard{
		Class: TypeRead, Object: now.name, Relation: h.nowRelation(now),
		Cause: fmt.Sprintf("column %s is of type %s instead of %s", now.name, now.typ, old.typ),
	}
	switch {
	case refusesToRead(target.Type, old.typ):
	case refusesToRead(target.Type, now.typ):
		z.Certain = true
		h.add(z, "reading column %s into %s fails, which takes no %s", now.name, target.Type, now.typ)
	case integerBits[target.Type] > 0 && widths[old.typ.Name.Name] <= integerBits[target.Type] && widths[now.typ.Name.Name] > integerBits[target.Type]:
		h.add(z, "reading column %s into %s fails where its value is out of range", now.name, target.Type)
	}
}

// integerBits are the bits of Go's types of integers that hold fewer than
// bigint.
var integerBits = map[string]int{"int8": 8, "int16": 16, "int32": 32, "uint8": 8, "uint16": 16, "uint32": 32}

// widths are the bits of PostgreSQL's.
var widths = map[string]int{"int2": 16, "int4": 32, "int8": 64, "numeric": 128}

// parameters finds parameters that stand for a column whose type changed.
func (h *hazards) parameters() {
	args := h.client.Args.All()
	if h.client.Library != queries.PGX || len(args) == 0 || h.client.Sending != queries.CachedStatement && h.client.Sending != queries.CachedDescription && h.client.Sending != queries.Prepared {
		return
	}
	for i, w := range h.now.writes {
		if i >= len(h.old.writes) || h.old.writes[i].relation != w.relation {
			return
		}
		for _, num := range w.columns {
			x := w.values[num]
			u := use{w.relation, num}
			from, to := attribute(h.before, u), attribute(h.after, u)
			if x == nil || from == nil || to == nil || h.sameType(from.Type, to.Type) {
				continue
			}
			var n int
			if _, err := fmt.Sscanf(x.Text, "$%d", &n); err != nil || fmt.Sprintf("$%d", n) != strings.TrimSpace(x.Text) || n < 1 || n > len(args) {
				continue
			}
			of := args[n-1].Type
			if of == "" || refusesToSend(of, from.Type) || !refusesToSend(of, to.Type) {
				continue
			}
			h.add(Hazard{
				Class: ParamType, Certain: true, Object: to.Name, Relation: h.relationName(w.relation),
				Cause: fmt.Sprintf("column %s of %s is of type %s instead of %s", to.Name, h.relationName(w.relation), to.Type, from.Type),
			}, "parameter $%d cannot be sent: a value of %s cannot be encoded as %s", n, of, to.Type)
		}
	}
}

// clientTypes says how pgx and PostgreSQL treat pairs of types: the test that
// asks servers writes it.
//
//go:embed client_types.txt
var clientTypes string

// pairs are the lines of clientTypes by their first words.
var pairs = sync.OnceValue(func() map[string][]string {
	all := map[string][]string{}
	for line := range strings.Lines(clientTypes) {
		words := strings.Fields(line)
		switch {
		case len(words) > 3 && words[0] == "copy":
			all[strings.Join(words[:3], " ")] = words[3:]
		case len(words) > 2:
			all[strings.Join(words[:2], " ")] = words[2:]
		}
	}
	return all
})

// refusesToRead reports whether a type of Go surely takes no value of a type.
func refusesToRead(of string, t catalog.Type) bool {
	return plain(t) && slices.Contains(pairs()["read "+t.Name.Name], of)
}

// refusesToSend reports whether a type of Go surely cannot be sent as a type.
func refusesToSend(of string, t catalog.Type) bool {
	return plain(t) && slices.Contains(pairs()["send "+t.Name.Name], of)
}

// plain reports whether a type is one of pg_catalog and no array.
func plain(t catalog.Type) bool {
	return t.Def == 0 && !t.Assumed && t.Dims == 0 && t.Name.Schema == "pg_catalog"
}
