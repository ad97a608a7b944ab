package compat

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/query"
	"github.com/migracheck/migracheck/parser/source"
)

// A write is what a statement writes.
type write struct {
	// relation is the one that the statement names, base the table below it,
	// where that is a view.
	relation, base catalog.OID
	// command is "insert", "update" or "delete".
	command string
	// columns are those of the relation that are given values, values what
	// they are given where that is one expression.
	columns []int
	listed  bool
	values  map[int]*ddl.Expr
	// ignoring: ON CONFLICT DO NOTHING, whatever the conflict.
	ignoring bool
	at       source.Span
}

func (k *checker) noteWrite(w write) { k.writes = append(k.writes, w) }

// target finds the relation that a statement writes to, and the base table
// where that is a view. r is nil where there is nothing to check against.
func (k *checker) writeTarget(ref ddl.Ref, command string) (r, base *catalog.Relation) {
	r = k.relation(ref)
	if r == nil {
		return nil, nil
	}
	e := Error{SQLState: wrongObjectType, At: ref.At, Relation: r.String()}
	switch r.Kind {
	case catalog.Sequence, catalog.MaterializedView:
		if !r.Assumed {
			k.refuse(e, "cannot change %s %q", r.Kind, r.Name)
			return nil, nil
		}
	case catalog.Index, catalog.PartitionedIndex, catalog.CompositeType:
		k.refuse(e, "cannot open relation %q", r.Name)
		return nil, nil
	case catalog.View:
		return r, k.updatable(r, ref, command)
	}
	if slices.ContainsFunc(r.Rules, func(rule *catalog.Rule) bool { return strings.EqualFold(rule.Event, command) }) {
		k.unknown(ref.At, "what the rules of %s make of it is not analysed", r)
		return r, nil
	}
	return r, r
}

// scopeOf is the scope of a data statement: its target, then what it reads.
func (k *checker) scopeOf(ref ddl.Ref, alias string, r *catalog.Relation, ctes *cteList) *scope {
	s := &scope{ctes: ctes}
	s.add(k.targetItem(ref, alias, r))
	return s
}

func (k *checker) targetItem(ref ddl.Ref, alias string, r *catalog.Relation) *item {
	i := &item{name: ref.Name.Name, schema: ref.Schema, open: true, at: ref.At}
	if r != nil {
		i = &item{name: r.Name, schema: r.Schema, open: r.Assumed, relation: r, columns: relationColumns(r), at: ref.At}
	}
	if alias != "" {
		i.name, i.schema = alias, ""
	}
	if i.open {
		k.opened[i.at] = true
	}
	return i
}

// oldAndNew makes the rows before and after visible to RETURNING (PostgreSQL
// 18).
func (k *checker) oldAndNew(s *scope, ref ddl.Ref, r *catalog.Relation, names ddl.RowAliases) *scope {
	t := *s
	row := k.targetItem(ref, cmp.Or(names.OldAlias, "old"), r)
	next := *row
	next.name = cmp.Or(names.NewAlias, "new")
	t.qualified = append(slices.Clip(t.qualified), row, &next)
	return &t
}

// written resolves a column that a statement writes. It is nil where it is
// refused or not known.
func (k *checker) written(r *catalog.Relation, c ddl.Ident) *catalog.Attribute {
	if hole(c.Name) {
		k.runtime(c.At)
		return nil
	}
	if a := r.Attribute(c.Name); a != nil {
		k.bound[c.At] = binding{relation: r.OID, column: a.Num, name: c.Name}
		return a
	}
	e := Error{SQLState: undefinedColumn, At: c.At, Relation: r.String(), Object: c.Name}
	switch {
	case isSystemColumn(c.Name):
		e.SQLState = featureNotSupported
		k.refuse(e, "cannot assign to system column %q", c.Name)
	case r.Assumed && !slices.Contains(r.DroppedColumns, c.Name):
		k.open[c.At] = opening{name: c.Name, items: []source.Span{c.At}}
		k.unknown(c.At, "whether %s has a column %s is not known", r, c.Name)
	default:
		k.refuse(e, "column %q of relation %q does not exist", c.Name, r.Name)
	}
	return nil
}

func columnsOf(r *catalog.Relation, columns []ddl.Ident) []int {
	var nums []int
	for _, c := range columns {
		if a := r.Attribute(c.Name); a != nil {
			nums = append(nums, a.Num)
		}
	}
	return nums
}

// subscripted reports whether a target is an element or a field (a[1], a.x), of
// which there may be several.
func subscripted(c ddl.Ident) bool {
	if c.At.IsZero() {
		return true
	}
	rest := strings.TrimLeft(c.At.File.Text[c.At.End:], " \t\r\n")
	return strings.HasPrefix(rest, "[") || strings.HasPrefix(rest, ".")
}

func isDefault(x *ddl.Expr) bool {
	return x != nil && strings.EqualFold(strings.TrimSpace(x.Text), "default")
}

// always reports whether only DEFAULT may be written to a column.
func always(a *catalog.Attribute) bool { return a.Generated != nil || a.Identity == "always" }

func (k *checker) update(op *ddl.Update, targets []*query.Target, ctes *cteList) ([]output, bool) {
	if op.From != nil {
		ctes = k.with(op.From.With, nil, ctes)
	}
	r, base := k.writeTarget(op.Table, "update")
	s := k.scopeOf(op.Table, op.Alias, r, ctes)
	k.sources(op.From, s)
	if r != nil {
		k.assignments(r, base, op.Columns, op.Values, op.At, "update")
	}
	for _, x := range op.Values {
		k.expr(x, s, compared)
		for _, u := range k.usesOf(x, s) {
			k.note(u, computed)
		}
	}
	k.assignTypes(r, op.Columns, op.Values)
	k.expr(op.Where, s, compared)
	k.condition(op.Where)
	return k.targets(targets, k.oldAndNew(s, op.Table, r, op.RowAliases), returned)
}

// sources resolves what an UPDATE, DELETE or MERGE reads besides its target.
func (k *checker) sources(q *ddl.Query, s *scope) {
	if q == nil {
		return
	}
	conditions := k.from(q, s)
	for _, x := range q.Exprs {
		on := s
		if c := conditions[x]; c != nil {
			on = c
		}
		k.expr(x, on, compared)
		if conditions[x] != nil {
			k.condition(x)
		}
	}
}

// assignments checks the columns of SET and what they are given.
func (k *checker) assignments(r, base *catalog.Relation, columns []ddl.Ident, values []*ddl.Expr, at source.Span, command string) {
	w := write{relation: r.OID, command: command, columns: columnsOf(r, columns), listed: true, values: map[int]*ddl.Expr{}, at: at}
	for n, c := range columns {
		a := k.written(r, c)
		if slices.ContainsFunc(columns[:n], func(d ddl.Ident) bool { return d.Name == c.Name }) && !subscripted(c) && !hole(c.Name) {
			k.refuse(Error{SQLState: syntaxError, At: c.At, Relation: r.String(), Object: c.Name}, "multiple assignments to same column %q", c.Name)
		}
		if a == nil || subscripted(c) {
			continue
		}
		if k.computed(r, base, a) {
			k.refuse(Error{SQLState: featureNotSupported, At: c.At, Relation: r.String(), Object: c.Name}, "cannot update column %q of view %q", c.Name, r.Name)
			continue
		}
		b := k.baseColumn(r, base, a)
		if len(values) != len(columns) {
			if b != nil && always(b) {
				k.unknown(c.At, "which value column %s is given is not known", c.Name)
			}
			continue
		}
		w.values[a.Num] = values[n]
		k.value(r, a, values[n])
		if b != nil && isDefault(values[n]) && k.notNull(b) && !b.HasDefault() {
			k.Errors = append(k.Errors, Error{
				SQLState: notNullViolation, At: c.At, Relation: r.String(), Object: c.Name,
				Message: fmt.Sprintf("null value in column %q of relation %q violates not-null constraint", c.Name, r.Name),
			})
		}
		if b != nil && always(b) && !isDefault(values[n]) {
			k.refuse(Error{SQLState: generatedAlways, At: c.At, Relation: r.String(), Object: c.Name}, "column %q can only be updated to DEFAULT", c.Name)
		}
	}
	if base != nil {
		w.base = base.OID
	}
	k.noteWrite(w)
}

// baseColumn returns the column of the base table that a column of a relation
// is; nil where it is not known.
func (k *checker) baseColumn(r, base *catalog.Relation, a *catalog.Attribute) *catalog.Attribute {
	switch {
	case base == nil:
		return nil
	case r.Kind != catalog.View:
		return a
	}
	for _, u := range k.viewUses(r, a) {
		if u.relation == base.OID {
			return base.AttributeByNum(u.column)
		}
	}
	return nil
}

// value checks a constant that is written to a column.
func (k *checker) value(r *catalog.Relation, a *catalog.Attribute, x *ddl.Expr) {
	if x == nil || !x.Constant || x.Null || len(x.Casts) > 0 || holeIn(x) {
		return
	}
	e := Error{At: x.At, Relation: r.String(), Object: a.Name}
	text := strings.TrimSpace(x.Text)
	quoted := strings.HasPrefix(text, "'")
	switch {
	case quoted:
		k.label(a.Type, x.Literal, x.At)
		if limit := characters(a.Type); limit > 0 && len([]rune(strings.TrimRight(x.Literal, " "))) > limit {
			e.SQLState = stringTooLong
			k.refuse(e, "value too long for type %s", a.Type)
		}
		if isInteger(a.Type) && !readsAsInteger(x.Literal) {
			e.SQLState = invalidText
			k.refuse(e, "invalid input syntax for type %s: %q", a.Type, x.Literal)
		}
	case outOfRange(a.Type, text):
		e.SQLState = numberOutOfRange
		k.refuse(e, "%s out of range", a.Type)
	}
}

// characters is the limit of a type of strings; 0 where there is none.
func characters(t catalog.Type) int {
	if !t.IsText() || t.Dims > 0 || len(t.Mods) == 0 {
		return 0
	}
	return t.Length()
}

func isInteger(t catalog.Type) bool {
	return t.Def == 0 && !t.Assumed && t.Dims == 0 && slices.Contains([]string{"int2", "int4", "int8"}, t.Name.Name)
}

// readsAsInteger reports whether a string may be an integer; newer servers read
// more than digits.
func readsAsInteger(s string) bool {
	s = strings.TrimLeft(strings.TrimSpace(s), "+-")
	return s != "" && s[0] >= '0' && s[0] <= '9' && strings.Trim(s, "0123456789_xXoObBaAcCdDeEfF") == ""
}

// outOfRange reports whether an integer is none of an integer type.
func outOfRange(t catalog.Type, text string) bool {
	if t.Def != 0 || t.Assumed || t.Dims > 0 {
		return false
	}
	digits := strings.TrimLeft(strings.TrimPrefix(text, "-"), "0")
	if digits == "" || strings.Trim(digits, "0123456789") != "" {
		return false
	}
	limit := map[string]string{"int2": "32768", "int4": "2147483648", "int8": "9223372036854775808"}[t.Name.Name]
	if limit == "" {
		return false
	}
	return len(digits) > len(limit) || len(digits) == len(limit) && (digits > limit || digits == limit && !strings.HasPrefix(text, "-"))
}

func (k *checker) delete(op *ddl.Delete, targets []*query.Target, ctes *cteList) ([]output, bool) {
	if op.Using != nil {
		ctes = k.with(op.Using.With, nil, ctes)
	}
	r, base := k.writeTarget(op.Table, "delete")
	s := k.scopeOf(op.Table, op.Alias, r, ctes)
	k.sources(op.Using, s)
	if base != nil {
		k.noteWrite(write{relation: r.OID, base: base.OID, command: "delete", at: op.At})
	}
	k.expr(op.Where, s, compared)
	k.condition(op.Where)
	return k.targets(targets, k.oldAndNew(s, op.Table, r, op.RowAliases), returned)
}

func (k *checker) merge(op *ddl.Merge, targets []*query.Target, ctes *cteList) ([]output, bool) {
	if op.Using != nil {
		ctes = k.with(op.Using.With, nil, ctes)
	}
	var r, base *catalog.Relation
	if v := k.c.Relation(op.Table.Name); v != nil && v.Kind == catalog.View {
		k.unknown(op.Table.At, "MERGE into a view is not analysed") // 0A000 up to 16
	} else {
		r, base = k.writeTarget(op.Table, "merge")
	}
	s := k.scopeOf(op.Table, op.Alias, r, ctes)
	k.sources(op.Using, s)
	k.expr(op.On, s, compared)
	k.condition(op.On)
	for _, action := range op.Actions {
		k.mergeAction(r, base, action, op.At)
	}
	for _, x := range op.Exprs {
		k.expr(x, s, compared)
	}
	for _, action := range op.Actions {
		k.assignAction(r, action)
	}
	// MERGE returns the columns of its source as well, in another order.
	outputs, _ := k.targets(targets, k.oldAndNew(s, op.Table, r, op.RowAliases), returned)
	return outputs, len(outputs) > 0 && k.Star
}

func (k *checker) mergeAction(r, base *catalog.Relation, a ddl.MergeAction, at source.Span) {
	switch {
	case r == nil:
	case a.Command == "update":
		k.assignments(r, base, a.Columns, a.Values, at, "update")
	case a.Command == "delete":
		k.noteWrite(write{relation: r.OID, base: r.OID, command: "delete", at: at})
	case a.Command == "insert":
		columns := k.insertColumns(r, a.Columns)
		k.arity(r, len(a.Values), len(columns), len(a.Columns) > 0, at)
		w := write{relation: r.OID, base: r.OID, command: "insert", listed: len(a.Columns) > 0, values: map[int]*ddl.Expr{}, at: at}
		k.insertValues(r, base, columns, a.Values, a.Overriding, &w)
		k.noteWrite(w)
		k.required(r, w.columns, at, false, false)
	}
}
