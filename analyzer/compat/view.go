package compat

import (
	"slices"
	"strings"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/query"
)

// updatable returns the table that a write to a view reaches. It is nil where
// the write is refused, or what becomes of it is not known.
func (k *checker) updatable(v *catalog.Relation, ref ddl.Ref, command string) *catalog.Relation {
	seen := 0
	for r := v; ; seen++ {
		switch {
		case r == nil || seen > 32:
			k.unknown(ref.At, "what view %s reads is not known", v)
			return nil
		case r.Kind != catalog.View:
			return k.viewBase(r, v, ref)
		case slices.ContainsFunc(r.Triggers, func(t *catalog.Trigger) bool { return strings.EqualFold(t.Timing, "instead of") }) || len(r.Rules) > 0:
			k.unknown(ref.At, "what the triggers and rules of view %s make of it is not analysed", r)
			return nil
		case r.Assumed || r.Query == nil:
			k.unknown(ref.At, "what view %s reads is not known", r)
			return nil
		}
		if k.complex(r.Query) {
			k.refuse(Error{SQLState: notUpdatable, At: ref.At, Relation: v.String()}, "cannot %s view %q", map[string]string{
				"insert": "insert into", "update": "update", "delete": "delete from", "merge": "merge into",
			}[command], v.Name)
			return nil
		}
		if calls(r.Query) {
			k.unknown(ref.At, "whether view %s calls an aggregate is not known", r)
			return nil
		}
		res, err := k.c.Resolve(r.Query)
		if err != nil || len(res.Uses) == 0 {
			r = nil // its text is older than what it reads
			continue
		}
		r = k.c.RelationByOID(res.Uses[0].Relation)
	}
}

func (k *checker) viewBase(r, v *catalog.Relation, ref ddl.Ref) *catalog.Relation {
	switch r.Kind {
	case catalog.Table, catalog.PartitionedTable, catalog.ForeignTable:
		if r.Assumed || len(r.Rules) > 0 {
			k.unknown(ref.At, "what a write to view %s does is not known", v)
			return nil
		}
		return r
	}
	k.refuse(Error{SQLState: notUpdatable, At: ref.At, Relation: v.String()}, "view %q is not automatically updatable", v.Name)
	return nil
}

// complex reports whether a view of that query is certainly not automatically
// updatable.
func (k *checker) complex(q *ddl.Query) bool {
	if q.SetOp != "" || q.Values > 0 || len(q.With) > 0 || q.Distinct || q.DistinctOn || q.GroupBy || q.Having || q.Limit || q.Offset {
		return true
	}
	if len(q.From) != 1 || q.From[0].Relation == nil || q.From[0].Sampled {
		return true
	}
	return slices.ContainsFunc(q.Targets, func(t *query.Target) bool {
		return t.Expr != nil && slices.ContainsFunc(t.Expr.Calls, func(c query.Call) bool {
			return c.Over || slices.Contains([]string{"count", "sum", "min", "max", "avg", "array_agg", "string_agg", "json_agg", "jsonb_agg", "bool_and", "bool_or"}, c.Name.Name)
		})
	})
}

// calls reports whether targets call what may be an aggregate or yield rows.
func calls(q *ddl.Query) bool {
	return slices.ContainsFunc(q.Targets, func(t *query.Target) bool {
		return t.Expr != nil && slices.ContainsFunc(t.Expr.Calls, func(c query.Call) bool {
			return !slices.Contains([]string{"lower", "upper", "now", "current_timestamp", "coalesce", "concat", "length", "substr", "date_trunc", "btrim", "abs", "round"}, c.Name.Name)
		})
	})
}

// computed reports whether a column of a view is certainly no column of its base
// table, so that it cannot be written.
func (k *checker) computed(v, base *catalog.Relation, a *catalog.Attribute) bool {
	if v.Kind != catalog.View || base == nil {
		return false
	}
	res, err := k.c.Resolve(v.Query)
	n := slices.Index(v.Attributes, a)
	return err == nil && !res.Open && n >= 0 && n < len(res.Columns) && res.Columns[n].From.Relation == 0
}

// viewUses returns the column of the base table that a column of a view is.
func (k *checker) viewUses(v *catalog.Relation, a *catalog.Attribute) []use {
	for range 32 {
		if v == nil || v.Kind != catalog.View || v.Query == nil {
			return nil
		}
		res, err := k.c.Resolve(v.Query)
		n := slices.Index(v.Attributes, a)
		if err != nil || n < 0 || n >= len(res.Columns) || res.Columns[n].From.Relation == 0 {
			return nil
		}
		from := res.Columns[n].From
		if v = k.c.RelationByOID(from.Relation); v == nil || v.Kind != catalog.View {
			return []use{{relation: from.Relation, column: from.Column}}
		}
		a = v.AttributeByNum(from.Column)
	}
	return nil
}
