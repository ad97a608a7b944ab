package featureflag

import (
	"go/constant"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// answer is what is known of flags if a value is what it is wanted to be.
func (s *solver) answer(q question) set {
	if !boolean(q.value.Type()) {
		return set{}
	}
	if state, ok := s.state(q.value); ok {
		return state.known(q.want)
	}
	switch v := q.value.(type) {
	case *ssa.Const:
		if v.Value != nil && v.Value.Kind() == constant.Bool && constant.BoolVal(v.Value) != q.want {
			return everything // which cannot be
		}
	case *ssa.ChangeType:
		return s.implies(v.X, q.want)
	case *ssa.UnOp:
		switch v.Op {
		case token.NOT:
			return s.implies(v.X, !q.want)
		case token.MUL:
			return s.variable(v.X, q.want)
		}
	case *ssa.BinOp:
		if v.Op == token.EQL || v.Op == token.NEQ {
			return s.compared(v.X, v.Y, (v.Op == token.EQL) == q.want)
		}
	case *ssa.Phi:
		result := everything
		for i, value := range v.Edges {
			result = either(result, both(s.edge(v.Block().Preds[i], v.Block()), s.implies(value, q.want)))
		}
		return result
	case *ssa.Call:
		return s.result(v, 0, q.want)
	case *ssa.Extract:
		return s.extracted(v, q.want)
	case *ssa.TypeAssert:
		if state, ok := s.state(v.X); ok && !v.CommaOk {
			return state.known(q.want)
		}
	case *ssa.Field:
		return s.stored(fieldOf(v.X.Type(), v.Field), v.X.Type(), q.want)
	case *ssa.Parameter:
		return s.argument(v, q.want)
	}
	return set{}
}

// extracted is what is known if one of several results is what is wanted.
func (s *solver) extracted(v *ssa.Extract, want bool) set {
	switch tuple := v.Tuple.(type) {
	case *ssa.Call:
		return s.result(tuple, v.Index, want)
	case *ssa.TypeAssert:
		// False is also what remains of a value of another type.
		if state, ok := s.state(tuple.X); ok && v.Index == 0 && want {
			return state.known(true)
		}
	}
	return set{}
}

// compared is what is known if two values are equal, or are not.
func (s *solver) compared(x, y ssa.Value, equal bool) set {
	if _, ok := unwrap(x).(*ssa.Const); ok {
		x, y = y, x
	}
	c, ok := unwrap(y).(*ssa.Const)
	if !ok || c.Value == nil {
		return set{}
	}
	if boolean(x.Type()) && c.Value.Kind() == constant.Bool {
		return s.implies(x, equal == constant.BoolVal(c.Value))
	}
	state, ok := s.state(x)
	if !ok {
		return set{}
	}
	switch c.Value.Kind() {
	case constant.Bool:
		// A value of any type that is not true may be a variant's name.
		if equal {
			return state.known(constant.BoolVal(c.Value))
		}
	case constant.String:
		on := state.check.on(constant.StringVal(c.Value))
		if equal {
			return state.known(on)
		}
		if on && len(state.check.Variants) == 1 {
			return state.known(false)
		}
	}
	return set{}
}

// unwrap is a constant without the interface that it was put into.
func unwrap(v ssa.Value) ssa.Value {
	if wrapped, ok := v.(*ssa.MakeInterface); ok {
		return wrapped.X
	}
	return v
}

// A state is the value of a flag: true, or a variant's name, if it is on.
type state struct {
	check  Check
	key    string
	param  *ssa.Parameter
	open   bool
	negate bool
}

// known is what follows from the value of a flag.
func (s state) known(value bool) set {
	on := value != s.negate
	return known(fact{key: s.key, param: s.param, on: on}, on && s.open)
}

// state is the flag that a value is.
func (s *solver) state(v ssa.Value) (state, bool) {
	switch v := v.(type) {
	case *ssa.ChangeType:
		return s.state(v.X)
	case *ssa.Call:
		return s.checked(v, 0, "")
	case *ssa.Extract:
		if call, ok := v.Tuple.(*ssa.Call); ok {
			return s.checked(call, v.Index, "")
		}
	case *ssa.TypeAssert:
		if !v.CommaOk && types.IsInterface(v.X.Type()) && !boolean(v.Type()) {
			return s.state(v.X)
		}
	case *ssa.Field:
		return s.field(v.X, v.X.Type(), v.Field)
	case *ssa.UnOp:
		if v.Op != token.MUL {
			return state{}, false
		}
		switch address := v.X.(type) {
		case *ssa.Global:
			return s.declared(address.Object(), fullName)
		case *ssa.FieldAddr:
			return s.field(address.X, address.X.Type(), address.Field)
		}
	}
	return state{}, false
}

// declared is the flag that a variable or field is by its name.
func (s *solver) declared(object types.Object, name func(types.Object) string) (state, bool) {
	if object == nil {
		return state{}, false
	}
	check, ok := s.find(object, func() string { return name(object) })
	return state{check: check, key: check.Key.Text}, ok
}

// field is the flag that a field of a struct is: by its name, or because the
// struct is the result of a check.
func (s *solver) field(of ssa.Value, t types.Type, i int) (state, bool) {
	field := fieldOf(t, i)
	named, ok := s.declared(field, func(types.Object) string { return fieldName(t, field) })
	if ok {
		return named, true
	}
	if load, ok := of.(*ssa.UnOp); ok && load.Op == token.MUL {
		of = load.X
	}
	whole := i // of the struct that is checked, any field
	if outer := embedding(of); outer != of {
		of, whole = outer, -1
	}
	if alloc, ok := of.(*ssa.Alloc); ok {
		if of = only(alloc); of == nil {
			return state{}, false
		}
	}
	index := 0
	if v, ok := of.(*ssa.Extract); ok {
		index = v.Index
	}
	call, ok := callOf(of)
	if !ok || written(of, whole) {
		return state{}, false
	}
	return s.checked(call, index, field.Name())
}

// embedding is the struct that a struct, or its address, is embedded in; itself
// if in none.
func embedding(of ssa.Value) ssa.Value {
	for {
		switch v := of.(type) {
		case *ssa.FieldAddr:
			if !fieldOf(v.X.Type(), v.Field).Embedded() {
				return of
			}
			of = v.X
		case *ssa.Field:
			if !fieldOf(v.X.Type(), v.Field).Embedded() {
				return of
			}
			of = v.X
		default:
			return of
		}
	}
}

// callOf is the call that a value is a result of.
func callOf(v ssa.Value) (*ssa.Call, bool) {
	if extract, ok := v.(*ssa.Extract); ok {
		v = extract.Tuple
	}
	call, ok := v.(*ssa.Call)
	return call, ok
}

// only is the one value that a variable for a struct ever has: assigned whole,
// before all else, and never by way of its address. Nil if there is none.
func only(alloc *ssa.Alloc) ssa.Value {
	var value ssa.Value
	for _, instr := range referrers(alloc) {
		switch i := instr.(type) {
		case *ssa.Store:
			if value != nil || i.Val == ssa.Value(alloc) {
				return nil
			}
			value = i.Val
		case *ssa.UnOp:
		case *ssa.FieldAddr:
			if !loaded(i) {
				return nil
			}
		default:
			return nil
		}
	}
	if !assignedFirst(alloc) {
		return nil
	}
	return value
}

// loaded reports whether an address is used to read, and for nothing else.
func loaded(address ssa.Value) bool {
	for _, instr := range referrers(address) {
		switch i := instr.(type) {
		case *ssa.UnOp:
			if i.Op != token.MUL {
				return false
			}
		case *ssa.FieldAddr:
			if !loaded(i) {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// written reports whether a field of the result of a check may have been
// assigned to, where the result is a pointer; any field if i is negative. A result that is put into an
// interface, as for a log, is not taken for changed.
func written(result ssa.Value, i int) bool {
	if _, ok := result.Type().Underlying().(*types.Pointer); !ok {
		return false
	}
	for _, instr := range referrers(result) {
		switch r := instr.(type) {
		case *ssa.FieldAddr:
			if (r.Field == i || i < 0) && !loaded(r) {
				return true
			}
		case *ssa.UnOp, *ssa.MakeInterface, *ssa.BinOp:
		default:
			return true
		}
	}
	return false
}

// checked is the flag that a call asks for, if the value is the given field of
// the given result; the field is "" for the result itself.
func (s *solver) checked(call *ssa.Call, result int, field string) (state, bool) {
	check, args, ok := s.check(call)
	if !ok || check.Result != result {
		return state{}, false
	}
	if field != check.Field && (field != check.Off || field == "") {
		return state{}, false
	}
	found := state{check: check, key: check.Key.Text, negate: field != check.Field}
	source := args
	if check.Key.Declared {
		source = s.declaration(call)
	}
	if arg := argument(source, check.Key.Argument); arg != nil {
		found.key, found.param = s.keyIn(arg, check.Key.Field)
	}
	found.open = s.open(check, source) || s.fallback(check, args)
	return found, true
}

// check is the check that a call is, and its arguments without the receiver.
func (s *solver) check(call *ssa.Call) (Check, []ssa.Value, bool) {
	common := call.Common()
	if common.IsInvoke() {
		check, ok := s.find(common.Method.Origin(), func() string { return fullName(common.Method) })
		return check, common.Args, ok
	}
	callee := origin(common.StaticCallee())
	if callee == nil {
		return Check{}, nil, false
	}
	fn, ok := callee.Object().(*types.Func)
	if !ok {
		return Check{}, nil, false
	}
	args := common.Args
	if fn.Signature().Recv() != nil && len(args) > 0 {
		args = args[1:]
	}
	check, ok := s.find(fn.Origin(), func() string { return fullName(fn) })
	return check, args, ok
}

// declaration are the arguments of the call that made a method's receiver,
// where that is a variable of the package.
func (s *solver) declaration(call *ssa.Call) []ssa.Value {
	if call.Call.IsInvoke() || len(call.Call.Args) == 0 {
		return nil
	}
	receiver := call.Call.Args[0]
	if load, ok := receiver.(*ssa.UnOp); ok && load.Op == token.MUL {
		receiver = load.X
	}
	global, ok := receiver.(*ssa.Global)
	if !ok {
		return nil
	}
	stores := s.stores[global.Object()]
	if len(stores) != 1 {
		return nil
	}
	made, ok := stores[0].Val.(*ssa.Call)
	if !ok {
		return nil
	}
	return made.Call.Args
}

// argument is an argument by its number, counted from 1; nil without one.
func argument(args []ssa.Value, n int) ssa.Value {
	if n < 1 || n > len(args) {
		return nil
	}
	return args[n-1]
}

// open reports whether the default of a check may be that the flag is on.
func (s *solver) open(check Check, args []ssa.Value) bool {
	if check.Default == 0 {
		return false
	}
	c, ok := unwrap(argument(args, check.Default)).(*ssa.Const)
	if !ok {
		return true
	}
	if c.Value == nil {
		return false // nil, or a zero value
	}
	switch c.Value.Kind() {
	case constant.Bool:
		return constant.BoolVal(c.Value)
	case constant.String:
		return check.on(constant.StringVal(c.Value))
	}
	return true
}
