// Package replay performs the migrations of a history, one operation after the
// other, on an in-memory catalog, and keeps what every step saw and did.
//
// All state is here, so that rules can be functions of one step: which
// transaction a statement runs in, what was rolled back, which migrations are
// being released together, what was there before them and what is there after.
//
// Replay never stops. A statement that PostgreSQL would refuse, or that cannot
// be read, is recorded as such and has no effect; what only run time knows
// makes the catalog incomplete from there on.
package replay

import (
	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/analyzer/lock"
	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/migration"
	"github.com/migracheck/migracheck/parser/source"
)

// A Timeline is a history that was replayed.
type Timeline struct {
	// Windows are in order; migrations before the window of interest are in
	// windows that are not Reported.
	Windows []*Window
	// Statements are all statements of all scripts, up and down, in order of
	// execution; the down half of a migration follows its up half.
	Statements []*Statement
	// Steps are the operations of the up scripts, in order.
	Steps []*Step
}

// A Window is a set of migrations that are released together. What is born in
// a window was never seen by the previous version of the application.
type Window struct {
	Migrations []*migration.Migration
	// Base is the catalog before the first of them, End after the last.
	Base, End *catalog.Catalog
	// Reported is false for history: context, on which no rule reports.
	Reported bool
}

// A Statement is one statement in its place in the history.
type Statement struct {
	*ddl.Statement
	Migration *migration.Migration
	Script    *migration.Script
	// Down is set in the down half; its statements are not performed.
	Down   bool
	Window *Window
	// Transaction numbers the transaction it runs in, from 1; 0 where it runs
	// alone. Statements of a down half have numbers too.
	Transaction int
	// Unstated: that there is such a transaction is not known, see
	// migration.Unstated.
	Unstated bool
	// Refused is the refusal of its first operation that was refused, or nil.
	Refused *catalog.Error
	// Steps are its operations in PostgreSQL's order, nil in a down half.
	Steps []*Step
	// locks are those of all steps together, where there are several.
	locks []lock.Acquisition
}

// Unanalysable reports whether something of the statement's effect, or of what
// the routines that it calls do, is unknown, and why.
func (s *Statement) Unanalysable() (reason string, ok bool) {
	if s.Err != nil {
		return "syntax error", true
	}
	for _, op := range s.Ops {
		if reason, ok := unanalysable(op); ok {
			return reason, true
		}
	}
	for _, step := range s.Steps {
		if reason, ok := unanalysable(step.Op); ok {
			return reason, true
		}
	}
	return "", false
}

func unanalysable(op ddl.Op) (reason string, ok bool) {
	switch op := op.(type) {
	case *ddl.Dynamic:
		return op.Reason, true
	case *ddl.Unmodelled:
		return "not modelled: " + op.Kind, !op.Harmless
	}
	return "", false
}

// A Step is one operation: what was before it, what it changed, what is after.
type Step struct {
	*Statement
	Op ddl.Op
	// Before and After are the catalogs around the operation. They are equal
	// where it was refused or has no effect.
	Before, After *catalog.Catalog
	Changes       []catalog.Change
	// Locks are what the operation takes on relations that existed before it;
	// nil where it is refused.
	Locks []lock.Acquisition
	// Held are the locks that earlier statements of the same transaction took
	// on relations that existed before it, one for each. It is shared and not
	// to be changed.
	Held []lock.Acquisition
	// Refusal is set where PostgreSQL would refuse the operation.
	Refusal *catalog.Error
	// RolledBack: a later ROLLBACK undid it, or the refusal of another
	// operation of its statement.
	RolledBack bool
	// Call is the place of the call, where the operation is in the body of a
	// routine that this statement calls; else the zero Span.
	Call source.Span
}

// Existed reports whether the object was there before the window: the previous
// version of the application may know it. Objects that are assumed within the
// window are older too, which their Assumed fields say.
func (w *Window) Existed(oid catalog.OID) bool { return oid != 0 && oid <= w.Base.LastOID() }

// RelationExisted is [Window.Existed] for a relation.
func (w *Window) RelationExisted(r *catalog.Relation) bool {
	return r.Assumed || w.Base.RelationByOID(r.OID) != nil
}

// ColumnExisted reports whether the column was there before the window.
func (w *Window) ColumnExisted(r *catalog.Relation, a *catalog.Attribute) bool {
	if a.Assumed {
		return true
	}
	before := w.Base.RelationByOID(r.OID)
	return before != nil && before.AttributeByNum(a.Num) != nil
}

// ConstraintExisted reports whether the constraint was there before the window.
func (w *Window) ConstraintExisted(r *catalog.Relation, c *catalog.Constraint) bool {
	before := w.Base.RelationByOID(r.OID)
	if before == nil {
		return r.Assumed && c.Created.IsZero()
	}
	return before.ConstraintByOID(c.OID) != nil
}
