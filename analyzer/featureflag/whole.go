package featureflag

import (
	"cmp"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"
	"golang.org/x/tools/go/types/typeutil"
)

// Whole says that the packages are a program: nothing else calls what they
// declare but what they pass on to others.
type Whole struct {
	// Named are the types that the packages declare, without those that are
	// generic or interfaces.
	Named []*types.Named
	// Outside are the methods of the interfaces that other packages declare, by
	// name: a method with such a name and signature may be called by them.
	Outside map[string][]*types.Signature
}

// WholeOf describes the program of packages, the others of which it imports.
func WholeOf(own, others []*types.Package) *Whole {
	w := &Whole{Outside: map[string][]*types.Signature{}}
	for _, pkg := range own {
		scope := pkg.Scope()
		for _, name := range scope.Names() {
			object, ok := scope.Lookup(name).(*types.TypeName)
			if !ok || object.IsAlias() {
				continue
			}
			named, ok := object.Type().(*types.Named)
			if ok && named.TypeParams().Len() == 0 && !types.IsInterface(named) {
				w.Named = append(w.Named, named)
			}
		}
	}
	for _, pkg := range append(others, nil) {
		scope := types.Universe // declares error
		if pkg != nil {
			scope = pkg.Scope()
		}
		for _, name := range scope.Names() {
			object, ok := scope.Lookup(name).(*types.TypeName)
			if !ok || pkg != nil && !object.Exported() {
				continue
			}
			if declared, ok := object.Type().Underlying().(*types.Interface); ok {
				w.outsider(declared)
			}
		}
	}
	return w
}

func (w *Whole) outsider(declared *types.Interface) {
	for method := range declared.Methods() {
		known := w.Outside[method.Name()]
		if !slices.ContainsFunc(known, func(s *types.Signature) bool { return types.Identical(s, method.Signature()) }) {
			w.Outside[method.Name()] = append(known, method.Signature())
		}
	}
}

// outside reports whether other packages may call a method.
func (w *Whole) outside(method *types.Func) bool {
	return slices.ContainsFunc(w.Outside[method.Name()], func(s *types.Signature) bool {
		return types.Identical(s, method.Signature()) || s.TypeParams().Len() > 0 || generic(s)
	})
}

// generic reports whether a signature names type parameters, of its interface.
func generic(s *types.Signature) bool {
	for _, tuple := range []*types.Tuple{s.Params(), s.Results()} {
		for v := range tuple.Variables() {
			if _, ok := v.Type().(*types.TypeParam); ok {
				return true
			}
		}
	}
	return false
}

// dispatch finds the functions that calls through interfaces may be of: the
// methods of that name of all types that have the methods of the interface.
func (x *index) dispatch(invoked []ssa.CallInstruction) {
	d := &dispatcher{index: x, having: map[string][]types.Type{}, found: map[asked]targets{}, own: map[*types.Package]bool{}}
	var known typeutil.Map
	add := func(t types.Type) {
		if types.IsInterface(t) || known.Set(t, true) != nil {
			return
		}
		for method := range types.NewMethodSet(t).Methods() {
			name := method.Obj().Name()
			d.having[name] = append(d.having[name], t)
		}
	}
	for _, named := range x.whole.Named {
		add(types.NewPointer(named))
	}
	for _, fn := range x.functions {
		if fn.Pkg != nil {
			d.own[fn.Pkg.Pkg] = true
		}
		for _, block := range fn.Blocks {
			for _, instr := range block.Instrs {
				if made, ok := instr.(*ssa.MakeInterface); ok {
					add(made.X.Type())
				}
			}
		}
	}
	for _, call := range invoked {
		found := d.of(call.Common().Value.Type(), call.Common().Method)
		x.targets[call] = found.functions
		if found.loose {
			x.loose[call] = true
		}
		for _, fn := range found.functions {
			x.calls[fn] = append(x.calls[fn], call)
		}
	}
}

// A dispatcher resolves calls through interfaces.
type dispatcher struct {
	*index
	// having are the types that have a method of a name, promoted ones too.
	having map[string][]types.Type
	found  map[asked]targets
	// own are the packages that are here.
	own map[*types.Package]bool
}

// asked is a method and the type that it is called through.
type asked struct {
	through types.Type
	method  *types.Func
}

// targets are the functions that a call may be of; loose says that there may be
// others.
type targets struct {
	functions []*ssa.Function
	loose     bool
}

// of resolves a method of an interface.
func (d *dispatcher) of(through types.Type, method *types.Func) targets {
	key := asked{through, method}
	if found, ok := d.found[key]; ok {
		return found
	}
	d.found[key] = targets{} // of a type that embeds the interface itself
	declared, ok := through.Underlying().(*types.Interface)
	if !ok {
		return targets{loose: true} // a type parameter
	}
	// Types of other packages may have the methods as well: then others answer.
	result := targets{loose: method.Pkg() == nil || !d.own[method.Pkg()]}
	for _, t := range d.having[method.Name()] {
		if !types.Implements(t, declared) {
			continue
		}
		object, _, _ := types.LookupFieldOrMethod(t, true, method.Pkg(), method.Name())
		target, ok := object.(*types.Func)
		if !ok {
			continue
		}
		if recv := target.Signature().Recv(); recv != nil && types.IsInterface(recv.Type()) {
			inner := d.of(recv.Type(), target)
			result.functions = append(result.functions, inner.functions...)
			result.loose = result.loose || inner.loose
			continue
		}
		fn := d.function(target.Origin())
		if fn == nil {
			result.loose = true // promoted from a type that is not here
			continue
		}
		result.functions = append(result.functions, fn)
	}
	slices.SortFunc(result.functions, func(a, b *ssa.Function) int { return cmp.Compare(a.Pos(), b.Pos()) })
	result.functions = slices.Compact(result.functions)
	d.found[key] = result
	return result
}

// function is the function of a method, nil if it is not here.
func (d *dispatcher) function(method *types.Func) *ssa.Function {
	if len(d.functions) == 0 {
		return nil
	}
	fn := d.functions[0].Prog.FuncValue(method)
	if fn == nil || !d.source[fn] {
		return nil
	}
	return fn
}
