package catalog

import (
	"slices"
	"strings"

	"github.com/migracheck/migracheck/parser/ddl"
)

// newTypeName returns the name that a new type gets. It must be free among
// types and among the row types of relations.
func (e *editor) newTypeName(n ddl.Name) (ddl.Name, *Error) {
	name, err := e.creationName(n, false)
	if err != nil {
		return name, err
	}
	return name, e.freeTypeName(name)
}

func (e *editor) freeTypeName(n ddl.Name) *Error {
	if e.typeNamed(n) != nil || hasRowType(e.relationNamed(n)) {
		return refuse(duplicateObject, "type %q already exists", n.Name)
	}
	return nil
}

// hasRowType reports whether there is a relation and pg_type has a row for its
// rows.
func hasRowType(r *Relation) bool { return r != nil && r.hasRowType() }

func (e *editor) newType(name ddl.Name, kind TypeKind) *TypeDef {
	return &TypeDef{OID: e.newOID(), Schema: name.Schema, Name: name.Name, Kind: kind, Created: e.at(), Owner: e.role()}
}

// addType enters a new type with its privileges.
func (e *editor) addType(t *TypeDef) {
	t.ACL = e.defaultPrivileges(ddl.Type, t.Schema)
	e.putType(t)
	e.changed(&TypeCreated{Type: t})
}

func (e *editor) createEnum(op *ddl.CreateEnum) *Error {
	name, err := e.newTypeName(op.Type.Name)
	if err != nil {
		return err
	}
	for i, label := range op.Labels {
		if err := enumLabel(label); err != nil {
			return err
		}
		if slices.Contains(op.Labels[:i], label) {
			return refuse(duplicateKey, "duplicate key value violates unique constraint %q", "pg_enum_typid_label_index")
		}
	}
	t := e.newType(name, Enum)
	t.Labels = op.Labels
	e.addType(t)
	return nil
}

func enumLabel(label string) *Error {
	if len(label) > maxName {
		return refuse(invalidName, "invalid enum label %q", label)
	}
	return nil
}

func (e *editor) createComposite(op *ddl.CreateComposite) *Error {
	name, err := e.newTypeName(op.Type.Name)
	if err != nil {
		return err
	}
	if e.relationNamed(name) != nil {
		return refuse(duplicateTable, "relation %q already exists", name.Name)
	}
	t := e.newType(name, Composite)
	r := &Relation{OID: e.newOID(), Schema: name.Schema, Name: name.Name, Kind: CompositeType, Created: e.at(), Owner: t.Owner}
	t.Relation = r.OID
	for _, c := range op.Columns {
		if r.Attribute(c.Name.Name) != nil {
			return refuse(duplicateColumn, "column %q specified more than once", c.Name.Name)
		}
		typ, err := e.resolveType(c.Type)
		if err != nil {
			return err
		}
		r.LastNum++
		r.Attributes = append(r.Attributes, &Attribute{
			Num: r.LastNum, Name: c.Name.Name, Type: typ, Created: c.At, Collation: c.Collation, Local: true,
		})
		e.dependType(Address{OID: r.OID, Part: PartColumn, ID: uint32(r.LastNum)}, typ)
	}
	e.put(r)
	e.addType(t)
	return nil
}

func (e *editor) createRange(op *ddl.CreateRange) *Error {
	name, err := e.creationName(op.Type.Name, false)
	if err != nil {
		return err
	}
	shell := e.shellType(name)
	if shell == nil {
		if err := e.freeTypeName(name); err != nil {
			return err
		}
	}
	sub, err := e.resolveType(op.Subtype)
	if err != nil {
		return err
	}
	multi := op.Multirange
	if multi.Name == "" {
		multi = ddl.Name{Schema: name.Schema, Name: multirangeName(name.Name)}
	}
	if multi, err = e.newTypeName(multi); err != nil {
		return err
	}
	t := e.newType(name, Range)
	if shell != nil {
		t.OID = shell.OID
	}
	t.Subtype = sub
	m := e.newType(multi, Multirange)
	t.Multirange = m.OID
	e.dependType(Address{OID: t.OID}, sub)
	e.depend(t.OID, Dependency{Dependent: Address{OID: m.OID}, Auto: true})
	e.addType(t)
	e.putType(m)
	return nil
}

// multirangeName is what PostgreSQL calls the multirange of a range: the first
// "range" of the name becomes "multirange", and where there is none,
// "_multirange" is added, cut to what a name can hold.
func multirangeName(name string) string {
	if before, after, ok := strings.Cut(name, "range"); ok {
		return clip(before+"multirange"+after, maxName)
	}
	return clip(name, maxName-len("_multirange")) + "_multirange"
}

// shellType returns the shell type of that name, which CREATE TYPE completes.
func (e *editor) shellType(n ddl.Name) *TypeDef {
	if t := e.typeNamed(n); t != nil && t.Kind == ShellType {
		return t
	}
	return nil
}

func (e *editor) createBaseType(op *ddl.CreateBaseType) *Error {
	name, err := e.creationName(op.Type.Name, false)
	if err != nil {
		return err
	}
	if shell := e.shellType(name); shell != nil && !op.Shell {
		t := *shell
		t.Kind = BaseType
		t.Created = e.at()
		e.addType(&t)
		return nil
	}
	if err := e.freeTypeName(name); err != nil {
		return err
	}
	kind := BaseType
	if op.Shell {
		kind = ShellType
	}
	e.addType(e.newType(name, kind))
	return nil
}

func (e *editor) createDomain(op *ddl.CreateDomain) *Error {
	name, err := e.newTypeName(op.Domain.Name)
	if err != nil {
		return err
	}
	t := e.newType(name, Domain)
	if t.Base, err = e.resolveType(op.Type); err != nil {
		return err
	}
	e.dependType(Address{OID: t.OID}, t.Base)
	t.NotNull = op.NotNull
	t.Default = e.stored(op.Default, t.Base)
	e.dependExpr(Address{OID: t.OID, Part: PartDefault}, op.Default)
	for _, c := range op.Constraints {
		if c.Kind == ddl.NotNull {
			t.NotNull = true
			continue
		}
		if _, err := e.addDomainConstraint(t, c); err != nil {
			return err
		}
	}
	e.addType(t)
	return nil
}

// addDomainConstraint adds a CHECK to a domain that is being made.
func (e *editor) addDomainConstraint(t *TypeDef, c *ddl.Constraint) (*Constraint, *Error) {
	switch c.Kind {
	case ddl.Check:
	case ddl.PrimaryKey:
		return nil, refuse(syntaxError, "primary key constraints not possible for domains")
	case ddl.Unique:
		return nil, refuse(syntaxError, "unique constraints not possible for domains")
	case ddl.Exclude:
		return nil, refuse(syntaxError, "exclusion constraints not possible for domains")
	default:
		return nil, refuse(syntaxError, "foreign key constraints not possible for domains")
	}
	name := c.Name.Name
	if name == "" {
		name = e.chooseConstraintName(t.Schema, t.Name, "", "check")
	} else if t.constraint(name) != nil {
		return nil, refuse(duplicateObject, "constraint %q for domain %q already exists", name, t.Name)
	}
	con := &Constraint{
		OID: e.newOID(), Name: name, Kind: ddl.Check, Created: c.At, Check: c.Check,
		Valid: !c.NotValid, Enforced: true, Local: true, Def: c,
	}
	e.conname(t.Schema, name, 1)
	t.Constraints = append(slices.Clip(t.Constraints), con)
	e.dependExpr(Address{OID: t.OID, Part: PartConstraint, ID: uint32(con.OID)}, c.Check)
	return con, nil
}

func (t *TypeDef) constraint(name string) *Constraint {
	i := slices.IndexFunc(t.Constraints, func(c *Constraint) bool { return c.Name == name })
	if i < 0 {
		return nil
	}
	return t.Constraints[i]
}

// existingType resolves a type that the operation needs. It is nil where the
// type may have been there before the history.
func (e *editor) existingType(n ddl.Name) (*TypeDef, *Error) {
	if t := e.Type(n); t != nil {
		return t, nil
	}
	if n.Schema == "" && hasRowType(e.Relation(n)) || n.Schema != "" && hasRowType(e.relationNamed(n)) {
		return nil, nil
	}
	if n.Schema != "" && e.lacksSchema(n.Schema) {
		return nil, refuse(undefinedSchema, "schema %q does not exist", n.Schema)
	}
	if !e.mayPredate(ddl.Type, n, "") {
		return nil, refuse(undefinedObject, "type %q does not exist", unquoted(n))
	}
	return nil, nil
}

// assumeType enters a type that must have been there before the history.
func (e *editor) assumeType(n ddl.Name, kind TypeKind) *TypeDef {
	n = e.qualified(n)
	t := e.newType(n, kind)
	t.Assumed = true
	t.Owner = ""
	e.assumptions++
	e.putType(t)
	return t
}

// typeOfKind resolves an enum or a domain that the operation alters.
func (e *editor) typeOfKind(n ddl.Name, kind TypeKind, word string) (*TypeDef, *Error) {
	t, err := e.existingType(n)
	if err != nil {
		return nil, err
	}
	if t == nil && hasRowType(e.Relation(n)) || t != nil && t.Kind != kind {
		return nil, refuse(wrongObjectType, "%s is not %s", unquoted(n), word)
	}
	if t == nil {
		t = e.assumeType(n, kind)
	}
	return t, nil
}

func (e *editor) dropType(op *ddl.DropType) *Error {
	var targets []Address
	var names []string
	for _, ref := range op.Types {
		t, err := e.existingType(ref.Name)
		if err != nil && op.IfExists {
			continue
		}
		if err != nil {
			return err
		}
		if t == nil {
			if r := e.Relation(ref.Name); r != nil {
				if op.Domain {
					return refuse(wrongObjectType, "%q is not a domain", unquoted(ref.Name))
				}
				return refuse(dependentObjectsStill, "cannot drop type %s because %s %s requires it", unquoted(ref.Name), r.Kind, r.Name)
			}
			continue
		}
		if op.Domain && t.Kind != Domain {
			return refuse(wrongObjectType, "%q is not a domain", unquoted(ref.Name))
		}
		if r := e.rangeOf(t); r != nil {
			return refuse(dependentObjectsStill, "cannot drop type %s because type %s requires it", t.Name, r.Name)
		}
		targets = append(targets, Address{OID: t.OID})
		names = append(names, t.String())
	}
	if len(targets) == 0 {
		return nil
	}
	return e.drop(targets, strings.Join(names, ", "), op.Cascade)
}

// rangeOf returns the range type that a multirange belongs to.
func (e *editor) rangeOf(m *TypeDef) *TypeDef {
	if m.Kind != Multirange {
		return nil
	}
	for _, t := range e.types.all() {
		if t.Multirange == m.OID {
			return t
		}
	}
	return nil
}

func (e *editor) addEnumValue(op *ddl.AddEnumValue) *Error {
	t, err := e.typeOfKind(op.Type.Name, Enum, "an enum")
	if err != nil {
		return err
	}
	if err := enumLabel(op.Value); err != nil {
		return err
	}
	if slices.Contains(t.Labels, op.Value) {
		if op.IfNotExists {
			return nil
		}
		return refuse(duplicateObject, "enum label %q already exists", op.Value)
	}
	at, neighbour := len(t.Labels), op.Before+op.After
	if neighbour != "" {
		i := slices.Index(t.Labels, neighbour)
		switch {
		case i >= 0 && op.After != "":
			at = i + 1
		case i >= 0:
			at = i
		case !t.Assumed:
			return refuse(invalidParameter, "%q is not an existing enum label", neighbour)
		}
	}
	u := *t
	u.Labels = slices.Insert(slices.Clone(t.Labels), at, op.Value)
	e.putType(&u)
	e.changed(&EnumValueAdded{Type: &u, Value: op.Value})
	return nil
}

func (e *editor) renameEnumValue(op *ddl.RenameEnumValue) *Error {
	t, err := e.typeOfKind(op.Type.Name, Enum, "an enum")
	if err != nil {
		return err
	}
	if err := enumLabel(op.New); err != nil {
		return err
	}
	i := slices.Index(t.Labels, op.Old)
	if i < 0 && !t.Assumed {
		return refuse(invalidParameter, "%q is not an existing enum label", op.Old)
	}
	if slices.Contains(t.Labels, op.New) {
		return refuse(duplicateObject, "enum label %q already exists", op.New)
	}
	u := *t
	u.Labels = slices.Clone(t.Labels)
	if i < 0 {
		u.Labels = append(u.Labels, op.New)
	} else {
		u.Labels[i] = op.New
	}
	e.putType(&u)
	e.changed(&EnumValueRenamed{Type: &u, Before: op.Old, After: op.New})
	return nil
}

// domainContained refuses a check of all values of a domain where a column has
// arrays of them, which PostgreSQL does not look into.
func (e *editor) domainContained(t *TypeDef) *Error {
	for _, dep := range e.Dependents(t.OID) {
		r := e.RelationByOID(dep.Dependent.OID)
		if dep.Dependent.Part != PartColumn || r == nil || !r.hasStorage() {
			continue
		}
		if a := r.AttributeByNum(int(dep.Dependent.ID)); a != nil && a.Type.Def == t.OID && a.Type.Dims > 0 {
			return refuse(featureNotSupported, "cannot alter type %q because column \"%s.%s\" uses it", t.Name, r.Name, a.Name)
		}
	}
	return nil
}

func (e *editor) alterDomain(op *ddl.AlterDomain) *Error {
	t, err := e.typeOfKind(op.Domain.Name, Domain, "a domain")
	if err != nil {
		return err
	}
	if op.Action == "set not null" || op.Action == "validate constraint" || op.Constraint != nil && !op.Constraint.NotValid {
		if err := e.domainContained(t); err != nil {
			return err
		}
	}
	u := *t
	change := &DomainChanged{Before: t, After: &u, Action: op.Action}
	switch op.Action {
	case "set default", "drop default":
		dependent := Address{OID: t.OID, Part: PartDefault}
		e.undepend(dependent)
		u.Default = e.stored(op.Default, t.Base)
		e.dependExpr(dependent, op.Default)
	case "set not null":
		u.NotNull = true
	case "drop not null":
		u.NotNull = false
	case "add constraint":
		if op.Constraint == nil {
			return nil
		}
		if op.Constraint.Kind == ddl.NotNull {
			u.NotNull = true
			break
		}
		if change.Constraint, err = e.addDomainConstraint(&u, op.Constraint); err != nil {
			return err
		}
	case "drop constraint":
		c := t.constraint(op.Name.Name)
		if c == nil && t.NotNull && op.Name.Name == t.notNullName() {
			u.NotNull = false
			break
		}
		if c == nil {
			if op.IfExists || t.Assumed {
				return nil
			}
			return refuse(undefinedObject, "constraint %q of domain %q does not exist", op.Name.Name, t.Name)
		}
		e.undepend(Address{OID: t.OID, Part: PartConstraint, ID: uint32(c.OID)})
		e.conname(t.Schema, c.Name, -1)
		u.Constraints = slices.DeleteFunc(slices.Clone(t.Constraints), func(d *Constraint) bool { return d == c })
		change.Constraint = c
	case "validate constraint":
		c := t.constraint(op.Name.Name)
		if c == nil {
			if t.Assumed {
				return nil
			}
			return refuse(undefinedObject, "constraint %q of domain %q does not exist", op.Name.Name, t.Name)
		}
		d := *c
		d.Valid = true
		u.Constraints = slices.Clone(t.Constraints)
		u.Constraints[slices.Index(u.Constraints, c)] = &d
		change.Constraint = &d
	}
	e.putType(&u)
	e.changed(change)
	return nil
}

// renameDomainConstraint is RENAME CONSTRAINT of ALTER DOMAIN.
func (e *editor) renameDomainConstraint(op *ddl.RenameConstraint) *Error {
	t, err := e.typeOfKind(op.Relation.Name, Domain, "a domain")
	if err != nil {
		return err
	}
	c := t.constraint(op.Constraint.Name)
	if c == nil {
		if t.Assumed {
			return nil
		}
		return refuse(undefinedObject, "constraint %q for domain %s does not exist", op.Constraint.Name, t.Name)
	}
	if t.constraint(op.NewName.Name) != nil {
		return refuse(duplicateObject, "constraint %q for domain %s already exists", op.NewName.Name, t.Name)
	}
	d := *c
	d.Name = op.NewName.Name
	u := *t
	u.Constraints = slices.Clone(t.Constraints)
	u.Constraints[slices.Index(u.Constraints, c)] = &d
	e.conname(t.Schema, c.Name, -1)
	e.conname(t.Schema, d.Name, 1)
	e.putType(&u)
	e.changed(&DomainChanged{Before: t, After: &u, Action: "rename constraint", Constraint: &d})
	return nil
}

// notNullName is the name of a domain's NOT NULL constraint (PostgreSQL 17).
func (t *TypeDef) notNullName() string { return objectName(t.Name, "", "not_null") }

func (e *editor) alterBaseType(op *ddl.AlterBaseType) *Error {
	_, err := e.existingType(op.Type.Name)
	return err
}

// renameType gives a type another schema or name, with all that repeats it.
func (e *editor) renameType(t *TypeDef, name ddl.Name) *TypeDef {
	u := *t
	u.Schema, u.Name = name.Schema, name.Name
	e.putType(&u)
	if r := e.RelationByOID(t.Relation); r != nil {
		s := *r
		s.Schema, s.Name = name.Schema, name.Name
		e.put(&s)
	}
	e.renameUses(u.OID, name)
	return &u
}

// renameUses gives the types of whatever is of the type def its new name.
func (e *editor) renameUses(def OID, name ddl.Name) {
	renamed := func(t Type) Type {
		if t.Def == def {
			t.Name = name
		}
		return t
	}
	for _, d := range e.Dependents(def) {
		oid := d.Dependent.OID
		if r := e.RelationByOID(oid); r != nil {
			if a := r.AttributeByNum(int(d.Dependent.ID)); a != nil && d.Dependent.Part == PartColumn {
				b := *a
				b.Type = renamed(b.Type)
				e.withAttribute(r, &b)
			}
			continue
		}
		if t := e.TypeByOID(oid); t != nil {
			u := *t
			u.Base, u.Subtype = renamed(u.Base), renamed(u.Subtype)
			e.putType(&u)
			continue
		}
		if f := e.FunctionByOID(oid); f != nil {
			g := *f
			g.Returns = renamed(g.Returns)
			g.Args = slices.Clone(f.Args)
			for i := range g.Args {
				g.Args[i].Type = renamed(g.Args[i].Type)
			}
			e.putFunction(&g)
		}
	}
}
