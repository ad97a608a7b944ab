package rules

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/source"
)

// What the previous version of the application knows is what was there before
// the window; what its statements find is what is there at the end.

// known returns the relation as the previous version knows it, or nil where it
// was born in the window or is temporary.
func (p *Pass) known(r *catalog.Relation) *catalog.Relation {
	if r == nil || r.Temporary {
		return nil
	}
	if before := p.Window.Base.RelationByOID(r.OID); before != nil {
		return before
	}
	if !r.Assumed || p.release.born[r.OID] {
		return nil
	}
	// Of a relation that the window is the first to mention, the rest is its
	// own doing.
	first := *r
	first.Constraints, first.Indexes = nil, nil
	first.Attributes = slices.DeleteFunc(slices.Clone(r.Attributes), func(a *catalog.Attribute) bool { return !a.Assumed })
	return &first
}

// knownColumn returns the column as the previous version knows it, or nil
// where it was born in the window.
func (p *Pass) knownColumn(r *catalog.Relation, a *catalog.Attribute) *catalog.Attribute {
	table := p.known(r)
	if table == nil {
		return nil
	}
	if before := p.Window.Base.RelationByOID(r.OID); before != nil {
		if b := before.AttributeByNum(a.Num); b != nil {
			return b
		}
	}
	if a.Assumed {
		return a // of a relation that is not wholly known
	}
	return nil
}

// end returns the relation at the end of the window; nil where it is gone.
func (p *Pass) end(r *catalog.Relation) *catalog.Relation {
	return p.Window.End.RelationByOID(r.OID)
}

// endColumn returns the column at the end of the window; nil where it is gone.
func (p *Pass) endColumn(r *catalog.Relation, a *catalog.Attribute) *catalog.Attribute {
	if r = p.end(r); r == nil {
		return nil
	}
	return r.AttributeByNum(a.Num)
}

// endConstraint returns the constraint at the end of the window; nil where it
// is gone.
func (p *Pass) endConstraint(r *catalog.Relation, c *catalog.Constraint) *catalog.Constraint {
	if r = p.end(r); r == nil {
		return nil
	}
	return r.ConstraintByOID(c.OID)
}

// successor returns what the previous version finds, at the end of the window,
// under the name of a relation that it knows: the relation itself, a view or a
// table in its place, or nil.
func (p *Pass) successor(known *catalog.Relation) *catalog.Relation {
	return p.Window.End.Relation(known.QualifiedName())
}

// offered returns what the previous version finds under the name of a column
// that it knows: the column itself, one in its place, or nil.
func (p *Pass) offered(known *catalog.Relation, column *catalog.Attribute) *catalog.Attribute {
	if r := p.successor(known); r != nil {
		return r.Attribute(column.Name)
	}
	return nil
}

// missing returns the names of the columns that the previous version knows and
// no longer finds under the name of the relation.
func (p *Pass) missing(known, successor *catalog.Relation) []string {
	if len(successor.Attributes) == 0 {
		return nil // a view of what the history does not show
	}
	var names []string
	for _, a := range known.Attributes {
		if successor.Attribute(a.Name) == nil {
			names = append(names, a.Name)
		}
	}
	return names
}

// followsParent reports whether the event happened to a parent of the relation
// in the same step, and to this one only because of that.
func (p *Pass) followsParent(r *catalog.Relation) bool {
	for _, c := range p.Changes {
		if reflect.TypeOf(c) != reflect.TypeOf(p.event) {
			continue
		}
		if parent := relationOf(c); parent != nil && slices.Contains(r.Parents, parent.OID) {
			return true
		}
	}
	return false
}

// relationOf returns the relation that a change of a table, a column or a
// constraint is about, else nil.
func relationOf(c catalog.Change) *catalog.Relation {
	switch c := c.(type) {
	case *catalog.RelationDropped:
		return c.Relation
	case *catalog.RelationMoved:
		return c.Before
	case *catalog.ColumnAdded:
		return c.Relation
	case *catalog.ColumnDropped:
		return c.Relation
	case *catalog.ColumnRenamed:
		return c.Relation
	case *catalog.ColumnTypeChanged:
		return c.Relation
	case *catalog.NullabilityChanged:
		return c.Relation
	case *catalog.DefaultChanged:
		return c.Relation
	case *catalog.IdentityChanged:
		return c.Relation
	case *catalog.GenerationChanged:
		return c.Relation
	case *catalog.ConstraintAdded:
		return c.Relation
	case *catalog.ConstraintDropped:
		return c.Relation
	case *catalog.ConstraintRenamed:
		return c.Relation
	case *catalog.IndexCreated:
		return c.Table
	case *catalog.IndexDropped:
		return c.Table
	case *catalog.DataRemoved:
		return c.Relation
	}
	return nil
}

// changed reports whether the step made a change of type C that match accepts.
func changed[C catalog.Change](p *Pass, match func(C) bool) bool {
	return slices.ContainsFunc(p.Changes, func(c catalog.Change) bool {
		typed, ok := c.(C)
		return ok && match(typed)
	})
}

// quoted puts a name in quotes for a message, unless it has some.
func quoted(name string) string {
	if strings.Contains(name, `"`) {
		return name
	}
	return `"` + name + `"`
}

// list puts names in quotes and joins them: "a", "b" and "c".
func list(names []string) string {
	quotes := make([]string, len(names))
	for i, n := range names {
		quotes[i] = quoted(n)
	}
	return sentence(quotes)
}

// sentence joins words: a, b and c.
func sentence(words []string) string {
	switch n := len(words); n {
	case 0:
		return ""
	case 1:
		return words[0]
	default:
		return strings.Join(words[:n-1], ", ") + " and " + words[n-1]
	}
}

// describe names a relation for a message: table "public.users".
func describe(r *catalog.Relation) string {
	return r.Kind.String() + " " + quoted(r.String())
}

// describeColumn names a column for a message.
func describeColumn(r *catalog.Relation, a *catalog.Attribute) string {
	return fmt.Sprintf("column %s of %s", quoted(a.Name), describe(r))
}

// columnNames returns the names of columns by number.
func columnNames(r *catalog.Relation, nums []int) []string {
	var names []string
	for _, n := range nums {
		if a := r.AttributeByNum(n); a != nil {
			names = append(names, a.Name)
		}
	}
	return names
}

// createdAt relates a finding to where an object was created, where known.
func createdAt(at source.Span, assumed bool) []Related {
	if at.IsZero() || assumed {
		return nil
	}
	return []Related{{At: at, Message: "created here"}}
}
