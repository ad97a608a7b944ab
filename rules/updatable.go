package rules

import (
	"slices"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/query"
)

// updatable reports whether PostgreSQL lets rows be written through a view: it
// has rules or triggers for that, or is a plain choice of rows and columns of
// one table, or of a view that is. What the history does not show is taken for
// such.
// https://www.postgresql.org/docs/current/sql-createview.html#SQL-CREATEVIEW-UPDATABLE-VIEWS
func updatable(c *catalog.Catalog, view *catalog.Relation) bool {
	seen := map[catalog.OID]bool{} // names may lead back where views were renamed
	for r := view; r != nil && !seen[r.OID]; r = c.Relation(r.Query.From[0].Relation.Name) {
		seen[r.OID] = true
		switch {
		case r.Kind != catalog.View:
			return holdsData(r) || r.Kind == catalog.ForeignTable
		case len(r.Triggers)+len(r.Rules) > 0 || r.Query == nil:
			return true
		case !choosesRows(c, r.Query):
			return false
		}
	}
	return true
}

// choosesRows reports whether each row of a query is one of a single relation.
func choosesRows(c *catalog.Catalog, q *ddl.Query) bool {
	switch {
	case q.SetOp != "" || q.Values > 0 || len(q.With) > 0:
		return false
	case q.Distinct || q.DistinctOn || q.GroupBy || q.Having || q.Limit || q.Offset:
		return false
	case len(q.From) != 1 || q.From[0].Relation == nil || q.From[0].Sampled:
		return false
	}
	return !slices.ContainsFunc(q.Targets, func(t *query.Target) bool {
		return t.Expr != nil && slices.ContainsFunc(t.Expr.Calls, func(call query.Call) bool { return call.Over || changesRows(c, call) })
	})
}

// changesRows reports whether a function makes one row of several, or several
// of one.
func changesRows(c *catalog.Catalog, call query.Call) bool {
	return rowFunctions[call.Name.Name] || slices.ContainsFunc(c.Functions(call.Name), func(f *catalog.Function) bool {
		return f.ReturnsSet || f.Kind == ddl.Aggregate
	})
}

// rowFunctions are the built-in aggregates and set-returning functions that
// views are made with.
var rowFunctions = map[string]bool{
	"count": true, "sum": true, "avg": true, "min": true, "max": true, "bool_and": true, "bool_or": true, "every": true,
	"array_agg": true, "string_agg": true, "json_agg": true, "jsonb_agg": true, "json_object_agg": true, "jsonb_object_agg": true,
	"bit_and": true, "bit_or": true, "any_value": true, "stddev": true, "variance": true, "percentile_cont": true, "percentile_disc": true,
	"mode": true, "unnest": true, "generate_series": true, "generate_subscripts": true, "regexp_matches": true,
	"regexp_split_to_table": true, "string_to_table": true, "json_array_elements": true, "jsonb_array_elements": true,
	"json_array_elements_text": true, "jsonb_array_elements_text": true, "json_each": true, "jsonb_each": true,
	"json_object_keys": true, "jsonb_object_keys": true, "jsonb_path_query": true,
}
