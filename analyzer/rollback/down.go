package rollback

import (
	"fmt"
	"slices"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/query"
)

// downLosses finds what the down destroys, and what must not have been written
// for it to run.
func (j *judge) downLosses() {
	for _, step := range j.Down.Steps {
		if step.RolledBack || step.Refusal != nil {
			continue
		}
		for _, c := range step.Changes {
			j.downChange(step, c)
		}
		j.downData(step)
		j.sequenceMoved(step, ByDown)
	}
}

// there returns a relation as the up left it; nil where the down made it.
func (j *judge) there(r *catalog.Relation) *catalog.Relation {
	if a := j.Up.End.RelationByOID(r.OID); a != nil {
		return a
	}
	if r.Assumed {
		return r
	}
	return nil
}

// thereColumn returns a column as the up left it; nil where the down made it.
func (j *judge) thereColumn(r *catalog.Relation, a *catalog.Attribute) *catalog.Attribute {
	if after := j.Up.End.RelationByOID(r.OID); after != nil {
		if b := after.AttributeByNum(a.Num); b != nil {
			return b
		}
	}
	if a.Assumed {
		return a
	}
	return nil
}

func (j *judge) downChange(step *replay.Step, c catalog.Change) {
	switch c := c.(type) {
	case *catalog.ColumnDropped:
		j.downDroppedColumn(step, c)
	case *catalog.RelationDropped:
		j.downDroppedTable(step, c)
	case *catalog.DataRemoved:
		switch r := c.Relation; {
		case j.old(r) == nil:
		case j.upEmpties(r.OID):
			j.write(step, RemovedRows, r.String(), "", fmt.Sprintf("the down removes all rows of %s, all of which are written after the up", r))
		default:
			j.lose(Loss{Stage: ByDown, Kind: RemovedRows, Object: r.String(), At: step.Op.Span(), Step: step,
				Detail: fmt.Sprintf("the down removes all rows of %s, also those from before the up", r)})
		}
	case *catalog.ColumnAdded:
		if r := j.there(c.Relation); r != nil && holdsRows(r) && c.Attribute.NotNull && !c.Attribute.HasDefault() && !empties(before(j.Down, step), r.OID) {
			j.fail(step, "23502", fmt.Sprintf("column %q of relation %q contains null values", c.Attribute.Name, c.Relation.Name))
		}
	case *catalog.NullabilityChanged:
		j.downNullability(step, c)
	case *catalog.ConstraintAdded:
		j.downConstraint(step, c)
	case *catalog.IndexCreated:
		j.downIndex(step, c)
	case *catalog.ColumnTypeChanged:
		j.downConverted(step, c)
	case *catalog.DomainChanged:
		if c.After.NotNull && !c.Before.NotNull {
			j.write(step, NullValue, c.After.String(), "23502", fmt.Sprintf("a NULL in a column of domain %s keeps the down from running", c.After))
		}
		if c.Constraint != nil && len(c.After.Constraints) > len(c.Before.Constraints) {
			j.write(step, CheckViolation, c.After.String(), "23514", fmt.Sprintf("a value that the constraint of domain %s refuses keeps the down from running", c.After))
		}
	case *catalog.InheritanceChanged:
		if c.Partition && !c.Removed && j.there(c.Parent) != nil && j.there(c.Child) != nil {
			j.write(step, CheckViolation, c.Child.String(), "23514", fmt.Sprintf("a row of %s outside of the bounds keeps the down from attaching it", c.Child))
		}
	}
}

// fail records that a statement of the down fails on tables with rows.
func (j *judge) fail(step *replay.Step, sqlstate, message string) {
	if j.Failure == nil {
		j.Failure = &Failure{Statement: step.Statement, SQLState: sqlstate, Message: message, step: step}
	}
}

// write records a loss of, or a failure because of, what is written after the
// up; once for each kind and object.
func (j *judge) write(step *replay.Step, kind LossKind, object, sqlstate, detail string) {
	if slices.ContainsFunc(j.Losses, func(l Loss) bool { return l.Stage == ByWrite && l.Kind == kind && l.Object == object }) {
		return
	}
	j.lose(Loss{Stage: ByWrite, Kind: kind, Object: object, SQLState: sqlstate, Detail: detail, At: step.Op.Span(), Step: step})
}

func (j *judge) downDroppedColumn(step *replay.Step, c *catalog.ColumnDropped) {
	name := columnName(c.Relation, c.Attribute)
	switch {
	case !holdsRows(c.Relation) || j.there(c.Relation) == nil || c.Attribute.Generated != nil || j.thereColumn(c.Relation, c.Attribute) == nil:
	case j.old(c.Relation) == nil:
		// the table is new, and goes too, or is a difference
	case j.oldColumn(c.Relation, c.Attribute) && j.wasComputed(c.Relation, c.Attribute):
		j.write(step, OverwrittenValues, name, "", fmt.Sprintf("values written to column %s, which an expression gave before, are lost", name))
	case j.oldColumn(c.Relation, c.Attribute) && readBefore(j.Down, step, c.Relation, c.Attribute.Name):
		j.Reasons = append(j.Reasons, Reason{rows: true, At: step.Op.Span(), Text: fmt.Sprintf("values of column %s were copied before the down drops it: whether all of them is not known", name)})
	case j.oldColumn(c.Relation, c.Attribute):
		j.lose(Loss{Stage: ByDown, Kind: DroppedColumn, Object: name, At: step.Op.Span(), Step: step,
			Detail: fmt.Sprintf("the down drops column %s, which was there before the up, with its values", name)})
	default:
		j.write(step, NewColumn, name, "", fmt.Sprintf("values written to the new column %s are lost", name))
	}
}

// wasComputed reports whether a column that was there before the up was
// generated then.
func (j *judge) wasComputed(r *catalog.Relation, a *catalog.Attribute) bool {
	before := j.before.RelationByOID(r.OID)
	if before == nil {
		return false
	}
	was := before.AttributeByNum(a.Num)
	return was != nil && was.Generated != nil
}

func (j *judge) downDroppedTable(step *replay.Step, c *catalog.RelationDropped) {
	r := c.Relation
	switch {
	case !holdsRows(r) || j.there(r) == nil:
	case j.old(r) != nil:
		if r.Assumed && j.before.RelationByOID(r.OID) == nil && j.Up.End.RelationByOID(r.OID) == nil {
			return // only the down speaks of it
		}
		if readBefore(j.Down, step, r, "") {
			j.Reasons = append(j.Reasons, Reason{rows: true, At: step.Op.Span(), Text: fmt.Sprintf("rows of %s were copied before the down drops it: whether all of them is not known", r)})
			return
		}
		j.lose(Loss{Stage: ByDown, Kind: DroppedTable, Object: r.String(), At: step.Op.Span(), Step: step,
			Detail: fmt.Sprintf("the down drops table %s, which was there before the up, with its rows", r)})
	default:
		j.write(step, NewTable, r.String(), "", fmt.Sprintf("rows written to the new table %s are lost", r))
	}
}

// readBefore reports whether a statement before a step reads a table to fill
// another, or a column of it, where that is not "", to give another a value.
func readBefore(run *replay.Run, step *replay.Step, r *catalog.Relation, column string) bool {
	return slices.ContainsFunc(before(run, step), func(s *replay.Step) bool {
		if s.RolledBack || s.Refusal != nil {
			return false
		}
		var q *ddl.Query
		switch op := s.Op.(type) {
		case *ddl.Insert:
			q = op.Query
		case *ddl.CreateTableAs:
			q = op.Query
		case *ddl.Update:
			q = op.From
			if t := s.Before.Relation(op.Table.Name); column != "" && t != nil && t.OID == r.OID {
				return slices.ContainsFunc(op.Values, func(e *ddl.Expr) bool { return e != nil && reads(e, column) })
			}
		}
		found := false
		q.Walk(func(q *ddl.Query) {
			for _, item := range q.From {
				if item.Relation != nil {
					from := s.Before.Relation(item.Relation.Name)
					found = found || from != nil && from.OID == r.OID
				}
			}
		})
		return found
	})
}

func reads(e *ddl.Expr, column string) bool {
	return slices.ContainsFunc(e.Columns, func(c query.ColumnRef) bool { return c.Column == column })
}

func (j *judge) downNullability(step *replay.Step, c *catalog.NullabilityChanged) {
	if !c.After.NotNull || c.After.NotNullInvalid || c.Before.NotNull && !c.Before.NotNullInvalid || !holdsRows(c.Relation) || j.there(c.Relation) == nil {
		return
	}
	name := columnName(c.Relation, c.After)
	switch {
	case j.filled(step, c.Relation, c.After.Name):
		// an UPDATE before has put values in place of NULL
	case j.thereColumn(c.Relation, c.After) == nil:
		if !c.Before.HasDefault() {
			j.fail(step, "23502", fmt.Sprintf("column %q of relation %q contains null values", c.After.Name, c.Relation.Name))
		}
	case j.old(c.Relation) != nil:
		j.write(step, NullValue, name, "23502", fmt.Sprintf("a NULL in column %s keeps the down from running", name))
	}
}

// filled reports whether an UPDATE of the down, before the step, writes a
// column.
func (j *judge) filled(step *replay.Step, r *catalog.Relation, column string) bool {
	for _, s := range j.Down.Steps {
		if s == step {
			break
		}
		op, ok := s.Op.(*ddl.Update)
		if !ok {
			continue
		}
		t := s.Before.Relation(op.Table.Name)
		if t == nil || t.OID != r.OID {
			continue
		}
		if slices.ContainsFunc(op.Columns, func(c ddl.Ident) bool {
			a, now := t.Attribute(c.Name), r.Attribute(column) // it may be renamed since
			return c.Name == column || a != nil && now != nil && !a.Assumed && a.Num == now.Num
		}) {
			return true
		}
	}
	return false
}

func (j *judge) downConstraint(step *replay.Step, c *catalog.ConstraintAdded) {
	after, k := j.there(c.Relation), c.Constraint
	if after == nil || !holdsRows(after) || !k.Valid || !k.Enforced || k.Trigger {
		return
	}
	if j.old(c.Relation) == nil {
		return // a new table, which goes too
	}
	name := c.Relation.String() + "." + k.Name
	columns := j.thereColumns(c.Relation, k.Columns)
	switch k.Kind {
	case ddl.Unique, ddl.PrimaryKey:
		j.downUnique(step, c.Relation, k.Columns, name)
	case ddl.Exclude:
		j.write(step, Overlap, name, "23P01", fmt.Sprintf("rows that exclusion constraint %s does not allow together keep the down from running", k.Name))
	case ddl.Check:
		if columns == 0 && len(k.Columns) > 0 || covered(after, k) {
			return
		}
		j.write(step, CheckViolation, name, "23514", fmt.Sprintf("a row of %s that check constraint %s refuses keeps the down from running", c.Relation, k.Name))
	case ddl.ForeignKey:
		if columns == 0 || covered(after, k) {
			return
		}
		j.write(step, Orphan, name, "23503", fmt.Sprintf("a row of %s whose key is not in the table that %s refers to keeps the down from running", c.Relation, k.Name))
	}
}

// thereColumns counts the columns that the up left.
func (j *judge) thereColumns(r *catalog.Relation, nums []int) int {
	n := 0
	for _, num := range nums {
		if a := r.AttributeByNum(num); a != nil && j.thereColumn(r, a) != nil {
			n++
		}
	}
	return n
}

// covered reports whether a valid constraint that the up left allows no row
// that another one refuses.
func covered(r *catalog.Relation, k *catalog.Constraint) bool {
	return slices.ContainsFunc(r.Constraints, func(o *catalog.Constraint) bool {
		if o.Kind != k.Kind || !o.Valid || !o.Enforced || !slices.Equal(o.Columns, k.Columns) {
			return false
		}
		switch k.Kind {
		case ddl.ForeignKey:
			return o.References == k.References && slices.Equal(o.ReferencedColumns, k.ReferencedColumns)
		case ddl.Check:
			return o.Check == k.Check || k.Check.Weakens(o.Check) || implies(o.Check, k.Check)
		}
		return false
	})
}

func (j *judge) downIndex(step *replay.Step, c *catalog.IndexCreated) {
	if i := c.Index.Index; i != nil && i.Unique && c.Table != nil && j.there(c.Table) != nil && j.old(c.Table) != nil && holdsRows(c.Table) {
		j.downUnique(step, c.Table, i.Columns, c.Index.String())
	}
}

// downUnique is a unique index or constraint that the down makes.
func (j *judge) downUnique(step *replay.Step, r *catalog.Relation, nums []int, name string) {
	after := j.there(r)
	for _, oid := range after.Indexes {
		// One that is left on the same columns, or some of them, allows no
		// duplicates.
		x := j.Up.End.RelationByOID(oid)
		if x != nil && x.Index != nil && x.Index.Unique && x.Index.Valid && x.Index.Where == nil && !slices.Contains(x.Index.Columns, 0) &&
			!slices.ContainsFunc(x.Index.Columns, func(n int) bool { return !slices.Contains(nums, n) }) {
			return
		}
	}
	if j.thereColumns(r, nums) == 0 && len(nums) > 0 && !slices.Contains(nums, 0) {
		// All of them are made anew: the same value in every row, or NULL.
		for _, n := range nums {
			if a := r.AttributeByNum(n); a == nil || a.Default == nil || !a.Default.Constant || a.Default.Null {
				return
			}
		}
		j.fail(step, "23505", fmt.Sprintf("could not create unique index %q", name))
		return
	}
	j.write(step, Duplicate, name, "23505", fmt.Sprintf("two rows of %s with the same key of %s keep the down from running", r, name))
}

func (j *judge) downConverted(step *replay.Step, c *catalog.ColumnTypeChanged) {
	column := j.thereColumn(c.Relation, c.Before)
	if column == nil || !holdsRows(c.Relation) || j.old(c.Relation) == nil || c.Before.Generated != nil || c.Before.Type.Equal(c.After.Type) {
		return
	}
	if !j.oldColumn(c.Relation, c.Before) {
		return // a new column, which is a difference if it stays
	}
	name := columnName(c.Relation, c.After)
	what, all := c.Lost()
	switch {
	case inUTC(c):
		return
	case all:
		j.lose(Loss{Stage: ByDown, Kind: ConvertedValues, Object: name, At: step.Op.Span(), Step: step, Detail: fmt.Sprintf("the down converts column %s: %s", name, what)})
		return
	case what != "":
		j.write(step, ConvertedValues, name, "", fmt.Sprintf("of what only %s holds, the down keeps less in column %s: %s", c.Before.Type, name, what))
		return
	case !plain(c.Using):
		j.Reasons = append(j.Reasons, Reason{rows: true, At: step.Op.Span(), Text: fmt.Sprintf("what USING makes of the values of column %s is not known", name)})
		return
	}
	unfitting := fmt.Sprintf("a value of column %s that %s does not take keeps the down from running", name, c.After.Type)
	switch catalog.Convert(c.Before.Type, step.Before, c.After.Type, step.After) {
	case catalog.SameType, catalog.Widening:
	case catalog.Narrowing:
		j.write(step, UnfittingValue, name, refusing(c.After.Type), unfitting)
	case catalog.Altering:
		if c.Before.Type.Name.Name == "bpchar" && c.After.Type.IsText() {
			return // only blanks at the end go, which did not count
		}
		j.write(step, ConvertedValues, name, "", fmt.Sprintf("a value of column %s that %s does not hold as it is comes back changed", name, c.After.Type))
	case catalog.OtherType:
		enum := step.Before.TypeByOID(c.Before.Type.Def)
		to := step.After.TypeByOID(c.After.Type.Def)
		switch {
		case enum != nil && enum.Kind == catalog.Enum && sameLabels(enum, to), c.After.Type.IsText() && len(c.After.Type.Mods) == 0:
		case to != nil, c.Before.Type.IsText(), c.After.Type.IsText():
			j.write(step, UnfittingValue, name, refusing(c.After.Type), unfitting)
		default:
			j.Reasons = append(j.Reasons, Reason{rows: true, At: step.Op.Span(), Text: fmt.Sprintf("what becomes of the values of column %s as %s is not known", name, c.After.Type)})
		}
	default:
		j.Reasons = append(j.Reasons, Reason{rows: true, At: step.Op.Span(), Text: fmt.Sprintf("what becomes of the values of column %s as %s is not known", name, c.After.Type)})
	}
}

// refusing returns the error with which a type refuses a value.
func refusing(t catalog.Type) string {
	switch {
	case t.IsNumber():
		return "22003"
	case t.IsText(), t.IsBits():
		return "22001"
	}
	return "22P02"
}
