package catalog

import (
	"slices"
	"strings"

	"github.com/migracheck/migracheck/parser/ddl"
)

// A deletion collects what goes when its targets are dropped, as PostgreSQL's
// performMultipleDeletions does.
type deletion struct {
	e     *editor
	list  []doomed
	index map[Address]int
	// named is what the statement named, for what goes with it.
	named string
}

// doomed is one object or part that goes.
type doomed struct {
	Address
	// named by the statement; silent goes without CASCADE.
	named, silent bool
}

// drop drops the targets together. What belongs to them goes silently; what
// else depends on them goes with cascade, and otherwise the whole is refused.
// named is what the statement named; it fills the Cascade fields of the changes.
//
// What is part of a table or an index on it is not listed in changes of its
// own where the table goes as a whole, other than as [*RelationDropped].
func (e *editor) drop(targets []Address, named string, cascade bool) *Error {
	d := &deletion{e: e, index: map[Address]int{}, named: named}
	for _, t := range targets {
		d.add(t, true, true)
	}
	for i := 0; i < len(d.list); i++ {
		d.follow(d.list[i].Address)
	}
	if !cascade {
		for _, x := range d.list {
			if x.silent || d.covered(x.Address) {
				continue
			}
			if len(targets) == 1 {
				return refuse(dependentObjectsStill, "cannot drop %s because other objects depend on it", e.describe(targets[0]))
			}
			return refuse(dependentObjectsStill, "cannot drop desired object(s) because other objects depend on them")
		}
	}
	for _, x := range d.list {
		if !d.covered(x.Address) {
			d.perform(x)
		}
	}
	return nil
}

// add enters an address that goes, or makes it more silent than it was.
func (d *deletion) add(a Address, named, silent bool) {
	if !named {
		a = d.owner(a)
	}
	if !d.e.exists(a) {
		return
	}
	if i, ok := d.index[a]; ok {
		d.list[i].named = d.list[i].named || named
		d.list[i].silent = d.list[i].silent || silent
		return
	}
	d.index[a] = len(d.list)
	d.list = append(d.list, doomed{Address: a, named: named, silent: silent})
}

// owner returns what has to go where an address is reached: the constraint for
// its index, the index of the partitioned table for that of a partition, the
// column for its generation expression.
func (d *deletion) owner(a Address) Address {
	r := d.e.RelationByOID(a.OID)
	if r == nil {
		return a
	}
	if a.Part == PartDefault {
		if at := r.AttributeByNum(int(a.ID)); at != nil && at.Generated != nil {
			return Address{OID: a.OID, Part: PartColumn, ID: a.ID}
		}
		return a
	}
	if a.Part != Whole || r.Index == nil {
		return a
	}
	if r.Index.Parent != 0 && d.e.RelationByOID(r.Index.Parent) != nil {
		if _, gone := d.index[Address{OID: r.Index.Table}]; !gone {
			return d.owner(Address{OID: r.Index.Parent})
		}
	}
	if r.Index.Constraint != 0 {
		return Address{OID: r.Index.Table, Part: PartConstraint, ID: uint32(r.Index.Constraint)}
	}
	return a
}

// covered reports whether an address is part of something else that goes.
func (d *deletion) covered(a Address) bool {
	has := func(b Address) bool { _, ok := d.index[b]; return ok }
	if a.Part == Whole {
		return false
	}
	if has(Address{OID: a.OID}) {
		return true
	}
	return a.Part == PartDefault && has(Address{OID: a.OID, Part: PartColumn, ID: a.ID})
}

// follow adds what goes with an address.
func (d *deletion) follow(a Address) {
	e := d.e
	for _, dep := range e.Dependents(a.OID) {
		if !concerns(dep, a) {
			continue
		}
		d.add(dep.Dependent, false, dep.Auto)
	}
	if t := e.TypeByOID(a.OID); t != nil && a.Part == Whole {
		if t.Relation != 0 {
			d.add(Address{OID: t.Relation}, false, true)
		}
		if t.Multirange != 0 && t.Kind == Range {
			d.add(Address{OID: t.Multirange}, false, true)
		}
		return
	}
	r := e.RelationByOID(a.OID)
	if r == nil {
		return
	}
	switch a.Part {
	case Whole:
		for _, oid := range r.Indexes {
			d.addRaw(Address{OID: oid})
		}
		for _, oid := range r.Children {
			child := e.RelationByOID(oid)
			if child == nil {
				continue
			}
			if child.Index != nil {
				d.addIndex(child)
				continue
			}
			d.add(Address{OID: oid}, false, child.Partition != nil)
		}
		if r.Index != nil && r.Index.Constraint != 0 {
			// Where the constraint goes already, it may need CASCADE to.
			k := Address{OID: r.Index.Table, Part: PartConstraint, ID: uint32(r.Index.Constraint)}
			if _, gone := d.index[k]; !gone {
				d.add(k, false, true)
			}
		}
		if r.Partition != nil {
			d.followReferences(r)
		}
	case PartColumn:
		d.followColumn(r, int(a.ID))
	case PartConstraint:
		d.followConstraint(r, OID(a.ID))
	case PartDefault, PartTrigger, PartPolicy, PartRule:
		// Nothing but what the dependencies say.
	}
}

// followReferences adds the foreign keys that refer to a partitioned table of
// which a partition goes: they need all of them.
func (d *deletion) followReferences(r *Relation) {
	for r != nil && r.Partition != nil && len(r.Parents) > 0 {
		r = d.e.RelationByOID(r.Parents[0])
		if r == nil {
			return
		}
		if _, gone := d.index[Address{OID: r.OID}]; gone {
			return
		}
		for _, dep := range d.e.Dependents(r.OID) {
			if dep.Column != 0 || dep.Dependent.Part != PartConstraint {
				continue
			}
			from := d.e.RelationByOID(dep.Dependent.OID)
			if from == nil {
				continue
			}
			if k := from.ConstraintByOID(OID(dep.Dependent.ID)); k != nil && k.Kind == ddl.ForeignKey && k.References == r.OID {
				d.add(dep.Dependent, false, false)
			}
		}
	}
}

// addRaw adds what goes silently, itself and not its owner: the indexes of a
// table that goes.
func (d *deletion) addRaw(a Address) {
	if _, ok := d.index[a]; ok || !d.e.exists(a) {
		return
	}
	d.index[a] = len(d.list)
	d.list = append(d.list, doomed{Address: a, silent: true})
}

// addIndex adds the part of a partitioned index that goes, with its
// constraint.
func (d *deletion) addIndex(x *Relation) {
	d.addRaw(Address{OID: x.OID})
	if x.Index.Constraint == 0 {
		return
	}
	d.addRaw(Address{OID: x.Index.Table, Part: PartConstraint, ID: uint32(x.Index.Constraint)})
}

// concerns reports whether a dependency on a's object is on a or on a part of
// it.
func concerns(dep Dependency, a Address) bool {
	switch {
	case a.Part == Whole:
		return true
	case a.Part == PartColumn:
		return dep.Column != 0 && dep.Column == int(a.ID)
	}
	return dep.ReferencedPart == a
}

// followColumn adds what goes with a column: silently every index and
// constraint of its table that mentions it, however many columns they have; only
// with CASCADE the triggers of UPDATE OF. Generated columns, views and the rest
// are among its dependents.
func (d *deletion) followColumn(r *Relation, num int) {
	for _, oid := range r.Indexes {
		x := d.e.RelationByOID(oid)
		if x == nil || x.Index == nil {
			continue
		}
		key := slices.Contains(x.Index.Columns, num) || slices.Contains(x.Index.Include, num)
		if key || slices.Contains(x.Index.Refs, num) {
			// A constraint depends on the columns it compares; on what its index
			// reads besides, the index does, which cannot go alone.
			d.add(Address{OID: oid}, false, key || x.Index.Constraint == 0)
		}
	}
	for _, c := range r.Constraints {
		if c.Kind != ddl.Exclude && slices.Contains(c.Columns, num) {
			d.add(Address{OID: r.OID, Part: PartConstraint, ID: uint32(c.OID)}, false, true)
		}
	}
	for _, t := range r.Triggers {
		if slices.Contains(t.Columns, num) {
			d.add(Address{OID: r.OID, Part: PartTrigger, ID: uint32(t.OID)}, false, false)
		}
	}
}

func (d *deletion) followConstraint(r *Relation, oid OID) {
	c := r.ConstraintByOID(oid)
	if c == nil {
		return
	}
	if c.Index != 0 {
		d.addRaw(Address{OID: c.Index})
	}
	if r.Kind != PartitionedTable {
		return
	}
	for _, child := range r.Children {
		p := d.e.RelationByOID(child)
		if p == nil {
			continue
		}
		for _, pc := range p.Constraints {
			if pc.Inherited > 0 && !pc.Local && pc.Name == c.Name && pc.Kind == c.Kind && pc.Index == 0 {
				d.add(Address{OID: child, Part: PartConstraint, ID: uint32(pc.OID)}, false, true)
			}
		}
	}
}

// exists reports whether an address is there.
func (e *editor) exists(a Address) bool {
	if a.Part == Whole {
		return e.Has(a.OID) || e.namedObject(a.OID) != nil
	}
	if t := e.TypeByOID(a.OID); t != nil {
		switch a.Part {
		case PartDefault:
			return t.Default != nil
		case PartConstraint:
			return slices.ContainsFunc(t.Constraints, func(c *Constraint) bool { return c.OID == OID(a.ID) })
		}
		return false
	}
	r := e.RelationByOID(a.OID)
	if r == nil {
		return false
	}
	switch a.Part {
	case PartColumn:
		return r.AttributeByNum(int(a.ID)) != nil
	case PartDefault:
		at := r.AttributeByNum(int(a.ID))
		return at != nil && (at.Default != nil || at.Generated != nil)
	case PartConstraint:
		return r.ConstraintByOID(OID(a.ID)) != nil
	case PartTrigger:
		return slices.ContainsFunc(r.Triggers, func(t *Trigger) bool { return t.OID == OID(a.ID) })
	case PartPolicy:
		return slices.ContainsFunc(r.Policies, func(p *Policy) bool { return p.OID == OID(a.ID) })
	case PartRule:
		return slices.ContainsFunc(r.Rules, func(x *Rule) bool { return x.OID == OID(a.ID) })
	}
	return false
}

func (e *editor) namedObject(oid OID) *Object {
	o, _ := e.objectOIDs.get(oid)
	return o
}

// perform takes one address out.
func (d *deletion) perform(x doomed) {
	e, cascade := d.e, d.named
	if x.named {
		cascade = ""
	}
	if x.Part != Whole {
		d.performPart(x, cascade)
		return
	}
	if r := e.RelationByOID(x.OID); r != nil {
		d.performRelation(r, cascade)
		return
	}
	if t := e.TypeByOID(x.OID); t != nil {
		e.removeType(t)
		e.changed(&TypeDropped{Type: t, Cascade: cascade})
		return
	}
	if f := e.FunctionByOID(x.OID); f != nil {
		e.removeFunction(f)
		e.changed(&FunctionDropped{Function: f, Cascade: cascade})
		return
	}
	if o := e.namedObject(x.OID); o != nil {
		e.removeObject(o)
		e.changed(&ObjectChanged{Before: o, Cascade: cascade})
	}
}

func (d *deletion) performRelation(r *Relation, cascade string) {
	e := d.e
	if r.Index != nil {
		table := e.RelationByOID(r.Index.Table)
		_, whole := d.index[Address{OID: r.Index.Table}]
		if table != nil && !whole {
			before := table
			t := e.own(table)
			t.Indexes = slices.DeleteFunc(slices.Clone(t.Indexes), func(o OID) bool { return o == r.OID })
			if t.ReplicaIdentity == "index" && t.ReplicaIndex == r.Name {
				t.ReplicaIndex = ""
			}
			if r.Index.Constraint == 0 {
				e.changed(&IndexDropped{Index: r, Table: before, Cascade: cascade})
			}
		}
	}
	if r.Index == nil && r.Kind == Index {
		e.changed(&IndexDropped{Index: r, Cascade: cascade}) // of an unknown table
	}
	for _, oid := range r.Parents {
		if p := e.RelationByOID(oid); p != nil {
			if _, gone := d.index[Address{OID: oid}]; !gone {
				p = e.own(p)
				p.Children = slices.DeleteFunc(slices.Clone(p.Children), func(o OID) bool { return o == r.OID })
			}
		}
	}
	if r.Sequence != nil && r.Sequence.OwnedBy != 0 {
		d.disown(r)
	}
	e.remove(r)
	e.changed(&RelationDropped{Relation: r, Cascade: cascade})
}

// disown forgets, at the column, a sequence that goes.
func (d *deletion) disown(seq *Relation) {
	t := d.e.RelationByOID(seq.Sequence.OwnedBy)
	if t == nil {
		return
	}
	a := t.AttributeByNum(seq.Sequence.OwnedByAttr)
	if a == nil || a.Sequence != seq.OID {
		return
	}
	b := *a
	b.Sequence = 0
	setAttribute(d.e.own(t), &b)
}

func (d *deletion) performPart(x doomed, cascade string) {
	e := d.e
	if t := e.TypeByOID(x.OID); t != nil {
		d.performDomainPart(t, x)
		return
	}
	before := e.RelationByOID(x.OID)
	if before == nil {
		return
	}
	r := e.own(before)
	before = snapshot(r)
	switch x.Part {
	case PartColumn:
		a := r.AttributeByNum(int(x.ID))
		if a == nil {
			return
		}
		r.Attributes = slices.DeleteFunc(slices.Clone(r.Attributes), func(b *Attribute) bool { return b.Num == a.Num })
		r.DroppedColumns = append(r.DroppedColumns, a.Name)
		e.undepend(Address{OID: r.OID, Part: PartColumn, ID: x.ID})
		e.undepend(Address{OID: r.OID, Part: PartDefault, ID: x.ID})
		e.undependOn(r.OID, func(dep Dependency) bool { return dep.Column == a.Num })
		e.changed(&ColumnDropped{Relation: before, Attribute: a, Cascade: cascade})
	case PartDefault:
		a := r.AttributeByNum(int(x.ID))
		if a == nil {
			return
		}
		b := *a
		b.Default = nil
		setAttribute(r, &b)
		e.undepend(x.Address)
		e.changed(&DefaultChanged{Relation: r, Before: a, After: &b})
	case PartConstraint:
		c := r.ConstraintByOID(OID(x.ID))
		if c == nil {
			return
		}
		e.removeConstraint(r, c)
		e.changed(&ConstraintDropped{Relation: before, Constraint: c, Cascade: cascade})
	case PartTrigger:
		for _, t := range r.Triggers {
			if t.OID == OID(x.ID) {
				r.Triggers = slices.DeleteFunc(slices.Clone(r.Triggers), func(u *Trigger) bool { return u == t })
				e.undepend(x.Address)
				e.changed(&TriggerDropped{Relation: before, Trigger: t, Cascade: cascade})
				return
			}
		}
	case PartPolicy:
		for _, p := range r.Policies {
			if p.OID == OID(x.ID) {
				r.Policies = slices.DeleteFunc(slices.Clone(r.Policies), func(q *Policy) bool { return q == p })
				e.undepend(x.Address)
				e.changed(&PolicyChanged{Relation: before, Before: p, Cascade: cascade})
				return
			}
		}
	case PartRule:
		for _, u := range r.Rules {
			if u.OID == OID(x.ID) {
				r.Rules = slices.DeleteFunc(slices.Clone(r.Rules), func(v *Rule) bool { return v == u })
				e.undepend(x.Address)
				e.changed(&RuleDropped{Relation: before, Rule: u, Cascade: cascade})
				return
			}
		}
	}
}

func (d *deletion) performDomainPart(t *TypeDef, x doomed) {
	e := d.e
	u := *t
	var gone *Constraint
	action := "drop default"
	switch x.Part {
	case PartDefault:
		u.Default = nil
	case PartConstraint:
		action = "drop constraint"
		u.Constraints = slices.DeleteFunc(slices.Clone(t.Constraints), func(c *Constraint) bool {
			if c.OID == OID(x.ID) {
				gone = c
			}
			return c.OID == OID(x.ID)
		})
	default:
		return
	}
	e.undepend(x.Address)
	e.putType(&u)
	e.changed(&DomainChanged{Before: t, After: &u, Action: action, Constraint: gone})
}

// removeConstraint takes a constraint out of a relation that the editor owns.
func (e *editor) removeConstraint(r *Relation, c *Constraint) {
	r.Constraints = slices.DeleteFunc(slices.Clone(r.Constraints), func(d *Constraint) bool { return d.OID == c.OID })
	e.conname(r.Schema, c.Name, -1)
	e.undepend(Address{OID: r.OID, Part: PartConstraint, ID: uint32(c.OID)})
}

// undependOn forgets the dependencies on an object that match.
func (e *editor) undependOn(oid OID, match func(Dependency) bool) {
	list := e.Dependents(oid)
	if !slices.ContainsFunc(list, match) {
		return
	}
	kept := slices.DeleteFunc(slices.Clone(list), match)
	if len(kept) == 0 {
		e.dependents = e.dependents.delete(oid)
		return
	}
	e.dependents = e.dependents.set(oid, listOf(kept))
}

// snapshot returns a copy of a relation that stays as it is while the editor
// goes on changing r.
func snapshot(r *Relation) *Relation {
	s := *r
	s.Attributes = slices.Clip(s.Attributes)
	s.Constraints = slices.Clip(s.Constraints)
	return &s
}

// setAttribute replaces, in a relation that the editor owns, the attribute of
// a's number.
func setAttribute(r *Relation, a *Attribute) {
	r.Attributes = slices.Clone(r.Attributes)
	for i := range r.Attributes {
		if r.Attributes[i].Num == a.Num {
			r.Attributes[i] = a
		}
	}
}

// describe names an address as PostgreSQL's messages do.
func (e *editor) describe(a Address) string {
	if t := e.TypeByOID(a.OID); t != nil {
		if a.Part == PartConstraint {
			return "constraint of type " + e.display(t.QualifiedName())
		}
		return "type " + e.display(t.QualifiedName())
	}
	if f := e.FunctionByOID(a.OID); f != nil {
		kind := "function"
		if f.Kind == ddl.Procedure {
			kind = "procedure"
		}
		return kind + " " + f.Signature()
	}
	if o := e.namedObject(a.OID); o != nil {
		return string(o.Kind) + " " + e.display(o.Name)
	}
	r := e.RelationByOID(a.OID)
	if r == nil {
		return "object"
	}
	whole := r.Kind.String() + " " + e.display(r.QualifiedName())
	switch a.Part {
	case Whole:
		return whole
	case PartColumn, PartDefault:
		if at := r.AttributeByNum(int(a.ID)); at != nil && a.Part == PartColumn {
			return "column " + at.Name + " of " + whole
		} else if at != nil {
			return "default value for column " + at.Name + " of " + whole
		}
	case PartConstraint:
		if c := r.ConstraintByOID(OID(a.ID)); c != nil {
			return "constraint " + c.Name + " on " + whole
		}
	case PartTrigger:
		for _, t := range r.Triggers {
			if t.OID == OID(a.ID) {
				return "trigger " + t.Name + " on " + whole
			}
		}
	case PartPolicy:
		for _, p := range r.Policies {
			if p.OID == OID(a.ID) {
				return "policy " + p.Name + " on " + whole
			}
		}
	case PartRule:
		for _, u := range r.Rules {
			if u.OID == OID(a.ID) {
				return "rule " + u.Name + " on " + whole
			}
		}
	}
	return "part of " + whole
}

// display returns a name as regclass prints it: qualified only where the search
// path does not find it.
func (c *Catalog) display(n ddl.Name) string {
	if slices.Contains(c.SearchPath(), n.Schema) || n.Schema == tempSchema {
		n.Schema = ""
	}
	return n.String()
}

// dropRelation is DROP TABLE, VIEW, MATERIALIZED VIEW, INDEX, SEQUENCE and
// FOREIGN TABLE.
func (e *editor) dropRelation(op *ddl.DropRelation) *Error {
	switch {
	case op.Concurrently && len(op.Relations) > 1:
		return refuse(featureNotSupported, "DROP INDEX CONCURRENTLY does not support dropping multiple objects")
	case op.Concurrently && op.Cascade:
		return refuse(featureNotSupported, "DROP INDEX CONCURRENTLY does not support CASCADE")
	}
	var targets []Address
	var named []string
	for _, ref := range op.Relations {
		r, err := e.dropTarget(op, ref.Name)
		if err != nil {
			return err
		}
		if r == nil {
			continue
		}
		if op.Concurrently && r.Kind == PartitionedIndex {
			return refuse(featureNotSupported, "cannot drop partitioned index %q concurrently", r.Name)
		}
		targets = append(targets, Address{OID: r.OID})
		named = append(named, r.String())
	}
	if len(targets) == 0 {
		return nil
	}
	return e.drop(targets, strings.Join(named, ", "), op.Cascade)
}

// dropTarget resolves one relation of a DROP; nil where IF EXISTS finds none.
func (e *editor) dropTarget(op *ddl.DropRelation, n ddl.Name) (*Relation, *Error) {
	r := e.Relation(n)
	if r == nil {
		found, err := e.relation(n, kindOf(op.Kind))
		if err != nil && op.IfExists {
			return nil, nil
		}
		if err != nil {
			if err.SQLState == undefinedSchema {
				return nil, err
			}
			if op.Kind == ddl.Table || op.Kind == ddl.ForeignTable {
				return nil, refuse(undefinedTable, "%s %q does not exist", op.Kind, unquoted(n))
			}
			code := undefinedTable
			if op.Kind == ddl.Index {
				code = undefinedObject
			}
			return nil, refuse(code, "%s %q does not exist", op.Kind, unquoted(n))
		}
		return found, nil
	}
	if !isKind(r, op.Kind) {
		if r.Assumed {
			return r, nil
		}
		return nil, refuse(wrongObjectType, "%q is not %s", r.Name, withArticle(string(op.Kind)))
	}
	if r.Extension != "" {
		return nil, refuse(dependentObjectsStill, "cannot drop %s because extension %s requires it", e.describe(Address{OID: r.OID}), r.Extension)
	}
	if x := r.Index; x != nil && x.Constraint != 0 {
		table := e.RelationByOID(x.Table)
		if table != nil {
			if c := table.ConstraintByOID(x.Constraint); c != nil {
				return nil, refuse(dependentObjectsStill, "cannot drop index %s because constraint %s on table %s requires it", r.Name, c.Name, table.Name)
			}
		}
	}
	if x := r.Index; x != nil && x.Parent != 0 {
		if parent := e.RelationByOID(x.Parent); parent != nil {
			return nil, refuse(dependentObjectsStill, "cannot drop index %s because index %s requires it", r.Name, parent.Name)
		}
	}
	if s := r.Sequence; s != nil && s.Identity {
		if t := e.RelationByOID(s.OwnedBy); t != nil {
			if a := t.AttributeByNum(s.OwnedByAttr); a != nil {
				return nil, refuse(dependentObjectsStill, "cannot drop sequence %s because column %s of table %s requires it", r.Name, a.Name, t.Name)
			}
		}
	}
	return r, nil
}

// kindOf is the relkind that a kind of statement implies.
func kindOf(k ddl.Kind) RelKind {
	switch k {
	case ddl.View:
		return View
	case ddl.MaterializedView:
		return MaterializedView
	case ddl.Index:
		return Index
	case ddl.Sequence:
		return Sequence
	case ddl.ForeignTable:
		return ForeignTable
	case ddl.Type:
		return CompositeType
	}
	return Table
}

// isKind reports whether a relation is what a statement calls it.
func isKind(r *Relation, k ddl.Kind) bool {
	switch k {
	case ddl.Table:
		return r.Kind == Table || r.Kind == PartitionedTable
	case ddl.Index:
		return r.Kind == Index || r.Kind == PartitionedIndex
	}
	return r.Kind == kindOf(k)
}

func withArticle(kind string) string {
	if kind != "" && strings.ContainsRune("aeiou", rune(kind[0])) {
		return "an " + kind
	}
	return "a " + kind
}
