package compat

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser"
	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/query"
	"github.com/migracheck/migracheck/parser/source"
)

// A checker resolves one statement in one catalog. It goes on after an error,
// so that Compare sees all of them.
type checker struct {
	*analysis
	c *catalog.Catalog
	// inserted is the query whose rows an INSERT writes.
	inserted *ddl.Query
}

func (k *checker) unknown(at source.Span, format string, args ...any) {
	k.Unknown = append(k.Unknown, Reason{At: at, Text: fmt.Sprintf(format, args...)})
}

func (k *checker) refuse(e Error, format string, args ...any) {
	e.Message, e.Certain = fmt.Sprintf(format, args...), true
	k.Errors = append(k.Errors, e)
}

// statement resolves one operation.
func (k *checker) statement(op ddl.Op) {
	if features := op.Facts().Features; len(features) > 0 {
		f := features[0]
		k.unknown(f.At, "PostgreSQL knows %s from %d on", f.What, f.Since)
	}
	if op.Facts().Conditional {
		// Names may be those of variables, and earlier statements of the block
		// may have made what is missing.
		errors := len(k.Errors)
		defer func() {
			if len(k.Errors) > errors {
				k.Errors = k.Errors[:errors]
				k.unknown(op.Span(), "what a block of code does depends on its variables")
			}
		}()
	}
	if outputs, open, ok := k.data(op, nil, nil); ok {
		k.outputs, k.Open = outputs, open
		return
	}
	switch op := op.(type) {
	case *ddl.Copy:
		k.copy(op)
	case *ddl.Dynamic:
		k.unknown(op.At, "%s", op.Reason)
	case *ddl.Unmodelled:
		k.unknown(op.At, "%s is not analysed", op.Kind)
	default:
		// A statement that changes the schema: the catalog knows what is
		// refused, unless the code changed the schema before.
		if hole(op.Span().Text()) {
			k.runtime(op.Span())
			return
		}
		next, _, err := k.c.Fork().Apply(op)
		switch {
		case err != nil:
			k.Errors = append(k.Errors, Error{SQLState: err.SQLState, At: op.Span(), Message: err.Message, Certain: !changes(op)})
		case assumes(k.c, next):
			k.unknown(op.Span(), "what it is about is not made by the history")
		}
	}
}

// changes reports whether an operation changes the schema.
func changes(op ddl.Op) bool {
	switch op.(type) {
	case *ddl.Truncate, *ddl.LockTable, *ddl.RefreshMaterializedView, *ddl.Vacuum, *ddl.Cluster, *ddl.Reindex, *ddl.SetVariable, *ddl.Transaction:
		return false
	}
	return true
}

// assumes reports whether an operation was performed on what the history does
// not make.
func assumes(before, after *catalog.Catalog) bool {
	for oid := before.LastOID() + 1; oid <= after.LastOID(); oid++ {
		if r := after.RelationByOID(oid); r != nil && r.Assumed {
			return true
		}
	}
	return after.Assumptions() > before.Assumptions()
}

// data resolves a query or data statement. targets are those of RETURNING where
// they are known with their names.
func (k *checker) data(op ddl.Op, targets []*query.Target, ctes *cteList) (outputs []output, open, ok bool) {
	switch op := op.(type) {
	case *ddl.Select:
		outputs, open = k.query(op.Query, nil, ctes, returned)
	case *ddl.Insert:
		outputs, open = k.insert(op, named(targets, op.Returning), ctes)
	case *ddl.Update:
		outputs, open = k.update(op, named(targets, op.Returning), ctes)
	case *ddl.Delete:
		outputs, open = k.delete(op, named(targets, op.Returning), ctes)
	case *ddl.Merge:
		outputs, open = k.merge(op, named(targets, op.Returning), ctes)
	default:
		return nil, false, false
	}
	return outputs, open, true
}

// named gives the expressions of RETURNING as targets. Their aliases are the
// same in every schema.
func named(targets []*query.Target, exprs []*ddl.Expr) []*query.Target {
	if len(targets) > 0 {
		return targets
	}
	for _, x := range exprs {
		t := &query.Target{Expr: x}
		if ref, ok := t.Column(); ok {
			t.Alias = ref.Column
		}
		targets = append(targets, t)
	}
	return targets
}

// modifying resolves a data statement of a WITH clause. The skeleton has its
// RETURNING; the rest is read again.
func (k *checker) modifying(c *query.CTE, ctes *cteList) ([]output, bool) {
	if c.Query == nil {
		return nil, true
	}
	if op := k.statementAt(c.Query.At); op != nil {
		if outputs, open, ok := k.data(op, c.Query.Targets, ctes); ok {
			return outputs, open
		}
	}
	k.unknown(c.Query.At, "what WITH %s does cannot be read", c.Name.Name)
	return nil, true
}

// statementAt reads the statement at a place, once for all schemas.
func (k *checker) statementAt(at source.Span) ddl.Op {
	if op, ok := k.inner[at]; ok {
		return op
	}
	var op ddl.Op
	if script := parser.Parse(at); len(script.Statements) == 1 && len(script.Statements[0].Ops) == 1 {
		op = script.Statements[0].Ops[0]
	}
	if k.inner == nil {
		k.inner = map[source.Span]ddl.Op{}
	}
	k.inner[at] = op
	return op
}

// copy resolves COPY.
func (k *checker) copy(op *ddl.Copy) {
	if op.Table.Name.Name == "" {
		k.query(op.Query, nil, nil, returned)
		return
	}
	r := k.relation(op.Table)
	if r == nil {
		return
	}
	if r.Kind == catalog.View || r.Kind == catalog.MaterializedView && op.From {
		verb := "from"
		if op.From {
			verb = "to"
		}
		if op.From && len(r.Triggers) > 0 {
			k.unknown(op.Table.At, "COPY to a view with triggers is not analysed")
			return
		}
		k.refuse(Error{SQLState: wrongObjectType, At: op.Table.At, Relation: r.String()}, "cannot copy %s %s %q", verb, r.Kind, r.Name)
		return
	}
	var columns []ddl.Ident
	for _, c := range op.Columns {
		columns = append(columns, ddl.Ident{Name: c, At: op.At})
	}
	for _, c := range columns {
		if a := k.written(r, c); a != nil && a.Generated != nil {
			k.refuse(Error{SQLState: invalidColumnReference, At: c.At, Relation: r.String(), Object: c.Name}, "column %q is a generated column", c.Name)
		}
	}
	if op.From {
		k.noteWrite(write{relation: r.OID, base: r.OID, command: "insert", listed: len(columns) > 0, columns: columnsOf(r, columns)})
		k.required(r, columnsOf(r, columns), op.At, len(columns) > 0, false)
		return
	}
	k.reads = append(k.reads, r.OID)
}
