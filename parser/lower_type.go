package parser

import (
	"strings"

	"github.com/migracheck/migracheck/parser/ddl"
	pg_query "github.com/migracheck/migracheck/parser/grammar"
)

func (c clause) createEnum(s *pg_query.CreateEnumStmt) *ddl.CreateEnum {
	return &ddl.CreateEnum{Base: c.base(), Type: c.skip("CREATE", "TYPE").ref(nameOf(s.GetTypeName())), Labels: words(s.GetVals())}
}

func (c clause) createComposite(s *pg_query.CompositeTypeStmt) *ddl.CreateComposite {
	t := &ddl.CreateComposite{Base: c.base(), Type: c.relation(s.GetTypevar())}
	for _, n := range s.GetColdeflist() {
		def := n.GetColumnDef()
		t.Columns = append(t.Columns, c.item(def.GetLocation()).columnDef(def))
	}
	return t
}

func (c clause) createRange(s *pg_query.CreateRangeStmt) *ddl.CreateRange {
	r := &ddl.CreateRange{Base: c.base(), Type: c.skip("CREATE", "TYPE").ref(nameOf(s.GetTypeName()))}
	for _, n := range s.GetParams() {
		d := n.GetDefElem()
		switch strings.ToLower(d.GetDefname()) {
		case "subtype":
			r.Subtype = c.typeName(d.GetArg().GetTypeName())
		case "multirange_type_name":
			r.Multirange = nameOf(d.GetArg().GetTypeName().GetNames())
		}
	}
	r.Options = withoutOption(c.options(s.GetParams()), "subtype", "multirange_type_name")
	return r
}

func (c clause) createDomain(s *pg_query.CreateDomainStmt) *ddl.CreateDomain {
	d := &ddl.CreateDomain{
		Base:      c.base(),
		Domain:    c.skip("CREATE", "DOMAIN").ref(nameOf(s.GetDomainname())),
		Type:      c.typeName(s.GetTypeName()),
		Collation: nameOf(s.GetCollClause().GetCollname()),
	}
	// A domain's constraints are written as a column's.
	col := c.columnDef(&pg_query.ColumnDef{Constraints: s.GetConstraints()})
	d.Default, d.NotNull = col.Default, col.NotNull
	for _, con := range col.Constraints {
		con.Columns = nil
		d.Constraints = append(d.Constraints, con)
	}
	return d
}

func (c clause) alterEnum(s *pg_query.AlterEnumStmt) ddl.Op {
	at := c.skip("ALTER", "TYPE")
	typ := at.ref(nameOf(s.GetTypeName()))
	_, rest := at.name()
	if s.GetOldVal() != "" || rest.has(rest.from, "RENAME") {
		rest = rest.skip("RENAME", "VALUE")
		return &ddl.RenameEnumValue{Base: c.base(), Type: typ, Old: s.GetOldVal(), New: s.GetNewVal(), OldAt: rest.first().here()}
	}
	rest = rest.skip("ADD", "VALUE").skipIf()
	op := &ddl.AddEnumValue{
		Base:        c.base(),
		Type:        typ,
		Value:       s.GetNewVal(),
		ValueAt:     rest.first().here(),
		IfNotExists: s.GetSkipIfNewValExists(),
	}
	if s.GetNewValIsAfter() {
		op.After = s.GetNewValNeighbor()
	} else {
		op.Before = s.GetNewValNeighbor()
	}
	return op
}

func (c clause) alterDomain(s *pg_query.AlterDomainStmt) *ddl.AlterDomain {
	at := c.skip("ALTER", "DOMAIN")
	_, rest := at.name()
	op := &ddl.AlterDomain{
		Base:     c.base(),
		Domain:   at.ref(nameOf(s.GetTypeName())),
		IfExists: s.GetMissingOk(),
		Cascade:  s.GetBehavior() == pg_query.DropBehavior_DROP_CASCADE,
	}
	switch s.GetSubtype() {
	case "T":
		op.Action = "drop default"
		if s.GetDef() != nil {
			op.Action = "set default"
			op.Default = rest.after("SET", "DEFAULT").expr(s.GetDef())
		}
	case "N":
		op.Action = "drop not null"
	case "O":
		op.Action = "set not null"
	case "C":
		con := s.GetDef().GetConstraint()
		op.Action = "add constraint"
		op.Constraint = rest.at(con.GetLocation()).constraint(con)
	case "X":
		op.Action = "drop constraint"
		op.Name = rest.skip("DROP", "CONSTRAINT").skipIf().named(s.GetName())
	case "V":
		op.Action = "validate constraint"
		op.Name = rest.skip("VALIDATE", "CONSTRAINT").named(s.GetName())
	}
	return op
}

func (c clause) alterType(s *pg_query.AlterTypeStmt) *ddl.AlterBaseType {
	return &ddl.AlterBaseType{Base: c.base(), Type: c.skip("ALTER", "TYPE").ref(nameOf(s.GetTypeName())), Options: c.options(s.GetOptions())}
}
