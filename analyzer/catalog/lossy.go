package catalog

import (
	"fmt"
	"slices"
	"strings"

	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/query"
)

// Lost says what a change of type loses of stored values without a word, and
// whether of all of them; "" where it loses nothing, or fails instead.
func (c *ColumnTypeChanged) Lost() (what string, all bool) {
	switch {
	case c.Using == nil:
		return LostByCast(c.Before.Type, c.After.Type, false), false
	case discards(c.Using, c.Before.Name):
		return fmt.Sprintf("USING %s takes the place of every stored value, so all of them are lost", strings.Join(strings.Fields(c.Using.Text), " ")), true
	}
	return lostByUsing(c), false
}

// discards reports whether an expression has nothing of the column.
func discards(using *ddl.Expr, column string) bool {
	if len(using.Subqueries) > 0 {
		return false
	}
	return !slices.ContainsFunc(using.Columns, func(c query.ColumnRef) bool {
		return c.Star || c.Column == column || c.Qualifier.Name == column
	})
}

// cutting are the functions that give back less than they are given.
var cutting = map[string]string{
	"left": "cut off", "right": "cut off", "substr": "cut off", "substring": "cut off", "split_part": "cut off",
	"round": "rounded", "trunc": "rounded", "floor": "rounded", "ceil": "rounded", "ceiling": "rounded",
	"date_trunc": "cut off", "extract": "cut off", "date_part": "cut off",
}

// lostByUsing says what USING loses, as far as its casts and calls show.
func lostByUsing(c *ColumnTypeChanged) string {
	for _, call := range c.Using.Calls {
		if how := cutting[call.Name.Name]; how != "" {
			return fmt.Sprintf("%s() in USING leaves stored values %s, and the rest is lost", call.Name.Name, how)
		}
	}
	if len(c.Using.Operators)+len(c.Using.Calls)+len(c.Using.Subqueries) > 0 {
		return "" // what it computes is not known here
	}
	from := c.Before.Type
	for _, name := range c.Using.Casts { // the inner ones come first
		to := BuiltIn(name)
		if what := LostByCast(from, to, true); what != "" {
			return what
		}
		from = to
	}
	return LostByCast(from, c.After.Type, false)
}

// BuiltIn returns the type that a name means, where it is a built-in one.
func BuiltIn(n ddl.TypeName) Type {
	if n.Schema != "" && n.Schema != "pg_catalog" {
		return Type{}
	}
	t := Type{Name: ddl.Name{Schema: "pg_catalog", Name: n.Name.Name}, Mods: n.Mods}
	if n.Dims > 0 {
		t.Dims = 1
	}
	return t
}

// LostByCast says what a cast between built-in types loses in silence; "" where
// it loses nothing or fails instead. Explicit casts to a length cut off what
// assignment refuses.
// https://www.postgresql.org/docs/current/datatype-character.html
func LostByCast(from, to Type, explicit bool) string {
	if from.IsZero() || to.IsZero() || from.Def != 0 || to.Def != 0 || from.Assumed || to.Assumed || from.Dims != to.Dims {
		return ""
	}
	a, b := from.Name.Name, to.Name.Name
	switch {
	case from.IsNumber() && to.IsNumber():
		return lostDigits(from, to)
	case from.IsNumber() && b == "money":
		return lostIf(a == "numeric" || a == "float4" || a == "float8", "digits after the second decimal are rounded away")
	case from.isString() && to.isString():
		return lostIf(explicit && to.Length() < from.Length(), fmt.Sprintf("stored values longer than %s characters are cut off by the cast", strings.Join(to.Mods, "")))
	case from.IsBits() && to.IsBits():
		return lostIf(explicit && to.Length() < from.Length(), fmt.Sprintf("stored values longer than %s bits are cut off by the cast", strings.Join(to.Mods, "")))
	case from.IsTime() && b == "date" && a != "date":
		return "the time of day of stored values is lost"
	case (a == "timestamp" || a == "timestamptz") && (b == "time" || b == "timetz"):
		return "the date of stored values is lost"
	case a == "interval" && b == "time":
		return "the days of stored values are lost"
	case a == "timetz" && b == "time":
		return "the time zone of stored values is lost"
	case from.IsTime() && a == b:
		return lostIf(convertPrecision(from, to) == Altering, "fractions of a second of stored values are rounded")
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

// lostDigits compares number types.
func lostDigits(from, to Type) string {
	a, b := from.Name.Name, to.Name.Name
	fractional := a == "float4" || a == "float8" || a == "numeric" && (len(from.Mods) == 0 || from.Mod(1) > 0)
	switch {
	case !strings.Contains("float4 float8 numeric", b):
		return lostIf(fractional, "digits after the decimal point of stored values are rounded away")
	case b == "numeric" && len(to.Mods) > 0:
		exact := a == "numeric" && len(from.Mods) > 0
		return lostIf(fractional && (!exact || to.Mod(1) < from.Mod(1)), fmt.Sprintf("stored values are rounded to %d decimals", to.Mod(1)))
	case b == "float4":
		return lostIf(a != "int2" && a != "float4", "stored values keep about 6 digits, the others are lost")
	case b == "float8":
		return lostIf(a == "int8" || a == "numeric", "stored values keep about 15 digits, the others are lost")
	}
	return "" // numeric without limits; of float8 it takes 15 digits, all that count
}
