package compat

import (
	"fmt"
	"slices"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
)

// A resolution is what looking up an operator or a function yields.
type resolution struct {
	// code is the SQLSTATE of a refusal, or "".
	code string
	// args are the types that the operands are converted to. The result is
	// zero where majors have different ones, which are then in results.
	args    []dataType
	result  dataType
	results string
	routine catalog.OID
	// doubt: majors differ in whether it is refused, or more may exist than
	// is known.
	doubt bool
}

// A candidate is a signature for a number of operands.
type candidate struct {
	*signature
	args []dataType
	// ambiguous: another function takes the same, if what may be left out is.
	ambiguous bool
}

// overMajors looks something up in every major whose candidates differ.
func overMajors(all []*signature, lookUp func(major int) resolution) resolution {
	last := lookUp(newestMajor)
	if !slices.ContainsFunc(all, func(s *signature) bool { return s != nil && !s.majors.all() }) {
		return last
	}
	results, differ := "", false
	for major := oldestMajor; major < newestMajor; major++ {
		r := lookUp(major)
		if r.code != last.code || r.doubt {
			return resolution{doubt: true}
		}
		results += fmt.Sprint(r.result)
		differ = differ || r.result != last.result
	}
	if differ {
		last.results, last.result = results+fmt.Sprint(last.result), dataType{}
	}
	return last
}

// operator looks an operator up for one operand or two; an operand that is zero
// is a constant without a type.
func (k *checker) operator(name ddl.Name, operands []dataType) resolution {
	if name.Schema != "" && name.Schema != "pg_catalog" {
		return resolution{doubt: true}
	}
	all := builtin().operators[name.Name]
	if len(all) == 0 {
		return resolution{doubt: true} // an extension's or the history's
	}
	r := overMajors(all, func(major int) resolution {
		var candidates []candidate
		for _, s := range all {
			if len(s.args) == len(operands) && s.majors.has(major) {
				candidates = append(candidates, candidate{signature: s, args: s.args})
			}
		}
		if c, ok := k.exactOperator(candidates, operands); ok {
			return k.applied(c, operands)
		}
		return k.chosen(candidates, operands)
	})
	if r.code != "" && k.moreOperators() {
		return resolution{doubt: true}
	}
	return r
}

// exactOperator finds the operator of exactly those types, where a constant is
// taken to be of the type of the other operand.
func (k *checker) exactOperator(candidates []candidate, operands []dataType) (candidate, bool) {
	exact := func(types []dataType) (candidate, bool) {
		i := slices.IndexFunc(candidates, func(c candidate) bool { return slices.Equal(c.args, types) })
		if i < 0 {
			return candidate{}, false
		}
		return candidates[i], true
	}
	if len(operands) == 1 {
		return exact(operands)
	}
	types, known := slices.Clone(operands), dataType{}
	for i, t := range operands {
		if t.isZero() {
			types[i], known = operands[1-i], operands[1-i]
		}
	}
	if types[0].isZero() {
		return candidate{}, false
	}
	if c, ok := exact(types); ok || known.isZero() || k.base(known) == known {
		return c, ok
	}
	return exact([]dataType{k.base(known), k.base(known)})
}

// moreOperators reports whether there may be operators on built-in types that
// are not built in.
func (k *checker) moreOperators() bool {
	for _, o := range k.c.Objects() {
		if o.Kind == ddl.Operator || o.Kind == ddl.Cast {
			return true
		}
	}
	return k.foreignExtension()
}

// foreignExtension reports whether there is an extension that may add operators
// and functions on built-in types under the names of built-in ones.
func (k *checker) foreignExtension() bool {
	return slices.ContainsFunc(k.c.Extensions(), func(x *catalog.Extension) bool { return !slices.Contains(modestExtensions, x.Name) })
}

// modestExtensions overload nothing that is built in for built-in types.
var modestExtensions = []string{
	"amcheck", "btree_gin", "btree_gist", "citext", "cube", "dblink", "earthdistance", "fuzzystrmatch", "hstore", "ltree", "moddatetime",
	"pageinspect", "pg_buffercache", "pg_prewarm", "pg_stat_statements", "pg_trgm", "pgcrypto", "pgrowlocks", "pgstattuple", "plpgsql",
	"postgis", "postgres_fdw", "sslinfo", "tablefunc", "timescaledb", "unaccent", "uuid-ossp", "vector",
}

// function looks a function up.
func (k *checker) function(name ddl.Name, operands []dataType) resolution {
	var all []*signature
	if name.Schema == "" || name.Schema == "pg_catalog" {
		all = slices.Clone(builtin().functions[name.Name])
		if name.Name == "extract" { // up to 13 it is date_part
			for _, s := range builtin().functions["date_part"] {
				old := *s
				old.majors.last = 13
				all = append(all, &old)
			}
		}
	}
	builtIn := len(all)
	own := k.c.Functions(name)
	for _, f := range own {
		s, ok := k.signatureOf(f)
		if !ok && f.Accepts(len(operands)) {
			return resolution{doubt: true}
		}
		if ok {
			all = append(all, s)
		}
	}
	if len(all) == 0 || name.Schema == "pg_catalog" && builtIn == 0 {
		return resolution{doubt: true}
	}
	r := overMajors(all, func(major int) resolution { return k.functionIn(major, name, all, operands) })
	if r.code != "" && (len(own) > 0 && name.Schema == "" && len(k.c.SearchPath()) > 1 || k.foreignExtension()) {
		return resolution{doubt: true}
	}
	return r
}

func (k *checker) functionIn(major int, name ddl.Name, all []*signature, operands []dataType) resolution {
	var candidates []candidate
	for _, s := range all {
		if s == nil || !s.majors.has(major) {
			continue
		}
		if args, ok := s.expanded(len(operands)); ok {
			candidates = append(candidates, candidate{signature: s, args: args})
		}
	}
	candidates = distinct(candidates)
	for _, c := range candidates {
		if slices.Equal(c.args, operands) {
			return k.applied(c, operands)
		}
	}
	if len(operands) == 1 && (name.Schema == "" || name.Schema == "pg_catalog") {
		if e := builtin().types[name.Name]; e != nil && !e.pseudo { // a cast written as a call
			to := typeNamed(name.Name)
			path := k.castPath(operands[0], to, explicitly)
			if operands[0].isZero() || path == byText || path == byCast && k.relabels(operands[0], to) {
				return resolution{args: []dataType{to}, result: to}
			}
		}
	}
	return k.chosen(candidates, operands)
}

// relabels reports whether values of both types are stored alike.
func (k *checker) relabels(a, b dataType) bool {
	text := func(t dataType) bool { return !t.array && (t.name == "text" || t.name == "varchar") && t.def == 0 }
	return k.base(a) == k.base(b) || text(k.base(a)) && text(k.base(b))
}

// expanded are the arguments of a call with n of them.
func (s *signature) expanded(n int) ([]dataType, bool) {
	required := len(s.args) - s.defaults
	switch {
	case s.variadic && n >= len(s.args):
		last := s.args[len(s.args)-1]
		args := slices.Clone(s.args[:len(s.args)-1])
		for len(args) < n {
			args = append(args, variadicElement(last))
		}
		return args, true
	case n < required || n > len(s.args):
		return nil, false
	}
	return s.args[:n], true
}

func variadicElement(t dataType) dataType {
	switch t.name {
	case "any":
		return t
	case "anyarray":
		return typeNamed("anyelement")
	case "anycompatiblearray":
		return typeNamed("anycompatible")
	}
	return t.element()
}

// distinct leaves one candidate of those that take the same: the built-in one,
// or the one that is not variadic.
func distinct(list []candidate) []candidate {
	var kept []candidate
	for _, c := range list {
		i := slices.IndexFunc(kept, func(o candidate) bool { return slices.Equal(o.args, c.args) })
		switch {
		case i < 0:
			kept = append(kept, c)
		case kept[i].routine == 0 && c.routine != 0:
		case kept[i].variadic != c.variadic:
			if kept[i].variadic {
				kept[i] = c
			}
		default:
			kept[i].ambiguous = true
		}
	}
	return kept
}

// signatureOf is the signature of a routine of the history; it is false where a
// type of it is not known.
func (k *checker) signatureOf(f *catalog.Function) (*signature, bool) {
	if f.Kind == ddl.Procedure {
		return nil, false
	}
	s := &signature{majors: majors{oldestMajor, newestMajor}, result: typeOf(f.Returns), set: f.ReturnsSet, routine: f.OID}
	for _, a := range f.Args {
		switch a.Mode {
		case 'i', 'b', 'v':
			t := typeOf(a.Type)
			if t.isZero() || t.assumed {
				return nil, false
			}
			s.args = append(s.args, t)
			s.variadic = s.variadic || a.Mode == 'v'
			if a.HasDefault {
				s.defaults++
			}
		}
		s.out = s.out || a.Mode != 'i' && a.Mode != 'v'
	}
	return s, true
}

// chosen follows the rules for choosing among candidates.
func (k *checker) chosen(candidates []candidate, operands []dataType) resolution {
	var fit []candidate
	for _, c := range candidates {
		if k.accepts(c.args, operands) {
			fit = append(fit, c)
		}
	}
	switch c, ok := k.best(fit, operands); {
	case ok:
		return k.applied(c, operands)
	case len(fit) == 0:
		return resolution{code: undefinedFunction}
	}
	return resolution{code: ambiguousFunction}
}

// accepts reports whether operands of those types can be given implicitly.
func (k *checker) accepts(args, operands []dataType) bool {
	for i, to := range args {
		from := operands[i]
		if from.isZero() || from == to || polymorphic(to) || to.name == "any" {
			continue
		}
		if !k.castable(from, to, implicitly) {
			return false
		}
	}
	_, _, ok := k.generic(args, operands, dataType{})
	return ok
}

// best chooses among candidates that all fit.
func (k *checker) best(list []candidate, operands []dataType) (candidate, bool) {
	if len(list) == 0 {
		return candidate{}, false
	}
	inputs := make([]dataType, len(operands))
	unknown := 0
	for i, t := range operands {
		if inputs[i] = k.base(t); t.isZero() {
			unknown++
		}
	}
	list = most(list, func(c candidate) (n int) {
		for i, t := range inputs {
			if !t.isZero() && c.args[i] == t {
				n++
			}
		}
		return n
	})
	if len(list) == 1 {
		return list[0], true
	}
	list = most(list, func(c candidate) (n int) {
		for i, t := range inputs {
			if !t.isZero() && (c.args[i] == t || k.category(c.args[i]) == k.category(t) && k.preferred(c.args[i])) {
				n++
			}
		}
		return n
	})
	if len(list) == 1 || unknown == 0 {
		return list[0], len(list) == 1
	}
	list = k.byCategory(list, inputs)
	if len(list) == 1 {
		return list[0], true
	}
	return k.bySame(list, inputs)
}

func most(list []candidate, count func(candidate) int) []candidate {
	best, kept := -1, []candidate(nil)
	for _, c := range list {
		switch n := count(c); {
		case n > best:
			best, kept = n, []candidate{c}
		case n == best:
			kept = append(kept, c)
		}
	}
	return kept
}

// byCategory keeps the candidates that take a constant as the category which
// all agree on, or as a string, and as its preferred type if any does.
func (k *checker) byCategory(list []candidate, inputs []dataType) []candidate {
	const text = 'S'
	categories, preferred := make([]byte, len(inputs)), make([]bool, len(inputs))
	for i, t := range inputs {
		if !t.isZero() {
			continue
		}
		conflict := false
		for _, c := range list {
			category, best := k.category(c.args[i]), k.preferred(c.args[i])
			switch {
			case categories[i] == 0:
				categories[i], preferred[i] = category, best
			case category == categories[i]:
				preferred[i] = preferred[i] || best
			case category == text:
				categories[i], preferred[i] = category, best
			default:
				conflict = true
			}
		}
		if conflict && categories[i] != text {
			return list
		}
	}
	var kept []candidate
	for _, c := range list {
		fits := true
		for i, t := range inputs {
			if t.isZero() && (k.category(c.args[i]) != categories[i] || preferred[i] && !k.preferred(c.args[i])) {
				fits = false
			}
		}
		if fits {
			kept = append(kept, c)
		}
	}
	if len(kept) == 0 {
		return list
	}
	return kept
}

// bySame takes the constants to be of the one type that all others have.
func (k *checker) bySame(list []candidate, inputs []dataType) (candidate, bool) {
	var known dataType
	for _, t := range inputs {
		switch {
		case t.isZero():
		case known.isZero():
			known = t
		case t != known:
			return candidate{}, false
		}
	}
	if known.isZero() {
		return candidate{}, false
	}
	var kept []candidate
	for _, c := range list {
		if k.accepts(c.args, slices.Repeat([]dataType{known}, len(inputs))) {
			kept = append(kept, c)
		}
	}
	if len(kept) != 1 {
		return candidate{}, false
	}
	return kept[0], true
}

// applied settles the polymorphic types of what was found.
func (k *checker) applied(c candidate, operands []dataType) resolution {
	if c.ambiguous {
		return resolution{code: ambiguousFunction}
	}
	args, result, ok := k.generic(c.args, operands, c.result)
	if !ok || slices.ContainsFunc(args, polymorphic) {
		return resolution{code: datatypeMismatch}
	}
	for i, t := range args {
		if t.array && (c.result.name == "anyarray" || c.result.name == "anycompatiblearray") && (c.args[i].name == "anyelement" || c.args[i].name == "anycompatible") {
			return resolution{code: undefinedObject} // there are no arrays of arrays
		}
	}
	r := resolution{args: args, result: result, routine: c.routine}
	if c.out || polymorphic(result) || result.name == "record" && result.def == 0 {
		r.result = dataType{}
	}
	return r
}

func polymorphic(t dataType) bool {
	switch t.name {
	case "anyelement", "anyarray", "anynonarray", "anyenum", "anyrange", "anymultirange",
		"anycompatible", "anycompatiblearray", "anycompatiblenonarray", "anycompatiblerange", "anycompatiblemultirange":
		return t.def == 0 && !t.assumed
	}
	return false
}

// generic replaces polymorphic types by those of the operands; it is false
// where these do not go together.
func (k *checker) generic(declared, operands []dataType, result dataType) (args []dataType, res dataType, ok bool) {
	if !slices.ContainsFunc(declared, polymorphic) {
		return declared, result, true
	}
	var element, array, ranged, multi dataType
	var compatible []dataType
	set := func(to *dataType, t dataType) bool {
		if !to.isZero() && *to != t {
			return false
		}
		*to = t
		return true
	}
	for i, d := range declared {
		t := operands[i]
		if t.isZero() {
			continue
		}
		good := true
		switch d.name {
		case "anyelement":
			good = set(&element, t)
		case "anynonarray":
			good = set(&element, t) && !k.base(t).array
		case "anyenum":
			good = set(&element, t) && k.isEnum(k.base(t))
		case "anyarray":
			good = set(&array, k.base(t)) && k.base(t).array
		case "anyrange":
			good = set(&ranged, k.base(t)) && rangeSubtype(k.base(t)) != ""
		case "anymultirange":
			good = set(&multi, k.base(t)) && rangeOf(k.base(t)) != ""
		case "anycompatible", "anycompatiblenonarray":
			compatible = append(compatible, t)
			good = d.name == "anycompatible" || !k.base(t).array
		case "anycompatiblearray":
			compatible = append(compatible, k.base(t).element())
			good = k.base(t).array
		case "anycompatiblerange", "anycompatiblemultirange":
			return nil, dataType{}, false
		}
		if !good {
			return nil, dataType{}, false
		}
	}
	if !multi.isZero() && !set(&ranged, typeNamed(rangeOf(multi))) || !array.isZero() && !set(&element, array.element()) ||
		!ranged.isZero() && !set(&element, typeNamed(rangeSubtype(ranged))) {
		return nil, dataType{}, false
	}
	if element.isZero() && slices.Contains(declared, typeNamed("anyenum")) {
		return nil, dataType{}, false
	}
	common := typeNamed("text")
	if len(compatible) > 0 {
		if common, ok = k.commonType(compatible); !ok {
			return nil, dataType{}, false
		}
	}
	concrete := func(t dataType) dataType {
		switch t.name {
		case "anyelement", "anynonarray", "anyenum":
			return orType(element, t)
		case "anyarray":
			if element.isZero() {
				return t
			}
			return element.arrayOf()
		case "anyrange":
			return orType(ranged, t)
		case "anymultirange":
			if multi.isZero() {
				return orType(multirangeOf(ranged), t)
			}
			return multi
		case "anycompatible", "anycompatiblenonarray":
			return common
		case "anycompatiblearray":
			return common.arrayOf()
		}
		return t
	}
	for _, d := range declared {
		args = append(args, concrete(d))
	}
	return args, concrete(result), true
}

func orType(t, otherwise dataType) dataType {
	if t.isZero() {
		return otherwise
	}
	return t
}

func rangeSubtype(t dataType) string {
	if e := builtin().types[t.name]; e != nil && t.def == 0 && !t.array {
		return e.subtype
	}
	return ""
}

func rangeOf(t dataType) string {
	if e := builtin().types[t.name]; e != nil && t.def == 0 && !t.array {
		return e.rangeOf
	}
	return ""
}

func multirangeOf(t dataType) dataType {
	for name, e := range builtin().types {
		if e.rangeOf == t.name && t.name != "" {
			return typeNamed(name)
		}
	}
	return dataType{}
}

// commonType is the type of CASE, UNION and the like; zero where none of them
// has one.
func (k *checker) commonType(types []dataType) (dataType, bool) {
	if !slices.ContainsFunc(types, func(t dataType) bool { return t != types[0] }) {
		return types[0], true
	}
	common := k.base(types[0])
	for _, t := range types[1:] {
		t = k.base(t)
		switch {
		case t.isZero() || t == common:
		case common.isZero():
			common = t
		case k.category(t) != k.category(common):
			return dataType{}, false
		case !k.preferred(common) && k.castable(common, t, implicitly) && !k.castable(t, common, implicitly):
			common = t
		}
	}
	return common, true
}
