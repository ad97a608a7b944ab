package lock

import (
	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
)

func (t *taker) createIndex(op *ddl.CreateIndex) {
	r := t.relation(op.Table.Name)
	if r == nil {
		return
	}
	mode := Share
	if op.Concurrently {
		mode = ShareUpdateExclusive
	}
	t.lock(r, mode)
	if op.IfNotExists && op.Index.Name != "" && t.before.Relation(ddl.Name{Schema: r.Schema, Name: op.Index.Name}) != nil {
		return
	}
	if op.Only || r.Kind != catalog.PartitionedTable {
		t.index(r)
		return
	}
	for _, each := range t.tree(r, mode) {
		t.newIndexes(each, mode)
	}
}

func (t *taker) reindex(op *ddl.Reindex) {
	table, index := Share, AccessExclusive
	if op.Concurrently || hasOption(op.Options, "concurrently") {
		table, index = ShareUpdateExclusive, ShareUpdateExclusive
	}
	r := t.relation(op.Name.Name)
	switch {
	case op.Target == "index" && r != nil:
		for _, x := range t.family(r) {
			t.lock(x, index)
			if x.Kind == catalog.PartitionedIndex {
				continue
			}
			if x.Index != nil && t.byOID(x.Index.Table) != nil {
				t.rebuild(t.byOID(x.Index.Table), x, table, index)
			}
		}
	case op.Target == "table" && r != nil:
		for _, each := range t.family(r) {
			t.reindexTable(each, table, index)
		}
	case op.Target == "schema":
		for each := range t.before.Relations() {
			if each.Schema == op.Name.Name.Name && hasStorage(each) {
				t.reindexTable(each, table, index)
			}
		}
	case op.Target == "database":
		for each := range t.before.Relations() {
			if hasStorage(each) {
				t.reindexTable(each, table, index)
			}
		}
	}
}

func (t *taker) reindexTable(r *catalog.Relation, table, index Mode) {
	t.lock(r, table).Index = r.Assumed
	for _, x := range t.indexes(r) {
		if hasStorage(r) {
			t.rebuild(r, x, table, index)
		} else {
			t.lockFor(x, index, causeIndex)
		}
	}
}

// hasOption reports whether an option is set and not false.
func hasOption(options []ddl.Option, name string) bool {
	for _, o := range options {
		if o.Name == name {
			return o.Value != "false" && o.Value != "off" && o.Value != "0"
		}
	}
	return false
}

func (t *taker) cluster(op *ddl.Cluster) {
	if op.Table.Name.Name == "" {
		for r := range t.before.Relations() {
			if clustered(t.indexes(r)) {
				t.lock(r, AccessExclusive)
				t.rewrite(r)
			}
		}
		return
	}
	r := t.relation(op.Table.Name)
	t.lock(r, AccessExclusive)
	t.rewrite(r)
}

// clustered reports whether one of the indexes is the one to cluster on.
func clustered(indexes []*catalog.Relation) bool {
	for _, x := range indexes {
		if x.Index != nil && x.Index.Clustered {
			return true
		}
	}
	return false
}

func (t *taker) vacuum(op *ddl.Vacuum) {
	var all []*catalog.Relation
	for _, n := range op.Tables {
		all = append(all, t.vacuumed(op, n)...)
	}
	if len(op.Tables) == 0 {
		for r := range t.before.Relations() {
			if hasStorage(r) {
				all = append(all, r)
			}
		}
	}
	for _, r := range all {
		if op.Full {
			t.lock(r, AccessExclusive)
			t.rewrite(r)
			continue
		}
		t.lock(r, ShareUpdateExclusive)
		if !hasStorage(r) {
			continue
		}
		mode := AccessShare
		if op.Vacuum {
			mode = RowExclusive
		}
		for _, x := range t.indexes(r) {
			t.lockFor(x, mode, causeIndex)
		}
	}
}

// vacuumed returns the tables that VACUUM or ANALYZE of one table goes through:
// its partitions, and from PostgreSQL 18 on its inheritance children. Before,
// ANALYZE takes samples of those.
func (t *taker) vacuumed(op *ddl.Vacuum, n ddl.Ref) []*catalog.Relation {
	r := t.relation(n.Name)
	if r == nil || r.Kind == catalog.PartitionedTable || t.version >= 18 {
		return t.named(n)
	}
	if op.Analyze {
		for _, each := range t.family(r)[1:] {
			t.lockFor(each, AccessShare, causeChild)
		}
	}
	return []*catalog.Relation{r}
}

func (t *taker) refreshMaterializedView(op *ddl.RefreshMaterializedView) {
	r := t.relation(op.View.Name)
	if r == nil {
		return
	}
	if op.Concurrently {
		t.lock(r, Exclusive)
		for _, x := range t.indexes(r) {
			t.lockFor(x, RowExclusive, causeIndex)
		}
	} else {
		t.lock(r, AccessExclusive)
		t.rewrite(r)
	}
	if !op.WithNoData {
		t.query(r.Query)
	}
}
