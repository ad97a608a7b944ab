package lock

import (
	"iter"
	"slices"
	"strconv"
	"strings"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/pattern"
)

// implied reports whether valid CHECK constraints of a table prove that all its
// rows are within the bound of the partition that it becomes, so that nobody
// has to read them. Proofs are for keys of one column that is compared with
// constants; whatever else PostgreSQL can prove counts as not proved.
func (t *taker) implied(part, parent *catalog.Relation, bound *ddl.PartitionBound) bool {
	column := keyColumn(parent)
	if column == "" || bound == nil {
		return false
	}
	known := facts(part, column)
	if a := part.Attribute(column); a != nil && a.NotNull && !a.NotNullInvalid {
		known.notNull = true
	}
	if !known.notNull {
		return false
	}
	switch parent.PartitionKey.Strategy {
	case "range":
		from, to, ok := rangeBound(bound)
		return ok && known.within(from, to)
	case "list":
		if bound.Default {
			return known.outsideLists(t.siblings(parent))
		}
		values, ok := listBound(bound)
		return ok && known.values != nil && !slices.ContainsFunc(known.values, func(v string) bool { return !slices.Contains(values, v) })
	}
	return false
}

// excluded reports whether a valid CHECK constraint of the default partition
// proves that none of its rows is within the bound of a new partition.
func excluded(part, parent *catalog.Relation, bound *ddl.PartitionBound) bool {
	column := keyColumn(parent)
	if column == "" || bound == nil || bound.Default || parent.PartitionKey.Strategy != "range" {
		return false
	}
	from, to, ok := rangeBound(bound)
	if !ok || from == "" || to == "" {
		return false
	}
	for _, c := range part.Constraints {
		if !proves(c) {
			continue
		}
		if denies(c.Check.Text, column, from, to) {
			return true
		}
		sides := split(unwrap(c.Check.Text), "or")
		if len(sides) != 2 {
			continue
		}
		for _, pair := range [][2]string{{sides[0], sides[1]}, {sides[1], sides[0]}} {
			below, above := &knowledge{}, &knowledge{}
			below.learn(pair[0], column)
			above.learn(pair[1], column)
			if below.within("", from) && above.within(to, "") {
				return true
			}
		}
	}
	return false
}

// negation is NOT of something in parentheses.
var negation = pattern.New(`(?is)^not\s*(\(.*\))$`)

// denies reports whether a condition is NOT of a range that includes all from
// one limit up to another, and of nothing else.
func denies(text, column, from, to string) bool {
	m := negation.FindStringSubmatch(unwrap(text))
	if m == nil || closing(m[1]) != len(m[1])-1 {
		return false
	}
	low, high := false, false
	for _, part := range split(unwrap(m[1]), "and") {
		k := &knowledge{}
		k.learn(part, column)
		switch {
		case k.notNull:
		case k.low != "" && k.lowInclusive && less(k.low, from, true):
			low = true
		case k.high != "" && !k.highInclusive && less(to, k.high, true):
			high = true
		default:
			return false
		}
	}
	return low && high
}

// siblings returns the bounds of a table's partitions.
func (t *taker) siblings(parent *catalog.Relation) []*ddl.PartitionBound {
	var list []*ddl.PartitionBound
	for _, oid := range parent.Children {
		if c := t.byOID(oid); c != nil && c.Partition != nil {
			list = append(list, c.Partition)
		}
	}
	return list
}

// keyColumn returns the column of a partition key that is a single column.
func keyColumn(parent *catalog.Relation) string {
	if parent.PartitionKey == nil || len(parent.PartitionKey.Columns) != 1 {
		return ""
	}
	if a := parent.AttributeByNum(parent.PartitionKey.Columns[0]); a != nil {
		return a.Name
	}
	return ""
}

// proves reports whether a constraint is a CHECK that holds for all rows.
func proves(c *catalog.Constraint) bool {
	return c.Kind == ddl.Check && c.Valid && c.Enforced && c.Check != nil
}

// knowledge is what constraints say of one column.
type knowledge struct {
	notNull bool
	// low and high are constants that it is not below and not above; it may be
	// equal to them where the flags say so.
	low, high                   string
	lowInclusive, highInclusive bool
	// values are the only ones that it has; nil is any.
	values []string
}

// facts gathers what the valid CHECK constraints of a table say of a column.
func facts(r *catalog.Relation, column string) *knowledge {
	k := &knowledge{}
	for _, c := range r.Constraints {
		if proves(c) {
			k.learn(c.Check.Text, column)
		}
	}
	return k
}

var (
	isNotNull  = pattern.New(`(?i)^\(*\s*("?[\w$]+"?)\s*\)*\s+is\s+not\s+null$`)
	comparison = pattern.New(`^\(*\s*("?[\w$]+"?)\s*\)*\s*(>=|<=|=|>|<)\s*(.+)$`)
	reversed   = pattern.New(`^(.+?)\s*(>=|<=|=|>|<)\s*\(*\s*("?[A-Za-z_][\w$]*"?)\s*\)*$`)
	membership = pattern.New(`(?i)^\(*\s*("?[\w$]+"?)\s*\)*\s+in\s*\((.*)\)$`)
	anyOf      = pattern.New(`(?i)^\(*\s*("?[\w$]+"?)\s*\)*\s*=\s*any\s*\(\s*array\s*\[(.*)\]\s*\)$`)
)

// learn adds what a condition says of a column, as far as it is understood.
func (k *knowledge) learn(text, column string) {
	parts := split(unwrap(text), "and")
	if len(parts) > 1 {
		for _, p := range parts {
			k.learn(p, column)
		}
		return
	}
	s := unwrap(text)
	is := func(name string) bool { return strings.Trim(name, `"`) == column || strings.ToLower(name) == column }
	if m := isNotNull.FindStringSubmatch(s); m != nil {
		k.notNull = k.notNull || is(m[1])
		return
	}
	for _, form := range []*pattern.Pattern{anyOf, membership} {
		if m := form.FindStringSubmatch(s); m != nil {
			if values, ok := constants(m[2]); ok && is(m[1]) {
				k.values = values
			}
			return
		}
	}
	if m := comparison.FindStringSubmatch(s); m != nil && is(m[1]) {
		k.compare(m[2], m[3])
		return
	}
	if m := reversed.FindStringSubmatch(s); m != nil && is(m[3]) {
		flipped := map[string]string{">=": "<=", "<=": ">=", ">": "<", "<": ">", "=": "="}
		k.compare(flipped[m[2]], m[1])
	}
}

func (k *knowledge) compare(operator, text string) {
	value, ok := constant(text)
	if !ok {
		return
	}
	switch operator {
	case ">=", ">":
		k.low, k.lowInclusive = value, operator == ">="
	case "<=", "<":
		k.high, k.highInclusive = value, operator == "<="
	case "=":
		k.values = []string{value}
	}
}

// within reports whether all values are at least from and below to; "" is no
// limit.
func (k *knowledge) within(from, to string) bool {
	if k.values != nil {
		return !slices.ContainsFunc(k.values, func(v string) bool {
			return from != "" && !less(from, v, true) || to != "" && !less(v, to, false)
		})
	}
	return (from == "" || k.low != "" && less(from, k.low, true)) &&
		(to == "" || k.high != "" && less(k.high, to, !k.highInclusive))
}

// outsideLists reports whether no value is in any of the lists.
func (k *knowledge) outsideLists(bounds []*ddl.PartitionBound) bool {
	if k.values == nil {
		return false
	}
	for _, b := range bounds {
		values, ok := listBound(b)
		if !ok || slices.ContainsFunc(values, func(v string) bool { return slices.Contains(k.values, v) }) {
			return false
		}
	}
	return true
}

// day is a date, perhaps with a time and without a zone: such constants compare
// as text.
var day = pattern.New(`^'\d{4}-\d\d-\d\d( \d\d:\d\d:\d\d)?'$`)

// less reports whether one constant is certainly before another, or equal where
// that is allowed.
func less(a, b string, equal bool) bool {
	if a == b {
		return equal
	}
	x, err1 := strconv.ParseFloat(a, 64)
	y, err2 := strconv.ParseFloat(b, 64)
	if err1 == nil && err2 == nil {
		return x < y || equal && x == y
	}
	return day.MatchString(a) && day.MatchString(b) && strings.Trim(a, "'") < strings.Trim(b, "'")
}

var (
	rangeForm = pattern.New(`(?is)^from\s*\((.*)\)\s*to\s*\((.*)\)$`)
	listForm  = pattern.New(`(?is)^in\s*\((.*)\)$`)
)

// rangeBound returns the limits of FROM (…) TO (…); "" is none.
func rangeBound(b *ddl.PartitionBound) (from, to string, ok bool) {
	m := rangeForm.FindStringSubmatch(strings.TrimSpace(b.Text))
	if m == nil {
		return "", "", false
	}
	limits := [2]string{}
	for i, text := range m[1:3] {
		text = strings.TrimSpace(text)
		if strings.EqualFold(text, "minvalue") || strings.EqualFold(text, "maxvalue") {
			continue
		}
		if limits[i], ok = constant(text); !ok {
			return "", "", false
		}
	}
	return limits[0], limits[1], true
}

// listBound returns the values of IN (…).
func listBound(b *ddl.PartitionBound) (values []string, ok bool) {
	m := listForm.FindStringSubmatch(strings.TrimSpace(b.Text))
	if m == nil {
		return nil, false
	}
	return constants(m[1])
}

func constants(text string) (list []string, ok bool) {
	for _, part := range split(text, ",") {
		value, ok := constant(part)
		if !ok {
			return nil, false
		}
		list = append(list, value)
	}
	return list, len(list) > 0
}

var constantForm = pattern.New(`^(?:(?i:date|timestamp)\s+)?(-?\s*\d+(?:\.\d+)?|'(?:[^']|'')*')(?:\s*::\s*[\w ]+)?$`)

// constant returns a number or a quoted string, without a cast.
func constant(text string) (string, bool) {
	m := constantForm.FindStringSubmatch(unwrap(text))
	if m == nil {
		return "", false
	}
	return strings.ReplaceAll(m[1], "- ", "-"), true
}

// unwrap takes off parentheses around the whole of an expression.
func unwrap(s string) string {
	s = strings.TrimSpace(s)
	for strings.HasPrefix(s, "(") && closing(s) == len(s)-1 {
		s = strings.TrimSpace(s[1 : len(s)-1])
	}
	return s
}

// outside yields the places of a text that are in no quotes, and how many
// brackets are open behind each.
func outside(s string) iter.Seq2[int, int] {
	return func(yield func(i, depth int) bool) {
		depth, quote := 0, byte(0)
		for i := range len(s) {
			switch c := s[i]; {
			case quote != 0:
				if c == quote {
					quote = 0
				}
				continue
			case c == '\'' || c == '"':
				quote = c
				continue
			case c == '(' || c == '[':
				depth++
			case c == ')' || c == ']':
				depth--
			}
			if !yield(i, depth) {
				return
			}
		}
	}
}

// closing returns the index of the bracket that closes the first one, or -1.
func closing(s string) int {
	for i, depth := range outside(s) {
		if depth == 0 && (s[i] == ')' || s[i] == ']') {
			return i
		}
	}
	return -1
}

// split cuts an expression at a word or comma outside brackets and quotes. The
// halves of a BETWEEN are not understood, and prove nothing.
func split(s, word string) []string {
	var parts []string
	from := 0
	for i, depth := range outside(s) {
		if depth == 0 && i >= from && at(s, i, word) {
			parts = append(parts, s[from:i])
			from = i + len(word)
		}
	}
	return append(parts, s[from:])
}

// at reports whether a word stands at a place in s, by itself.
func at(s string, i int, word string) bool {
	if len(s)-i < len(word) || !strings.EqualFold(s[i:i+len(word)], word) {
		return false
	}
	if word == "," {
		return true
	}
	return i > 0 && boundary(s[i-1]) && i+len(word) < len(s) && boundary(s[i+len(word)])
}

func boundary(c byte) bool { return strings.IndexByte(" \t\n\r()[]'\"", c) >= 0 }
