package rules

import (
	"slices"
	"strconv"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

// A grade says what a change of type means to a writer of the old one.
type grade uint8

const (
	// sameMeaning: the types are equal.
	sameMeaning grade = iota
	// widens: every old value is one of the new type, and means the same.
	widens
	// alters: old values are taken, and some are changed or mean something
	// else.
	alters
	// narrows: some old values are refused.
	narrows
	// other: a type of another family, with other operators and literals.
	other
	// notKnown: one of the types is not known.
	notKnown
)

// A typeChange is a change of a column's type over a whole window.
type typeChange struct {
	table         *catalog.Relation
	before, after *catalog.Attribute
	grade         grade
}

// typeChange returns what a change of type comes to at the end of the window;
// ok is false where the previous version does not know the column, or another
// change of the window speaks.
func (p *Pass) typeChange(c *catalog.ColumnTypeChanged) (t typeChange, ok bool) {
	table, column := p.known(c.Relation), p.knownColumn(c.Relation, c.Before)
	end := p.endColumn(c.Relation, c.After)
	if column == nil || end == nil || !p.stillOf(end, c.After) || p.followsParent(c.Relation) {
		return t, false
	}
	if p.offered(table, column) == nil {
		return t, false // statements that name it fail anyway: rename-column speaks
	}
	t = typeChange{table: table, before: column, after: end}
	t.grade = p.grade(column.Type, end.Type)
	return t, t.grade != sameMeaning
}

// stillOf reports whether a column has, at the end of the window, the type that
// it got; which may have another name by then.
func (p *Pass) stillOf(end, got *catalog.Attribute) bool {
	if got.Type.Def != 0 {
		return end.Type.Def == got.Type.Def && end.Type.Dims == got.Type.Dims
	}
	return end.Type.Equal(got.Type)
}

func (p *Pass) grade(a, b catalog.Type) grade {
	switch {
	case a.IsZero() || b.IsZero():
		return notKnown
	case a.Equal(b):
		return sameMeaning
	case (a.Dims > 0) != (b.Dims > 0):
		return other
	case a.Def != 0 || b.Def != 0:
		return p.gradeMade(a, b)
	case a.Assumed || b.Assumed:
		if a.Name == b.Name {
			return alters // other modifiers, whose meaning is the extension's
		}
		return notKnown
	}
	return gradeBuiltin(a, b)
}

// gradeMade compares types of which the history made one: a domain is as its
// base with something refused, an enum its list of values.
func (p *Pass) gradeMade(a, b catalog.Type) grade {
	from, to := p.Window.Base.TypeByOID(a.Def), p.Window.End.TypeByOID(b.Def)
	switch {
	case a.Def == b.Def:
		return sameMeaning
	case to != nil && to.Kind == catalog.Domain:
		if g := p.grade(a, to.Base); g != sameMeaning && g != widens {
			return g
		}
		return narrows
	case from != nil && from.Kind == catalog.Domain:
		if g := p.grade(from.Base, b); g != sameMeaning {
			return g
		}
		return widens
	case from != nil && to != nil && from.Kind == catalog.Enum && to.Kind == catalog.Enum && from.QualifiedName() == to.QualifiedName():
		if slices.ContainsFunc(from.Labels, func(l string) bool { return !slices.Contains(to.Labels, l) }) {
			return narrows
		}
		return widens
	}
	return other
}

// rank is the place of a number type in its family: each takes the values of
// those before it.
var rank = map[string]int{"int2": 1, "int4": 2, "int8": 3, "numeric": 4, "float4": 5, "float8": 6}

func gradeBuiltin(a, b catalog.Type) grade {
	from, to := a.Name.Name, b.Name.Name
	switch {
	case rank[from] > 0 && rank[to] > 0:
		return gradeNumbers(a, b)
	case isText(from) && isText(to):
		return gradeTexts(a, b)
	case isTime(from) && isTime(to) && from == to:
		return gradePrecision(a, b)
	case isTime(from) && isTime(to):
		return alters // the session's time zone decides, or a part is cut off
	case from == to && (from == "bit" || from == "varbit"):
		if from == "varbit" && length(b) >= length(a) {
			return widens
		}
		return narrows
	case from == "cidr" && to == "inet":
		return widens
	case from == "inet" && to == "cidr":
		return narrows
	case from == "json" && to == "jsonb":
		return alters
	}
	return other
}

func gradeNumbers(a, b catalog.Type) grade {
	from, to := a.Name.Name, b.Name.Name
	switch {
	case to == "numeric" && len(b.Mods) > 0:
		return gradeNumeric(a, b)
	case rank[to] < rank[from] && to == "numeric":
		return alters // NaN and infinities apart, rounded to decimal digits
	case rank[to] < rank[from]:
		return narrows
	case rank[to] >= rank["float4"] && rank[from] > rank["int2"] && rank[from] < rank["float4"]:
		return alters // digits are lost
	}
	return widens
}

// gradeNumeric compares a number type with numeric(p,s).
func gradeNumeric(a, b catalog.Type) grade {
	precision, scale := number(b.Mods, 0), number(b.Mods, 1)
	digits, fraction := map[string]int{"int2": 5, "int4": 10, "int8": 19}[a.Name.Name], 0
	if a.Name.Name == "numeric" && len(a.Mods) > 0 {
		fraction = number(a.Mods, 1)
		digits = number(a.Mods, 0) - fraction
	} else if digits == 0 {
		return narrows // unbounded before
	}
	switch {
	case precision-scale < digits:
		return narrows
	case scale < fraction:
		return alters // rounded
	}
	return widens
}

func isText(name string) bool { return name == "text" || name == "varchar" || name == "bpchar" }

func gradeTexts(a, b catalog.Type) grade {
	switch {
	case length(b) < length(a):
		return narrows
	case (a.Name.Name == "bpchar") != (b.Name.Name == "bpchar"):
		return alters // blanks at the end count, or no longer
	}
	return widens
}

func isTime(name string) bool {
	switch name {
	case "date", "time", "timetz", "timestamp", "timestamptz", "interval":
		return true
	}
	return false
}

// gradePrecision compares fractional digits of seconds.
func gradePrecision(a, b catalog.Type) grade {
	if len(b.Mods) == 0 || len(a.Mods) == 1 && len(b.Mods) == 1 && number(b.Mods, 0) >= number(a.Mods, 0) {
		return widens
	}
	return alters
}

// length is the length limit of a character or bit string type.
func length(t catalog.Type) int {
	if len(t.Mods) == 0 {
		return 1 << 30
	}
	return number(t.Mods, 0)
}

// number returns a modifier, or 0.
func number(mods []string, i int) int {
	if i >= len(mods) {
		return 0
	}
	n, _ := strconv.Atoi(mods[i])
	return n
}

// refusing returns the code with which a type refuses a value.
func refusing(t catalog.Type) string {
	switch name := t.Name.Name; {
	case rank[name] > 0:
		return "22003"
	case isText(name) || name == "varbit":
		return "22001"
	case name == "bit":
		return "22026"
	}
	return "22P02"
}
