package catalog

import (
	"slices"
	"strconv"
)

// A Conversion says what changing a column's type means for the code that was
// written for the old one. Whether stored values are lost, and whether the table
// is rewritten, are other questions.
type Conversion uint8

// The conversions.
const (
	// UnknownConversion: one of the types, or what its modifiers mean, is not
	// known.
	UnknownConversion Conversion = iota
	// SameType: nothing changes.
	SameType
	// Widening: every value of the old type is one of the new, and means the
	// same.
	Widening
	// Altering: every value of the old type is taken, but some are rounded or
	// cut, or mean something else.
	Altering
	// Narrowing: some values of the old type are refused.
	Narrowing
	// OtherType: a type of another family, with other operators and literals.
	OtherType
)

// String names the conversion.
func (c Conversion) String() string {
	return [...]string{"unknown", "same", "widening", "altering", "narrowing", "other"}[min(int(c), 5)]
}

// Convert classifies a change from one type, as in a snapshot, to another in a
// later snapshot: what types made by the history are, each of the two knows of
// its own.
func Convert(from Type, before *Catalog, to Type, after *Catalog) Conversion {
	switch {
	case from.IsZero() || to.IsZero():
		return UnknownConversion
	case from.Equal(to):
		return SameType
	}
	if d := after.TypeByOID(to.Def); d != nil && d.Kind == Domain {
		kind := Convert(from, before, to.ofDomain(d), after)
		switch {
		case kind != SameType && kind != Widening:
			return kind
		case d.NotNull || len(d.Constraints) > 0:
			return Narrowing
		}
		return Widening
	}
	if d := before.TypeByOID(from.Def); d != nil && d.Kind == Domain {
		if kind := Convert(from.ofDomain(d), before, to, after); kind != SameType {
			return kind
		}
		return Widening
	}
	switch {
	case from.Dims != to.Dims:
		return OtherType
	case from.Def != 0 || to.Def != 0:
		return convertMade(before.TypeByOID(from.Def), after.TypeByOID(to.Def))
	case from.Assumed && to.Assumed && from.Name == to.Name:
		return Altering // other modifiers, whose meaning is the extension's
	case from.Assumed || to.Assumed:
		return UnknownConversion
	}
	return convertBuiltin(from, to)
}

// ofDomain returns the type below a domain; of an array of domains, the array
// of that.
func (t Type) ofDomain(d *TypeDef) Type {
	base := d.Base
	base.Dims = max(base.Dims, t.Dims)
	return base
}

// convertMade compares types of which the history made one. An enum is its list
// of values.
func convertMade(from, to *TypeDef) Conversion {
	if from == nil || to == nil || from.Kind != Enum || to.Kind != Enum || from.QualifiedName() != to.QualifiedName() {
		return OtherType
	}
	if slices.ContainsFunc(from.Labels, func(l string) bool { return !slices.Contains(to.Labels, l) }) {
		return Narrowing
	}
	return Widening
}

// numberRank is the place of a number type in its family: each takes the range
// of those before it.
var numberRank = map[string]int{"int2": 1, "int4": 2, "int8": 3, "numeric": 4, "float4": 5, "float8": 6}

// integerDigits is how many digits the values of an integer type have at most.
var integerDigits = map[string]int{"int2": 5, "int4": 10, "int8": 19}

// IsNumber reports whether the type is one of numbers, or an array of such.
func (t Type) IsNumber() bool { return t.isBuiltin() && numberRank[t.Name.Name] > 0 }

// IsText reports whether the type is text, varchar or bpchar, or an array of
// such.
func (t Type) IsText() bool {
	return t.isBuiltin() && (t.Name.Name == "text" || t.Name.Name == "varchar" || t.Name.Name == "bpchar")
}

// IsBits reports whether the type is one of bit strings, or an array of such.
func (t Type) IsBits() bool {
	return t.isBuiltin() && (t.Name.Name == "bit" || t.Name.Name == "varbit")
}

// IsTime reports whether the type is one of dates, times and intervals, or an
// array of such.
func (t Type) IsTime() bool {
	if !t.isBuiltin() {
		return false
	}
	switch t.Name.Name {
	case "date", "time", "timetz", "timestamp", "timestamptz", "interval":
		return true
	}
	return false
}

func (t Type) isBuiltin() bool { return t.Def == 0 && !t.Assumed }

// isString also counts the type of identifiers.
func (t Type) isString() bool { return t.IsText() || t.isBuiltin() && t.Name.Name == "name" }

// Length returns the length limit of a type of characters or bits; a large
// number where it has none.
func (t Type) Length() int {
	if t.isBuiltin() && t.Name.Name == "name" {
		return 63
	}
	if len(t.Mods) == 0 {
		return 1 << 30
	}
	return t.Mod(0)
}

// Mod returns a modifier as a number; 0 where there is none or it is a word.
func (t Type) Mod(i int) int {
	if i >= len(t.Mods) {
		return 0
	}
	n, _ := strconv.Atoi(t.Mods[i])
	return n
}

func convertBuiltin(a, b Type) Conversion {
	from, to := a.Name.Name, b.Name.Name
	switch {
	case a.IsNumber() && b.IsNumber():
		return convertNumber(a, b)
	case a.isString() && b.isString():
		return convertString(a, b)
	case a.IsTime() && from == to:
		return convertPrecision(a, b)
	case a.IsTime() && b.IsTime():
		return Altering // the session's time zone decides, or a part is cut off
	case a.IsBits() && b.IsBits():
		if to == "varbit" && b.Length() >= a.Length() {
			return Widening
		}
		return Narrowing
	case from == "cidr" && to == "inet":
		return Widening
	case from == "inet" && to == "cidr":
		return Narrowing
	case from == "json" && to == "jsonb":
		return Altering
	}
	return OtherType
}

func convertNumber(a, b Type) Conversion {
	from, to := a.Name.Name, b.Name.Name
	switch {
	case to == "numeric" && len(b.Mods) > 0:
		return convertToNumeric(a, b)
	case to == "numeric" && (from == "float4" || from == "float8"):
		return Altering // NaN and infinities apart, rounded to decimal digits
	case numberRank[to] < numberRank[from]:
		return Narrowing
	case to == "float4" && from != "int2", to == "float8" && (from == "int8" || from == "numeric"):
		return Altering // digits are lost
	}
	return Widening
}

// convertToNumeric compares a number type with numeric(p,s): both the digits
// before and those after the point must fit.
func convertToNumeric(a, b Type) Conversion {
	digits, fraction := integerDigits[a.Name.Name], 0
	if a.Name.Name == "numeric" && len(a.Mods) > 0 {
		fraction = a.Mod(1)
		digits = a.Mod(0) - fraction
	} else if digits == 0 {
		return Narrowing // unbounded before
	}
	switch precision, scale := b.Mod(0), b.Mod(1); {
	case precision-scale < digits:
		return Narrowing
	case scale < fraction:
		return Altering // rounded
	}
	return Widening
}

func convertString(a, b Type) Conversion {
	from, to := a.Name.Name, b.Name.Name
	switch {
	case to == "name" && a.Length() > b.Length():
		return Altering // cut off in silence
	case b.Length() < a.Length():
		return Narrowing
	case (from == "bpchar") != (to == "bpchar"):
		return Altering // blanks at the end count, or no longer
	}
	return Widening
}

// convertPrecision compares the fractional digits of seconds, or the fields of
// an interval.
func convertPrecision(a, b Type) Conversion {
	switch from, to := a.precision(), b.precision(); {
	case len(b.Mods) == 0 || from >= 0 && from <= to:
		return Widening
	}
	return Altering
}

// precision is the number of fractional digits of seconds; -1 for an interval
// of certain fields.
func (t Type) precision() int {
	switch {
	case len(t.Mods) == 0:
		return 6
	case len(t.Mods) == 1 && isNumber(t.Mods[0]):
		return t.Mod(0)
	}
	return -1
}
