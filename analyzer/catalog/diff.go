package catalog

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/pattern"
)

// A Difference is one thing in which two snapshots are not alike.
type Difference struct {
	// Kind is what differs: a kind of object that only one of them has
	// ("table", "column", "index", …), or a property of one that both have
	// ("type", "default", "nullability", "validity", "definition", "comment",
	// "owner", "privileges", "column order" …).
	Kind string
	// Object is its name: schema.relation, schema.relation.column …
	Object string
	// Relation is the OID of the relation that it belongs to, in the snapshot
	// that has it; 0 where there is none.
	Relation OID
	// Before and After describe it; "" where it is not there.
	Before, After string
	// Equivalent differences are of no consequence for SQL that names its
	// columns: their order, and names that nobody chose.
	Equivalent bool
	// Unsure: it cannot be told, because one side is not known whole, or the
	// texts of two definitions differ and may mean the same.
	Unsure bool
}

// String is the difference in one line.
func (d Difference) String() string {
	switch {
	case d.Before == "":
		return fmt.Sprintf("%s %s is there: %s", d.Kind, d.Object, d.After)
	case d.After == "":
		return fmt.Sprintf("%s %s is missing: %s", d.Kind, d.Object, d.Before)
	}
	return fmt.Sprintf("%s of %s: %s, was %s", d.Kind, d.Object, d.After, d.Before)
}

// A Sameness says whether two texts of SQL mean the same.
type Sameness uint8

// What there is to say about two texts.
const (
	Different Sameness = iota
	Same
	// PerhapsSame: PostgreSQL may store the same for both.
	PerhapsSame
)

// Diff lists in what after differs from before, in order of kind and name. Same
// compares two expressions, or two queries, as written.
//
// What is assumed has no existence that begins: a relation that only after
// knows, and assumes, was there before, and is compared by what the history
// made of it.
func Diff(before, after *Catalog, same func(a, b string) Sameness) []Difference {
	d := &differ{before: before, after: after, same: same}
	d.schemas()
	d.relations()
	d.types()
	d.functions()
	d.objects()
	d.defaultPrivileges()
	slices.SortStableFunc(d.all, func(a, b Difference) int {
		return cmp.Or(cmp.Compare(a.Object, b.Object), cmp.Compare(a.Kind, b.Kind))
	})
	return d.all
}

type differ struct {
	before, after *Catalog
	same          func(a, b string) Sameness
	all           []Difference
	// object and relation are what is being compared.
	object   string
	relation OID
	// derived: its columns are those of a query, which is compared itself.
	derived bool
}

// unknownValue stands for what is not known.
const unknownValue = "?"

// property compares one property of the object at hand.
func (d *differ) property(kind, before, after string) {
	if before == after {
		return
	}
	d.add(Difference{Kind: kind, Object: d.object, Before: cmp.Or(before, "none"), After: cmp.Or(after, "none"),
		Unsure: before == unknownValue || after == unknownValue})
}

// text compares a property that is SQL. Pointers to what was written show more
// than the text: a name in it may have been changed meanwhile.
func (d *differ) text(kind string, before, after *ddl.Expr) {
	if before == after {
		return
	}
	a, b := exprText(before), exprText(after)
	if before != nil && after != nil {
		if before.Constant && after.Constant && before.Null == after.Null && before.Literal == after.Literal {
			return // stored as a value of the column's type, whatever it is cast to
		}
		if before.Weakens(after) && after.Weakens(before) {
			return
		}
		same := d.same(a, b)
		if same == Different && (d.outdated(d.before, before) || d.outdated(d.after, after)) {
			same = PerhapsSame
		}
		switch same {
		case Same:
			return
		case PerhapsSame:
			d.add(Difference{Kind: kind, Object: d.object, Before: a, After: b, Unsure: true})
			return
		}
	}
	d.property(kind, a, b)
}

// outdated reports whether the text of an expression is not what PostgreSQL shows
// for it: what it names was renamed, or the value has many spellings.
func (d *differ) outdated(c *Catalog, e *ddl.Expr) bool {
	r := c.RelationByOID(d.relation)
	if other := cmp.Or(d.before.RelationByOID(d.relation), d.after.RelationByOID(d.relation)); r == nil && other != nil {
		r = c.relationNamed(other.QualifiedName()) // made anew
	}
	if r == nil {
		return false
	}
	for _, ref := range e.Columns {
		if !ref.Star && r.Attribute(ref.Column) == nil {
			return true
		}
	}
	if m := sequenceCalled.FindStringSubmatch(e.Text); m != nil {
		schema, name, qualified := strings.Cut(m[1], ".")
		if !qualified {
			schema, name = "", schema
		}
		return c.Relation(ddl.Name{Schema: strings.Trim(schema, `"`), Name: strings.Trim(name, `"`)}) == nil
	}
	for _, a := range r.Attributes {
		if d.object != r.String()+"."+Quoted(a.Name) || !e.Constant || e.Null {
			continue
		}
		if a.Type.IsTime() {
			return true // which has many spellings
		}
		if t := c.TypeByOID(a.Type.Def); t != nil && t.Kind == Enum && a.Type.Dims == 0 {
			return !slices.Contains(t.Labels, e.Literal)
		}
	}
	return false
}

var sequenceCalled = pattern.New(`(?i)^nextval\('([^']+)'`)

func (d *differ) add(diff Difference) {
	if diff.Relation == 0 {
		diff.Relation = d.relation
	}
	d.all = append(d.all, diff)
}

// only records an object that one side has.
func (d *differ) only(kind, object, definition string, gone bool) {
	diff := Difference{Kind: kind, Object: object}
	definition = cmp.Or(definition, kind)
	if gone {
		diff.Before = definition
	} else {
		diff.After = definition
	}
	d.add(diff)
}

func (d *differ) privileges(before, after []Privilege) {
	d.property("privileges", granted(before), granted(after))
}

// granted lists privileges in an order of their own.
func granted(acl []Privilege) string {
	by := map[string][]string{}
	for _, p := range acl {
		if p.Name == "maintain" {
			continue // PostgreSQL 17's, see privilegesOf
		}
		name := p.Name
		if p.Option {
			name += " with grant option"
		}
		by[p.Grantee] = append(by[p.Grantee], name)
	}
	var all []string
	for grantee, names := range by {
		slices.Sort(names)
		all = append(all, strings.Join(slices.Compact(names), ", ")+" to "+Quoted(grantee))
	}
	slices.Sort(all)
	return strings.Join(all, "; ")
}

func (d *differ) owner(before, after string) {
	if before != "" && after != "" {
		d.property("owner", before, after)
	}
}

func (d *differ) schemas() {
	d.relation = 0
	each(d.before.schemas, d.after.schemas, func(name string, a, b *Schema) {
		d.object = Quoted(name)
		switch {
		case a == nil && b.Assumed, b == nil && a.Assumed:
		case a == nil || b == nil:
			d.only("schema", d.object, "", b == nil)
		default:
			d.property("comment", a.Comment, b.Comment)
			d.owner(a.Owner, b.Owner)
			d.privileges(a.ACL, b.ACL)
		}
	})
	each(d.before.extensions, d.after.extensions, func(name string, a, b *Extension) {
		d.object = Quoted(name)
		switch {
		case a == nil || b == nil:
			d.only("extension", d.object, "", b == nil)
		default:
			d.property("schema", a.Schema, b.Schema)
			if a.Version != "" && b.Version != "" {
				d.property("version", a.Version, b.Version)
			}
			d.property("comment", a.Comment, b.Comment)
		}
	})
}

// each visits the keys of two maps that do not have the same value in both, in
// no order.
func each[K comparable, V any](before, after versions[K, *V], visit func(key K, a, b *V)) {
	differing(before, after, func(a, b *V) bool { return a == b }, func(key K, a, b *V, _, _ bool) { visit(key, a, b) })
}

func (d *differ) types() {
	d.relation = 0
	named(d.before.types, d.after.types, (*TypeDef).QualifiedName, d.before.typeNamed, d.after.typeNamed, func(name ddl.Name, a, b *TypeDef) {
		d.object = name.String()
		switch {
		case a == nil && b.Assumed, b == nil && a.Assumed:
		case a != nil && a.Kind == Composite, b != nil && b.Kind == Composite:
			// its relation speaks
		case a == nil:
			if b.Kind != Multirange {
				d.only(b.Kind.String(), d.object, d.after.TypeDefinition(b), false)
			}
		case b == nil:
			if a.Kind != Multirange {
				d.only(a.Kind.String(), d.object, d.before.TypeDefinition(a), true)
			}
		default:
			d.typeDef(a, b)
		}
	})
}

// named visits the names that do not mean the same value in both.
func named[V any](before, after versions[OID, *V], name func(*V) ddl.Name, inBefore, inAfter func(ddl.Name) *V, visit func(name ddl.Name, a, b *V)) {
	seen := map[ddl.Name]bool{}
	see := func(v *V) {
		if v == nil || seen[name(v)] {
			return
		}
		n := name(v)
		seen[n] = true
		if a, b := inBefore(n), inAfter(n); a != b {
			visit(n, a, b)
		}
	}
	each(before, after, func(_ OID, a, b *V) {
		see(a)
		see(b)
	})
}

func (d *differ) typeDef(a, b *TypeDef) {
	d.property("kind", a.Kind.String(), b.Kind.String())
	switch a.Kind {
	case Enum:
		d.property("labels", strings.Join(a.Labels, ", "), strings.Join(b.Labels, ", "))
	case Domain:
		d.property("type", a.Base.String(), b.Base.String())
		d.property("nullability", nullability(a.NotNull), nullability(b.NotNull))
		d.text("default", a.Default, b.Default)
		d.constraints(d.object, a.Constraints, b.Constraints, nil, nil)
	case Range:
		d.property("type", a.Subtype.String(), b.Subtype.String())
	}
	d.property("comment", a.Comment, b.Comment)
	d.owner(a.Owner, b.Owner)
	d.privileges(a.ACL, b.ACL)
}

func nullability(notNull bool) string {
	if notNull {
		return "NOT NULL"
	}
	return "NULL"
}

func (d *differ) functions() {
	d.relation = 0
	before, after := map[string]*Function{}, map[string]*Function{}
	differing(d.before.functions, d.after.functions, slices.Equal[[]*Function], func(name ddl.Name, a, b []*Function, _, _ bool) {
		if name.Schema == tempSchema {
			return
		}
		for _, f := range a {
			before[f.Signature()] = f
		}
		for _, f := range b {
			after[f.Signature()] = f
		}
	})
	for signature, a := range before {
		d.object = signature
		b := after[signature]
		switch {
		case b == nil:
			d.only(string(a.Kind), signature, strings.TrimSpace(a.Created.Text()), true)
		case a != b:
			d.function(a, b)
		}
	}
	for signature, b := range after {
		if before[signature] == nil {
			d.only(string(b.Kind), signature, strings.TrimSpace(b.Created.Text()), false)
		}
	}
}

func (d *differ) function(a, b *Function) {
	set := func(f *Function) string {
		if f.ReturnsSet {
			return "setof " + f.Returns.String()
		}
		return f.Returns.String()
	}
	var names, others []string
	for _, arg := range a.Args {
		names = append(names, string(arg.Mode)+" "+arg.Name+" "+exprText(arg.Default))
	}
	for _, arg := range b.Args {
		others = append(others, string(arg.Mode)+" "+arg.Name+" "+exprText(arg.Default))
	}
	d.property("kind", string(a.Kind), string(b.Kind))
	d.property("arguments", strings.Join(names, ", "), strings.Join(others, ", "))
	d.property("result", set(a), set(b))
	d.property("language", a.Language, b.Language)
	d.property("volatility", cmp.Or(a.Volatility, "volatile"), cmp.Or(b.Volatility, "volatile"))
	d.property("strictness", fmt.Sprint(a.Strict), fmt.Sprint(b.Strict))
	d.property("security", fmt.Sprint(a.SecDefiner), fmt.Sprint(b.SecDefiner))
	d.property("options", routineOptions(a), routineOptions(b))
	d.property("parallel", cmp.Or(a.Parallel, "unsafe"), cmp.Or(b.Parallel, "unsafe"))
	if a.Body != b.Body {
		// A body is stored as it is written, blanks and all.
		d.add(Difference{Kind: "body", Object: d.object, Before: a.Body, After: b.Body, Equivalent: strings.Join(strings.Fields(a.Body), " ") == strings.Join(strings.Fields(b.Body), " ")})
	}
	d.property("comment", a.Comment, b.Comment)
	d.owner(a.Owner, b.Owner)
	d.privileges(a.ACL, b.ACL)
}

// routineOptions are the settings, cost and rows of a routine.
func routineOptions(f *Function) string {
	var texts []string
	for _, o := range f.Options {
		switch text := strings.ToLower(o.Name) + "=" + strings.Join(strings.Fields(o.Value), " "); {
		case text == "cost=100", text == "rows=1000", strings.HasPrefix(text, "set=reset "):
			// as it is by default
		default:
			texts = append(texts, text)
		}
	}
	slices.Sort(texts)
	return strings.Join(texts, ", ")
}

func (d *differ) objects() {
	d.relation = 0
	each(d.before.objects, d.after.objects, func(_ objectKey, a, b *Object) {
		o := cmp.Or(a, b)
		d.object = o.Name.String()
		if o.Part != "" {
			d.object += "." + Quoted(o.Part)
		}
		switch {
		case a == nil || b == nil:
			d.only(string(o.Kind), d.object, "", b == nil)
		default:
			d.property("comment", a.Comment, b.Comment)
			d.owner(a.Owner, b.Owner)
			d.property("tables", d.before.namesOf(a.Tables), d.after.namesOf(b.Tables))
			d.property("all tables", fmt.Sprint(a.AllTables), fmt.Sprint(b.AllTables))
			d.privileges(a.ACL, b.ACL)
			if x, y := strings.TrimSpace(a.Created.Text()), strings.TrimSpace(b.Created.Text()); a.Kind != ddl.Publication && d.same(x, y) != Same {
				d.add(Difference{Kind: "definition", Object: d.object, Before: x, After: y, Unsure: true})
			}
		}
	})
}

// defaultPrivileges compares what ALTER DEFAULT PRIVILEGES has left.
func (d *differ) defaultPrivileges() {
	type of struct {
		role, schema string
		kind         ddl.Kind
	}
	before, after := map[of]string{}, map[of]string{}
	for _, p := range d.before.defaultACL {
		before[of{p.Role, p.Schema, p.Kind}] = granted(p.Grants)
	}
	for _, p := range d.after.defaultACL {
		after[of{p.Role, p.Schema, p.Kind}] = granted(p.Grants)
	}
	compare := func(o of) {
		d.object, d.relation = string(o.kind)+"s", 0
		if o.schema != "" {
			d.object += " in " + Quoted(o.schema)
		}
		d.property("default privileges", before[o], after[o])
	}
	for o := range before {
		compare(o)
	}
	for o := range after {
		if _, ok := before[o]; !ok {
			compare(o)
		}
	}
}

func (c *Catalog) namesOf(oids []OID) string {
	var names []string
	for _, oid := range oids {
		name := unknownValue
		if r := c.RelationByOID(oid); r != nil {
			name = r.String()
		}
		names = append(names, name)
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}
