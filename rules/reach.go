package rules

import "github.com/migracheck/migracheck/analyzer/catalog"

// outOfReach reports whether the change is of a part of a relation which has
// another name at the end of the window, with nothing in its place: whatever
// the previous version does with it fails with 42P01, and the rename is what to
// report. What is written through a parent does not go by the name.
func (p *Pass) outOfReach(c catalog.Change) bool {
	r := relationOf(c)
	switch c := c.(type) {
	case *catalog.RelationMoved:
		return false // has a rule of its own
	case *catalog.TriggerCreated:
		r = c.Relation
	case *catalog.TriggerDropped:
		r = c.Relation
	case *catalog.TriggerChanged:
		r = c.Relation
	}
	if r == nil {
		return false
	}
	known, end := p.Window.Base.RelationByOID(r.OID), p.end(r)
	if known == nil || end == nil || len(known.Parents) > 0 || end.QualifiedName() == known.QualifiedName() {
		return false
	}
	return p.successor(known) == nil
}
