package replay

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
)

// twice returns the second of two subcommands of an ALTER TABLE that PostgreSQL
// does not accept beside each other, though each would do after the other.
func twice(ops []ddl.Op) (ddl.Op, *catalog.Error) {
	if len(ops) < 2 {
		return nil, nil
	}
	types, logged := map[string]bool{}, false
	for _, op := range ops {
		switch op := op.(type) {
		case *ddl.AlterColumnType:
			if types[op.Column.Name] && !op.Conditional {
				return op, &catalog.Error{SQLState: "0A000", Message: fmt.Sprintf("cannot alter type of column %q twice", op.Column.Name)}
			}
			types[op.Column.Name] = true
		case *ddl.SetLogged:
			if logged && !op.Conditional {
				return op, &catalog.Error{SQLState: "0A000", Message: "cannot change persistence setting twice"}
			}
			logged = true
		}
	}
	return nil, nil
}
