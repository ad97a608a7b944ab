package compat

import (
	"fmt"
	"hash/fnv"
	"slices"
	"strings"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/query"
	"github.com/migracheck/migracheck/parser/source"
)

// A value is what is known of the value of an expression: its type, or that it
// is a constant or parameter that has none yet, or neither.
type value struct {
	typ  dataType
	mods []string
	// untyped is a constant or parameter that takes the type which its
	// surroundings want.
	untyped, null bool
	text          string
	param         int
	// key stands for a type that is not known: where two schemas have the
	// same key, they have the same type.
	key string
	// reads: it is computed of a column.
	reads bool
}

func (v value) known() bool { return !v.typ.isZero() }

// String tells values apart by all that types depend on.
func (v value) String() string {
	switch {
	case v.param > 0:
		return fmt.Sprintf("$%d", v.param)
	case v.null:
		return "null"
	case v.untyped:
		return "'" + v.text + "'"
	case v.known():
		return fmt.Sprint(v.typ, v.mods)
	}
	return v.key
}

// typing is the state of typing the expressions of one statement.
type typing struct {
	// parameters are the types that they were given.
	parameters map[int]dataType
	values     map[*ddl.Expr]value
	doubts     []doubt
	// assigned are the columns of which it is known whether they take what is
	// written to them.
	assigned map[*catalog.Attribute]bool
	// risky are the places of conversions that depend on the value, with the
	// SQLSTATE of those that fail.
	risky map[source.Span]string
}

func newTyping() *typing {
	return &typing{parameters: map[int]dataType{}, values: map[*ddl.Expr]value{}, assigned: map[*catalog.Attribute]bool{}, risky: map[source.Span]string{}}
}

// A doubt is a step of which it is not known whether it is refused. Two schemas
// with the same key give the same answer.
type doubt struct {
	Reason
	key string
}

// opaque is a value whose type is not known: it depends on what is named and on
// the operands.
func opaque(what string, operands ...value) value {
	return value{key: keyOf(what, operands...), reads: anyReads(operands)}
}

func keyOf(what string, operands ...value) string {
	var b strings.Builder
	b.WriteString(what)
	for _, v := range operands {
		b.WriteString(" " + v.String())
	}
	if b.Len() < 100 {
		return "?" + b.String()
	}
	h := fnv.New64a()
	_, _ = h.Write([]byte(b.String()))
	return fmt.Sprintf("?%s#%x", what, h.Sum64())
}

func anyReads(list []value) bool {
	return slices.ContainsFunc(list, func(v value) bool { return v.reads })
}

// doubtful notes that a step is not known to work, and returns its value.
func (k *checker) doubtful(at source.Span, what string, operands ...value) value {
	key := keyOf(what, operands...)
	var types []string
	for _, v := range operands {
		if v.known() {
			types = append(types, k.catalogType(v.typ, v.mods).String())
		}
	}
	text := fmt.Sprintf("whether %s takes what it is given is not known", what)
	if len(types) > 0 {
		text = fmt.Sprintf("whether %s takes %s is not known", what, strings.Join(types, ", "))
	}
	k.types.doubts = append(k.types.doubts, doubt{Reason{At: at, Text: text}, key})
	return value{key: key, reads: anyReads(operands)}
}

// typedValue is the value of an expression whose names are resolved; subqueries are
// the columns that those of the expression yield.
func (k *checker) typedValue(x *ddl.Expr, s *scope, subqueries [][]output) value {
	if len(x.Steps) == 0 {
		return k.simple(x, s)
	}
	values := make([]value, len(x.Steps))
	for i, step := range x.Steps {
		args := make([]value, len(step.Args))
		for n, arg := range step.Args {
			args[n] = values[arg]
		}
		values[i] = k.step(x, step, args, s, subqueries)
		// A parameter takes a type once.
		for _, arg := range step.Args {
			if values[arg].param > 0 {
				values[arg] = k.parameter(values[arg].param)
			}
		}
	}
	return values[len(values)-1]
}

// simple is the value of a column, a constant or DEFAULT.
func (k *checker) simple(x *ddl.Expr, s *scope) value {
	switch {
	case x.Bare && len(x.Columns) == 1 && !x.Columns[0].Star:
		return k.columnValue(x.Columns[0], s)
	case !x.Constant:
		return opaque(x.Text)
	case x.Null:
		return value{untyped: true, null: true}
	}
	text := strings.TrimSpace(x.Text)
	digits := strings.Trim(text, "0123456789") == ""
	switch {
	case text == "":
	case strings.EqualFold(text, "true") || strings.EqualFold(text, "false"):
		return value{typ: typeNamed("bool")}
	case text[0] == '\'' || text[0] == '$' || text[0] == 'e' || text[0] == 'E' || text[0] == 'u' || text[0] == 'U' || text[0] == 'n' || text[0] == 'N':
		return value{untyped: true, text: x.Literal}
	case text[0] == 'b' || text[0] == 'B' || text[0] == 'x' || text[0] == 'X':
		return value{typ: typeNamed("bit")}
	case digits && !outOfRange(builtinType("int4"), text):
		return value{typ: typeNamed("int4")}
	case digits && !outOfRange(builtinType("int8"), text):
		return value{typ: typeNamed("int8")}
	}
	return value{typ: typeNamed("numeric")}
}

func builtinType(name string) catalog.Type {
	return catalog.Type{Name: ddl.Name{Schema: "pg_catalog", Name: name}}
}

func (k *checker) columnValue(ref query.ColumnRef, s *scope) value {
	quiet := &checker{c: k.c, analysis: scratch()}
	o := quiet.column(ref, s)
	v := o.settled()
	v.reads = true
	return v
}

// settled is the value of a column of an item or a subquery: a constant without
// a type is text there.
func (o output) settled() value {
	switch {
	case !o.typ.IsZero():
		return value{typ: typeOf(o.typ), mods: o.typ.Mods, reads: true}
	case o.value.untyped:
		return value{typ: typeNamed("text"), reads: true}
	case o.value.key != "":
		return o.value
	}
	return opaque(fmt.Sprintf("column %s %v", o.name, o.use))
}

// raw is the value of a column of a set operation or of INSERT … SELECT.
func (o output) raw() value {
	if o.typ.IsZero() && o.value.untyped {
		return o.value
	}
	return o.settled()
}

func (k *checker) parameter(n int) value {
	if t, ok := k.types.parameters[n]; ok {
		return value{typ: t}
	}
	return value{untyped: true, param: n}
}

// convert gives a value a type, and returns the SQLSTATE where it is refused:
// mismatch where there is no cast. sure is false where that is not known.
func (k *checker) convert(v value, to dataType, how castContext, mismatch string) (sqlstate string, sure bool) {
	switch {
	case v.param > 0:
		if t, ok := k.types.parameters[v.param]; ok && t != to {
			return ambiguousParameter, true
		}
		k.types.parameters[v.param] = k.base(to)
		return "", true
	case v.null || to.name == "any" && to.def == 0:
		return "", true
	case v.untyped:
		code, a := k.takesText(v.text, to)
		return code, a != unsure
	case !v.known():
		return "", false
	case v.typ == to:
		return "", true
	case k.foreign(v.typ) || k.foreign(to) || builtin().casts[[2]dataType{k.base(v.typ), k.base(to)}] == someCast:
		return "", false
	case !k.castable(v.typ, to, how):
		if k.moreOperators() {
			return "", false
		}
		return mismatch, true
	}
	return "", true
}

// must converts an operand, and refuses or doubts the step where it cannot.
func (k *checker) must(v value, to dataType, how castContext, mismatch string, at source.Span, what string) {
	code, sure := k.convert(v, to, how, mismatch)
	switch {
	case !sure:
		k.doubtful(at, what, v, value{typ: to})
	case code != "":
		k.mistyped(code, at, what, v)
	}
}

// mistyped refuses a step.
func (k *checker) mistyped(code string, at source.Span, what string, operands ...value) {
	if slices.ContainsFunc(k.Errors, func(e Error) bool { return e.At == at && e.SQLState == code }) {
		return
	}
	var types []string
	for _, v := range operands {
		switch {
		case v.known():
			types = append(types, k.catalogType(v.typ, nil).String())
		case v.untyped && !v.null && v.param == 0:
			types = append(types, fmt.Sprintf("%q", v.text))
		default:
			types = append(types, "unknown")
		}
	}
	of := strings.Join(types, ", ")
	e := Error{SQLState: code, At: at, Object: what}
	switch code {
	case undefinedFunction:
		k.refuse(e, "%s does not exist for %s", what, of)
	case ambiguousFunction:
		k.refuse(e, "%s is not unique for %s", what, of)
	case datatypeMismatch:
		k.refuse(e, "%s does not take %s", what, of)
	case cannotCoerce:
		k.refuse(e, "cannot cast %s in %s", of, what)
	case ambiguousParameter:
		k.refuse(e, "inconsistent types deduced for a parameter of %s", what)
	default:
		k.refuse(e, "invalid input %s for %s", of, what)
	}
}

func typesOf(list []value) []dataType {
	types := make([]dataType, len(list))
	for i, v := range list {
		types[i] = v.typ
	}
	return types
}

// obscure reports whether the type of an operand is not known, or what can be
// done with it is not.
func (k *checker) obscure(list []value) bool {
	return slices.ContainsFunc(list, func(v value) bool { return !v.untyped && (!v.known() || k.foreign(v.typ)) })
}

var boolean = value{typ: dataType{name: "bool"}}

func truth(args []value) value {
	v := boolean
	v.reads = anyReads(args)
	return v
}

// step is the value of one step.
func (k *checker) step(x *ddl.Expr, step query.Step, args []value, s *scope, subqueries [][]output) value {
	what := step.Name.Name
	switch step.Kind {
	case query.StepColumn:
		return k.columnValue(x.Columns[step.Index], s)
	case query.StepString:
		return value{untyped: true, text: step.Value}
	case query.StepNull:
		return value{untyped: true, null: true}
	case query.StepConstant:
		return value{typ: typeNamed(what)}
	case query.StepParameter:
		return k.parameter(step.Index)
	case query.StepCast:
		return k.cast(step, args)
	case query.StepOperator, query.StepNullIf:
		return k.operate(step, args)
	case query.StepFunction:
		return k.invoke(step, args)
	case query.StepCommon:
		return k.common(what, step.At, args)
	case query.StepIn:
		return k.in(step, args)
	case query.StepAny:
		return k.any(step, args)
	case query.StepBoolean:
		for _, v := range args {
			k.must(v, boolean.typ, assigning, datatypeMismatch, step.At, "boolean operator")
		}
		return truth(args)
	case query.StepTest:
		return truth(args)
	case query.StepSubscript, query.StepSlice:
		return k.subscript(step, args)
	case query.StepSubquery:
		return k.subquery(step, args, subqueries)
	case query.StepSort, query.StepGroup:
		k.sortable(args[0], step.Kind == query.StepSort, step.At)
		return args[0]
	case query.StepCollate:
		return k.collate(step, args[0])
	}
	if len(args) > 0 {
		return k.doubtful(step.At, oneLine(step.At.Text()), args...)
	}
	return opaque(step.At.Text())
}

// oneLine is a text for a message.
func oneLine(text string) string {
	const limit = 40
	text = strings.Join(strings.Fields(text), " ")
	if runes := []rune(text); len(runes) > limit {
		return string(runes[:limit]) + "…"
	}
	return text
}

func (k *checker) cast(step query.Step, args []value) value {
	t := k.c.ResolveType(*step.Type)
	to := typeOf(t)
	if to.isZero() {
		return opaque(step.Type.String(), args...)
	}
	result := value{typ: to, mods: t.Mods, reads: anyReads(args)}
	each := to
	if step.Name.Name == "array" {
		each = k.base(to).element()
	}
	for _, v := range args {
		if v.known() && !k.foreign(v.typ) && !k.foreign(each) && k.castPath(v.typ, each, explicitly) == byText && k.category(v.typ) == 'S' {
			k.types.risky[step.At] = invalidText
			if category := k.category(each); category == 'D' || category == 'T' {
				k.types.risky[step.At] = invalidDatetime
			}
		}
		k.must(v, each, explicitly, cannotCoerce, step.At, "a cast to "+t.String())
	}
	return result
}

func (k *checker) operate(step query.Step, args []value) value {
	what := "operator " + step.Name.Name
	if k.obscure(args) {
		return k.doubtful(step.At, what, args...)
	}
	r := k.operator(step.Name, typesOf(args))
	if v, ok := k.outcome(r, step.At, what, args); !ok {
		return v
	}
	if step.Kind == query.StepNullIf {
		v := value{typ: r.args[0], reads: anyReads(args)}
		if args[0].typ == v.typ {
			v.mods = args[0].mods
		}
		return v
	}
	return k.resultOf(r, what, args)
}

// outcome refuses or doubts what was looked up, or converts the operands.
func (k *checker) outcome(r resolution, at source.Span, what string, args []value) (value, bool) {
	switch {
	case r.doubt:
		return k.doubtful(at, what, args...), false
	case r.code != "":
		k.mistyped(r.code, at, what, args...)
		return opaque("refused"), false
	}
	for i, v := range args {
		if i < len(r.args) {
			k.must(v, r.args[i], implicitly, cannotCoerce, at, what)
		}
	}
	return value{}, true
}

func (k *checker) resultOf(r resolution, what string, args []value) value {
	if r.results != "" {
		return value{key: r.results, reads: anyReads(args)}
	}
	if r.result.isZero() {
		return opaque(fmt.Sprintf("%s %d", what, r.routine), args...)
	}
	return value{typ: r.result, reads: anyReads(args)}
}

func (k *checker) invoke(step query.Step, args []value) value {
	what := "function " + step.Name.String()
	if holed(step.Name) {
		return opaque(what, args...)
	}
	if k.obscure(args) && !takesAny(step.Name) {
		return k.doubtful(step.At, what, args...)
	}
	if k.obscure(args) {
		// Whatever they are, they are taken: as if they were strings.
		types := typesOf(args)
		for i, v := range args {
			if !v.untyped && !v.known() {
				types[i] = typeNamed("text")
			}
		}
		if r := k.function(step.Name, types); !r.doubt && r.code == "" {
			return k.resultOf(r, what, args)
		}
		return k.doubtful(step.At, what, args...)
	}
	r := k.function(step.Name, typesOf(args))
	if v, ok := k.outcome(r, step.At, what, args); !ok {
		return v
	}
	if f := k.c.FunctionByOID(r.routine); f != nil {
		k.bound[step.At] = binding{routine: f.OID, name: f.Signature()}
	}
	return k.resultOf(r, what, args)
}

// takesAny reports whether a built-in function takes values of every type
// alike.
func takesAny(n ddl.Name) bool {
	return n.Schema == "" && slices.Contains([]string{
		"concat", "concat_ws", "count", "json_agg", "json_build_array", "json_build_object", "jsonb_agg", "jsonb_build_array",
		"jsonb_build_object", "num_nonnulls", "num_nulls", "pg_typeof", "row_to_json", "to_json", "to_jsonb",
	}, n.Name)
}

// common is the value of CASE, COALESCE, GREATEST and ARRAY.
func (k *checker) common(what string, at source.Span, args []value) value {
	t, ok := k.together(what, at, args)
	if !ok {
		return opaque(what, args...)
	}
	switch {
	case what == "greatest":
		k.sortable(t, true, at)
	case what == "array" && len(args) == 0:
		return opaque("ARRAY[]")
	case what == "array":
		if base := k.base(t.typ); !base.array {
			t.typ = t.typ.arrayOf()
		}
	}
	return t
}

// together is the value of a type that all operands become.
func (k *checker) together(what string, at source.Span, args []value) (value, bool) {
	types := typesOf(args)
	same := len(args) > 0 && !slices.ContainsFunc(args, func(v value) bool { return !v.known() || v.typ != args[0].typ })
	if !same && k.obscure(args) {
		k.doubtful(at, what, args...)
		return value{}, false
	}
	if len(args) == 0 {
		return value{}, true
	}
	t, ok := k.commonType(types)
	if !ok {
		k.mistyped(datatypeMismatch, at, what, args...)
		return value{}, false
	}
	if t.isZero() {
		t = typeNamed("text")
	}
	for _, v := range args {
		k.must(v, t, implicitly, cannotCoerce, at, what)
	}
	result := value{typ: t, reads: anyReads(args)}
	if same && !slices.ContainsFunc(args, func(v value) bool { return !slices.Equal(v.mods, args[0].mods) }) {
		result.mods = args[0].mods
	}
	return result, true
}

// in compares a value with a list: with an array where the list has a common
// type, else with one after the other.
func (k *checker) in(step query.Step, args []value) value {
	var constants []value
	for _, v := range args[1:] {
		if !v.reads {
			constants = append(constants, v)
		}
	}
	rest := args[1:]
	if len(constants) > 1 && !k.obscure(args) {
		all := append([]value{args[0]}, constants...)
		t, ok := k.commonType(typesOf(all))
		if t.isZero() {
			t = typeNamed("text")
		}
		if ok && !slices.ContainsFunc(all, func(v value) bool { return v.known() && !k.castable(v.typ, t, implicitly) }) {
			for _, v := range constants {
				k.must(v, t, implicitly, cannotCoerce, step.At, "IN")
			}
			k.operate(query.Step{Kind: query.StepOperator, Name: step.Name, At: step.At}, []value{args[0], {typ: t}})
			rest = slices.DeleteFunc(slices.Clone(rest), func(v value) bool { return !v.reads })
		}
	}
	for _, v := range rest {
		k.operate(query.Step{Kind: query.StepOperator, Name: step.Name, At: step.At}, []value{args[0], v})
	}
	return truth(args)
}

// any is = ANY (array).
func (k *checker) any(step query.Step, args []value) value {
	what := "operator " + step.Name.Name + " ANY"
	left, right := args[0], args[1]
	if k.obscure(args) {
		k.doubtful(step.At, what, args...)
		return truth(args)
	}
	if right.known() {
		if !k.base(right.typ).array {
			k.mistyped(wrongObjectType, step.At, what, args...)
			return truth(args)
		}
		right = value{typ: k.base(right.typ).element()}
	}
	r := k.operator(step.Name, []dataType{left.typ, right.typ})
	switch {
	case r.doubt:
		k.doubtful(step.At, what, args...)
	case r.code != "":
		k.mistyped(r.code, step.At, what, args...)
	case r.args[1].array:
		k.mistyped(undefinedObject, step.At, what, args...) // an array of arrays
	default:
		k.must(left, r.args[0], implicitly, cannotCoerce, step.At, what)
		k.must(args[1], r.args[1].arrayOf(), implicitly, cannotCoerce, step.At, what)
	}
	return truth(args)
}

func (k *checker) subscript(step query.Step, args []value) value {
	for _, index := range args[1:] {
		if k.category(args[0].typ) == 'A' {
			k.must(index, typeNamed("int4"), assigning, datatypeMismatch, step.At, "a subscript")
		}
	}
	t := args[0]
	switch base := k.base(t.typ); {
	case !t.known() || t.typ.assumed || !base.array && (base.def != 0 || k.category(base) == 'A' || k.category(base) == 'G' || base.name == "jsonb" || base.name == "name"):
		return k.doubtful(step.At, "a subscript", args...)
	case !base.array:
		k.mistyped(datatypeMismatch, step.At, "a subscript", t)
		return opaque("refused")
	case step.Kind == query.StepSlice:
		t.typ = base
	default:
		t.typ = base.element()
	}
	return t
}

func (k *checker) subquery(step query.Step, args []value, subqueries [][]output) value {
	columns := subqueries[step.Index]
	switch {
	case step.Name.Name == "exists":
		return boolean
	case len(args) > 0 && len(columns) != len(args), len(args) == 0 && len(columns) != 1:
		return opaque(step.At.Text(), args...)
	case len(args) == 0:
		v := columns[0].settled()
		if step.Name.Name == "array" && v.known() && !k.base(v.typ).array {
			v.typ = v.typ.arrayOf()
		}
		return v
	}
	for i, v := range args {
		k.operate(query.Step{Kind: query.StepOperator, Name: step.Name, At: step.At}, []value{v, columns[i].settled()})
	}
	return truth(args)
}

// sortable wants an equality of a type, or an order as well.
func (k *checker) sortable(v value, order bool, at source.Span) {
	what := "an equality operator"
	if order {
		what = "an ordering operator"
	}
	switch {
	case v.untyped:
	case k.obscure([]value{v}):
		k.doubtful(at, what, v)
	default:
		equal, ordered := k.comparable(v.typ)
		if !equal || order && !ordered {
			k.mistyped(undefinedFunction, at, what, v)
		}
	}
}

func (k *checker) collate(step query.Step, v value) value {
	base := k.base(v.typ).element()
	e := builtin().types[base.name]
	switch {
	case v.untyped:
		k.must(v, typeNamed("text"), implicitly, cannotCoerce, step.At, "COLLATE")
		return value{typ: typeNamed("text")}
	case k.obscure([]value{v}):
		return k.doubtful(step.At, "COLLATE", v)
	case base.def != 0 || e == nil || !e.collatable:
		k.mistyped(datatypeMismatch, step.At, "COLLATE", v)
	}
	return v
}
