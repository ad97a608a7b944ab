package drill

import (
	"fmt"
	"strconv"
	"strings"
)

// A variant says which of a type's values is wanted.
type variant int

const (
	ordinary variant = iota
	// boundary is a value at the edge of the type: the longest text, the
	// greatest number.
	boundary
	// absent is NULL where the column allows it.
	absent
	variants
)

// value returns an expression of SQL for a value of the column, another one
// for each n.
func (c *column) value(n int, v variant) string {
	if v == absent && !c.NotNull {
		return "NULL"
	}
	return literal(c.literal(n, v)) + "::" + c.Type
}

func literal(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// literal returns a value as text that the type's input takes.
func (c *column) literal(n int, v variant) string {
	switch {
	case c.Category == "A" && c.Element != "":
		if len(c.Labels) > 0 {
			return "{" + strconv.Quote(c.Labels[n%len(c.Labels)]) + "}"
		}
		return "{" + strconv.Quote(ofType(c.Element, -1, n, ordinary)) + "}"
	case len(c.Labels) > 0:
		return c.Labels[n%len(c.Labels)]
	case c.Kind == "d":
		return ofType(c.Base, -1, n, v)
	case c.Kind == "c":
		return "(" + strings.Repeat(",", max(c.Attributes-1, 0)) + ")"
	}
	return ofType(c.Type, c.Mod, n, v)
}

// greatest are the ends of number types.
var greatest = map[string]int64{"smallint": 32767, "integer": 2147483647, "bigint": 9223372036854775807}

// ofType returns a value of a built-in type; of any other the text of a number,
// which most take.
func ofType(name string, mod int32, n int, v variant) string {
	base, modifiers, _ := strings.Cut(name, "(")
	length := 0
	if m, err := strconv.Atoi(strings.TrimRight(strings.Split(modifiers, ",")[0], ") abcdefghijklmnopqrstuvwxyz")); err == nil {
		length = m
	}
	switch base = strings.TrimSpace(base); base {
	case "smallint", "integer", "bigint":
		if v == boundary {
			return strconv.FormatInt(greatest[base]-int64(n), 10)
		}
		return strconv.Itoa(n)
	case "numeric":
		return numeric(mod, n, v)
	case "real", "double precision":
		return fmt.Sprintf("%d.5", n)
	case "money":
		return fmt.Sprintf("%d.25", n)
	case "boolean":
		return [...]string{"true", "false"}[n%2]
	case "text", "character varying", "character", "bpchar", "citext", "name":
		return text(base, length, n, v)
	case "uuid":
		return fmt.Sprintf("00000000-0000-4000-8000-%012d", n)
	case "date":
		return fmt.Sprintf("%04d-02-%02d", 2001+n%900, 1+n%28)
	case "timestamp", "timestamp without time zone", "timestamp with time zone", "timestamptz":
		return timestamp(n, v)
	case "time", "time without time zone", "time with time zone":
		return fmt.Sprintf("%02d:%02d:%02d", n%24, n/24%60, n/1440%60)
	case "interval":
		return fmt.Sprintf("%d days", n)
	case "json", "jsonb":
		return fmt.Sprintf(`{"n": %d}`, n)
	case "bytea":
		return fmt.Sprintf(`\x%08x`, n)
	case "inet", "cidr":
		return fmt.Sprintf("10.%d.%d.%d", n>>16%256, n>>8%256, n%256)
	case "macaddr":
		return fmt.Sprintf("02:00:00:%02x:%02x:%02x", n>>16%256, n>>8%256, n%256)
	case "macaddr8":
		return fmt.Sprintf("02:00:00:00:00:%02x:%02x:%02x", n>>16%256, n>>8%256, n%256)
	case "bit", "bit varying":
		return bits(max(length, 1), n)
	case "int4range", "int8range", "numrange":
		return fmt.Sprintf("[%d,%d)", 10*n, 10*n+5)
	case "daterange", "tsrange", "tstzrange":
		return fmt.Sprintf("[%04d-01-01,%04d-06-01)", 2001+n%900, 2001+n%900)
	case "int4multirange", "int8multirange", "nummultirange":
		return fmt.Sprintf("{[%d,%d)}", 10*n, 10*n+5)
	case "tsvector", "tsquery":
		return fmt.Sprintf("word%d", n)
	case "xml":
		return fmt.Sprintf("<n>%d</n>", n)
	case "point":
		return fmt.Sprintf("(%d,0)", n)
	case "hstore":
		return fmt.Sprintf("n=>%d", n)
	case "ltree":
		return fmt.Sprintf("n.n%d", n)
	case "regclass":
		return "pg_class"
	case "pg_lsn":
		return fmt.Sprintf("0/%X", n)
	}
	return strconv.Itoa(n)
}

func numeric(mod int32, n int, v variant) string {
	if mod < 4 {
		return fmt.Sprintf("%d.5", n)
	}
	precision, scale := int(mod-4)>>16&0xffff, int(mod-4)&0x7ff
	whole := max(precision-scale, 0)
	if v == boundary && whole > 0 {
		digits := strings.Repeat("9", whole)
		tail := strconv.Itoa(n)
		if len(tail) < whole {
			digits = digits[:whole-len(tail)-1] + "8" + tail
		}
		if scale == 0 {
			return digits
		}
		return digits + "." + strings.Repeat("9", scale)
	}
	limit := 1
	for range min(whole, 9) {
		limit *= 10
	}
	return strconv.Itoa(n % limit)
}

func text(base string, length, n int, v variant) string {
	s := "text " + strconv.Itoa(n)
	if v == boundary && length > 0 && length < 1000 {
		s = strings.Repeat("x", max(length-len(strconv.Itoa(n))-1, 0)) + " " + strconv.Itoa(n)
	}
	if base == "character" && length == 0 {
		length = 1
	}
	if length > 0 && len(s) > length {
		s = s[len(s)-length:]
		s = strings.TrimLeft(s, " ")
	}
	return s
}

func timestamp(n int, v variant) string {
	if v == boundary {
		return fmt.Sprintf("%04d-12-31 23:59:59.%06d", 2100+n%900, n%1000000)
	}
	return fmt.Sprintf("%04d-03-%02d %02d:00:00", 2001+n%900, 1+n%28, n%24)
}

func bits(length, n int) string {
	s := strconv.FormatInt(int64(n), 2)
	if len(s) > length {
		return s[len(s)-length:]
	}
	return strings.Repeat("0", length-len(s)) + s
}
