package lock

import (
	"slices"
	"strings"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
)

// parsed locks what a query names, as is done when it is read and not run.
func (t *taker) parsed(q *ddl.Query) {
	for _, r := range t.read(q) {
		t.lock(r, AccessShare)
	}
}

// query locks what a query reads when it runs: the tables and their indexes,
// and what views on the way read.
func (t *taker) query(q *ddl.Query) {
	for _, r := range t.read(q) {
		t.reading(r, AccessShare)
	}
	q.Walk(func(q *ddl.Query) {
		for _, c := range q.With {
			if c.Modifies && c.Query != nil && len(c.Query.From) > 0 && c.Query.From[0].Relation != nil {
				t.writing(c.Query.From[0].Relation.Name)
			}
		}
		for _, target := range q.Targets {
			t.sequences(target.Expr)
		}
	})
}

// read returns the relations that a query names.
func (t *taker) read(q *ddl.Query) []*catalog.Relation {
	if q == nil {
		return nil
	}
	resolved, err := t.after.Resolve(q)
	if err != nil {
		return nil
	}
	var list []*catalog.Relation
	for _, u := range resolved.Uses {
		if u.Column == 0 {
			if r := t.byOID(u.Relation); r != nil {
				list = append(list, r)
			}
		}
	}
	return list
}

// reading locks a relation that a statement reads, with its children, their
// indexes, and what it reads itself if it is a view.
func (t *taker) reading(r *catalog.Relation, m Mode) {
	for _, each := range t.tree(r, m) {
		for _, x := range t.indexes(each) {
			t.lockFor(x, m, causeIndex)
		}
	}
	if r.Kind == catalog.View {
		t.underlying(r, m)
	}
}

// viewed locks what a view reads as LOCK TABLE does.
func (t *taker) viewed(v *catalog.Relation, m Mode) {
	for _, r := range t.read(v.Query) {
		if r.OID == v.OID {
			continue
		}
		for _, each := range t.family(r) {
			t.lockFor(each, m, causeView)
		}
		if r.Kind == catalog.View {
			t.viewed(r, m)
		}
	}
}

// sequences locks those that an expression advances.
func (t *taker) sequences(e *ddl.Expr) {
	if e == nil {
		return
	}
	for _, c := range e.Calls {
		if (c.Name.Name == "nextval" || c.Name.Name == "setval") && c.Literal != "" {
			t.lock(t.relation(literalName(c.Literal)), RowExclusive)
		}
	}
}

// literalName reads the name in a string constant that is cast to regclass.
func literalName(s string) ddl.Name {
	schema, name, ok := strings.Cut(s, ".")
	if !ok {
		schema, name = "", s
	}
	return ddl.Name{Schema: strings.Trim(schema, `"`), Name: strings.Trim(name, `"`)}
}

// underlying locks what a view reads. A view that reads itself cannot be made.
func (t *taker) underlying(v *catalog.Relation, m Mode) {
	for _, r := range t.read(v.Query) {
		if r.OID == v.OID {
			continue
		}
		t.lockFor(r, m, causeView)
		t.reading(r, m)
	}
}

// exprs locks what the subqueries of expressions name.
func (t *taker) exprs(list ...*ddl.Expr) {
	for _, e := range list {
		if e == nil {
			continue
		}
		for _, q := range e.Subqueries {
			t.parsed(q)
		}
	}
}

// queries locks what the subqueries of expressions read.
func (t *taker) queries(list ...*ddl.Expr) {
	for _, e := range list {
		if e == nil {
			continue
		}
		for _, q := range e.Subqueries {
			t.query(q)
		}
	}
}

// writing locks the target of a data statement.
func (t *taker) writing(n ddl.Name) {
	if r := t.relation(n); r != nil {
		t.reading(r, RowExclusive)
	}
}

// insert holds no lock on indexes when it is done, unless it infers one to
// arbitrate conflicts by.
func (t *taker) insert(op *ddl.Insert) {
	if len(op.ConflictColumns) > 0 || op.ConflictConstraint != "" {
		t.writing(op.Table.Name)
	}
	r := t.relation(op.Table.Name)
	t.lock(r, RowExclusive)
	if r != nil {
		t.defaults(r, op.Columns)
	}
	t.query(op.Query)
	t.queries(op.ConflictExprs...)
	t.queries(op.Returning...)
}

// defaults locks the sequences behind the columns that an INSERT does not name.
func (t *taker) defaults(r *catalog.Relation, columns []ddl.Ident) {
	if len(columns) == 0 {
		return // by position: all of them, as a rule
	}
	for _, a := range r.Attributes {
		if slices.ContainsFunc(columns, func(c ddl.Ident) bool { return c.Name == a.Name }) {
			continue
		}
		t.lock(t.byOID(a.Sequence), RowExclusive)
		t.sequences(a.Default)
	}
}

func (t *taker) update(op *ddl.Update) {
	t.writing(op.Table.Name)
	t.query(op.From)
	t.queries(op.Where)
	t.queries(op.Values...)
	t.queries(op.Returning...)
}

func (t *taker) delete(op *ddl.Delete) {
	t.writing(op.Table.Name)
	t.query(op.Using)
	t.queries(op.Where)
	t.queries(op.Returning...)
}

func (t *taker) merge(op *ddl.Merge) {
	t.writing(op.Table.Name)
	t.query(op.Using)
	t.queries(op.On)
	t.queries(op.Exprs...)
}

func (t *taker) copy(op *ddl.Copy) {
	if op.Query != nil {
		t.query(op.Query)
		return
	}
	r := t.relation(op.Table.Name)
	if op.From {
		t.lock(r, RowExclusive)
		return
	}
	t.lock(r, AccessShare)
}
