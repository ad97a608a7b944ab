package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/query"
)

var lossyTypeChange = &Rule{
	Name:     "lossy-type-change",
	Title:    "A change of type rounds or cuts off stored values without a word",
	Category: Data,
	Severity: Error,
	Since:    "0.1",
	Check: On(func(p *Pass, c *catalog.ColumnTypeChanged) {
		table, column := p.known(c.Relation), p.knownColumn(c.Relation, c.Before)
		if column == nil || !holdsData(table) || p.endColumn(c.Relation, c.After) == nil || p.followsParent(c.Relation) || c.After.Generated != nil {
			return // drop-column speaks of one that is gone
		}
		f := Finding{
			At:       p.Op.Span(),
			Severity: Warning,
			Relation: table.String(),
			Object:   column.Name,
			Related:  createdAt(column.Created, column.Assumed),
		}
		what := ""
		switch {
		case c.Using != nil && discards(c.Using, c.Before.Name):
			f.Severity = Error
			what = fmt.Sprintf("USING %s takes the place of every stored value, so all of them are lost", oneLine(c.Using.Text))
		case c.Using != nil:
			what = p.lostByUsing(c)
		default:
			what = lostByCast(c.Before.Type, c.After.Type, false)
		}
		if what == "" {
			return
		}
		f.Message = fmt.Sprintf("type of %s changes from %s to %s: %s", describeColumn(table, c.Before), typeOf(c.Before), c.After.Type, what)
		p.Report(f)
	}),
}

func typeOf(a *catalog.Attribute) string {
	if a.Type.IsZero() {
		return "one that this history does not show"
	}
	return a.Type.String()
}

// discards reports whether an expression has nothing of the column.
func discards(using *ddl.Expr, column string) bool {
	if len(using.Subqueries) > 0 {
		return false
	}
	return !slices.ContainsFunc(using.Columns, func(c query.ColumnRef) bool {
		return c.Star || c.Column == column || c.Qualifier.Name == column
	}) && len(using.Columns) == 0 && len(using.Calls) == 0
}

// cutting are the functions that give back less than they are given.
var cutting = map[string]string{
	"left": "cut off", "right": "cut off", "substr": "cut off", "substring": "cut off", "split_part": "cut off",
	"round": "rounded", "trunc": "rounded", "floor": "rounded", "ceil": "rounded", "ceiling": "rounded",
	"date_trunc": "cut off", "extract": "cut off", "date_part": "cut off",
}

// lostByUsing says what USING loses, as far as its casts and calls show.
func (p *Pass) lostByUsing(c *catalog.ColumnTypeChanged) string {
	for _, call := range c.Using.Calls {
		if how := cutting[call.Name.Name]; how != "" {
			return fmt.Sprintf("%s() in USING leaves stored values %s, and the rest is lost", call.Name.Name, how)
		}
	}
	if len(c.Using.Operators)+len(c.Using.Calls)+len(c.Using.Subqueries) > 0 {
		return "" // what it computes is not known here
	}
	from := c.Before.Type
	for _, name := range castOrder(c.Using) {
		to := builtIn(name)
		if what := lostByCast(from, to, true); what != "" {
			return what
		}
		from = to
	}
	return lostByCast(from, c.After.Type, false)
}

// castOrder returns the casts of an expression from the inner to the outer.
// a::x::y reads from left to right, CAST(CAST(a AS x) AS y) as well.
func castOrder(e *ddl.Expr) []ddl.TypeName { return e.Casts }

// builtIn returns the type that a name means, where it is a built-in one.
func builtIn(n ddl.TypeName) catalog.Type {
	if n.Schema != "" && n.Schema != "pg_catalog" {
		return catalog.Type{}
	}
	t := catalog.Type{Name: ddl.Name{Schema: "pg_catalog", Name: n.Name.Name}, Mods: n.Mods}
	if n.Dims > 0 {
		t.Dims = 1
	}
	return t
}

// lostByCast says what a cast between built-in types loses in silence; "" where
// it loses nothing or fails instead. Explicit casts to a length cut off what
// assignment refuses.
// https://www.postgresql.org/docs/current/datatype-character.html
func lostByCast(from, to catalog.Type, explicit bool) string {
	if from.IsZero() || to.IsZero() || from.Def != 0 || to.Def != 0 || from.Assumed || to.Assumed || from.Dims != to.Dims {
		return ""
	}
	a, b := from.Name.Name, to.Name.Name
	switch {
	case rank[a] > 0 && rank[b] > 0:
		return lostDigits(from, to)
	case rank[a] > 0 && b == "money":
		return lostIf(a == "numeric" || a == "float4" || a == "float8", "digits after the second decimal are rounded away")
	case isString(a) && isString(b):
		return lostIf(explicit && length(to) < length(from), fmt.Sprintf("stored values longer than %s characters are cut off by the cast", strings.Join(to.Mods, "")))
	case isBits(a) && isBits(b):
		return lostIf(explicit && length(to) < length(from), fmt.Sprintf("stored values longer than %s bits are cut off by the cast", strings.Join(to.Mods, "")))
	case isTime(a) && b == "date" && a != "date":
		return "the time of day of stored values is lost"
	case (a == "timestamp" || a == "timestamptz") && (b == "time" || b == "timetz"):
		return "the date of stored values is lost"
	case a == "interval" && b == "time":
		return "the days of stored values are lost"
	case a == "timetz" && b == "time":
		return "the time zone of stored values is lost"
	case isTime(a) && a == b:
		return lostIf(gradePrecision(from, to) == alters, "fractions of a second of stored values are rounded")
	case a == "json" && b == "jsonb":
		return "duplicate keys, the order of keys and white space of stored values are lost"
	case a == "inet" && b == "cidr":
		return "the host bits of stored values are lost"
	}
	return ""
}

func lostIf(lossy bool, what string) string {
	if lossy {
		return what
	}
	return ""
}

func isString(name string) bool { return isText(name) || name == "name" }

func isBits(name string) bool { return name == "bit" || name == "varbit" }

// lostDigits compares number types.
func lostDigits(from, to catalog.Type) string {
	a, b := from.Name.Name, to.Name.Name
	fractional := a == "float4" || a == "float8" || a == "numeric" && (len(from.Mods) == 0 || number(from.Mods, 1) > 0)
	switch {
	case !strings.Contains("float4 float8 numeric", b):
		return lostIf(fractional, "digits after the decimal point of stored values are rounded away")
	case b == "numeric" && len(to.Mods) > 0:
		exact := a == "numeric" && len(from.Mods) > 0
		return lostIf(fractional && (!exact || number(to.Mods, 1) < number(from.Mods, 1)), fmt.Sprintf("stored values are rounded to %d decimals", number(to.Mods, 1)))
	case b == "float4":
		return lostIf(a != "int2" && a != "float4", "stored values keep about 6 digits, the others are lost")
	case b == "float8":
		return lostIf(a == "int8" || a == "numeric", "stored values keep about 15 digits, the others are lost")
	}
	return "" // numeric without limits; of float8 it takes 15 digits, all that count
}
