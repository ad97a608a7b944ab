package catalog

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/migracheck/migracheck/parser/ddl"
)

func (d *differ) relations() {
	named(d.before.relations, d.after.relations, (*Relation).QualifiedName, d.before.relationNamed, d.after.relationNamed, func(name ddl.Name, a, b *Relation) {
		r := cmp.Or(a, b)
		d.object, d.relation = name.String(), r.OID
		switch {
		case name.Schema == tempSchema:
			// it ends with the session
		case a == nil && b.Assumed:
			d.contents(&Relation{Assumed: true, Kind: b.Kind, Schema: b.Schema, Name: b.Name}, b)
		case b == nil && a.Assumed:
			d.only(a.Kind.String(), d.object, "", true)
		case a == nil:
			d.created(b)
		case b == nil:
			d.dropped(a)
		default:
			d.contents(a, b)
		}
	})
}

// created and dropped leave out what comes and goes with a table.
func (d *differ) created(b *Relation) {
	if d.after.follows(b, d.before, d.after) {
		return
	}
	d.only(b.Kind.String(), d.object, d.after.Definition(b), false)
}

func (d *differ) dropped(a *Relation) {
	if d.before.follows(a, d.after, d.before) {
		return
	}
	d.only(a.Kind.String(), d.object, d.before.Definition(a), true)
}

// follows reports whether a relation is not a difference of its own in c,
// because what it belongs to is one: the table of an index, the constraint that
// an index is for, the column of a sequence.
func (c *Catalog) follows(r *Relation, other, own *Catalog) bool {
	if i := r.Index; i != nil {
		t := c.RelationByOID(i.Table)
		return i.Constraint != 0 || t == nil || other.relationNamed(t.QualifiedName()) == nil
	}
	if s := r.Sequence; s != nil && s.OwnedBy != 0 {
		t := own.RelationByOID(s.OwnedBy)
		if t == nil {
			return false
		}
		there := other.relationNamed(t.QualifiedName())
		a := t.AttributeByNum(s.OwnedByAttr)
		return there == nil || a == nil || there.Attribute(a.Name) == nil || s.Identity
	}
	return false
}

func (d *differ) contents(a, b *Relation) {
	if a.Kind != b.Kind {
		d.property("kind", kindName(a.Kind), kindName(b.Kind))
		return
	}
	if !a.Assumed || a.Comment != "" {
		d.property("comment", a.Comment, b.Comment)
	}
	d.owner(a.Owner, b.Owner)
	d.privileges(a.ACL, b.ACL)
	switch {
	case a.Index != nil && b.Index != nil:
		d.index(a, b)
		return
	case a.Sequence != nil && b.Sequence != nil:
		d.sequence(a.Sequence, b.Sequence)
		return
	}
	d.table(a, b)
	relation := d.object
	d.derived = a.Query != nil
	if a.Query == nil || b.Query == nil || a.Query != b.Query {
		d.columns(relation, a, b)
	}
	d.constraints(relation, a.Constraints, b.Constraints, a, b)
	d.triggers(relation, a, b)
	d.policies(relation, a, b)
	d.rules(relation, a, b)
	d.object = relation
}

func kindName(k RelKind) string {
	switch k {
	case PartitionedTable:
		return "partitioned table"
	case PartitionedIndex:
		return "partitioned index"
	}
	return k.String()
}

func (d *differ) table(a, b *Relation) {
	d.property("persistence", persistenceOf(a), persistenceOf(b))
	d.property("row security", rowSecurity(a), rowSecurity(b))
	d.property("replica identity", replicaIdentity(a), replicaIdentity(b))
	d.property("parents", d.before.namesOf(a.Parents), d.after.namesOf(b.Parents))
	d.property("partition bound", bound(a), bound(b))
	d.property("storage parameters", options(a.Options), options(b.Options))
	d.property("access method", cmp.Or(a.AccessMethod, "heap"), cmp.Or(b.AccessMethod, "heap"))
	d.property("tablespace", tablespace(a), tablespace(b))
	d.property("check option", a.CheckOption, b.CheckOption)
	d.property("populated", fmt.Sprint(a.Populated), fmt.Sprint(b.Populated))
	if a.Query == b.Query || a.Query == nil || b.Query == nil {
		return
	}
	if s := d.same(a.Query.Text, b.Query.Text); s != Same {
		d.add(Difference{Kind: "definition", Object: d.object, Before: a.Query.Text, After: b.Query.Text, Unsure: s == PerhapsSame})
	}
}

// tablespace is "" for the one that a database has if nobody chooses another.
func tablespace(r *Relation) string {
	if r.Tablespace == "pg_default" {
		return ""
	}
	return r.Tablespace
}

func persistenceOf(r *Relation) string {
	if r.Unlogged {
		return "unlogged"
	}
	return "permanent"
}

func rowSecurity(r *Relation) string {
	text := "disabled"
	if r.RowSecurity {
		text = "enabled"
	}
	if r.ForceRowSecurity {
		text += ", forced"
	}
	return text
}

func replicaIdentity(r *Relation) string {
	return cmp.Or(strings.TrimSpace(r.ReplicaIdentity+" "+r.ReplicaIndex), "default")
}

func bound(r *Relation) string {
	switch {
	case r.Partition == nil:
		return ""
	case r.Partition.Default:
		return "DEFAULT"
	}
	return strings.Join(strings.Fields(strings.ToLower(r.Partition.Text)), " ")
}

func options(all []ddl.Option) string {
	var texts []string
	for _, o := range all {
		texts = append(texts, o.Name+"="+o.Value)
	}
	slices.Sort(texts)
	return strings.Join(texts, ", ")
}

func (d *differ) columns(relation string, a, b *Relation) {
	for _, x := range a.Attributes {
		y := b.Attribute(x.Name)
		d.object = relation + "." + Quoted(x.Name)
		switch {
		case y == nil:
			d.only("column", d.object, definition(x), true)
		case x != y:
			d.column(x, y)
		}
	}
	for _, y := range b.Attributes {
		if a.Attribute(y.Name) != nil {
			continue
		}
		d.object = relation + "." + Quoted(y.Name)
		switch {
		case a.Assumed && y.Assumed:
			// known because a statement named it
		case a.Assumed && slices.Contains(b.DroppedColumns, y.Name):
			d.add(Difference{Kind: "column", Object: d.object, Before: unknownValue, After: definition(y), Unsure: true})
		default:
			d.only("column", d.object, definition(y), false)
		}
	}
	d.object = relation
	if before, after := order(a, b), order(b, a); !slices.Equal(before, after) {
		d.add(Difference{Kind: "column order", Object: relation, Before: strings.Join(before, ", "), After: strings.Join(after, ", "), Equivalent: true})
	}
}

func definition(a *Attribute) string {
	if a.Assumed {
		return unknownValue
	}
	return strings.TrimPrefix(a.Definition(), Quoted(a.Name)+" ")
}

// order are the names of a relation's columns that the other one has too.
func order(r, other *Relation) []string {
	var names []string
	for _, a := range r.Attributes {
		if b := other.Attribute(a.Name); b != nil && !a.Assumed && !b.Assumed {
			names = append(names, Quoted(a.Name))
		}
	}
	return names
}

func (d *differ) column(a, b *Attribute) {
	if a.Assumed {
		// Nothing was known of it before.
		return
	}
	if !d.derived || typeName(a) != unknownValue && typeName(b) != unknownValue {
		d.property("type", typeName(a), typeName(b))
	}
	d.property("nullability", columnNullability(a), columnNullability(b))
	d.text("default", notNullDefault(a), notNullDefault(b))
	d.property("identity", a.Identity, b.Identity)
	d.text("generation", a.Generated, b.Generated)
	if a.Generated != nil && b.Generated != nil {
		d.property("storage of the generated column", fmt.Sprint(a.Virtual), fmt.Sprint(b.Virtual))
	}
	d.property("collation", a.Collation.String(), b.Collation.String())
	d.property("storage", storage(a, b), storage(b, a))
	d.property("compression", compression(a), compression(b))
	d.property("statistics target", statisticsTarget(a), statisticsTarget(b))
	d.property("options", options(a.Options), options(b.Options))
	d.property("comment", a.Comment, b.Comment)
	d.property("inheritance", inheritance(a), inheritance(b))
	d.privileges(a.ACL, b.ACL)
}

// storage is how values of a column are stored; unknown where one of the two
// columns was told, and the other has what its type has by default.
func storage(a, other *Attribute) string {
	switch own := strings.ToLower(a.Storage); {
	case own == strings.ToLower(other.Storage):
		return "" // both the same, or both the type's
	case own != "" && own != "default":
		return own
	case a.Type.Dims > 0:
		return "extended"
	case a.Type.Def != 0 || a.Type.Assumed:
		return unknownValue
	}
	switch name := a.Type.Name.Name; {
	case a.Type.IsText(), a.Type.IsBits(), name == "bytea", name == "json", name == "jsonb", name == "xml", name == "tsvector":
		return "extended"
	case name == "numeric", name == "inet", name == "cidr":
		return "main"
	}
	return "plain"
}

// compression is "" for the server's own.
func compression(a *Attribute) string {
	if strings.EqualFold(a.Compression, "default") {
		return ""
	}
	return a.Compression
}

// statisticsTarget is the target, unless it is the default's.
func statisticsTarget(a *Attribute) string {
	if a.Statistics == "-1" || a.Statistics == "default" {
		return ""
	}
	return a.Statistics
}

func inheritance(a *Attribute) string { return fmt.Sprintf("%d %t", a.Inherited, a.Local) }

func typeName(a *Attribute) string {
	if a.Type.IsZero() {
		return unknownValue
	}
	return a.Type.String()
}

func columnNullability(a *Attribute) string {
	if a.NotNullInvalid {
		return "NOT NULL NOT VALID"
	}
	return nullability(a.NotNull)
}

// notNullDefault is the default, unless it is NULL, which is none.
func notNullDefault(a *Attribute) *ddl.Expr {
	if a.Default != nil && a.Default.Null {
		return nil
	}
	return a.Default
}

// constraints compares those of a relation, or of a domain where a and b are
// nil. Constraints whose names PostgreSQL chose are the same by what they are.
func (d *differ) constraints(of string, before, after []*Constraint, a, b *Relation) {
	find := func(all []*Constraint, name string) *Constraint {
		for _, k := range all {
			if k.Name == name {
				return k
			}
		}
		return nil
	}
	text := func(c *Catalog, r *Relation, k *Constraint) string {
		if r == nil {
			r = &Relation{}
		}
		return c.ConstraintDefinition(r, k)
	}
	matched := map[*Constraint]bool{}
	for _, x := range before {
		if x.Trigger {
			continue
		}
		d.object = of + "." + Quoted(x.Name)
		y := find(after, x.Name)
		if y == nil {
			y = d.unnamedTwin(x, before, after, func(x, y *Constraint) bool { return text(d.before, a, x) == text(d.after, b, y) })
			if y != nil {
				matched[y] = true
				d.add(Difference{Kind: "constraint", Object: d.object, Before: x.Name, After: y.Name, Equivalent: true})
				continue
			}
			d.only("constraint", d.object, text(d.before, a, x), true)
			continue
		}
		matched[y] = true
		if x != y {
			d.constraint(x, y, text(d.before, a, x), text(d.after, b, y))
		}
	}
	for _, y := range after {
		if !matched[y] && !y.Trigger {
			d.only("constraint", of+"."+Quoted(y.Name), text(d.after, b, y), false)
		}
	}
	d.object = of
}

// unnamedTwin returns a constraint that is as x but for a name, where nobody
// chose either name.
func (d *differ) unnamedTwin(x *Constraint, before, after []*Constraint, alike func(x, y *Constraint) bool) *Constraint {
	unnamed := func(k *Constraint) bool { return k.Def != nil && k.Def.Name.Name == "" }
	if !unnamed(x) {
		return nil
	}
	for _, y := range after {
		taken := slices.ContainsFunc(before, func(k *Constraint) bool { return k.Name == y.Name })
		if !taken && unnamed(y) && y.Kind == x.Kind && unnumbered(y.Name) == unnumbered(x.Name) && alike(x, y) {
			return y
		}
	}
	return nil
}

// unnumbered is a name without the number that PostgreSQL puts behind one that
// is taken.
func unnumbered(name string) string { return strings.TrimRight(name, "0123456789") }

func (d *differ) constraint(x, y *Constraint, before, after string) {
	if x.Kind != y.Kind {
		d.property("constraint", before, after)
		return
	}
	d.property("validity", constraintValidity(x), constraintValidity(y))
	d.property("comment", x.Comment, y.Comment)
	before, after = strings.TrimSuffix(before, validity(x)), strings.TrimSuffix(after, validity(y))
	if x.Kind == ddl.Check {
		d.text("definition", x.Check, y.Check)
		d.property("inheritance", fmt.Sprint(x.NoInherit), fmt.Sprint(y.NoInherit))
		return
	}
	if x.Kind == ddl.Exclude && before != after {
		d.add(Difference{Kind: "definition", Object: d.object, Before: before, After: after, Unsure: strings.EqualFold(strings.Join(strings.Fields(before), ""), strings.Join(strings.Fields(after), ""))})
		return
	}
	d.property("definition", before, after)
}

func constraintValidity(k *Constraint) string {
	switch {
	case !k.Enforced:
		return "NOT ENFORCED"
	case !k.Valid:
		return "NOT VALID"
	}
	return "valid"
}

func (d *differ) index(a, b *Relation) {
	x, y := a.Index, b.Index
	before, after := d.before.RelationByOID(x.Table), d.after.RelationByOID(y.Table)
	if before == nil || after == nil {
		return
	}
	d.relation = before.OID
	d.property("table", before.String(), after.String())
	d.property("method", cmp.Or(x.Method, "btree"), cmp.Or(y.Method, "btree"))
	d.property("uniqueness", uniqueness(x), uniqueness(y))
	d.property("validity", validIndex(x), validIndex(y))
	d.property("clustering", fmt.Sprint(x.Clustered), fmt.Sprint(y.Clustered))
	d.property("storage parameters", options(a.Options), options(b.Options))
	d.property("tablespace", tablespace(a), tablespace(b))
	d.property("included columns", quotedColumns(before, x.Include), quotedColumns(after, y.Include))
	d.property("parent", d.before.namesOf(nonzero(x.Parent)), d.after.namesOf(nonzero(y.Parent)))
	d.text("predicate", x.Where, y.Where)
	if len(x.Elements) != len(y.Elements) {
		d.property("columns", indexElements(x.Elements), indexElements(y.Elements))
		return
	}
	for i := range x.Elements {
		e, f := x.Elements[i], y.Elements[i]
		if e.Expr != nil && f.Expr != nil && e.Column == "" && f.Column == "" {
			d.text("expression", e.Expr, f.Expr)
			e.Expr, f.Expr = nil, nil
		}
		if i < len(x.Columns) && i < len(y.Columns) && x.Columns[i] > 0 && y.Columns[i] > 0 {
			// By number: the name in the definition may be an old one.
			e.Column, f.Column = quotedColumns(before, x.Columns[i:i+1]), quotedColumns(after, y.Columns[i:i+1])
		}
		d.property("columns", indexElements([]ddl.IndexElement{e}), indexElements([]ddl.IndexElement{f}))
	}
}

func nonzero(oid OID) []OID {
	if oid == 0 {
		return nil
	}
	return []OID{oid}
}

func uniqueness(i *IndexData) string {
	switch {
	case i.Exclusion:
		return "exclusion"
	case i.Primary:
		return "primary key"
	case i.Unique && i.NullsNotDistinct:
		return "unique, nulls not distinct"
	case i.Unique:
		return "unique"
	}
	return "not unique"
}

func validIndex(i *IndexData) string {
	if i.Valid {
		return "valid"
	}
	return "invalid"
}

func (d *differ) sequence(a, b *SequenceData) {
	owner := func(c *Catalog, s *SequenceData) string {
		t := c.RelationByOID(s.OwnedBy)
		if t == nil {
			return ""
		}
		return t.String() + "." + quotedColumns(t, []int{s.OwnedByAttr})
	}
	d.property("type", a.Type.String(), b.Type.String())
	d.property("increment", a.Increment, b.Increment)
	d.property("start", a.Start, b.Start)
	d.property("range", a.Min+" to "+a.Max, b.Min+" to "+b.Max)
	d.property("cache", a.Cache, b.Cache)
	d.property("cycle", fmt.Sprint(a.Cycle), fmt.Sprint(b.Cycle))
	d.property("owning column", owner(d.before, a), owner(d.after, b))
}

func (d *differ) triggers(relation string, a, b *Relation) {
	pairs(a.Triggers, b.Triggers, func(t *Trigger) string { return t.Name }, func(name string, x, y *Trigger) {
		d.object = relation + "." + Quoted(name)
		if x == nil || y == nil {
			d.only("trigger", d.object, strings.TrimSpace(cmp.Or(x, y).Created.Text()), y == nil)
			return
		}
		d.property("state", x.State, y.State)
		d.property("comment", x.Comment, y.Comment)
		d.property("definition", triggerText(a, x), triggerText(b, y))
		d.text("condition", x.When, y.When)
	})
}

func triggerText(r *Relation, t *Trigger) string {
	events := slices.Clone(t.Events)
	slices.Sort(events)
	columns := slices.Clone(t.Columns)
	slices.Sort(columns)
	per := "statement"
	if t.ForEachRow {
		per = "row"
	}
	return fmt.Sprintf("%s %s of (%s) for each %s %s(%s)", t.Timing, strings.Join(events, " or "), quotedColumns(r, columns), per, t.FunctionName, strings.Join(t.Args, ", "))
}

func (d *differ) policies(relation string, a, b *Relation) {
	pairs(a.Policies, b.Policies, func(p *Policy) string { return p.Name }, func(name string, x, y *Policy) {
		d.object = relation + "." + Quoted(name)
		if x == nil || y == nil {
			d.only("policy", d.object, strings.TrimSpace(cmp.Or(x, y).Created.Text()), y == nil)
			return
		}
		d.property("comment", x.Comment, y.Comment)
		d.property("definition", policyText(x), policyText(y))
		d.text("USING", x.Using, y.Using)
		d.text("WITH CHECK", x.WithCheck, y.WithCheck)
	})
}

func policyText(p *Policy) string {
	roles := slices.Clone(p.Roles)
	if len(roles) == 0 {
		roles = []string{"public"}
	}
	slices.Sort(roles)
	kind := "permissive"
	if p.Restrictive {
		kind = "restrictive"
	}
	return kind + " for " + cmp.Or(p.Command, "all") + " to " + strings.Join(roles, ", ")
}

func (d *differ) rules(relation string, a, b *Relation) {
	pairs(a.Rules, b.Rules, func(r *Rule) string { return r.Name }, func(name string, x, y *Rule) {
		d.object = relation + "." + Quoted(name)
		if x == nil || y == nil {
			d.only("rule", d.object, strings.TrimSpace(cmp.Or(x, y).Created.Text()), y == nil)
			return
		}
		d.property("state", x.State, y.State)
		d.property("comment", x.Comment, y.Comment)
		if before, after := strings.TrimSpace(x.Created.Text()), strings.TrimSpace(y.Created.Text()); d.same(before, after) != Same {
			d.add(Difference{Kind: "definition", Object: d.object, Before: before, After: after, Unsure: true})
		}
	})
}

// pairs visits the names of two lists that do not mean the same in both.
func pairs[V any](before, after []*V, name func(*V) string, visit func(name string, x, y *V)) {
	find := func(all []*V, n string) *V {
		for _, v := range all {
			if name(v) == n {
				return v
			}
		}
		return nil
	}
	for _, x := range before {
		if y := find(after, name(x)); x != y {
			visit(name(x), x, y)
		}
	}
	for _, y := range after {
		if find(before, name(y)) == nil {
			visit(name(y), nil, y)
		}
	}
}
