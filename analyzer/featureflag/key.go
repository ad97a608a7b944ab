package featureflag

import (
	"go/constant"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// key is the text that a value is known to be, or the parameter that it is; ""
// and nil if it is neither.
func (s *solver) key(v ssa.Value) (string, *ssa.Parameter) {
	switch v := v.(type) {
	case *ssa.Const:
		if v.Value != nil && v.Value.Kind() == constant.String {
			return constant.StringVal(v.Value), nil
		}
	case *ssa.Parameter:
		return "", v
	case *ssa.ChangeType:
		return s.key(v.X)
	case *ssa.UnOp:
		if v.Op == token.MUL {
			return s.constant(v.X), nil
		}
	case *ssa.Call:
		return s.returned(v), nil
	}
	return "", nil
}

// constant is the one text that a variable holds.
func (s *solver) constant(address ssa.Value) string {
	var stores []*ssa.Store
	ok := false
	switch a := address.(type) {
	case *ssa.Global:
		stores, ok = s.assigned(a.Object())
	case *ssa.FreeVar:
		if alloc := s.captured(a); alloc != nil {
			return s.constant(alloc)
		}
	case *ssa.Alloc:
		stores, ok = s.local(a)
	}
	if !ok || len(stores) != 1 {
		return ""
	}
	return text(stores[0].Val)
}

// returned is the one text that a function of the package returns.
func (s *solver) returned(call *ssa.Call) string {
	callee := origin(call.Call.StaticCallee())
	if callee == nil || !s.source[callee] || len(callee.Blocks) != 1 {
		return ""
	}
	ret, ok := last(callee.Blocks[0]).(*ssa.Return)
	if !ok || len(ret.Results) != 1 {
		return ""
	}
	return text(ret.Results[0])
}

// text is the text that a constant is, "" for anything else.
func text(v ssa.Value) string {
	if c, ok := v.(*ssa.Const); ok && c.Value != nil && c.Value.Kind() == constant.String {
		return constant.StringVal(c.Value)
	}
	return ""
}

// keyIn is the key that a field of an argument is, or the argument itself.
func (s *solver) keyIn(arg ssa.Value, field string) (string, *ssa.Parameter) {
	if field == "" {
		return s.key(arg)
	}
	if load, ok := arg.(*ssa.UnOp); ok && load.Op == token.MUL {
		arg = load.X
	}
	alloc, ok := arg.(*ssa.Alloc)
	if !ok {
		return "", nil
	}
	var value ssa.Value
	for _, instr := range referrers(alloc) {
		address, ok := instr.(*ssa.FieldAddr)
		if !ok || fieldOf(address.X.Type(), address.Field).Name() != field {
			continue
		}
		for _, use := range referrers(address) {
			store, ok := use.(*ssa.Store)
			if !ok {
				continue
			}
			if value != nil {
				return "", nil
			}
			value = store.Val
		}
	}
	if value == nil {
		return "", nil
	}
	return s.key(value)
}

// fallback reports whether an option of a call may make the flag true when
// nobody answers. Options are the last argument, which the compiler makes a
// slice of.
func (s *solver) fallback(check Check, args []ssa.Value) bool {
	if check.Fallback == "" || len(args) == 0 {
		return false
	}
	switch options := args[len(args)-1].(type) {
	case *ssa.Const:
		return false // none
	case *ssa.Slice:
		return opens(check.Fallback, options.X)
	}
	return true
}

// opens reports whether one of the options of an array may be a fallback that
// is not false.
func opens(prefix string, array ssa.Value) bool {
	for _, instr := range referrers(array) {
		element, ok := instr.(*ssa.IndexAddr)
		if !ok {
			continue
		}
		for _, use := range referrers(element) {
			if store, ok := use.(*ssa.Store); ok && !harmless(prefix, store.Val) {
				return true
			}
		}
	}
	return false
}

// harmless reports whether an option is no fallback, or one that is off.
func harmless(prefix string, option ssa.Value) bool {
	if converted, ok := option.(*ssa.ChangeType); ok {
		option = converted.X
	}
	call, ok := option.(*ssa.Call)
	if !ok || call.Call.StaticCallee() == nil {
		return false
	}
	fn, ok := call.Call.StaticCallee().Object().(*types.Func)
	if !ok {
		return false
	}
	if !strings.HasPrefix(fn.Name(), prefix) {
		return true
	}
	if len(call.Call.Args) != 1 {
		return false
	}
	c, ok := call.Call.Args[0].(*ssa.Const)
	return ok && c.Value != nil && c.Value.Kind() == constant.Bool && !constant.BoolVal(c.Value)
}
