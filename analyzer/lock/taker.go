package lock

import (
	"iter"
	"slices"
	"strings"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
)

// A taker collects the locks of one operation.
type taker struct {
	op            ddl.Op
	before, after *catalog.Catalog
	changes       []catalog.Change
	version       int
	taken         []Acquisition
	// nowhere takes what is done to relations that are not there.
	nowhere Acquisition
}

// relation returns the relation that a name means before the operation; an
// assumed one, where only the operation itself tells of it; or nil.
func (t *taker) relation(n ddl.Name) *catalog.Relation {
	if n.Name == "" {
		return nil
	}
	if r := t.before.Relation(n); r != nil {
		return r
	}
	return unknown(t.after.Relation(n))
}

// unknown returns a relation that the operation is the first to tell of, as it
// was before: there, and no more is known.
func unknown(r *catalog.Relation) *catalog.Relation {
	if r == nil || !r.Assumed {
		return nil
	}
	return &catalog.Relation{OID: r.OID, Schema: r.Schema, Name: r.Name, Kind: r.Kind, Assumed: true}
}

// byOID is relation for an OID.
func (t *taker) byOID(oid catalog.OID) *catalog.Relation {
	if r := t.before.RelationByOID(oid); r != nil {
		return r
	}
	return unknown(t.after.RelationByOID(oid))
}

// existed reports whether a relation was there before the operation.
func (t *taker) existed(oid catalog.OID) bool {
	if t.before.RelationByOID(oid) != nil {
		return true
	}
	r := t.after.RelationByOID(oid)
	return r != nil && r.Assumed
}

// lock takes a lock on a relation, and returns the acquisition for what else is
// done. It is valid up to the next lock.
func (t *taker) lock(r *catalog.Relation, m Mode) *Acquisition { return t.lockFor(r, m, "") }

// lockFor is lock of a relation that the operation does not name.
func (t *taker) lockFor(r *catalog.Relation, m Mode, cause string) *Acquisition {
	if r == nil || !t.existed(r.OID) {
		t.nowhere = Acquisition{}
		return &t.nowhere
	}
	a := Acquisition{Relation: r.OID, Mode: m, Cause: cause}
	i := slices.IndexFunc(t.taken, func(b Acquisition) bool { return b.Relation == r.OID })
	if i < 0 {
		t.taken = append(t.taken, a)
		return &t.taken[len(t.taken)-1]
	}
	t.taken[i].add(a)
	return &t.taken[i]
}

// target returns the relation that an ALTER names.
func (t *taker) target(a ddl.Altered) *catalog.Relation { return t.relation(a.Relation.Name) }

// altered locks the relation that an ALTER names and, unless it says ONLY, its
// children, and returns them.
func (t *taker) altered(a ddl.Altered, m Mode) []*catalog.Relation {
	r := t.target(a)
	if r == nil {
		return nil
	}
	if a.Only {
		t.lock(r, m)
		return []*catalog.Relation{r}
	}
	all := t.tree(r, m)
	for _, each := range all[1:] {
		t.lock(each, m).root = r.OID
	}
	return all
}

// The causes of locks that the operation does not name.
const (
	causeChild      = "a child of the table"
	causeIndex      = "an index of the table"
	causeReferenced = "the referenced table"
	causeReferring  = "a table whose foreign key refers to it"
	causeParent     = "the partitioned table"
	causeDefault    = "the default partition"
	causeCascade    = "CASCADE"
	causeDomain     = "a table with a column of the domain"
	causeView       = "what the view reads"
	causeOwned      = "a sequence of the table"
)

// tree locks a relation and all that inherit from it, and returns them.
func (t *taker) tree(r *catalog.Relation, m Mode) []*catalog.Relation {
	all := t.family(r)
	for _, each := range all {
		cause := ""
		if each != r {
			cause = causeChild
		}
		t.lockFor(each, m, cause)
	}
	return all
}

// family returns a relation and all that inherit from it.
func (t *taker) family(r *catalog.Relation) []*catalog.Relation {
	all := []*catalog.Relation{r}
	if r.Kind == catalog.CompositeType {
		all = append(all, t.typed(r)...)
	}
	for i := 0; i < len(all); i++ {
		for _, oid := range all[i].Children {
			if child := t.byOID(oid); child != nil && !slices.Contains(all, child) {
				all = append(all, child)
			}
		}
	}
	return all
}

// typed returns the tables of a composite type, which change with it.
func (t *taker) typed(r *catalog.Relation) []*catalog.Relation {
	var list []*catalog.Relation
	d := t.before.Type(r.QualifiedName())
	if d == nil {
		return nil
	}
	for _, dep := range t.before.Dependents(d.OID) {
		if of := t.before.RelationByOID(dep.Dependent.OID); of != nil && of.OfType == d.OID && !slices.Contains(list, of) {
			list = append(list, of)
		}
	}
	return list
}

// hasStorage reports whether a relation has rows of its own.
func hasStorage(r *catalog.Relation) bool {
	return r != nil && (r.Kind == catalog.Table || r.Kind == catalog.MaterializedView)
}

// rewrite writes a table's storage anew, and with it all its indexes.
func (t *taker) rewrite(r *catalog.Relation) {
	if !hasStorage(r) {
		return
	}
	a := t.lock(r, AccessExclusive)
	a.Rewrite = true
	a.Index = a.Index || r.Assumed
	for _, x := range t.indexes(r) {
		t.rebuild(r, x, AccessExclusive, AccessExclusive)
	}
}

// rebuild writes an index of a table anew.
func (t *taker) rebuild(r, x *catalog.Relation, table, index Mode) {
	t.lockFor(x, index, causeIndex).Rewrite = true
	t.lock(r, table).Index = true
	if x.Index != nil && x.Index.Exclusion {
		t.validate(r, table) // each row is compared with the others
	}
}

// indexes returns the indexes of a table.
func (t *taker) indexes(r *catalog.Relation) []*catalog.Relation {
	var list []*catalog.Relation
	for _, oid := range r.Indexes {
		if x := t.byOID(oid); x != nil {
			list = append(list, x)
		}
	}
	return list
}

// ownedSequences yields the sequences that belong to columns of a table.
func (t *taker) ownedSequences(r *catalog.Relation) iter.Seq[*catalog.Relation] {
	return func(yield func(*catalog.Relation) bool) {
		for _, d := range t.before.Dependents(r.OID) {
			x := t.before.RelationByOID(d.Dependent.OID)
			if x != nil && x.Sequence != nil && x.Sequence.OwnedBy == r.OID && !yield(x) {
				return
			}
		}
	}
}

// scan reads a table's rows to verify a constraint of its own.
func (t *taker) scan(r *catalog.Relation, m Mode) {
	if hasStorage(r) {
		t.lock(r, m).Scan = true
	}
}

// only reports whether a relation is named with ONLY.
func only(n ddl.Ref) bool {
	if n.At.IsZero() {
		return false
	}
	// Backwards from the name: what is before the word may be a long file.
	before := strings.TrimRight(n.At.File.Text[:n.At.Start], "( \t\r\n\f\v")
	const word = "only"
	if len(before) < len(word) || !strings.EqualFold(before[len(before)-len(word):], word) {
		return false
	}
	before = before[:len(before)-len(word)]
	return before == "" || strings.ContainsAny(before[len(before)-1:], "( \t\r\n\f\v,;/")
}

// named returns the relation that a statement names and, unless it says ONLY,
// its children.
func (t *taker) named(n ddl.Ref) []*catalog.Relation {
	r := t.relation(n.Name)
	switch {
	case r == nil:
		return nil
	case only(n):
		return []*catalog.Relation{r}
	}
	return t.family(r)
}

// validate reads a table's rows in a pass that a rewrite does not spare.
func (t *taker) validate(r *catalog.Relation, m Mode) {
	if hasStorage(r) {
		a := t.lock(r, m)
		a.Scan, a.validation = true, true
	}
}
