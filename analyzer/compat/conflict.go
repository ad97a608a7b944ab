package compat

import (
	"slices"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser"
	"github.com/migracheck/migracheck/parser/ddl"
)

// conflictExprs resolves what ON CONFLICT writes and reads: the row that is
// there, and the one that was to be inserted.
func (k *checker) conflictExprs(op *ddl.Insert, r *catalog.Relation, s *scope) {
	for _, x := range slices.Concat(op.ConflictKeys, []*ddl.Expr{op.ConflictWhere}) {
		k.expr(x, s, computed)
	}
	t := *s
	t.qualified = append(slices.Clip(s.qualified), k.targetItem(op.Table, "excluded", r))
	var values []*ddl.Expr
	for _, x := range op.ConflictExprs {
		if slices.Contains(op.ConflictKeys, x) || x == op.ConflictWhere {
			continue
		}
		k.ambiguousWithExcluded(x, r)
		k.expr(x, &t, compared)
		values = append(values, x)
	}
	if r == nil || op.OnConflict != "update" {
		return
	}
	k.conflictTypes(r, op, values)
	if len(values) > len(op.ConflictSet) {
		values = values[:len(op.ConflictSet)] // the WHERE comes last
	}
	for n, c := range op.ConflictSet {
		a := k.written(r, c)
		switch {
		case a == nil || subscripted(c):
		case len(values) == len(op.ConflictSet):
			k.value(r, a, values[n])
			if always(a) && !isDefault(values[n]) {
				k.refuse(Error{SQLState: generatedAlways, At: c.At, Relation: r.String(), Object: c.Name}, "column %q can only be updated to DEFAULT", c.Name)
			}
		case always(a):
			k.unknown(c.At, "which value column %s is given is not known", c.Name)
		}
	}
	k.noteWrite(write{relation: r.OID, base: r.OID, command: "update", columns: columnsOf(r, op.ConflictSet), listed: true, at: op.At})
}

// ambiguousWithExcluded refuses a bare column in DO UPDATE: both the row that is
// there and the one to be inserted have it.
func (k *checker) ambiguousWithExcluded(x *ddl.Expr, r *catalog.Relation) {
	if x == nil || r == nil {
		return
	}
	for _, ref := range x.Columns {
		if ref.Qualifier.Name == "" && r.Attribute(ref.Column) != nil {
			k.refuse(Error{SQLState: ambiguousColumn, At: ref.At, Relation: r.String(), Object: ref.Column}, "column reference %q is ambiguous", ref.Column)
		}
	}
}

// conflict checks the target of ON CONFLICT.
func (k *checker) conflict(r, base *catalog.Relation, op *ddl.Insert) {
	if hole(op.ConflictConstraint) || slices.ContainsFunc(op.ConflictColumns, hole) || slices.ContainsFunc(op.ConflictKeys, holeIn) || holeIn(op.ConflictWhere) {
		k.runtime(op.At)
		return
	}
	if op.ConflictConstraint != "" {
		k.conflictConstraint(r, op)
		return
	}
	var nums []int
	for _, name := range op.ConflictColumns {
		a := r.Attribute(name)
		if a == nil && (r.Assumed && !slices.Contains(r.DroppedColumns, name)) {
			return
		}
		if a == nil {
			k.refuse(Error{SQLState: undefinedColumn, At: op.At, Relation: r.String(), Object: name}, "column %q does not exist", name)
			return
		}
		b := k.baseColumn(r, base, a)
		if b == nil {
			return
		}
		nums = append(nums, b.Num)
	}
	if len(nums)+len(op.ConflictKeys) == 0 || base == nil || base.Assumed {
		return
	}
	matched, possible := k.arbiter(base, nums, op)
	switch {
	case matched:
	case possible:
		k.unknown(op.At, "whether an index of %s matches ON CONFLICT depends on expressions", base)
	default:
		k.refuse(Error{SQLState: invalidColumnReference, At: op.At, Relation: base.String()}, "there is no unique or exclusion constraint matching the ON CONFLICT specification")
	}
}

func (k *checker) conflictConstraint(r *catalog.Relation, op *ddl.Insert) {
	c := r.Constraint(op.ConflictConstraint)
	e := Error{SQLState: undefinedObject, At: op.At, Relation: r.String(), Object: op.ConflictConstraint}
	switch {
	case c != nil && (c.Kind == ddl.Unique || c.Kind == ddl.PrimaryKey || c.Kind == ddl.Exclude):
		if c.Deferrable {
			k.unknown(op.At, "constraint %s is deferrable, which ON CONFLICT refuses when it runs", c.Name)
		}
	case c != nil:
		e.SQLState = wrongObjectType
		k.refuse(e, "constraint in ON CONFLICT clause has no associated index")
	case r.Assumed:
		k.unknown(op.At, "whether %s has a constraint %s is not known", r, op.ConflictConstraint)
	default:
		k.refuse(e, "constraint %q for table %q does not exist", op.ConflictConstraint, r.Name)
	}
}

// arbiter finds a unique index of exactly those columns and expressions, whose
// predicate the target implies.
func (k *checker) arbiter(r *catalog.Relation, nums []int, op *ddl.Insert) (matched, possible bool) {
	slices.Sort(nums)
	nums = slices.Compact(nums)
	for _, oid := range r.Indexes {
		x := k.c.RelationByOID(oid)
		if x == nil || x.Index == nil || !x.Index.Unique {
			continue
		}
		var columns []int
		var exprs []*ddl.Expr
		for n, num := range x.Index.Columns {
			if num != 0 {
				columns = append(columns, num)
			} else if n < len(x.Index.Elements) {
				exprs = append(exprs, x.Index.Elements[n].Expr)
			}
		}
		slices.Sort(columns)
		if !slices.Equal(slices.Compact(columns), nums) || len(exprs) > 0 != (len(op.ConflictKeys) > 0) {
			continue
		}
		same := sameExprs(exprs, op.ConflictKeys)
		if where := x.Index.Where; where != nil {
			if op.ConflictWhere == nil {
				continue
			}
			same = same && parser.Same(where.Text, op.ConflictWhere.Text)
		}
		if same && (deferrable(r, x) || !x.Index.Valid) {
			same = false
		}
		matched, possible = matched || same, true
	}
	return matched, possible
}

func deferrable(r *catalog.Relation, index *catalog.Relation) bool {
	c := r.ConstraintByOID(index.Index.Constraint)
	return c != nil && c.Deferrable
}

func sameExprs(a, b []*ddl.Expr) bool {
	in := func(x *ddl.Expr, list []*ddl.Expr) bool {
		return slices.ContainsFunc(list, func(y *ddl.Expr) bool { return x != nil && y != nil && parser.Same(x.Text, y.Text) })
	}
	return len(a) == len(b) && !slices.ContainsFunc(a, func(x *ddl.Expr) bool { return !in(x, b) })
}
