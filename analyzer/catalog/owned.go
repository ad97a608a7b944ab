package catalog

import "github.com/migracheck/migracheck/parser/ddl"

// columnSequence makes the sequence of a serial or identity column, which has
// its number already.
func (e *editor) columnSequence(t *Relation, a *Attribute, typ Type, options []ddl.Option, identity bool) (*Relation, *Error) {
	data, err := (&SequenceData{Type: typ, Increment: "1", Cache: "1"}).with(options)
	if err != nil {
		return nil, err
	}
	data.OwnedBy, data.OwnedByAttr, data.Identity = t.OID, a.Num, identity
	name := ""
	for _, o := range options {
		if o.Name == "sequence_name" {
			name = parseName(o.Value).Name
		}
	}
	if name == "" {
		name = e.chooseName(t.Schema, t.Name, a.Name, "seq", false)
	}
	s := &Relation{
		OID: e.newOID(), Schema: t.Schema, Name: name, Kind: Sequence, Created: a.Created, Owner: t.Owner,
		Temporary: t.Temporary, Unlogged: t.Unlogged, Sequence: data, ACL: e.defaultPrivileges(ddl.Sequence, t.Schema), Populated: true,
	}
	if e.relationNamed(s.QualifiedName()) != nil {
		return nil, refuse(duplicateTable, "relation %q already exists", name)
	}
	e.enter(s)
	e.depend(t.OID, Dependency{Dependent: Address{OID: s.OID}, Column: a.Num, Auto: true})
	e.changed(&RelationCreated{Relation: s})
	return s, nil
}
