package compat

import (
	"slices"
	"strings"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/query"
	"github.com/migracheck/migracheck/parser/source"
)

func (k *checker) insert(op *ddl.Insert, targets []*query.Target, ctes *cteList) ([]output, bool) {
	var from *ddl.Query
	if op.Query != nil {
		ctes = k.with(op.Query.With, nil, ctes)
		q := *op.Query
		q.With = nil
		from = &q
		if len(q.From)+len(q.Targets)+len(q.Exprs)+q.Values == 0 && q.SetOp == "" {
			from = nil // WITH … INSERT … DEFAULT VALUES
		}
	}
	r, base := k.writeTarget(op.Table, "insert")
	var outputs []output
	var open bool
	if from != nil {
		k.inserted = from
		outputs, open = k.query(from, nil, ctes, computed)
	}
	if r != nil {
		k.insertRows(r, base, op, from, outputs, open)
		k.conflict(r, base, op)
	}
	s := k.scopeOf(op.Table, op.Alias, r, ctes)
	k.conflictExprs(op, r, s)
	return k.targets(targets, k.oldAndNew(s, op.Table, r, op.RowAliases), returned)
}

// insertRows checks the columns of an INSERT and what they are given.
func (k *checker) insertRows(r, base *catalog.Relation, op *ddl.Insert, from *ddl.Query, outputs []output, open bool) {
	width := len(outputs)
	columns := k.insertColumns(r, op.Columns)
	if from != nil && from.Values > 0 && slices.ContainsFunc(from.Exprs, func(x *ddl.Expr) bool { return x.Bare && holeIn(x) }) || anyHole(op.Columns) {
		open, from = true, &ddl.Query{} // how many columns there are is known only at run time
	}
	if from != nil && !open && !r.Assumed {
		k.arity(r, width, len(columns), len(op.Columns) > 0, op.At)
	}
	w := write{relation: r.OID, command: "insert", listed: len(op.Columns) > 0, values: map[int]*ddl.Expr{}, at: op.At}
	w.ignoring = op.OnConflict == "nothing" && len(op.ConflictColumns)+len(op.ConflictKeys) == 0 && op.ConflictConstraint == ""
	if base != nil {
		w.base = base.OID
	}
	if from == nil {
		columns = nil
	} else if len(columns) > width && !open {
		columns = columns[:width]
	}
	switch {
	case from == nil:
	case from.Values > 0 && len(from.Exprs) >= from.Values:
		rows := len(from.Exprs) / from.Values
		for row := range rows {
			k.insertValues(r, base, columns, from.Exprs[row*from.Values:(row+1)*from.Values], op.Overriding, &w)
		}
		if rows > 1 {
			w.values = map[int]*ddl.Expr{}
		}
	case !open:
		k.insertValues(r, base, columns, make([]*ddl.Expr, len(columns)), op.Overriding, &w)
	default:
		k.unknown(op.At, "how many columns the query yields is not known")
	}
	k.assignRows(columns, from, outputs, open, op.At)
	k.noteWrite(w)
	if from == nil || !open {
		certain := from == nil || from.Values > 0 || len(from.From) == 0 && from.SetOp == "" && len(from.Exprs) == 0
		k.requiredIn(r, base, w.columns, op.At, certain)
	}
}

// insertColumns resolves the columns that an INSERT lists, or all of them. An
// entry is nil where the column is refused or not known.
func (k *checker) insertColumns(r *catalog.Relation, listed []ddl.Ident) []*catalog.Attribute {
	if len(listed) == 0 {
		return r.Attributes
	}
	var columns []*catalog.Attribute
	for n, c := range listed {
		if slices.ContainsFunc(listed[:n], func(d ddl.Ident) bool { return d.Name == c.Name }) && !subscripted(c) && !hole(c.Name) {
			k.refuse(Error{SQLState: duplicateColumn, At: c.At, Relation: r.String(), Object: c.Name}, "column %q specified more than once", c.Name)
		}
		columns = append(columns, k.written(r, c))
	}
	return columns
}

func (k *checker) arity(r *catalog.Relation, values, columns int, listed bool, at source.Span) {
	e := Error{SQLState: syntaxError, At: at, Relation: r.String()}
	switch {
	case r.Assumed && !listed:
	case values > columns:
		k.refuse(e, "INSERT has more expressions than target columns")
	case values < columns && listed:
		k.refuse(e, "INSERT has more target columns than expressions")
	}
}

// insertValues checks one row; a value is nil where it is a column of a query.
func (k *checker) insertValues(r, base *catalog.Relation, columns []*catalog.Attribute, values []*ddl.Expr, overriding string, w *write) {
	for n, a := range columns {
		if a == nil || n >= len(values) {
			continue
		}
		x := values[n]
		if k.computed(r, base, a) {
			k.refuse(Error{SQLState: featureNotSupported, At: w.at, Relation: r.String(), Object: a.Name}, "cannot insert into column %q of view %q", a.Name, r.Name)
			continue
		}
		b := k.baseColumn(r, base, a)
		if isDefault(x) {
			continue
		}
		if !slices.Contains(w.columns, a.Num) {
			w.columns = append(w.columns, a.Num)
		}
		w.values[a.Num] = x
		k.value(r, a, x)
		k.nullValue(r, base, b, x)
		if b == nil || !always(b) || b.Generated == nil && overriding != "" {
			continue
		}
		at := w.at
		if x != nil {
			at = x.At
		}
		k.refuse(Error{SQLState: generatedAlways, At: at, Relation: r.String(), Object: a.Name}, "cannot insert a non-DEFAULT value into column %q", a.Name)
	}
}

// nullValue refuses NULL for a column that is NOT NULL.
func (k *checker) nullValue(r, base *catalog.Relation, a *catalog.Attribute, x *ddl.Expr) {
	if a == nil || x == nil || !x.Null || !k.notNull(a) {
		return
	}
	e := Error{SQLState: notNullViolation, At: x.At, Relation: r.String(), Object: a.Name}
	k.refuse(e, "null value in column %q of relation %q violates not-null constraint", a.Name, r.Name)
	if intercepted(base) {
		k.Errors[len(k.Errors)-1].Certain = false
	}
}

// notNull reports whether a column, or the domain that is its type, refuses
// NULL.
func (k *checker) notNull(a *catalog.Attribute) bool {
	if a.NotNull {
		return true
	}
	d := k.c.TypeByOID(a.Type.Def)
	return d != nil && d.Kind == catalog.Domain && d.NotNull && a.Type.Dims == 0
}

// intercepted reports whether a trigger may change a row before it is stored.
func intercepted(r *catalog.Relation) bool {
	return r == nil || slices.ContainsFunc(r.Triggers, func(t *catalog.Trigger) bool {
		return t.ForEachRow && !strings.EqualFold(t.Timing, "after") && t.State != "disable"
	})
}

// requiredIn is required for what may be a view.
func (k *checker) requiredIn(r, base *catalog.Relation, given []int, at source.Span, certain bool) {
	if base == nil {
		return
	}
	if r.Kind == catalog.View {
		var nums []int
		for _, num := range given {
			if a := r.AttributeByNum(num); a != nil {
				if b := k.baseColumn(r, base, a); b != nil {
					nums = append(nums, b.Num)
				}
			}
		}
		for _, a := range r.Attributes {
			if b := k.baseColumn(r, base, a); b != nil && a.Default != nil {
				nums = append(nums, b.Num) // ALTER VIEW … SET DEFAULT
			}
		}
		given = nums
	}
	k.required(base, given, at, true, certain)
}

// required reports the columns that an INSERT leaves out and that take no NULL.
func (k *checker) required(r *catalog.Relation, given []int, at source.Span, listed, certain bool) {
	for _, a := range r.Attributes {
		if slices.Contains(given, a.Num) || a.HasDefault() || a.Assumed || !k.notNull(a) || !listed && len(given) == 0 {
			continue
		}
		if d := k.c.TypeByOID(a.Type.Def); d != nil && d.Default != nil && !d.Default.Null {
			continue
		}
		k.Errors = append(k.Errors, Error{
			SQLState: notNullViolation, At: at, Relation: r.String(), Object: a.Name, Certain: certain && !intercepted(r),
			Message: "null value in column \"" + a.Name + "\" of relation \"" + r.Name + "\" violates not-null constraint",
		})
	}
}
