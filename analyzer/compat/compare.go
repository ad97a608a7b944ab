package compat

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/source"
)

// A Kind is what becomes of a statement when the schema changes.
type Kind string

// The kinds of verdicts.
const (
	// OK: it works as before, in a session that did not prepare it.
	OK Kind = "ok"
	// Breaks: every execution fails that did not fail before.
	Breaks Kind = "breaks"
	// MayBreak: rows, parameters or the role decide.
	MayBreak Kind = "may-break"
	// BrokenBefore: it certainly fails on the old schema.
	BrokenBefore Kind = "broken-before"
	// Unknown: the change touches what is not known of it.
	Unknown Kind = "unknown"
)

// A Verdict is what Compare finds.
type Verdict struct {
	Kind Kind
	// Errors are those that the new schema brings, certain ones first; of a
	// statement that was broken before, the old ones.
	Errors []Error
	// Prepared is set where a session that prepared the statement on the old
	// schema meets 0A000 on the new one, whatever the Kind.
	Prepared *Error
	Unknown  []Reason
}

// Compare judges a statement of the application that was written for the schema
// before, on the schema after. Both are of one history, so that objects can be
// followed through renames.
func Compare(st *ddl.Statement, before, after *catalog.Catalog) Verdict {
	return newComparison(st, before, after).judge(st)
}

// Backward judges a statement that was written for the schema after, on the
// schema before: that of new code that comes first, or that stays when the
// schema is rolled back.
func Backward(st *ddl.Statement, after, before *catalog.Catalog) Verdict {
	c := newComparison(st, after, before)
	c.back = true
	return c.judge(st)
}

func (c *comparison) judge(st *ddl.Statement) Verdict {
	if errors := certain(c.old.Errors); len(errors) > 0 {
		return Verdict{Kind: BrokenBefore, Errors: errors}
	}
	c.fresh()
	c.vanished()
	c.uncovered()
	c.widths(st)
	c.labels(st, nil)
	c.types()
	c.risks()
	c.bodies()
	return c.verdict()
}

// A comparison is one statement on two schemas.
type comparison struct {
	before, after *catalog.Catalog
	// back is set where before is the newer of the two.
	back     bool
	old, now *analysis
	errors   []Error
	unknown  []Reason
}

// newComparison analyses a statement on both schemas.
func newComparison(st *ddl.Statement, before, after *catalog.Catalog) *comparison {
	before, after = before.NewSession(), after.NewSession()
	old := analyse(st, before)
	c := &comparison{before: before, after: after, old: old, now: analyseAgain(st, after, old.inner)}
	if c.retyped() {
		c.retype(st)
	}
	return c
}

func certain(errors []Error) []Error {
	var list []Error
	for _, e := range errors {
		if e.Certain {
			list = append(list, e)
		}
	}
	return list
}

func (c *comparison) verdict() Verdict {
	slices.SortStableFunc(c.errors, func(a, b Error) int {
		return cmp.Or(cmp.Compare(stage(a.SQLState), stage(b.SQLState)), cmp.Compare(a.At.Start, b.At.Start), cmp.Compare(a.SQLState, b.SQLState), cmp.Compare(a.Object, b.Object))
	})
	slices.SortFunc(c.unknown, func(a, b Reason) int {
		return cmp.Or(cmp.Compare(a.At.Start, b.At.Start), cmp.Compare(a.Text, b.Text))
	})
	c.unknown = slices.Compact(c.unknown)
	v := Verdict{Kind: OK, Unknown: c.unknown}
	v.Errors = certain(c.errors)
	if len(v.Errors) == 0 {
		v.Prepared = c.prepared()
	}
	for _, e := range c.errors {
		same := func(f Error) bool {
			return e.SQLState == f.SQLState && e.Relation == f.Relation && e.Object == f.Object
		}
		if !e.Certain && !slices.ContainsFunc(v.Errors, same) {
			v.Errors = append(v.Errors, e)
		}
	}
	switch {
	case len(v.Errors) > 0 && v.Errors[0].Certain:
		v.Kind = Breaks
	case len(v.Errors) > 0:
		v.Kind = MayBreak
	case len(c.unknown) > 0:
		v.Kind = Unknown
	}
	return v
}

// fresh takes the errors and the unknowns that only the new schema has.
func (c *comparison) fresh() {
	for _, e := range c.now.Errors {
		known := func(f Error) bool {
			return f.At == e.At && f.SQLState == e.SQLState && f.Object == e.Object && (f.Certain || !e.Certain)
		}
		if slices.ContainsFunc(c.old.Errors, known) {
			continue
		}
		e.Cause = c.cause(e)
		c.errors = append(c.errors, e)
	}
	for _, r := range c.now.Unknown {
		if !slices.Contains(c.old.Unknown, r) {
			c.unknown = append(c.unknown, r)
		}
	}
}

// vanished finds the routines and types that a name meant and means no longer:
// by itself the new schema only shows that the history does not make them.
func (c *comparison) vanished() {
	for at, old := range c.old.bound {
		now, found := c.now.bound[at]
		refused := slices.ContainsFunc(c.now.Errors, func(e Error) bool { return e.At == at })
		switch {
		case old.routine != 0 && !found && !refused:
			c.lost(at, Error{SQLState: undefinedFunction, Object: old.name, Message: fmt.Sprintf("function %s does not exist", old.name)}, old)
		case old.routine != 0 && found && c.now.types != nil && !c.otherSet(old.routine, now.routine):
		case old.routine != 0 && found && now.routine != old.routine && !c.sameInputs(old.routine, now.routine):
			c.unknown = append(c.unknown, Reason{At: at, Text: fmt.Sprintf("function %s is now %s", old.name, now.name)})
		case old.routine != 0 && found && c.otherResult(old.routine, now.routine):
			c.unknown = append(c.unknown, Reason{At: at, Text: fmt.Sprintf("function %s returns another type", old.name)})
		case old.typ != 0 && !found && !refused:
			c.lost(at, Error{SQLState: undefinedObject, Object: old.name, Message: fmt.Sprintf("type %s does not exist", old.name)}, old)
		}
	}
}

// lost reports an object that is gone, unless the new schema has several under
// its name, or an extension that the old one did not have.
func (c *comparison) lost(at source.Span, e Error, old binding) {
	e.At, e.Certain = at, true
	if f := c.before.FunctionByOID(old.routine); f != nil && c.after.Schema(f.Schema) == nil && c.routineName(old.routine).Schema != "" {
		e.SQLState = undefinedSchema
	}
	drop := func(r Reason) bool { return r.At == at }
	switch {
	case old.routine != 0 && len(c.after.Functions(c.routineName(old.routine))) > 0:
		return // the new schema's own answer stands
	case c.newExtension():
		c.unknown = append(c.unknown, Reason{At: at, Text: e.Object + " may be a new extension's"})
		return
	}
	e.Cause = c.became(old)
	c.unknown = slices.DeleteFunc(c.unknown, drop)
	c.errors = append(c.errors, e)
}

func (c *comparison) routineName(oid catalog.OID) ddl.Name {
	f := c.before.FunctionByOID(oid)
	if f == nil {
		return ddl.Name{}
	}
	n := f.QualifiedName()
	if slices.Contains(c.before.SearchPath(), n.Schema) {
		n.Schema = ""
	}
	return n
}

// newExtension reports whether the change may have brought an extension.
func (c *comparison) newExtension() bool {
	for _, x := range c.after.Extensions() {
		if c.before.Extension(x.Name) == nil {
			return true
		}
	}
	return false
}

func (c *comparison) otherResult(a, b catalog.OID) bool {
	f, g := c.before.FunctionByOID(a), c.after.FunctionByOID(b)
	return f != nil && g != nil && (!c.sameType(f.Returns, g.Returns) || f.ReturnsSet != g.ReturnsSet)
}

// otherSet reports whether only one of two routines returns rows.
func (c *comparison) otherSet(a, b catalog.OID) bool {
	f, g := c.before.FunctionByOID(a), c.after.FunctionByOID(b)
	return f != nil && g != nil && f.ReturnsSet != g.ReturnsSet
}

func (c *comparison) sameInputs(a, b catalog.OID) bool {
	f, g := c.before.FunctionByOID(a), c.after.FunctionByOID(b)
	if f == nil || g == nil {
		return false
	}
	return slices.EqualFunc(f.Inputs(), g.Inputs(), func(t, u catalog.Type) bool { return t.Name == u.Name && t.Dims == u.Dims && t.Def == u.Def })
}

// uncovered finds columns that were bound, and that now only an item may have
// whose columns are not known. Where that item was there before, it has no such
// column: the name would have been ambiguous.
func (c *comparison) uncovered() {
	for at, o := range c.now.open {
		old, ok := c.old.bound[at]
		if !ok || old.column == 0 || o.mixed || o.level != old.level || len(o.items) == 0 {
			continue
		}
		if slices.ContainsFunc(o.items, func(i source.Span) bool { return !c.old.opened[i] }) {
			continue
		}
		c.unknown = slices.DeleteFunc(c.unknown, func(r Reason) bool { return r.At == at })
		c.errors = append(c.errors, Error{
			SQLState: undefinedColumn, At: at, Relation: c.relationName(old.relation), Object: o.name, Certain: true,
			Message: fmt.Sprintf("column %q does not exist", o.name), Cause: c.became(old),
		})
	}
}

func (c *comparison) relationName(oid catalog.OID) string {
	if r := c.before.RelationByOID(oid); r != nil {
		return r.String()
	}
	return ""
}

// types finds columns whose type changed, and that are used in a way that
// depends on it.
func (c *comparison) types() {
	for u, how := range c.old.uses {
		from, to := attribute(c.before, u), attribute(c.after, u)
		if from == nil || to == nil || from.Assumed || to.Assumed || !c.now.matters(u) {
			continue
		}
		if c.otherFields(from.Type, to.Type) {
			c.unknown = append(c.unknown, Reason{Text: fmt.Sprintf("the type of column %s of %s has other columns", from.Name, c.relationName(u.relation))})
			continue
		}
		if c.sameType(from.Type, to.Type) {
			continue
		}
		if c.now.types != nil || c.alike(from.Type, to.Type, how) {
			continue
		}
		c.unknown = append(c.unknown, Reason{Text: fmt.Sprintf(
			"the type of column %s of %s changes from %s to %s, and whether what the statement does with it takes the new one is not analysed",
			from.Name, c.relationName(u.relation), from.Type, to.Type)})
	}
	for at, old := range c.old.bound {
		if now, ok := c.now.bound[at]; ok && old.typ != 0 && c.otherFields(catalog.Type{Def: old.typ}, catalog.Type{Def: now.typ}) {
			c.unknown = append(c.unknown, Reason{At: at, Text: fmt.Sprintf("type %s has other columns", old.name)})
		}
	}
	c.doubts()
	c.captured()
	c.rebound()
}

// captured finds names that mean a column now that they did not mean before:
// of an inner query instead of an outer one, or a column instead of an alias.
func (c *comparison) captured() {
	for at, now := range c.now.bound {
		old, ok := c.old.bound[at]
		_, open := c.old.open[at]
		switch {
		case now.column == 0 || open:
			continue
		case ok && old.level == now.level:
			r := c.after.RelationByOID(old.relation)
			if r == nil || old.relation == now.relation || r.String() != c.relationName(old.relation) || r.Attribute(now.name) == nil {
				continue
			}
		}
		c.unknown = append(c.unknown, Reason{At: at, Text: fmt.Sprintf("%s means column %s of another relation now", now.name, now.name)})
	}
}

// rebound finds names whose column is another one now, of another type: that of
// a view in the place of a table.
func (c *comparison) rebound() {
	for at, old := range c.old.bound {
		now, ok := c.now.bound[at]
		if !ok || old.column == 0 || now.column == 0 || old.relation == now.relation && old.column == now.column {
			continue
		}
		from, to := attribute(c.before, use{old.relation, old.column}), attribute(c.after, use{now.relation, now.column})
		if from != nil && to != nil && !from.Type.IsZero() && (c.now.types != nil && !to.Type.IsZero() || from.Type.Equal(to.Type) || c.alike(from.Type, to.Type, c.old.uses[use{old.relation, old.column}])) {
			continue
		}
		c.unknown = append(c.unknown, Reason{At: at, Text: fmt.Sprintf("%s is another column now", old.name)})
	}
}

// otherFields reports whether the columns of a composite type changed.
func (c *comparison) otherFields(from, to catalog.Type) bool {
	a, b := c.before.RowType(from), c.after.RowType(to)
	if a == nil || b == nil {
		return a != b
	}
	return !slices.EqualFunc(a.Attributes, b.Attributes, func(x, y *catalog.Attribute) bool { return x.Name == y.Name && c.sameType(x.Type, y.Type) })
}

// matters reports whether the statement still uses the column.
func (a *analysis) matters(u use) bool {
	_, ok := a.uses[u]
	return ok
}

func attribute(c *catalog.Catalog, u use) *catalog.Attribute {
	r := c.RelationByOID(u.relation)
	if r == nil {
		return nil
	}
	return r.AttributeByNum(u.column)
}

// sameType also says so of a type that was renamed.
func (c *comparison) sameType(a, b catalog.Type) bool {
	return a.Equal(b) || a.Def != 0 && a.Def == b.Def && a.Dims == b.Dims && slices.Equal(a.Mods, b.Mods)
}

// alike reports whether what a statement does with a column of one type it can
// do with the other.
func (c *comparison) alike(from, to catalog.Type, how usage) bool {
	switch {
	case c.old.recursive || from.IsZero() || to.IsZero():
		return false
	case how == returned:
		return true
	case from.Def != 0 || to.Def != 0 || from.Assumed || to.Assumed || from.Dims+to.Dims > 0:
		return false
	case from.Name == to.Name:
		return true // modifiers do not decide operators
	}
	text := func(t catalog.Type) bool {
		return t.Name.Schema == "pg_catalog" && (t.Name.Name == "text" || t.Name.Name == "varchar")
	}
	if text(from) && text(to) {
		return !slices.ContainsFunc(c.routines(), func(f *catalog.Function) bool { return f != nil })
	}
	return how == compared && from.IsNumber() && to.IsNumber()
}

// routines are those of the history that the statement calls.
func (c *comparison) routines() []*catalog.Function {
	var list []*catalog.Function
	for _, b := range c.old.bound {
		if b.routine != 0 {
			list = append(list, c.before.FunctionByOID(b.routine))
		}
	}
	return list
}

// prepared reports how the rows that a prepared statement returns change.
func (c *comparison) prepared() *Error {
	e := &Error{SQLState: featureNotSupported, Message: "cached plan must not change result type", Certain: true}
	if c.old.Open || c.now.Open {
		return nil
	}
	if len(c.old.Columns) != len(c.now.Columns) {
		e.Cause = fmt.Sprintf("it returns %d columns instead of %d", len(c.now.Columns), len(c.old.Columns))
		return e
	}
	for i, old := range c.old.Columns {
		now := c.now.Columns[i]
		switch {
		case old.Name != now.Name:
			e.Object, e.Cause = old.Name, fmt.Sprintf("its column %d is %s instead of %s", i+1, now.Name, old.Name)
			return e
		case old.Type.IsZero() || now.Type.IsZero():
		case !c.sameType(old.Type, now.Type):
			e.Object, e.Cause = old.Name, fmt.Sprintf("column %s is of type %s instead of %s", old.Name, now.Type, old.Type)
			return e
		}
	}
	for i, old := range c.old.outputs {
		if !old.typ.IsZero() && !c.now.outputs[i].typ.IsZero() || c.sameOutput(old, c.now.outputs[i]) {
			continue
		}
		// Its type is not known: it may follow those that it is computed of.
		for _, u := range old.from {
			from, to := attribute(c.before, u), attribute(c.after, u)
			if from != nil && to != nil && !c.sameType(from.Type, to.Type) || (from == nil) != (to == nil) {
				e.Object, e.Certain = old.name, false
				e.Cause = fmt.Sprintf("column %s is computed of what changes its type", old.name)
				return e
			}
		}
		if c.replacedRoutine() {
			e.Object, e.Certain = old.name, false
			e.Cause = fmt.Sprintf("column %s may be computed by a function that changed", old.name)
			return e
		}
	}
	return nil
}

func (c *comparison) replacedRoutine() bool {
	for at, old := range c.old.bound {
		if now := c.now.bound[at]; old.routine != 0 && now.routine != old.routine {
			return true
		}
	}
	return false
}
