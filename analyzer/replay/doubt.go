package replay

import (
	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
)

// existence are the codes of refusals that say that something is there, or is
// not.
var existence = map[string]bool{
	"2BP01": true, // dependent_objects_still_exist
	"3F000": true, // invalid_schema_name
	"42701": true, // duplicate_column
	"42703": true, // undefined_column
	"42704": true, // undefined_object
	"42710": true, // duplicate_object
	"42723": true, // duplicate_function
	"42830": true, // invalid_foreign_key
	"42883": true, // undefined_function
	"42P01": true, // undefined_table
	"42P06": true, // duplicate_schema
	"42P07": true, // duplicate_table
	"42P10": true, // invalid_column_reference
}

// doubtful reports whether a refusal hangs on what something that ran earlier,
// and whose effect is unknown, may have made or dropped.
func (r *replayer) doubtful(op ddl.Op, refusal *catalog.Error) bool {
	return r.blind != nil && !r.certain && existence[refusal.SQLState] && !r.known(op)
}

// known reports whether the operation concerns nothing but one table that was
// created after the last of what is unknown, so that all of it has been seen.
func (r *replayer) known(op ddl.Op) bool {
	var name ddl.Name
	switch op := op.(type) {
	case *ddl.AddConstraint:
		return false // it may refer to another table
	case *ddl.CreateTable:
		name = op.Table.Name
	case interface{ Target() ddl.Ref }:
		name = op.Target().Name
	default:
		return false
	}
	table := r.now.Relation(name)
	if table == nil {
		return false
	}
	before := r.blind.Relation(ddl.Name{Schema: table.Schema, Name: table.Name})
	return before == nil || before.OID != table.OID
}
