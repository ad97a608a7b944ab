package lock

import (
	"strings"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
)

func (t *taker) setLogged(op *ddl.SetLogged) {
	r := t.target(op.Altered)
	t.lock(r, AccessExclusive)
	if r == nil || !r.Assumed && r.Unlogged != op.Logged {
		return
	}
	t.rewrite(r)
	if t.version < 15 {
		return
	}
	for x := range t.ownedSequences(r) {
		t.lockFor(x, AccessExclusive, causeOwned)
	}
}

func (t *taker) setTablespace(op *ddl.SetTablespace) {
	r := t.target(op.Altered)
	a := t.lock(r, AccessExclusive)
	if r == nil || tablespace(r.Tablespace) == tablespace(op.Tablespace) {
		return
	}
	a.Rewrite = hasStorage(r) || r.Kind == catalog.Index
}

// tablespace returns a tablespace's name; the database's own has none.
func tablespace(name string) string {
	if name == "pg_default" {
		return ""
	}
	return name
}

func (t *taker) setAccessMethod(op *ddl.SetAccessMethod) {
	r := t.target(op.Altered)
	t.lock(r, AccessExclusive)
	if r == nil || accessMethod(r.AccessMethod) == accessMethod(op.Method) {
		return
	}
	t.rewrite(r)
}

// accessMethod returns a table's access method, of which heap is the default.
func accessMethod(name string) string {
	if name == "" || name == "default" {
		return "heap"
	}
	return name
}

func (t *taker) setRelationOptions(op *ddl.SetRelationOptions) {
	mode := ShareUpdateExclusive
	for _, o := range op.Options {
		mode = max(mode, optionMode(o.Name))
	}
	t.lock(t.target(op.Altered), mode)
}

// optionMode returns the lock that changing a storage parameter takes. Those
// that only steer maintenance and new pages let reads and writes go on.
func optionMode(name string) Mode {
	name = strings.ToLower(name)
	if i := strings.LastIndexByte(name, '.'); i >= 0 {
		name = name[i+1:]
	}
	switch {
	case strings.HasPrefix(name, "autovacuum_"), strings.HasPrefix(name, "vacuum_"):
		return ShareUpdateExclusive
	}
	switch name {
	case "fillfactor", "toast_tuple_target", "parallel_workers", "log_autovacuum_min_duration", "deduplicate_items",
		"n_distinct", "n_distinct_inherited":
		return ShareUpdateExclusive
	}
	return AccessExclusive
}

func (t *taker) setCluster(op *ddl.SetCluster) {
	r := t.target(op.Altered)
	t.lock(r, ShareUpdateExclusive)
	if r != nil && op.Index != "" {
		t.lock(t.relation(ddl.Name{Schema: r.Schema, Name: op.Index}), ShareUpdateExclusive).root = r.OID
	}
}

func (t *taker) setReplicaIdentity(op *ddl.SetReplicaIdentity) {
	r := t.target(op.Altered)
	t.lock(r, AccessExclusive)
	if r != nil && op.Index != "" {
		t.lock(t.relation(ddl.Name{Schema: r.Schema, Name: op.Index}), Share)
	}
}

func (t *taker) setTriggerState(op *ddl.SetTriggerState) {
	if op.Rule {
		t.lock(t.target(op.Altered), AccessExclusive)
		return
	}
	if r := t.target(op.Altered); r != nil {
		t.lock(r, ShareRowExclusive)
		if t.version < 15 {
			return
		}
		for _, each := range t.partitions(r) {
			t.lock(each, ShareRowExclusive)
		}
	}
}
