package lock

import (
	"slices"
	"strings"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/pattern"
)

// parsed locks what a query names, as is done when it is read and not run.
func (t *taker) parsed(q *ddl.Query) {
	for _, u := range t.read(q) {
		t.lock(u.Relation, AccessShare)
	}
}

// query locks what a query reads when it runs: the tables and their indexes,
// and what views on the way read.
func (t *taker) query(q *ddl.Query) {
	for _, u := range t.read(q) {
		t.reading(u, AccessShare)
	}
	q.Walk(func(q *ddl.Query) {
		for _, c := range q.With {
			if c.Modifies && c.Query != nil && len(c.Query.From) > 0 && c.Query.From[0].Relation != nil {
				t.writing(*c.Query.From[0].Relation)
			}
		}
		for _, target := range q.Targets {
			t.sequences(target.Expr)
		}
	})
}

// locking is a clause that locks the rows that a query returns.
var locking = pattern.New(`(?i)\sFOR\s+(UPDATE|NO\s+KEY\s+UPDATE|SHARE|KEY\s+SHARE)\b[^()\']*$`)

// selected locks what a query reads, and what it locks the rows of.
func (t *taker) selected(q *ddl.Query) {
	// Only what follows the last bracket or quote can match.
	if q != nil && locking.MatchString(q.Text[strings.LastIndexAny(q.Text, "()'")+1:]) {
		for _, i := range q.From {
			if i.Relation == nil {
				continue
			}
			if r := t.relation(i.Relation.Name); r != nil {
				t.reading(use{r, only(*i.Relation)}, RowShare)
			}
		}
	}
	t.query(q)
}

// A use is a relation that a query names, perhaps with ONLY.
type use struct {
	*catalog.Relation
	only bool
}

// read returns the relations that a query names.
func (t *taker) read(q *ddl.Query) []use {
	if q == nil {
		return nil
	}
	resolved, err := t.after.Resolve(q)
	if err != nil {
		return t.namedIn(q) // it names columns of the statement around it
	}
	var list []use
	for _, u := range resolved.Uses {
		if u.Column != 0 {
			continue
		}
		if r := t.byOID(u.Relation); r != nil {
			list = append(list, use{r, only(ddl.Ref{At: u.At})})
		}
	}
	return list
}

// namedIn returns the relations that a query names and no WITH clause of it
// means.
func (t *taker) namedIn(q *ddl.Query) []use {
	own := map[string]bool{}
	q.Walk(func(q *ddl.Query) {
		for _, c := range q.With {
			own[c.Name.Name] = true
		}
	})
	var list []use
	q.Walk(func(q *ddl.Query) {
		for _, i := range q.From {
			if i.Relation == nil || i.Relation.Schema == "" && own[i.Relation.Name.Name] {
				continue
			}
			if r := t.relation(i.Relation.Name); r != nil {
				list = append(list, use{r, only(*i.Relation)})
			}
		}
	})
	return list
}

// reading locks a relation that a statement reads, with its children, their
// indexes, and what it reads itself if it is a view.
func (t *taker) reading(u use, m Mode) {
	all := []*catalog.Relation{u.Relation}
	if !u.only {
		all = t.tree(u.Relation, m)
	}
	for _, each := range all {
		t.lock(each, m)
		t.readingIndexes(each, m)
	}
	if u.Kind == catalog.View {
		t.underlying(u.Relation, m)
	}
}

// readingIndexes locks the indexes of a table that a query reads: the planner
// looks at all of them, and from PostgreSQL 16 on at those of a partitioned table.
func (t *taker) readingIndexes(r *catalog.Relation, m Mode) {
	if r.Kind == catalog.PartitionedTable && t.version < 16 {
		return
	}
	for _, x := range t.indexes(r) {
		t.lockFor(x, m, causeIndex)
	}
}

// viewed locks what a view reads as LOCK TABLE does.
func (t *taker) viewed(v *catalog.Relation, m Mode) {
	for _, r := range t.read(v.Query) {
		if r.OID == v.OID {
			continue
		}
		for _, each := range t.family(r.Relation) {
			t.lockFor(each, m, causeView)
		}
		if r.Kind == catalog.View {
			t.viewed(r.Relation, m)
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
		t.lockFor(r.Relation, m, causeView)
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
func (t *taker) writing(n ddl.Ref) {
	if r := t.relation(n.Name); r != nil {
		t.reading(use{r, only(n)}, RowExclusive)
	}
}

// insert holds no lock on indexes when it is done, unless it infers one to
// arbitrate conflicts by.
func (t *taker) insert(op *ddl.Insert) {
	if len(op.ConflictColumns) > 0 || op.ConflictConstraint != "" {
		t.writing(op.Table)
	}
	r := t.relation(op.Table.Name)
	t.lock(r, RowExclusive)
	if r != nil {
		t.defaults(r, op)
	}
	t.query(op.Query)
	t.queries(op.ConflictExprs...)
	t.queries(op.Returning...)
}

// defaults locks the sequences behind the columns that an INSERT does not name.
func (t *taker) defaults(r *catalog.Relation, op *ddl.Insert) {
	if len(op.Columns) == 0 && op.Query != nil {
		return // by position: all of them, as a rule
	}
	for _, a := range r.Attributes {
		if slices.ContainsFunc(op.Columns, func(c ddl.Ident) bool { return c.Name == a.Name }) {
			continue
		}
		t.lock(t.byOID(a.Sequence), RowExclusive)
		t.sequences(a.Default)
	}
}

func (t *taker) update(op *ddl.Update) {
	t.writing(op.Table)
	t.query(op.From)
	t.queries(op.Where)
	t.queries(op.Values...)
	t.queries(op.Returning...)
}

func (t *taker) delete(op *ddl.Delete) {
	t.writing(op.Table)
	t.query(op.Using)
	t.queries(op.Where)
	t.queries(op.Returning...)
}

func (t *taker) merge(op *ddl.Merge) {
	t.writing(op.Table)
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
