package catalog

import (
	"slices"

	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/query"
)

func nextvalCall(seq ddl.Name) query.Call {
	return query.Call{Name: query.Name{Name: "nextval"}, Args: 1, Literal: seq.String()}
}

// likeColumns copies the columns of LIKE.
func (e *editor) likeColumns(t *Relation, like ddl.Like) *Error {
	src, err := e.relation(like.Source.Name, Table)
	if err != nil {
		return err
	}
	if !src.hasRowType() {
		return refuse(wrongObjectType, "relation %q is invalid in LIKE clause", src.Name)
	}
	t.Assumed = t.Assumed || src.Assumed
	has := func(option string) bool { return slices.Contains(like.Including, option) }
	for _, sa := range src.Attributes {
		if t.Attribute(sa.Name) != nil {
			return refuse(duplicateColumn, "column %q specified more than once", sa.Name)
		}
		a := &Attribute{
			Name: sa.Name, Type: sa.Type, Assumed: sa.Assumed, Created: e.at(), NotNull: sa.NotNull, NotNullName: "",
			Collation: sa.Collation, Local: true,
		}
		if a.NotNull {
			a.NotNullName = sa.NotNullName
		}
		if has("storage") {
			a.Storage = sa.Storage
		}
		if has("compression") {
			a.Compression = sa.Compression
		}
		if has("comments") {
			a.Comment = sa.Comment
		}
		if has("defaults") {
			a.Default = sa.Default
		}
		if has("generated") {
			a.Generated, a.Virtual = sa.Generated, sa.Virtual
		}
		e.addAttribute(t, a)
		if has("identity") && sa.Identity != "" {
			b := *a
			b.Identity = sa.Identity
			seq, err := e.columnSequence(t, &b, builtin("int8"), e.sequenceOptions(sa.Sequence), true)
			if err != nil {
				return err
			}
			b.Sequence = seq.OID
			setAttribute(t, &b)
			a = &b
		}
	}
	e.copyDefaults(src, t)
	return nil
}

// sequenceOptions are the options that make a sequence like another; its type is
// not among them.
func (e *editor) sequenceOptions(oid OID) []ddl.Option {
	s := e.RelationByOID(oid)
	if s == nil || s.Sequence == nil {
		return nil
	}
	d := s.Sequence
	options := []ddl.Option{
		{Name: "increment", Value: d.Increment}, {Name: "minvalue", Value: d.Min}, {Name: "maxvalue", Value: d.Max},
		{Name: "start", Value: d.Start}, {Name: "cache", Value: d.Cache},
	}
	if d.Cycle {
		options = append(options, ddl.Option{Name: "cycle", Value: "true"})
	}
	return options
}

// copyDefaults gives the columns that a table has from another the same
// dependencies for their defaults. The text of a default may name what has
// another name by now.
func (e *editor) copyDefaults(from, to *Relation) {
	refs, _ := e.references.get(from.OID)
	for _, oid := range refs {
		for _, d := range e.Dependents(oid) {
			if d.Dependent.OID != from.OID || d.Dependent.Part != PartDefault {
				continue
			}
			fa := from.AttributeByNum(int(d.Dependent.ID))
			if fa == nil {
				continue
			}
			a := to.Attribute(fa.Name)
			if a == nil || a.Default != fa.Default || a.Generated != fa.Generated || a.Default == nil && a.Generated == nil {
				continue
			}
			d.Dependent = Address{OID: to.OID, Part: PartDefault, ID: uint32(a.Num)}
			if oid != from.OID {
				e.depend(oid, d)
				continue
			}
			if ok, columns := e.columnsByName(from, to, []int{d.Column}); ok {
				d.Column = columns[0]
				e.depend(to.OID, d)
			}
		}
	}
}

// likeChecks copies the CHECK constraints of LIKE INCLUDING CONSTRAINTS, under
// their own names.
func (e *editor) likeChecks(t *Relation, like ddl.Like) *Error {
	src := e.Relation(like.Source.Name)
	if src == nil || !slices.Contains(like.Including, "constraints") {
		return nil
	}
	for _, c := range src.Constraints {
		if c.Kind != ddl.Check {
			continue
		}
		if t.Constraint(c.Name) != nil {
			return refuse(duplicateObject, "constraint %q for relation %q already exists", c.Name, t.Name)
		}
		d := *c
		d.OID, d.Created, d.Inherited, d.Local, d.Valid = e.newOID(), e.at(), 0, true, d.Enforced
		_, d.Columns = e.columnsByName(src, t, c.Columns)
		if !slices.Contains(like.Including, "comments") {
			d.Comment = ""
		}
		e.attachConstraint(t, &d)
	}
	return nil
}

// columnsByName translates attribute numbers of one relation to those of
// another that has columns of the same names; ok is false where one is
// missing. 0 stays 0.
func (e *editor) columnsByName(from, to *Relation, nums []int) (ok bool, translated []int) {
	ok = true
	for _, n := range nums {
		if n == 0 {
			translated = append(translated, 0)
			continue
		}
		a := from.AttributeByNum(n)
		if a == nil {
			ok = false
			continue
		}
		b := to.Attribute(a.Name)
		if b == nil {
			ok = false
			continue
		}
		translated = append(translated, b.Num)
	}
	return ok, translated
}

// likeIndexes copies the indexes of LIKE INCLUDING INDEXES, with the
// constraints they belong to, under chosen names.
func (e *editor) likeIndexes(t *Relation, like ddl.Like) *Error {
	src := e.Relation(like.Source.Name)
	if src == nil || !slices.Contains(like.Including, "indexes") {
		return nil
	}
	for _, oid := range src.Indexes {
		x := e.RelationByOID(oid)
		if x == nil || x.Index == nil {
			continue
		}
		if x.Index.Primary && t.PrimaryKey() != nil {
			return refuse(invalidTableDefinition, "multiple primary keys for table %q are not allowed", t.Name)
		}
		y, _, err := e.cloneIndex(src, x, t, 0)
		if err != nil {
			return err
		}
		if slices.Contains(like.Including, "comments") && x.Comment != "" {
			y = e.own(y)
			y.Comment = x.Comment
		}
	}
	return nil
}
