package featureflag

import (
	"go/types"
	"path"
	"slices"

	"github.com/migracheck/migracheck/parser/pattern"
)

// Flags are the ways in which code asks for feature flags.
type Flags struct {
	// Checks are the functions, methods, variables and fields that are flags.
	// The first that matches counts.
	Checks []Check
	// Objects are functions, variables and fields of the code itself, with the
	// keys of the flags that they are: see Annotated.
	Objects map[types.Object]string
	// Object says the same of objects of other packages, "" of those that are no
	// flags; nil if nothing is known of them.
	Object func(types.Object) string
	// Wrappers says what the results of functions of other packages say of
	// flags; nil if that is not known.
	Wrappers func(*types.Func) []Wrapper
}

// A Check is a function or method that asks for a flag, or a variable or field
// that holds one. Arguments are counted from 1, without the receiver.
type Check struct {
	// Name is its full name, without "*" of a pointer and without major
	// versions in paths: "example.com/flags.Enabled",
	// "(example.com/flags.Client).Enabled", "example.com/flags.Billing" and
	// "example.com/config.Config.Billing", or a pattern for them as path.Match
	// has it.
	Name string
	// Key says where the key is.
	Key Key
	// Result is which result is the flag: 0 for the first.
	Result int
	// Field is the field of the result that is the flag, if it is a struct.
	Field string
	// Off is the field of the result that is true when the flag is off.
	Off string
	// Variants are the texts that mean "on", if the flag is not a boolean.
	// Without any, they are "on", "true" and "enabled".
	Variants []string
	// Default is the argument that is the result when nobody answers; 0 if
	// that is always off.
	Default int
	// Fallback begins the names of options, passed as last arguments, that
	// make the check true when nobody answers.
	Fallback string
}

// A Key says where the key of a flag is.
type Key struct {
	// Argument is the argument that is the key; 0 if none is.
	Argument int
	// Field is the field of the argument that is the key, if it is a struct.
	Field string
	// Declared is whether the argument is that of the call that made the
	// receiver, and so is Default.
	Declared bool
	// Text is the key itself.
	Text string
}

var variants = []string{"on", "true", "enabled"}

// on reports whether a variant means that the flag is on.
func (c Check) on(variant string) bool {
	if len(c.Variants) > 0 {
		return slices.Contains(c.Variants, variant)
	}
	return slices.Contains(variants, variant)
}

// matches reports whether the check has a name that fullName or fieldName made.
func (c Check) matches(name string) bool {
	matched, err := path.Match(c.Name, name)
	return err == nil && matched
}

// find is the check that an object of the code is.
func (f Flags) find(object types.Object, name string) (Check, bool) {
	if key, ok := f.Objects[object]; ok {
		return Check{Key: Key{Text: key}}, true
	}
	if f.Object != nil {
		if key := f.Object(object); key != "" {
			return Check{Key: Key{Text: key}}, true
		}
	}
	for _, check := range f.Checks {
		if check.matches(name) {
			return check, true
		}
	}
	return Check{}, false
}

var majorVersion = pattern.New(`[./]v[0-9]+(/|$)`)

// pathOf is a package's path without major versions.
func pathOf(pkg *types.Package) string {
	if pkg == nil {
		return ""
	}
	return unversioned(pkg.Path())
}

// unversioned is an import path without major versions.
func unversioned(importPath string) string { return majorVersion.ReplaceAllString(importPath, "$1") }

// fullName is the name of a function, method or variable of a package as a
// Check has it.
func fullName(object types.Object) string {
	name := pathOf(object.Pkg()) + "." + object.Name()
	fn, ok := object.(*types.Func)
	if !ok || fn.Signature().Recv() == nil {
		return name
	}
	receiver := typeName(fn.Signature().Recv().Type())
	if receiver == nil {
		return name
	}
	return "(" + pathOf(receiver.Pkg()) + "." + receiver.Name() + ")." + fn.Name()
}

// fieldName is the name of a field of a struct as a Check has it, "" if the
// struct has no name.
func fieldName(of types.Type, field *types.Var) string {
	owner := typeName(of)
	if owner == nil {
		return ""
	}
	return pathOf(owner.Pkg()) + "." + owner.Name() + "." + field.Name()
}

// typeName is the name of a type, or of what it points to; nil if it has none.
func typeName(t types.Type) *types.TypeName {
	t = types.Unalias(t)
	if pointer, ok := t.(*types.Pointer); ok {
		t = types.Unalias(pointer.Elem())
	}
	if named, ok := t.(*types.Named); ok {
		return named.Obj()
	}
	return nil
}
