package compat

import (
	_ "embed"
	"strconv"
	"strings"
	"sync"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

// The tables of what is built in: a line for each type, cast, operator and
// function of pg_catalog. A line that not all majors have ends in those that
// do: @14-18. A function's name alone stands for one that SQL cannot call.
var (
	//go:embed types.txt
	typeTable string
	//go:embed casts.txt
	castTable string
	//go:embed operators.txt
	operatorTable string
	//go:embed functions.txt
	functionTable string
)

// The majors that the tables are about.
const (
	oldestMajor = 13
	newestMajor = 18
)

// majors are those that have an entry of a table.
type majors struct{ first, last int }

func (m majors) has(major int) bool { return m.first <= major && major <= m.last }

func (m majors) all() bool { return m.first == oldestMajor && m.last == newestMajor }

// A typeEntry is a built-in type.
type typeEntry struct {
	category                                         byte
	preferred, pseudo, collatable, equality, ordered bool
	// subtype is a range's, rangeOf the range of a multirange.
	subtype, rangeOf string
	majors           majors
}

// A signature is what an operator or function takes and yields.
type signature struct {
	args []dataType
	// defaults are how many arguments may be left out; the last one of a
	// variadic function stands for any number.
	defaults int
	variadic bool
	result   dataType
	set      bool
	// out: the result is made of OUT arguments.
	out, aggregate bool
	majors         majors
	// routine is the function of the history.
	routine catalog.OID
}

// someCast is the context of a cast that not all majors have.
const someCast = '?'

type builtins struct {
	types     map[string]*typeEntry
	casts     map[[2]dataType]byte
	operators map[string][]*signature
	// functions has a nil entry for a function that SQL cannot call.
	functions map[string][]*signature
}

// builtin reads the tables.
var builtin = sync.OnceValue(func() *builtins {
	b := &builtins{types: map[string]*typeEntry{}, casts: map[[2]dataType]byte{}, operators: map[string][]*signature{}, functions: map[string][]*signature{}}
	for line := range strings.Lines(typeTable) {
		fields, in := tableFields(line)
		e := &typeEntry{category: fields[1][0], preferred: strings.HasSuffix(fields[1], "!"), majors: in}
		for _, f := range fields[2:] {
			key, value, _ := strings.Cut(f, ":")
			switch key {
			case "pseudo":
				e.pseudo = true
			case "text":
				e.collatable = true
			case "equal":
				e.equality = true
			case "order":
				e.ordered = true
			case "range":
				e.subtype = value
			case "multirange":
				e.rangeOf = value
			}
		}
		b.types[fields[0]] = e
	}
	for line := range strings.Lines(castTable) {
		fields, in := tableFields(line)
		b.casts[[2]dataType{typeNamed(fields[0]), typeNamed(fields[1])}] = fields[2][0]
		if !in.all() {
			b.casts[[2]dataType{typeNamed(fields[0]), typeNamed(fields[1])}] = someCast
		}
	}
	for line := range strings.Lines(operatorTable) {
		fields, in := tableFields(line)
		b.operators[fields[0]] = append(b.operators[fields[0]], newSignature(fields[1:], in))
	}
	for line := range strings.Lines(functionTable) {
		fields, in := tableFields(strings.ReplaceAll(line, "variadic ", "*"))
		if len(fields) == 1 {
			b.functions[fields[0]] = append(b.functions[fields[0]], nil)
			continue
		}
		b.functions[fields[0]] = append(b.functions[fields[0]], newSignature(fields[1:], in))
	}
	return b
})

func tableFields(line string) ([]string, majors) {
	in := majors{oldestMajor, newestMajor}
	fields := strings.Fields(line)
	if last := fields[len(fields)-1]; len(fields) > 1 && last[0] == '@' {
		first, until, _ := strings.Cut(last[1:], "-")
		if n, err := strconv.Atoi(first); err == nil {
			in.first = n
		}
		if n, err := strconv.Atoi(until); err == nil {
			in.last = n
		}
		fields = fields[:len(fields)-1]
	}
	return fields, in
}

// newSignature reads "(int4,variadic any) setof text aggregate"; * is for
// variadic.
func newSignature(fields []string, in majors) *signature {
	s := &signature{majors: in}
	for arg := range strings.SplitSeq(strings.Trim(fields[0], "()"), ",") {
		if arg == "" {
			continue
		}
		arg, s.variadic = strings.CutPrefix(arg, "*")
		arg, optional := strings.CutSuffix(arg, "=")
		if optional {
			s.defaults++
		}
		s.args = append(s.args, typeNamed(arg))
	}
	for _, f := range fields[1:] {
		switch f {
		case "setof":
			s.set = true
		case "out":
			s.out = true
		case "aggregate":
			s.aggregate = true
		case "window":
		default:
			s.result = typeNamed(f)
		}
	}
	return s
}

// isBuiltin reports whether pg_catalog has a function of that name. A call of it
// may mean that one, whatever the history defines.
func isBuiltin(name string) bool { return builtin().functions[name] != nil }
