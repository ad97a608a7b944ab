package catalog

import (
	"slices"
	"strconv"
)

// A Conversion says what changing a column's type means for the code that was
// written for the old one. Whether the table is rewritten is another question.
type Conversion uint8

// The conversions.
const (
	// UnknownConversion: one of the types is not known.
	UnknownConversion Conversion = iota
	// SameType: nothing changes.
	SameType
	// Widening: every old value fits, and whatever was accepted before still
	// is.
	Widening
	// Narrowing: some values that were accepted before are refused, rounded
	// or cut.
	Narrowing
	// OtherType: another meaning or representation.
	OtherType
)

// String names the conversion.
func (c Conversion) String() string {
	return [...]string{"unknown", "same", "widening", "narrowing", "other"}[min(int(c), 4)]
}

// conversions between built-in types of different names. What is not listed is
// OtherType. Where the target has modifiers, a widening holds only as far as
// they leave room.
var conversions = map[string]Conversion{
	"int2:int4": Widening, "int2:int8": Widening, "int4:int8": Widening,
	"int4:int2": Narrowing, "int8:int2": Narrowing, "int8:int4": Narrowing,
	"float4:float8": Widening, "float8:float4": Narrowing,
	"numeric:int2": Narrowing, "numeric:int4": Narrowing, "numeric:int8": Narrowing,
	"varchar:text": Widening, "text:varchar": Widening, "name:text": Widening, "name:varchar": Widening,
	"text:name": Narrowing, "varchar:name": Narrowing,
	"cidr:inet": Widening, "inet:cidr": Narrowing,
	"bit:varbit": Widening, "varbit:bit": Narrowing,
	"timestamptz:date": Narrowing, "timestamp:date": Narrowing,
	"timestamptz:time": Narrowing, "timestamp:time": Narrowing, "timestamptz:timetz": Narrowing,
	"timetz:time": Narrowing,
}

// Convert classifies a change of type in a snapshot that has both.
func Convert(from, to Type, c *Catalog) Conversion {
	switch {
	case from.IsZero() || to.IsZero():
		return UnknownConversion
	case from.Equal(to):
		return SameType
	case from.Dims != to.Dims:
		return OtherType
	}
	fromBase, toBase := c.base(from), c.base(to)
	if fromBase.Def == toBase.Def && fromBase.Name == toBase.Name && (!fromBase.Equal(from) || !toBase.Equal(to)) {
		// Into a domain its constraints apply, out of it they no longer do.
		if toBase.Equal(to) {
			return max(Widening, convertMods(fromBase, toBase))
		}
		return Narrowing
	}
	if from.Def != 0 || to.Def != 0 || from.Assumed || to.Assumed || from.Name.Schema != to.Name.Schema {
		if from.Def == to.Def && from.Name == to.Name && from.Assumed {
			return UnknownConversion // modifiers that only the extension understands
		}
		return OtherType
	}
	if from.Name == to.Name {
		return convertMods(from, to)
	}
	kind, ok := conversions[from.Name.Name+":"+to.Name.Name]
	if !ok {
		return OtherType
	}
	if kind != Widening || len(to.Mods) == 0 {
		return kind
	}
	if len(from.Mods) == 0 {
		return Narrowing
	}
	return convertLength(from.Mods, to.Mods)
}

// convertMods compares the modifiers of one type.
func convertMods(from, to Type) Conversion {
	if slices.Equal(from.Mods, to.Mods) {
		return SameType
	}
	switch from.Name.Name {
	case "varchar", "varbit", "time", "timetz", "timestamp", "timestamptz":
		if len(to.Mods) == 0 {
			return Widening
		}
		if len(from.Mods) == 0 {
			return Narrowing
		}
		return convertLength(from.Mods, to.Mods)
	case "bpchar":
		if len(from.Mods) == 0 || len(to.Mods) == 0 {
			return OtherType // padded or not
		}
		return convertLength(from.Mods, to.Mods)
	case "numeric":
		return convertNumeric(from.Mods, to.Mods)
	}
	// Of bit the length is exact; of interval fields are cut.
	if len(to.Mods) == 0 && from.Name.Name == "interval" {
		return Widening
	}
	return Narrowing
}

func convertLength(from, to []string) Conversion {
	a, err1 := strconv.Atoi(from[0])
	b, err2 := strconv.Atoi(to[0])
	switch {
	case err1 != nil || err2 != nil:
		return UnknownConversion
	case b >= a:
		return Widening
	}
	return Narrowing
}

// convertNumeric: both the digits before and those after the point must fit.
func convertNumeric(from, to []string) Conversion {
	if len(to) == 0 {
		return Widening
	}
	if len(from) == 0 {
		return Narrowing
	}
	n := [4]int{}
	for i, s := range append(slices.Clone(from), to...) {
		v, err := strconv.Atoi(s)
		if err != nil || i > 3 {
			return UnknownConversion
		}
		n[i] = v
	}
	if n[3] >= n[1] && n[2]-n[3] >= n[0]-n[1] {
		return Widening
	}
	return Narrowing
}
