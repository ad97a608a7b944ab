package catalog

import (
	"slices"
	"strings"

	"github.com/migracheck/migracheck/parser/ddl"
)

// key identifies a routine for the memory of what was there once.
func (f *Function) key() objectKey {
	return objectKey{kind: ddl.Function, name: f.QualifiedName(), part: signature(f.Inputs())}
}

func signature(types []Type) string {
	names := make([]string, len(types))
	for i, t := range types {
		names[i] = identity(t).String()
	}
	return strings.Join(names, ", ")
}

// identity is the part of a type that tells overloads apart: modifiers and the
// number of array dimensions do not.
func identity(t Type) Type {
	t.Mods = nil
	t.Dims = min(t.Dims, 1)
	return t
}

// sameType reports whether two types are the same row of pg_type. A type that
// neither is built in nor of the history is known by its bare name only.
func sameType(a, b Type) bool {
	if (a.Dims > 0) != (b.Dims > 0) {
		return false
	}
	if a.Def != 0 && b.Def != 0 {
		return a.Def == b.Def
	}
	if a.Name.Name != b.Name.Name {
		return false
	}
	return a.Name.Schema == b.Name.Schema || a.Assumed && a.Name.Schema == "" || b.Assumed && b.Name.Schema == ""
}

// overloads returns the routines that a name may mean: of its schema, or of
// all schemas of the search path, those hidden by an earlier schema left out.
func (c *Catalog) overloads(n ddl.Name) []*Function {
	if n.Schema != "" {
		fs, _ := c.functions.get(n)
		return fs
	}
	var all []*Function
	for _, s := range c.SearchPath() {
		fs, _ := c.functions.get(ddl.Name{Schema: s, Name: n.Name})
		for _, f := range fs {
			if !slices.ContainsFunc(all, func(g *Function) bool { return slices.EqualFunc(f.Inputs(), g.Inputs(), sameType) }) {
				all = append(all, f)
			}
		}
	}
	return all
}

// routine makes a row of pg_proc of what CREATE FUNCTION says.
func (e *editor) routine(name ddl.Name, kind ddl.Kind, args []ddl.Arg) (*Function, *Error) {
	f := &Function{OID: e.newOID(), Schema: name.Schema, Name: name.Name, Kind: kind, Created: e.at(), Owner: e.role()}
	for _, a := range args {
		t, err := e.resolveType(a.Type)
		if err != nil {
			return nil, err
		}
		mode := a.Mode
		if mode == 0 {
			mode = 'i'
		}
		f.Args = append(f.Args, Arg{Name: a.Name, Mode: mode, Type: t, HasDefault: a.Default != nil, Default: a.Default})
	}
	return f, nil
}

// builtinLanguages are those of a fresh database.
var builtinLanguages = setOf("sql plpgsql c internal")

// outputs are the arguments that make up the result.
func (f *Function) outputs() []Arg {
	var out []Arg
	for _, a := range f.Args {
		if a.Mode == 'o' || a.Mode == 'b' || a.Mode == 't' {
			out = append(out, a)
		}
	}
	return out
}

func (e *editor) createFunction(op *ddl.CreateFunction) *Error {
	name, err := e.creationName(op.Function.Name, false)
	if err != nil {
		return err
	}
	kind := ddl.Function
	if op.Procedure {
		kind = ddl.Procedure
	}
	if op.Language == "" && op.Body != "" && !bodyParsed(op.BodyAt.Text()) {
		return refuse(invalidFunctionDefinition, "no language specified")
	}
	if l := op.Language; l != "" && !builtinLanguages[l] && e.complete && e.extensions.len() == 0 && e.Object(ddl.Language, ddl.Name{Name: l}) == nil {
		return refuse(undefinedObject, "language %q does not exist", l)
	}
	f, err := e.routine(name, kind, op.Args)
	if err != nil {
		return err
	}
	out := f.outputs()
	if op.Returns == nil && len(out) == 0 && !op.Procedure {
		return refuse(invalidFunctionDefinition, "function result type must be specified")
	}
	switch {
	case op.Returns != nil:
		if f.Returns, err = e.resolveType(*op.Returns); err != nil {
			return err
		}
		f.ReturnsSet = op.Returns.SetOf
	case len(out) == 1 && !op.Procedure:
		f.Returns = out[0].Type
	case len(out) > 0:
		f.Returns = Type{Name: ddl.Name{Schema: "pg_catalog", Name: "record"}}
	}
	if slices.ContainsFunc(out, func(a Arg) bool { return a.Mode == 't' }) {
		f.ReturnsSet = true
	}
	f.Language, f.Volatility, f.Strict, f.SecDefiner, f.Parallel = op.Language, op.Volatility, op.Strict, op.SecDefiner, op.Parallel
	f.Options, f.Body, f.BodyAt, f.Effects, f.Queries = op.Options, op.Body, op.BodyAt, op.Effects, op.Queries
	return e.enterRoutine(f, op.Replace)
}

func (e *editor) createAggregate(op *ddl.CreateAggregate) *Error {
	name, err := e.creationName(op.Function.Name, false)
	if err != nil {
		return err
	}
	f, err := e.routine(name, ddl.Aggregate, op.Args)
	if err != nil {
		return err
	}
	f.Options = op.Options
	return e.enterRoutine(f, op.Replace)
}

// enterRoutine adds a routine, or replaces the one of the same signature.
func (e *editor) enterRoutine(f *Function, replace bool) *Error {
	old := e.overload(f.QualifiedName(), f.Inputs())
	if old != nil && !replace {
		return refuse(duplicateFunction, "function %q already exists with same argument types", f.Name)
	}
	if old != nil {
		if err := old.replaceable(f); err != nil {
			return err
		}
		f.OID, f.Owner, f.ACL, f.Comment = old.OID, old.Owner, old.ACL, old.Comment
		e.undepend(Address{OID: f.OID})
	} else {
		f.ACL = e.defaultPrivileges(f.Kind, f.Schema)
	}
	e.putFunction(f)
	e.dependRoutine(f)
	if old != nil {
		e.changed(&FunctionReplaced{Before: old, After: f})
		return nil
	}
	e.changed(&FunctionCreated{Function: f})
	return nil
}

// overload returns the routine of that schema, name and input types, or nil.
func (c *Catalog) overload(n ddl.Name, inputs []Type) *Function {
	fs, _ := c.functions.get(n)
	for _, f := range fs {
		if slices.EqualFunc(f.Inputs(), inputs, sameType) {
			return f
		}
	}
	return nil
}

// replaceable checks what CREATE OR REPLACE may not change.
func (f *Function) replaceable(g *Function) *Error {
	if f.Kind != g.Kind {
		return refuse(wrongObjectType, "cannot change routine kind")
	}
	if !sameResult(f, g) {
		return refuse(invalidFunctionDefinition, "cannot change return type of existing function")
	}
	was, is := f.inputArgs(), g.inputArgs()
	defaults := 0
	for i, a := range was {
		if a.Name != "" && a.Name != is[i].Name {
			return refuse(invalidFunctionDefinition, "cannot change name of input parameter %q", a.Name)
		}
		if a.HasDefault {
			defaults++
		}
	}
	for _, a := range is {
		if a.HasDefault {
			defaults--
		}
	}
	if defaults > 0 {
		return refuse(invalidFunctionDefinition, "cannot remove parameter defaults from existing function")
	}
	return nil
}

// sameResult reports whether two routines return the same: of a record, the
// names and types of its columns count.
func sameResult(f, g *Function) bool {
	if f.Kind == ddl.Aggregate {
		return true
	}
	if !sameType(f.Returns, g.Returns) || f.ReturnsSet != g.ReturnsSet {
		return false
	}
	out, outNow := f.outputs(), g.outputs()
	if f.Returns.Name.Name != "record" || len(out) == 0 && len(outNow) == 0 {
		return true
	}
	return slices.EqualFunc(out, outNow, func(a, b Arg) bool { return a.Name == b.Name && sameType(a.Type, b.Type) })
}

func (f *Function) inputArgs() []Arg {
	var in []Arg
	for _, a := range f.Args {
		if a.Mode == 'i' || a.Mode == 'b' || a.Mode == 'v' {
			in = append(in, a)
		}
	}
	return in
}

// dependRoutine records what a routine refers to: types, the functions of
// defaults, and what a body of the SQL standard's form (BEGIN ATOMIC, RETURN)
// names. A body in quotes is a string until it runs.
func (e *editor) dependRoutine(f *Function) {
	dependent := Address{OID: f.OID}
	e.dependType(dependent, f.Returns)
	for _, a := range f.Args {
		e.dependType(dependent, a.Type)
		e.dependExpr(dependent, a.Default)
	}
	if !f.parsedBody() {
		return
	}
	var arguments []Output
	for _, a := range f.Args {
		arguments = append(arguments, Output{Name: a.Name, Type: a.Type})
	}
	outer := &scope{items: []*scopeItem{{name: f.Name, columns: arguments}}}
	for _, q := range f.Queries {
		e.dependQuery(dependent, q, outer)
	}
}

// parsedBody reports whether the body was parsed when the routine was created.
func (f *Function) parsedBody() bool { return bodyParsed(f.BodyAt.Text()) }

func bodyParsed(text string) bool {
	text = strings.ToLower(strings.TrimSpace(text))
	return strings.HasPrefix(text, "begin") || strings.HasPrefix(text, "return")
}

// routineKinds are the kinds that a statement's word covers.
func routineKinds(kind ddl.Kind) []ddl.Kind {
	if kind == ddl.Routine {
		return []ddl.Kind{ddl.Function, ddl.Procedure, ddl.Aggregate}
	}
	return []ddl.Kind{kind}
}

// findRoutine resolves a routine that the operation needs. It is nil where it
// may have been there before the history.
func (e *editor) findRoutine(o ddl.Object) (*Function, *Error) {
	n := o.Name.Name
	if n.Schema != "" && n.Schema != "pg_catalog" && e.lacksSchema(n.Schema) {
		return nil, refuse(undefinedSchema, "schema %q does not exist", n.Schema)
	}
	kinds := routineKinds(o.Kind)
	candidates := e.overloads(n)
	if !o.HasArgs {
		candidates = slices.DeleteFunc(slices.Clone(candidates), func(f *Function) bool { return !slices.Contains(kinds, f.Kind) })
		switch {
		case len(candidates) == 1:
			return candidates[0], nil
		case len(candidates) > 1:
			return nil, refuse(ambiguousFunction, "%s name %q is not unique", o.Kind, unquoted(n))
		case e.mayPredate(ddl.Function, n, ""):
			return nil, nil
		}
		return nil, refuse(undefinedFunction, "could not find a %s named %q", o.Kind, unquoted(n))
	}
	inputs := make([]Type, len(o.Args))
	for i, a := range o.Args {
		t, err := e.resolveType(a)
		if err != nil {
			return nil, err
		}
		inputs[i] = t
	}
	for _, f := range candidates {
		if !slices.EqualFunc(f.Inputs(), inputs, sameType) && !f.named(inputs) {
			continue
		}
		if slices.Contains(kinds, f.Kind) {
			return f, nil
		}
		if f.Kind == ddl.Aggregate {
			return nil, refuse(wrongObjectType, "%q is an aggregate function", f.Name)
		}
		return nil, refuse(wrongObjectType, "%s(%s) is not a %s", unquoted(n), signature(inputs), o.Kind)
	}
	if e.mayPredate(ddl.Function, n, signature(inputs)) {
		return nil, nil
	}
	return nil, refuse(undefinedFunction, "%s %s(%s) does not exist", o.Kind, unquoted(n), signature(inputs))
}

// named reports whether a procedure is addressed by all its arguments, OUT
// ones too, as the SQL standard has it.
func (f *Function) named(types []Type) bool {
	if f.Kind != ddl.Procedure {
		return false
	}
	return slices.EqualFunc(f.Args, types, func(a Arg, t Type) bool { return sameType(a.Type, t) })
}

func (e *editor) dropRoutine(op *ddl.DropRoutine) *Error {
	var targets []Address
	var names []string
	for _, o := range op.Routines {
		if o.Kind == "" {
			o.Kind = op.Kind
		}
		f, err := e.findRoutine(o)
		if err != nil && op.IfExists && missing(err) {
			continue
		}
		if err != nil {
			return err
		}
		if f == nil {
			continue
		}
		targets = append(targets, Address{OID: f.OID})
		names = append(names, f.Signature())
	}
	if len(targets) == 0 {
		return nil
	}
	return e.drop(targets, strings.Join(names, ", "), op.Cascade)
}

// missing reports whether IF EXISTS turns the refusal into a notice.
func missing(err *Error) bool {
	switch err.SQLState {
	case undefinedTable, undefinedObject, undefinedFunction, undefinedSchema, undefinedColumn, undefinedDatabase:
		return true
	}
	return false
}

func (e *editor) alterRoutine(op *ddl.AlterRoutine) *Error {
	f, err := e.findRoutine(op.Routine)
	if err != nil || f == nil {
		return err
	}
	g := *f
	g.Options = slices.Clone(f.Options)
	for _, o := range op.Options {
		g.set(o)
	}
	e.putFunction(&g)
	e.changed(&FunctionReplaced{Before: f, After: &g})
	return nil
}

// set changes what ALTER FUNCTION can change.
func (f *Function) set(o ddl.Option) {
	switch strings.ToLower(o.Name) {
	case "volatility":
		f.Volatility = strings.ToLower(o.Value)
		return
	case "strict":
		f.Strict = o.Value == "true"
		return
	case "security":
		f.SecDefiner = o.Value == "true"
		return
	case "parallel":
		f.Parallel = strings.ToLower(o.Value)
		return
	}
	if o.Name == "set" && o.Value == "reset all" {
		f.Options = slices.DeleteFunc(f.Options, func(p ddl.Option) bool { return p.Name == "set" })
		return
	}
	i := slices.IndexFunc(f.Options, func(p ddl.Option) bool {
		return p.Name == o.Name && (o.Name != "set" || parameter(p) == parameter(o))
	})
	if i >= 0 {
		f.Options[i] = o
		return
	}
	f.Options = append(f.Options, o)
}

// parameter returns the name of the parameter that a SET or RESET of a routine
// is about.
func parameter(o ddl.Option) string {
	name, _, _ := strings.Cut(strings.TrimPrefix(o.Value, "reset "), " ")
	return name
}

// renameRoutine gives a routine another schema or name.
func (e *editor) renameRoutine(f *Function, name ddl.Name) *Error {
	if g := e.overload(name, f.Inputs()); g != nil {
		return refuse(duplicateFunction, "function %s already exists in schema %q",
			unquoted(ddl.Name{Name: name.Name})+"("+signature(f.Inputs())+")", name.Schema)
	}
	e.changed(&FunctionRenamed{Before: f, After: e.moveRoutine(f, name)})
	return nil
}

func (e *editor) moveRoutine(f *Function, name ddl.Name) *Function {
	g := *f
	g.Schema, g.Name = name.Schema, name.Name
	e.putFunction(&g)
	for _, d := range e.Dependents(f.OID) {
		if r := e.RelationByOID(d.Dependent.OID); r != nil && d.Dependent.Part == PartTrigger {
			e.changeTrigger(r, OID(d.Dependent.ID), func(t *Trigger) { t.FunctionName = name })
		}
	}
	return &g
}
