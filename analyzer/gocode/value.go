package gocode

import (
	"go/token"
	"slices"
	"strconv"
	"strings"

	"github.com/migracheck/migracheck/analyzer/queries"
)

// A value is one text that an expression can have.
type value struct {
	// text has hole for each part that only run time knows, and number for
	// each such part that is a number.
	text string
	// pos and end are where the text begins in the source: the expression, or
	// the first of several.
	pos, end token.Pos
	// reason is why there are holes, "" if there are none.
	reason queries.Reason
	// style is how placeholders are written, where a function rewrites them.
	style queries.Style
	// embedded is the file that the text was read from.
	embedded string
	// made is what a library has made, which is no text yet.
	made *made
	// from is the call that passes the text on as an argument, the one nearest
	// to it if there are several.
	from token.Pos
	// trace is the way of the text, nil unless ways are kept.
	trace *trace
}

const (
	hole   = "\x00"
	number = "\x01"
)

// Limits of how many texts an expression may have until they are one hole: by
// concatenating alternatives, and in all, which many callers can come to. And
// how many expressions one call is worth.
const (
	maxProducts = 64
	maxValues   = 1024
	maxSteps    = 60_000
	// where ways are kept
	maxTracedSteps = 2 * maxSteps
)

// clean takes out of a constant what stands for something else here.
func clean(text string) string { return strings.NewReplacer(hole, "", number, "").Replace(text) }

// unknownValue is a text of which nothing is known.
func unknownValue(pos, end token.Pos, reason queries.Reason) value {
	return value{text: hole, pos: pos, end: end, reason: reason}
}

// none reports whether nothing is known of the text that a query could be made
// from: it must at least begin with something.
func (v value) none() bool {
	text := strings.TrimSpace(v.text)
	return v.reason != "" && (text == "" || strings.HasPrefix(text, hole) || strings.HasPrefix(text, number))
}

// product concatenates each text of a with each of b.
func product(a, b []value) []value {
	if len(a) > 1 && len(b) > 1 && len(a)*len(b) > maxProducts || len(a)*len(b) > maxValues {
		if traced(a) || traced(b) {
			if x, y := merged(a), merged(b); len(x) < len(a) || len(y) < len(b) {
				return product(x, y)
			}
		}
		return []value{{text: hole, pos: a[0].pos, end: a[0].end, reason: queries.Many, trace: shared(a).and(shared(b))}}
	}
	out := make([]value, 0, len(a)*len(b))
	for _, x := range a {
		for _, y := range b {
			out = append(out, x.plus(y))
		}
	}
	return out
}

// plus concatenates two texts. The place is that of the first that has one.
func (v value) plus(w value) value {
	w.trace = v.trace.and(w.trace)
	v.trace = w.trace
	if v.text == "" {
		w.style |= v.style
		if w.text == "" && v.pos.IsValid() {
			w.pos, w.end = v.pos, v.end
		}
		return w
	}
	v.text += w.text
	v.made = nil
	v.style |= w.style
	if v.reason == "" {
		v.reason = w.reason
	}
	return v
}

// union returns the values of both, each once.
func union(a, b []value) []value {
	out := slices.Clone(a)
	for _, v := range b {
		if !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	return out
}

// limited replaces too many values by none.
func limited(values []value) []value {
	if traced(values) {
		return limitedTraces(values)
	}
	if len(values) > maxMade {
		values = widest(values)
	}
	if len(values) <= maxValues {
		return values
	}
	return []value{unknownValue(values[0].pos, values[0].end, queries.Many)}
}

// sql returns the text as a query, and whether parts of it are unknown.
func (v value) sql(style queries.Style) (text string, partial bool) {
	var out strings.Builder
	quoted := false
	for i := 0; i < len(v.text); i++ {
		c := v.text[i]
		before := out.String()
		switch {
		case c == '\'':
			quoted = !quoted
			out.WriteByte(c)
		case c == number[0] && !quoted && !parameterised(v.text) && (before == "" || !nameByte(before[len(before)-1])):
			out.WriteByte('1')
		case c == number[0] && !quoted && (before == "" || !nameByte(before[len(before)-1]) || strings.HasSuffix(before, "$")):
			// The number of a parameter, or a number where an expression
			// stands, which a parameter can stand for as well.
			if !strings.HasSuffix(before, "$") {
				out.WriteByte('$')
			}
			out.WriteString(number)
		case c == hole[0] || c == number[0]:
			partial = true
			if endsInParameter(before) {
				out.WriteByte(' ')
			}
			out.WriteString(queries.Unknown)
		default:
			out.WriteByte(c)
		}
	}
	text = queries.Parameters(out.String(), style|v.style)
	last := queries.Last(text)
	for strings.Contains(text, number) {
		last++
		text = strings.Replace(text, number, strconv.Itoa(last), 1)
	}
	return text, partial || strings.Contains(text, queries.Unknown)
}

// parameterised reports whether a text may be a statement that takes
// parameters; others, like SET, want a number where there is one.
func parameterised(text string) bool {
	word := strings.TrimLeft(text, " \t\r\n(")
	if end := strings.IndexAny(word, " \t\r\n"); end >= 0 {
		word = word[:end]
	}
	return !slices.Contains([]string{"SET", "RESET", "ALTER", "CREATE", "DROP", "VACUUM", "LOCK", "TRUNCATE", "COPY", "NOTIFY"}, strings.ToUpper(word))
}

// endsInParameter reports whether a text ends in $1 or another number, which no
// name may follow.
func endsInParameter(text string) bool {
	i := len(text)
	for i > 0 && '0' <= text[i-1] && text[i-1] <= '9' {
		i--
	}
	return i < len(text) && (i == 0 || !nameByte(text[i-1]) || text[i-1] == '$')
}

func nameByte(b byte) bool {
	return b == '_' || b == '$' || b >= 0x80 || '0' <= b && b <= '9' || 'a' <= b|0x20 && b|0x20 <= 'z'
}
