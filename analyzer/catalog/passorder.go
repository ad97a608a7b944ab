package catalog

import (
	"slices"

	"github.com/migracheck/migracheck/parser/ddl"
)

// The passes in which ALTER TABLE performs its subcommands, whatever their
// order in the text: AT_PASS_* of tablecmds.c.
const (
	passDrop = iota
	passAlterType
	passAddColumn
	passSetExpression
	passColumnAttributes
	passAddIndex
	passAddOther
	passMisc
)

// PassOrder returns the operations of one ALTER TABLE in the order in which
// PostgreSQL performs them: it drops first, then changes types, adds columns,
// and adds constraints last. Operations of other statements stay as they are.
func PassOrder(ops []ddl.Op) []ddl.Op {
	if len(ops) < 2 {
		return ops
	}
	for _, op := range ops {
		if _, ok := op.(interface{ Target() ddl.Ref }); !ok {
			return ops
		}
	}
	ordered := slices.Clone(ops)
	slices.SortStableFunc(ordered, func(a, b ddl.Op) int { return pass(a) - pass(b) })
	return ordered
}

func pass(op ddl.Op) int {
	switch op := op.(type) {
	case *ddl.DropColumn, *ddl.DropConstraint, *ddl.DropDefault, *ddl.DropNotNull, *ddl.DropIdentity, *ddl.DropExpression:
		return passDrop
	case *ddl.AlterColumnType:
		return passAlterType
	case *ddl.AddColumn:
		return passAddColumn
	case *ddl.SetExpression:
		return passSetExpression
	case *ddl.SetNotNull:
		return passColumnAttributes
	case *ddl.AddConstraint:
		switch op.Constraint.Kind {
		case ddl.NotNull:
			return passColumnAttributes
		case ddl.PrimaryKey, ddl.Unique, ddl.Exclude:
			return passAddIndex
		case ddl.Check, ddl.ForeignKey:
			return passAddOther
		}
		return passAddOther
	case *ddl.SetDefault, *ddl.AddIdentity:
		return passAddOther
	default:
		return passMisc
	}
}
