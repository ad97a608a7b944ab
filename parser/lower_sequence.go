package parser

import (
	"github.com/migracheck/migracheck/parser/ddl"
	pg_query "github.com/migracheck/migracheck/parser/grammar"
)

// sequenceOptions are the options of a sequence; type and owner apart from the
// others, because they are references.
type sequenceOptions struct {
	typ         ddl.TypeName
	ownedBy     ddl.Ref
	column      string
	ownedByNone bool
	rest        []ddl.Option
}

func (c clause) sequenceOptions(list []*pg_query.Node) sequenceOptions {
	o := sequenceOptions{rest: withoutOption(c.options(list), "as", "owned_by")}
	for _, n := range list {
		d := n.GetDefElem()
		switch d.GetDefname() {
		case "as":
			o.typ = c.typeName(d.GetArg().GetTypeName())
		case "owned_by":
			parts := words(d.GetArg().GetList().GetItems())
			if len(parts) < 2 {
				o.ownedByNone = true
				continue
			}
			o.column = parts[len(parts)-1]
			name, _ := c.at(d.GetLocation()).skip("OWNED", "BY").name()
			o.ownedBy = name.part(name.from, name.to-2).ref(qualified(parts[:len(parts)-1]))
		}
	}
	return o
}

func (c clause) createSequence(s *pg_query.CreateSeqStmt) *ddl.CreateSequence {
	o := c.sequenceOptions(s.GetOptions())
	return &ddl.CreateSequence{
		Base:          c.base(),
		Sequence:      c.relation(s.GetSequence()),
		IfNotExists:   s.GetIfNotExists(),
		Temporary:     s.GetSequence().GetRelpersistence() == "t",
		Type:          o.typ,
		OwnedBy:       o.ownedBy,
		OwnedByColumn: o.column,
		OwnedByNone:   o.ownedByNone,
		Options:       o.rest,
	}
}

func (c clause) alterSequence(s *pg_query.AlterSeqStmt) *ddl.AlterSequence {
	o := c.sequenceOptions(s.GetOptions())
	return &ddl.AlterSequence{
		Altered:       ddl.Altered{Base: c.base(), Relation: c.relation(s.GetSequence()), Kind: ddl.Sequence, IfExists: s.GetMissingOk()},
		Type:          o.typ,
		OwnedBy:       o.ownedBy,
		OwnedByColumn: o.column,
		OwnedByNone:   o.ownedByNone,
		Options:       o.rest,
	}
}
