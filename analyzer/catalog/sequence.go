package catalog

import (
	"math"
	"strconv"

	"github.com/migracheck/migracheck/parser/ddl"
)

func (e *editor) createSequence(op *ddl.CreateSequence) *Error {
	name, err := e.creationName(op.Sequence.Name, op.Temporary)
	if err != nil {
		return err
	}
	if e.relationNamed(name) != nil {
		if op.IfNotExists {
			return nil
		}
		return refuse(duplicateTable, "relation %q already exists", name.Name)
	}
	if e.typeNamed(name) != nil {
		return refuse(duplicateObject, "type %q already exists", name.Name)
	}
	typ := Type{Name: ddl.Name{Schema: "pg_catalog", Name: "int8"}}
	if op.Type.Name.Name != "" {
		if typ, err = e.resolveType(op.Type); err != nil {
			return err
		}
	}
	data, err := (&SequenceData{Type: typ, Increment: "1", Cache: "1"}).with(op.Options)
	if err != nil {
		return err
	}
	r := &Relation{
		OID: e.newOID(), Schema: name.Schema, Name: name.Name, Kind: Sequence, Created: e.at(), Owner: e.role(),
		Temporary: op.Temporary, Sequence: data,
	}
	if err := e.ownSequence(r, op.OwnedBy.Name, op.OwnedByColumn); err != nil {
		return err
	}
	r.ACL = e.defaultPrivileges(ddl.Sequence, r.Schema)
	e.put(r)
	e.changed(&RelationCreated{Relation: r})
	return nil
}

// ownSequence makes a column the owner of a sequence that is being made or
// altered.
func (e *editor) ownSequence(s *Relation, table ddl.Name, column string) *Error {
	if table.Name == "" {
		return nil
	}
	if column == "" {
		return refuse(syntaxError, "invalid OWNED BY option")
	}
	r, err := e.relation(table, Table)
	if err != nil {
		return err
	}
	if err := r.needKind("sequence cannot be owned by relation %q", Table, PartitionedTable, View, ForeignTable); err != nil {
		return err
	}
	if r.Schema != s.Schema {
		return refuse(objectNotInPrerequisite, "sequence must be in same schema as table it is linked to")
	}
	r, a, err := e.attribute(r, column)
	if err != nil {
		return err
	}
	s.Sequence.OwnedBy, s.Sequence.OwnedByAttr = r.OID, a.Num
	e.depend(r.OID, Dependency{Dependent: Address{OID: s.OID}, Column: a.Num, Auto: true})
	return nil
}

func (e *editor) alterSequence(op *ddl.AlterSequence) *Error {
	if op.IfExists && e.Relation(op.Relation.Name) == nil {
		return nil
	}
	r, err := e.relation(op.Relation.Name, Sequence)
	if err != nil {
		return err
	}
	if err := r.needKind("cannot open relation %q", Sequence); err != nil {
		return err
	}
	data := &SequenceData{}
	if r.Sequence != nil {
		d := *r.Sequence
		data = &d
	}
	if op.Type.Name.Name != "" {
		typ, err := e.resolveType(op.Type)
		if err != nil {
			return err
		}
		if err := data.retype(typ); err != nil {
			return err
		}
	}
	if !r.Assumed {
		if data, err = data.with(op.Options); err != nil {
			return err
		}
	}
	s := e.own(r)
	s.Sequence = data
	if op.OwnedByNone || op.OwnedBy.Name.Name != "" {
		if data.Identity {
			return refuse(featureNotSupported, "cannot change ownership of identity sequence")
		}
		if data.OwnedBy != 0 {
			e.undepend(Address{OID: s.OID}, data.OwnedBy)
		}
		data.OwnedBy, data.OwnedByAttr = 0, 0
		if err := e.ownSequence(s, op.OwnedBy.Name, op.OwnedByColumn); err != nil {
			return err
		}
	}
	e.changed(&SequenceChanged{Before: r, After: s})
	return nil
}

// bounds returns the limits of a sequence's type.
func (d *SequenceData) bounds() (least, most int64, err *Error) {
	switch d.Type.Name.Name {
	case "int2":
		return math.MinInt16, math.MaxInt16, nil
	case "int4":
		return math.MinInt32, math.MaxInt32, nil
	case "int8":
		return math.MinInt64, math.MaxInt64, nil
	}
	return 0, 0, refuse(invalidParameter, "sequence type must be smallint, integer, or bigint")
}

// retype changes the type; limits that were those of the old type become those
// of the new one.
func (d *SequenceData) retype(t Type) *Error {
	old := *d
	d.Type = t
	if _, _, err := d.bounds(); err != nil {
		return err
	}
	least, most, err := old.bounds()
	if err != nil {
		return nil // of an assumed sequence the limits are unknown
	}
	if d.Max == strconv.FormatInt(most, 10) {
		d.Max = ""
	}
	if d.Min == strconv.FormatInt(least, 10) {
		d.Min = ""
	}
	return nil
}

// with returns the sequence with options set, defaults filled in, and checked.
func (d *SequenceData) with(options []ddl.Option) (*SequenceData, *Error) {
	s := *d
	for _, o := range options {
		switch o.Name {
		case "increment":
			s.Increment = o.Value
		case "minvalue":
			s.Min = o.Value
		case "maxvalue":
			s.Max = o.Value
		case "start":
			s.Start = o.Value
		case "cache":
			s.Cache = o.Value
		case "cycle":
			s.Cycle = o.Value == "true"
		}
	}
	least, most, err := s.bounds()
	if err != nil {
		return nil, err
	}
	increment, ok := parseValue(s.Increment)
	if !ok {
		return &s, nil
	}
	if increment == 0 {
		return nil, refuse(invalidParameter, "INCREMENT must not be zero")
	}
	defaultMin, defaultMax := int64(1), most
	if increment < 0 {
		defaultMin, defaultMax = least, -1
	}
	if s.Max == "" {
		s.Max = strconv.FormatInt(defaultMax, 10)
	}
	if s.Min == "" {
		s.Min = strconv.FormatInt(defaultMin, 10)
	}
	highest, ok1 := parseValue(s.Max)
	lowest, ok2 := parseValue(s.Min)
	if !ok1 || !ok2 {
		return &s, nil
	}
	word := map[int64]string{math.MaxInt16: "smallint", math.MaxInt32: "integer", math.MaxInt64: "bigint"}[most]
	switch {
	case highest < least || highest > most:
		return nil, refuse(invalidParameter, "MAXVALUE (%d) is out of range for sequence data type %s", highest, word)
	case lowest < least || lowest > most:
		return nil, refuse(invalidParameter, "MINVALUE (%d) is out of range for sequence data type %s", lowest, word)
	case lowest >= highest:
		return nil, refuse(invalidParameter, "MINVALUE (%d) must be less than MAXVALUE (%d)", lowest, highest)
	}
	if s.Start == "" {
		s.Start = s.Min
		if increment < 0 {
			s.Start = s.Max
		}
	}
	start, ok := parseValue(s.Start)
	switch {
	case !ok:
	case start < lowest:
		return nil, refuse(invalidParameter, "START value (%d) cannot be less than MINVALUE (%d)", start, lowest)
	case start > highest:
		return nil, refuse(invalidParameter, "START value (%d) cannot be greater than MAXVALUE (%d)", start, highest)
	}
	if cache, ok := parseValue(s.Cache); ok && cache <= 0 {
		return nil, refuse(invalidParameter, "CACHE (%d) must be greater than zero", cache)
	}
	return &s, nil
}

func parseValue(s string) (int64, bool) {
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil
}
