package featureflag

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// An index is what the functions of packages do with each other, and with
// what they share.
type index struct {
	functions []*ssa.Function
	source    map[*ssa.Function]bool
	// whole is set where the packages are a program.
	whole *Whole
	// calls are the calls of a function by its name; values are the
	// instructions that use it for anything else.
	calls  map[*ssa.Function][]ssa.CallInstruction
	values map[*ssa.Function][]ssa.Instruction
	// closures are the places that make a function that captures variables.
	closures map[*ssa.Function][]*ssa.MakeClosure
	// invoked are the names of methods called through interfaces.
	invoked map[string]bool
	// targets are the functions that a call through an interface may be of, in
	// a whole program; loose are the calls of which not all are here.
	targets map[ssa.CallInstruction][]*ssa.Function
	loose   map[ssa.CallInstruction]bool
	// stores are the assignments to variables and fields of the package;
	// shared are those of which not all can be seen.
	stores map[types.Object][]*ssa.Store
	shared map[types.Object]bool
}

func newIndex(functions []*ssa.Function, whole *Whole) *index {
	x := &index{
		whole:    whole,
		targets:  map[ssa.CallInstruction][]*ssa.Function{},
		loose:    map[ssa.CallInstruction]bool{},
		source:   map[*ssa.Function]bool{},
		calls:    map[*ssa.Function][]ssa.CallInstruction{},
		values:   map[*ssa.Function][]ssa.Instruction{},
		closures: map[*ssa.Function][]*ssa.MakeClosure{},
		invoked:  map[string]bool{},
		stores:   map[types.Object][]*ssa.Store{},
		shared:   map[types.Object]bool{},
	}
	for _, fn := range functions {
		x.add(fn)
	}
	var invoked []ssa.CallInstruction
	for _, fn := range x.functions {
		for _, block := range fn.Blocks {
			for _, instr := range block.Instrs {
				x.read(instr)
				if call, ok := instr.(ssa.CallInstruction); ok && call.Common().IsInvoke() {
					invoked = append(invoked, call)
				}
			}
		}
	}
	if whole != nil {
		x.dispatch(invoked)
	}
	return x
}

func (x *index) add(fn *ssa.Function) {
	if fn == nil || x.source[fn] {
		return
	}
	x.source[fn] = true
	x.functions = append(x.functions, fn)
	for _, literal := range fn.AnonFuncs {
		x.add(literal)
	}
}

func (x *index) read(instr ssa.Instruction) {
	if isDebug(instr) {
		return
	}
	if call, ok := instr.(ssa.CallInstruction); ok {
		common := call.Common()
		if common.IsInvoke() {
			x.invoked[common.Method.Name()] = true
		} else if fn := origin(common.StaticCallee()); fn != nil {
			x.calls[fn] = append(x.calls[fn], call)
			if fn.Parent() == nil && fn.Synthetic != "" {
				x.value(fn, instr) // a method by its expression
			}
		}
		for _, arg := range common.Args {
			if fn, ok := arg.(*ssa.Function); ok {
				x.value(fn, instr)
			}
		}
	}
	for _, operand := range instr.Operands(nil) {
		if *operand == nil {
			continue
		}
		switch v := (*operand).(type) {
		case *ssa.Function:
			if _, call := instr.(ssa.CallInstruction); !call {
				x.value(v, instr)
			}
		case *ssa.Global:
			x.access(v.Object(), v, instr)
		}
	}
	switch i := instr.(type) {
	case *ssa.MakeClosure:
		if fn, ok := i.Fn.(*ssa.Function); ok {
			x.closures[fn] = append(x.closures[fn], i)
		}
	case *ssa.FieldAddr:
		x.field(i)
	case *ssa.ChangeType:
		x.convert(i.X.Type(), i.Type())
	case *ssa.Convert:
		x.convert(i.X.Type(), i.Type())
	case *ssa.MultiConvert:
		x.convert(i.X.Type(), i.Type())
	}
}

// value notes that a function is used as a value.
func (x *index) value(fn *ssa.Function, instr ssa.Instruction) {
	if fn.Synthetic != "" && fn.Origin() == nil {
		// A method as a value: a wrapper that calls it.
		if method, ok := fn.Object().(*types.Func); ok {
			fn = fn.Prog.FuncValue(method.Origin())
		}
	}
	if fn = origin(fn); fn != nil {
		x.values[fn] = append(x.values[fn], instr)
	}
}

// access notes what an instruction does with the address of a variable.
func (x *index) access(object types.Object, address ssa.Value, instr ssa.Instruction) {
	switch i := instr.(type) {
	case *ssa.Store:
		if i.Addr == address && i.Val != address {
			x.stores[object] = append(x.stores[object], i)
			return
		}
	case *ssa.UnOp:
		if i.Op == token.MUL {
			return
		}
	}
	x.shared[object] = true
}

// field notes what is done with a field of a struct.
func (x *index) field(address *ssa.FieldAddr) {
	field := fieldOf(address.X.Type(), address.Field)
	for _, instr := range referrers(address) {
		x.access(field, address, instr)
	}
}

// convert notes that a struct turns into one of another type: its fields are
// then assigned to by the names of the other's.
func (x *index) convert(from, to types.Type) {
	a, b := structOf(from), structOf(to)
	if a == b {
		return
	}
	for _, s := range []*types.Struct{a, b} {
		for i := 0; s != nil && i < s.NumFields(); i++ {
			x.shared[s.Field(i).Origin()] = true
		}
	}
}

// structOf is the struct that a type is or points to; nil if neither.
func structOf(t types.Type) *types.Struct {
	if pointer, ok := t.Underlying().(*types.Pointer); ok {
		t = pointer.Elem()
	}
	s, _ := t.Underlying().(*types.Struct)
	return s
}

// fieldOf is a field of a struct, the same for all instances of a generic one.
func fieldOf(t types.Type, i int) *types.Var {
	if s := structOf(t); s != nil {
		return s.Field(i).Origin()
	}
	// A type parameter whose types are all the same struct.
	return types.NewField(token.NoPos, nil, "", types.Typ[types.Invalid], false)
}

// origin is the generic function of an instance, and any other function itself.
func origin(fn *ssa.Function) *ssa.Function {
	if fn != nil && fn.Origin() != nil {
		return fn.Origin()
	}
	return fn
}

// private reports whether all calls of a function are among x.calls.
func (x *index) private(fn *ssa.Function) bool {
	object, ok := fn.Object().(*types.Func)
	switch {
	case !ok || fn.Synthetic != "" || exported(fn):
		return false
	case object.Name() == "main" || object.Name() == "init" || object.Name() == "_":
		return false
	case x.whole == nil && object.Exported():
		return false
	case object.Signature().Recv() == nil:
	case x.whole != nil && x.whole.outside(object), (x.whole == nil || ofGeneric(object)) && x.invoked[object.Name()]:
		return false
	}
	return len(x.values[fn]) == 0 && len(x.calls[fn]) > 0
}

// ofGeneric reports whether a method is one of a generic type.
func ofGeneric(method *types.Func) bool {
	receiver := method.Signature().RecvTypeParams()
	return receiver.Len() > 0
}

// passed is the argument of a call that a parameter of the function is, by its
// place among the parameters, the receiver included; nil if that is not known.
func passed(call ssa.CallInstruction, n int) ssa.Value {
	common := call.Common()
	if common.IsInvoke() {
		n-- // the receiver stands elsewhere
	}
	if n < 0 || n >= len(common.Args) {
		return nil
	}
	return common.Args[n]
}

// assigned are all assignments to a variable or field of the packages; false if
// there may be others.
func (x *index) assigned(object types.Object) ([]*ssa.Store, bool) {
	if object == nil || x.shared[object] {
		return nil, false
	}
	// Decoders set exported fields, too.
	if v, ok := object.(*types.Var); object.Exported() && (x.whole == nil || ok && v.IsField()) {
		return nil, false
	}
	stores := x.stores[object]
	return stores, len(stores) > 0
}

// exported reports whether a function is made known to other languages or to
// the linker.
func exported(fn *ssa.Function) bool {
	decl, ok := fn.Syntax().(*ast.FuncDecl)
	if !ok || decl.Doc == nil {
		return false
	}
	return slices.ContainsFunc(decl.Doc.List, func(c *ast.Comment) bool {
		return strings.HasPrefix(c.Text, "//export ") || strings.HasPrefix(c.Text, "//go:linkname ")
	})
}
