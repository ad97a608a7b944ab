package rules

import "github.com/migracheck/migracheck/analyzer/catalog"

var dropSequence = &Rule{
	Name:     "drop-sequence",
	Title:    "A sequence that the previous version may use is dropped",
	Category: Compat,
	Severity: Error,
	Since:    "0.1",
	Used:     true,
	Check: On(func(p *Pass, c *catalog.RelationDropped) {
		s := p.known(c.Relation)
		if s == nil || s.Kind != catalog.Sequence || s.Extension != "" || p.schemaGoes(s.Schema) {
			return
		}
		if p.wentWithColumn(c.Relation) {
			return // drop-table, drop-column and drop-default speak
		}
		if now := p.successor(s); now != nil && now.Kind == catalog.Sequence {
			return
		}
		p.noLongerNamed(s, c.Cascade, "nextval() of the previous version fails with 42P01")
	}),
}

// wentWithColumn reports whether a sequence is dropped because its column is,
// or is no identity column any more.
func (p *Pass) wentWithColumn(r *catalog.Relation) bool {
	s := r.Sequence
	if s == nil || s.OwnedBy == 0 {
		return false
	}
	owner := p.After.RelationByOID(s.OwnedBy)
	return s.Identity || owner == nil || owner.AttributeByNum(s.OwnedByAttr) == nil
}
