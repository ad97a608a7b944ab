package parser

import (
	"strings"

	"github.com/migracheck/migracheck/parser/ddl"
	pg_query "github.com/migracheck/migracheck/parser/grammar"
)

func (c clause) createIndex(s *pg_query.IndexStmt) *ddl.CreateIndex {
	i := &ddl.CreateIndex{
		Base:             c.base(),
		Index:            c.skip("CREATE").skip("UNIQUE").skip("INDEX").skip("CONCURRENTLY").skipIf().named(s.GetIdxname()),
		Table:            c.relation(s.GetRelation()),
		Only:             s.GetRelation() != nil && !s.GetRelation().GetInh(),
		Method:           s.GetAccessMethod(),
		Unique:           s.GetUnique(),
		NullsNotDistinct: s.GetNullsNotDistinct(),
		Concurrently:     s.GetConcurrent(),
		IfNotExists:      s.GetIfNotExists(),
		Tablespace:       s.GetTableSpace(),
		Options:          c.options(s.GetOptions()),
	}
	inside, rest := c.afterRelation(s.GetRelation()).group()
	parts := inside.split()
	for n, p := range s.GetIndexParams() {
		at := inside
		if len(parts) == len(s.GetIndexParams()) {
			at = parts[n]
		}
		i.Elements = append(i.Elements, at.indexElement(p.GetIndexElem()))
	}
	for _, p := range s.GetIndexIncludingParams() {
		i.Include = append(i.Include, p.GetIndexElem().GetName())
	}
	if s.GetWhereClause() != nil {
		i.Where = rest.after("WHERE").check(s.GetWhereClause())
	}
	return i
}

// indexElement makes the column or expression of an index, constraint or
// partition key that is all of c.
func (c clause) indexElement(n *pg_query.IndexElem) ddl.IndexElement {
	e := ddl.IndexElement{
		Column:    n.GetName(),
		Collation: nameOf(n.GetCollation()),
		OpClass:   nameOf(n.GetOpclass()),
		Desc:      n.GetOrdering() == pg_query.SortByDir_SORTBY_DESC,
		At:        c.here(),
	}
	e.NullsFirst = e.Desc && n.GetNullsOrdering() != pg_query.SortByNulls_SORTBY_NULLS_LAST ||
		n.GetNullsOrdering() == pg_query.SortByNulls_SORTBY_NULLS_FIRST
	if n.GetExpr() == nil {
		return e
	}
	at := c.callOnly()
	if c.has(c.from, "(") {
		at, _ = c.group()
	}
	e.Expr = at.expr(n.GetExpr())
	return e
}

func (c clause) reindex(s *pg_query.ReindexStmt) *ddl.Reindex {
	r := &ddl.Reindex{Base: c.base(), Options: c.options(s.GetParams())}
	for _, o := range r.Options {
		if o.Name == "concurrently" {
			r.Concurrently = isOn(o)
		}
	}
	switch s.GetKind() {
	case pg_query.ReindexObjectType_REINDEX_OBJECT_TABLE:
		r.Target = "table"
	case pg_query.ReindexObjectType_REINDEX_OBJECT_SCHEMA:
		r.Target = "schema"
	case pg_query.ReindexObjectType_REINDEX_OBJECT_SYSTEM:
		r.Target = "system"
	case pg_query.ReindexObjectType_REINDEX_OBJECT_DATABASE:
		r.Target = "database"
	default:
		r.Target = "index"
	}
	if s.GetRelation() != nil {
		r.Name = c.relation(s.GetRelation())
	} else if s.GetName() != "" {
		r.Name = c.last().ref(ddl.Name{Name: s.GetName()})
	}
	return r
}

// isOn reports whether a boolean option is set; one without value is.
func isOn(o ddl.Option) bool {
	switch strings.ToLower(o.Value) {
	case "", "true", "on", "1":
		return true
	}
	return false
}

func (c clause) cluster(s *pg_query.ClusterStmt) *ddl.Cluster {
	return &ddl.Cluster{Base: c.base(), Table: c.relation(s.GetRelation()), Index: s.GetIndexname()}
}

func (c clause) vacuum(s *pg_query.VacuumStmt) *ddl.Vacuum {
	v := &ddl.Vacuum{Base: c.base(), Vacuum: s.GetIsVacuumcmd(), Analyze: !s.GetIsVacuumcmd()}
	for _, o := range c.options(s.GetOptions()) {
		switch o.Name {
		case "full":
			v.Full = isOn(o)
		case "analyze":
			v.Analyze = isOn(o)
		}
	}
	for _, n := range s.GetRels() {
		v.Tables = append(v.Tables, c.relation(n.GetVacuumRelation().GetRelation()))
	}
	return v
}

func (c clause) refresh(s *pg_query.RefreshMatViewStmt) *ddl.RefreshMaterializedView {
	return &ddl.RefreshMaterializedView{
		Base:         c.base(),
		View:         c.relation(s.GetRelation()),
		Concurrently: s.GetConcurrent(),
		WithNoData:   s.GetSkipData(),
	}
}
