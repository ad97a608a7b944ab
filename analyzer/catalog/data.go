package catalog

import (
	"cmp"
	"slices"
	"strings"

	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/query"
)

// Data statements change nothing in the catalog. They are checked for what the
// schema alone makes PostgreSQL refuse: relations and columns that do not
// exist, values for generated columns, ON CONFLICT without a unique index.

func (e *editor) insert(op *ddl.Insert) *Error {
	r, err := e.dataTarget(op.Table)
	if err != nil {
		return err
	}
	if r, err = e.targetColumns(r, op.Columns); err != nil {
		return err
	}
	if err := insertedValues(r, op); err != nil {
		return err
	}
	if err := e.conflictTarget(r, op); err != nil {
		return err
	}
	for _, c := range op.ConflictSet {
		if r, err = e.dataColumn(r, c.Name); err != nil {
			return err
		}
	}
	if op.Conditional {
		return nil
	}
	if op.Query != nil {
		if err := e.bind(op.Query); err != nil {
			return err
		}
	}
	if err := e.returning(op.Table, op.Alias, nil, op.Returning, op.RowAliases); err != nil {
		return err
	}
	excluded := &ddl.Query{From: []*query.Item{{Relation: &op.Table, Alias: "excluded"}}}
	err = e.resolveData(op.Table, op.Alias, excluded, op.ConflictExprs)
	if err != nil && err.SQLState == ambiguousColumn {
		return nil // not ambiguous in the conflict target, where EXCLUDED is not visible
	}
	return err
}

func (e *editor) update(op *ddl.Update) *Error {
	r, err := e.dataTarget(op.Table)
	if err != nil {
		return err
	}
	if r, err = e.targetColumns(r, op.Columns); err != nil {
		if err.SQLState == duplicateColumn {
			return refuse(syntaxError, "multiple assignments to same column")
		}
		return err
	}
	if len(op.Values) == len(op.Columns) {
		for i, c := range op.Columns {
			a := r.Attribute(c.Name)
			if a == nil || a.Identity != "always" && a.Generated == nil || op.Values[i] == nil {
				continue
			}
			if !strings.EqualFold(strings.TrimSpace(op.Values[i].Text), "default") {
				return refuse(generatedAlways, "column %q can only be updated to DEFAULT", c.Name)
			}
		}
	}
	if op.Conditional {
		return nil
	}
	exprs := append(slices.Clone(op.Values), op.Where)
	if err := e.resolveData(op.Table, op.Alias, op.From, exprs); err != nil {
		return err
	}
	return e.returning(op.Table, op.Alias, op.From, op.Returning, op.RowAliases)
}

func (e *editor) delete(op *ddl.Delete) *Error {
	if _, err := e.dataTarget(op.Table); err != nil || op.Conditional {
		return err
	}
	if err := e.resolveData(op.Table, op.Alias, op.Using, []*ddl.Expr{op.Where}); err != nil {
		return err
	}
	return e.returning(op.Table, op.Alias, op.Using, op.Returning, op.RowAliases)
}

func (e *editor) merge(op *ddl.Merge) *Error {
	r, err := e.dataTarget(op.Table)
	if err != nil {
		return err
	}
	for _, c := range op.Columns {
		if r, err = e.dataColumn(r, c.Name); err != nil {
			return err
		}
	}
	if op.Conditional {
		return nil
	}
	exprs := append([]*ddl.Expr{op.On}, op.Exprs...)
	if err := e.resolveData(op.Table, op.Alias, op.Using, exprs); err != nil {
		return err
	}
	return e.returning(op.Table, op.Alias, op.Using, op.Returning, op.RowAliases)
}

func (e *editor) selectQuery(op *ddl.Select) *Error {
	if op.Query != nil && !op.Conditional {
		if err := e.bind(op.Query); err != nil {
			return err
		}
	}
	for _, x := range op.Calls {
		if !op.Conditional {
			if err := e.sequencesOf(x); err != nil {
				return err
			}
		}
		for _, call := range x.Calls {
			if f := e.called(call); f != nil && f.dynamic() {
				e.complete = false
			}
		}
	}
	return nil
}

// dynamic reports whether a call of the routine may do what cannot be read from
// its body.
func (f *Function) dynamic() bool {
	return slices.ContainsFunc(f.Effects, func(op ddl.Op) bool {
		_, ok := op.(*ddl.Dynamic)
		return ok
	})
}

func (e *editor) copy(op *ddl.Copy) *Error {
	if op.Query != nil && !op.Conditional {
		return e.bind(op.Query)
	}
	if op.Table.Name.Name == "" {
		return nil
	}
	r, err := e.relation(op.Table.Name, Table)
	if err != nil {
		return err
	}
	for _, column := range op.Columns {
		if r, err = e.dataColumn(r, column); err != nil {
			return err
		}
		if a := r.Attribute(column); a != nil && a.Generated != nil {
			return refuse(invalidColumnReference, "column %q is a generated column", column)
		}
	}
	return nil
}

// dataTarget resolves the relation that a data statement changes.
func (e *editor) dataTarget(ref ddl.Ref) (*Relation, *Error) {
	r, err := e.relation(ref.Name, Table)
	if err != nil || r.Assumed {
		return r, err
	}
	switch r.Kind {
	case Sequence, MaterializedView:
		return nil, refuse(wrongObjectType, "cannot change %s %q", r.Kind, r.Name)
	case Index, PartitionedIndex, CompositeType:
		return nil, refuse(wrongObjectType, "cannot open relation %q", r.Name)
	}
	return r, nil
}

// targetColumns checks the columns that INSERT lists and UPDATE sets.
func (e *editor) targetColumns(r *Relation, columns []ddl.Ident) (*Relation, *Error) {
	var err *Error
	for i, c := range columns {
		if r, err = e.dataColumn(r, c.Name); err != nil {
			return nil, err
		}
		if slices.ContainsFunc(columns[:i], func(d ddl.Ident) bool { return d.Name == c.Name }) && !subscripted(columns) {
			return nil, refuse(duplicateColumn, "column %q specified more than once", c.Name)
		}
	}
	return r, nil
}

// subscripted reports whether a target is an element or a field (a[1], a.x), of
// which there may be several.
func subscripted(columns []ddl.Ident) bool {
	return slices.ContainsFunc(columns, func(c ddl.Ident) bool {
		if c.At.IsZero() {
			return true
		}
		rest := strings.TrimLeft(c.At.File.Text[c.At.End:], " \t\r\n")
		return strings.HasPrefix(rest, "[") || strings.HasPrefix(rest, ".")
	})
}

// dataColumn checks one column that a data statement names. What columns a view
// has is not always known.
func (e *editor) dataColumn(r *Relation, column string) (*Relation, *Error) {
	if r.Kind == View && r.Attribute(column) == nil {
		return r, nil
	}
	r, _, err := e.attribute(r, column)
	return r, err
}

// insertedValues checks the number of values, and that none is meant for a
// column that is always generated. Where DEFAULT or OVERRIDING appears it is not
// known which column it is for.
func insertedValues(r *Relation, op *ddl.Insert) *Error {
	if op.Query == nil || r.Assumed || r.Kind == View {
		return nil
	}
	targets := op.Columns
	if len(targets) == 0 {
		for _, a := range r.Attributes {
			targets = append(targets, ddl.Ident{Name: a.Name})
		}
	}
	values := op.Query.Values
	if values > len(targets) {
		return refuse(syntaxError, "INSERT has more expressions than target columns")
	}
	if values > 0 && values < len(targets) && len(op.Columns) > 0 {
		return refuse(syntaxError, "INSERT has more target columns than expressions")
	}
	if len(op.Columns) == 0 {
		if values == 0 {
			return nil // a SELECT whose number of columns is not counted here
		}
		targets = targets[:values]
	}
	text := strings.ToLower(op.At.Text())
	if op.At.IsZero() || strings.Contains(text, "default") || strings.Contains(text, "overriding") {
		return nil
	}
	for _, c := range targets {
		if a := r.Attribute(c.Name); a != nil && (a.Identity == "always" || a.Generated != nil) {
			return refuse(generatedAlways, "cannot insert a non-DEFAULT value into column %q", c.Name)
		}
	}
	return nil
}

// conflictTarget checks that a unique index or constraint stands behind ON
// CONFLICT (…).
func (e *editor) conflictTarget(r *Relation, op *ddl.Insert) *Error {
	if op.ConflictConstraint != "" && !r.Assumed && r.Constraint(op.ConflictConstraint) == nil {
		return refuse(undefinedObject, "constraint %q for table %q does not exist", op.ConflictConstraint, r.Name)
	}
	var nums []int
	for _, column := range op.ConflictColumns {
		var err *Error
		if r, err = e.dataColumn(r, column); err != nil {
			return refuse(undefinedColumn, "column %q does not exist", column)
		}
		a := r.Attribute(column)
		if a == nil {
			return nil
		}
		nums = append(nums, a.Num)
	}
	if len(nums) == 0 || r.Assumed || r.Kind != Table && r.Kind != PartitionedTable {
		return nil
	}
	slices.Sort(nums)
	nums = slices.Compact(nums)
	for _, oid := range r.Indexes {
		x := e.RelationByOID(oid)
		if x == nil || x.Index == nil || !x.Index.Unique {
			continue
		}
		columns := slices.DeleteFunc(slices.Clone(x.Index.Columns), func(num int) bool { return num == 0 })
		slices.Sort(columns)
		if slices.Equal(slices.Compact(columns), nums) {
			return nil
		}
	}
	return refuse(invalidColumnReference, "there is no unique or exclusion constraint matching the ON CONFLICT specification")
}

// resolveData binds the expressions of a data statement, over the rows of its
// target and of what it reads besides.
func (e *editor) resolveData(target ddl.Ref, alias string, more *ddl.Query, exprs []*ddl.Expr) *Error {
	q := &ddl.Query{From: []*query.Item{{Relation: &target, Alias: alias, At: target.At}}}
	if more != nil {
		q.With = more.With
		q.From = append(q.From, more.From...)
	}
	for _, x := range exprs {
		if x != nil {
			q.Exprs = append(q.Exprs, x)
		}
	}
	if len(q.Exprs) == 0 && more == nil {
		return nil
	}
	return e.bind(q)
}

// returning binds RETURNING, which sees the rows before and after besides,
// under their names alone (from PostgreSQL 18 on).
func (e *editor) returning(target ddl.Ref, alias string, more *ddl.Query, exprs []*ddl.Expr, names ddl.RowAliases) *Error {
	if len(exprs) == 0 {
		return nil
	}
	q := &ddl.Query{}
	if more != nil {
		q.With, q.From = more.With, slices.Clone(more.From)
	}
	for _, name := range []string{cmp.Or(names.OldAlias, "old"), cmp.Or(names.NewAlias, "new")} {
		q.From = append(q.From, &query.Item{Relation: &target, Alias: name, Qualified: true, At: target.At})
	}
	return e.resolveData(target, alias, q, exprs)
}

// bind is resolve for a data statement. What RETURNING of an INSERT in a WITH
// clause names is not ambiguous, though the rows inserted have columns of that
// name as well.
func (e *editor) bind(q *ddl.Query) *Error {
	_, err := e.resolve(q)
	if err == nil || err.SQLState != ambiguousColumn {
		return err
	}
	modifies := false
	q.Walk(func(q *query.Query) {
		modifies = modifies || slices.ContainsFunc(q.With, func(c *query.CTE) bool { return c.Modifies })
	})
	if modifies {
		return nil
	}
	return err
}

// dynamic is what only the run time knows. It may make relations.
func (e *editor) dynamic(*ddl.Dynamic) *Error {
	e.complete = false
	return nil
}

// unmodelled is a statement that changes nothing a catalog holds.
func (e *editor) unmodelled(*ddl.Unmodelled) *Error { return nil }
