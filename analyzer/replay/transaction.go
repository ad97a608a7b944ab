package replay

import (
	"fmt"
	"slices"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
)

// control performs BEGIN, COMMIT and their kin. In PostgreSQL a BEGIN inside a
// transaction, or a COMMIT outside, is a warning and does nothing.
func (r *replayer) control(op *ddl.Transaction) *catalog.Error {
	switch op.Action {
	case "begin":
		if r.tx == nil {
			r.begin(explicit)
		} else if r.tx.opened == implicit {
			// An implicit transaction becomes a regular one.
			r.tx.opened, r.tx.unstated = explicit, false
		}
	case "commit", "prepare":
		if r.tx != nil {
			r.end()
			if op.Chain {
				r.begin(explicit)
			}
		}
	case "rollback":
		if r.tx != nil {
			r.undo(r.tx.start, 0)
			r.end()
			if op.Chain {
				r.begin(explicit)
			}
		}
	case "savepoint":
		if r.tx == nil || r.tx.opened == implicit && !r.tx.unstated {
			return outside("SAVEPOINT")
		}
		r.tx.saves = append(r.tx.saves, savepoint{op.Savepoint, r.now, len(r.tx.steps), r.tx.held})
	case "release", "rollback to":
		if r.tx == nil || r.tx.opened == implicit && !r.tx.unstated {
			if op.Action == "release" {
				return outside("RELEASE SAVEPOINT")
			}
			return outside("ROLLBACK TO SAVEPOINT")
		}
		i := r.save(op.Savepoint)
		if i < 0 {
			return &catalog.Error{SQLState: "3B001", Message: fmt.Sprintf("savepoint %q does not exist", op.Savepoint)}
		}
		if op.Action == "release" {
			r.tx.saves = r.tx.saves[:i]
			return nil
		}
		r.undo(r.tx.saves[i].catalog, r.tx.saves[i].steps)
		// Clipped: what follows must not grow into what the undone steps keep.
		r.tx.held = slices.Clip(r.tx.saves[i].held)
		r.tx.places = r.tx.held.places()
		r.tx.saves = r.tx.saves[:i+1]
	}
	return nil
}

// outside is the refusal of what makes sense in a transaction only.
func outside(what string) *catalog.Error {
	return &catalog.Error{SQLState: "25P01", Message: what + " can only be used in transaction blocks"}
}

// alone returns the refusal of an operation that PostgreSQL does not run in a
// transaction, where it would run in one, and the other way round.
// https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY
func (r *replayer) alone(run *Statement, op ddl.Op) *catalog.Error {
	if _, locks := op.(*ddl.LockTable); locks && r.tx == nil && !op.Facts().Conditional {
		return outside("LOCK TABLE")
	}
	if r.tx == nil || r.tx.unstated {
		return nil
	}
	what := withoutTransaction(run.Kind, op)
	if what == "" {
		return nil
	}
	return &catalog.Error{SQLState: "25001", Message: what + " cannot run inside a transaction block"}
}

// withoutTransaction names an operation, as PostgreSQL's message does, that
// cannot run in a transaction; "" for all others.
func withoutTransaction(kind string, op ddl.Op) string {
	switch op := op.(type) {
	case *ddl.CreateIndex:
		if op.Concurrently {
			return "CREATE INDEX CONCURRENTLY"
		}
	case *ddl.DropRelation:
		if op.Concurrently {
			return "DROP INDEX CONCURRENTLY"
		}
	case *ddl.Reindex:
		if op.Concurrently {
			return "REINDEX CONCURRENTLY"
		}
		switch op.Target {
		case "schema":
			return "REINDEX SCHEMA"
		case "database":
			return "REINDEX DATABASE"
		case "system":
			return "REINDEX SYSTEM"
		}
	case *ddl.Vacuum:
		if op.Vacuum {
			return "VACUUM"
		}
	case *ddl.DetachPartition:
		if op.Concurrently {
			return "ALTER TABLE ... DETACH CONCURRENTLY"
		}
	case *ddl.Cluster:
		if op.Table.Name.Name == "" {
			return "CLUSTER"
		}
	case *ddl.CreateObject:
		if clusterWide(op.Object.Kind) {
			return kind
		}
	case *ddl.DropObject:
		if len(op.Objects) > 0 && clusterWide(op.Objects[0].Kind) {
			return kind
		}
	case *ddl.Unmodelled:
		if kind == "ALTER SYSTEM" {
			return kind
		}
	}
	return ""
}

// clusterWide reports whether objects of a kind have files of their own that a
// rollback could not bring back.
func clusterWide(k ddl.Kind) bool { return k == ddl.Database || k == ddl.Tablespace }

// save returns the index of the innermost savepoint of a name, or -1.
func (r *replayer) save(name string) int {
	if r.tx == nil {
		return -1
	}
	for i := len(r.tx.saves) - 1; i >= 0; i-- {
		if r.tx.saves[i].name == name {
			return i
		}
	}
	return -1
}

// undo returns to an older snapshot and marks the steps since as undone.
func (r *replayer) undo(to *catalog.Catalog, from int) {
	for _, s := range r.tx.steps[from:] {
		s.RolledBack = true
	}
	r.tx.steps = r.tx.steps[:from]
	r.now = r.now.Return(to)
}
