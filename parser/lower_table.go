package parser

import (
	"github.com/migracheck/migracheck/parser/ddl"
	pg_query "github.com/migracheck/migracheck/parser/grammar"
)

func (c clause) createTable(s *pg_query.CreateStmt) *ddl.CreateTable {
	t := &ddl.CreateTable{
		Base:         c.base(),
		Table:        c.relation(s.GetRelation()),
		IfNotExists:  s.GetIfNotExists(),
		Temporary:    s.GetRelation().GetRelpersistence() == "t",
		Unlogged:     s.GetRelation().GetRelpersistence() == "u",
		Options:      c.options(s.GetOptions()),
		OnCommit:     onCommit(s.GetOncommit()),
		Tablespace:   s.GetTablespacename(),
		AccessMethod: s.GetAccessMethod(),
		PartitionBy:  c.partitionKey(s.GetPartspec()),
		Bound:        c.bound(s.GetPartbound()),
	}
	for _, n := range s.GetTableElts() {
		switch n := n.GetNode().(type) {
		case *pg_query.Node_ColumnDef:
			t.Columns = append(t.Columns, c.item(n.ColumnDef.GetLocation()).columnDef(n.ColumnDef))
		case *pg_query.Node_Constraint:
			t.Constraints = append(t.Constraints, c.item(n.Constraint.GetLocation()).constraint(n.Constraint))
		case *pg_query.Node_TableLikeClause:
			t.Likes = append(t.Likes, ddl.Like{
				Source:    c.relation(n.TableLikeClause.GetRelation()),
				Including: including(n.TableLikeClause.GetOptions()),
			})
		}
	}
	if s.GetOfTypename() != nil {
		typ := c.typeName(s.GetOfTypename())
		t.OfType = &typ
	}
	parents := c.relations(s.GetInhRelations())
	if t.Bound != nil && len(parents) > 0 {
		t.PartitionOf = &parents[0]
	} else {
		t.Inherits = parents
	}
	return t
}

func (c clause) createForeignTable(s *pg_query.CreateForeignTableStmt) *ddl.CreateTable {
	t := c.createTable(s.GetBaseStmt())
	t.Foreign = s.GetServername()
	t.Options = append(t.Options, c.options(s.GetOptions())...)
	return t
}

func onCommit(a pg_query.OnCommitAction) string {
	switch a {
	case pg_query.OnCommitAction_ONCOMMIT_PRESERVE_ROWS:
		return "preserve rows"
	case pg_query.OnCommitAction_ONCOMMIT_DELETE_ROWS:
		return "delete rows"
	case pg_query.OnCommitAction_ONCOMMIT_DROP:
		return "drop"
	}
	return ""
}

// including returns the words of the bit mask that LIKE's options are.
// https://github.com/postgres/postgres/blob/REL_17_STABLE/src/include/nodes/parsenodes.h (TableLikeOption)
func including(options uint32) []string {
	var all []string
	for bit, word := range []string{
		"comments", "compression", "constraints", "defaults", "generated", "identity", "indexes", "statistics", "storage",
	} {
		if options&(1<<bit) != 0 {
			all = append(all, word)
		}
	}
	return all
}

// columnDef makes the column definition that is all of c.
func (c clause) columnDef(n *pg_query.ColumnDef) *ddl.Column {
	col := &ddl.Column{
		Name:        c.named(n.GetColname()),
		Type:        c.typeName(n.GetTypeName()),
		At:          c.hereWithTaken(),
		Collation:   nameOf(n.GetCollClause().GetCollname()),
		Storage:     n.GetStorageName(),
		Compression: n.GetCompression(),
		Options:     c.options(n.GetFdwoptions()),
	}
	list := n.GetConstraints()
	for i, node := range list {
		con := node.GetConstraint()
		at := c.at(con.GetLocation())
		if i+1 < len(list) {
			if next := list[i+1].GetConstraint().GetLocation(); next > con.GetLocation() {
				at = at.part(at.from, c.index(int(next)))
			}
		}
		at.columnConstraint(col, con)
	}
	return col
}

func (c clause) columnConstraint(col *ddl.Column, n *pg_query.Constraint) {
	c = c.before("COLLATE")
	switch n.GetContype() {
	case pg_query.ConstrType_CONSTR_NULL:
	case pg_query.ConstrType_CONSTR_NOTNULL:
		col.NotNull, col.NotNullAt, col.NotNullName = true, c.here(), n.GetConname()
	case pg_query.ConstrType_CONSTR_DEFAULT:
		col.Default = c.after("DEFAULT").expr(n.GetRawExpr())
	case pg_query.ConstrType_CONSTR_IDENTITY:
		col.Identity = generated(n.GetGeneratedWhen())
		col.IdentityOptions = c.options(n.GetOptions())
	case pg_query.ConstrType_CONSTR_GENERATED:
		inside, _ := c.group()
		col.Generated = inside.expr(n.GetRawExpr())
		col.Virtual = c.marked(markVirtual)
	case pg_query.ConstrType_CONSTR_ATTR_DEFERRABLE, pg_query.ConstrType_CONSTR_ATTR_NOT_DEFERRABLE,
		pg_query.ConstrType_CONSTR_ATTR_DEFERRED, pg_query.ConstrType_CONSTR_ATTR_IMMEDIATE:
		if len(col.Constraints) == 0 {
			return
		}
		last := col.Constraints[len(col.Constraints)-1]
		last.At.End = max(last.At.End, c.here().End)
		switch n.GetContype() {
		case pg_query.ConstrType_CONSTR_ATTR_DEFERRABLE:
			last.Deferrable = true
		case pg_query.ConstrType_CONSTR_ATTR_DEFERRED:
			last.Deferrable, last.InitiallyDeferred = true, true
		}
		c.enforcement(last)
	default:
		con := c.constraint(n)
		con.Columns = []ddl.Ident{col.Name}
		col.Constraints = append(col.Constraints, con)
	}
}

func generated(when string) string {
	switch when {
	case "a":
		return "always"
	case "d":
		return "by default"
	}
	return ""
}

// constraint makes the constraint definition that is all of c.
func (c clause) constraint(n *pg_query.Constraint) *ddl.Constraint {
	con := &ddl.Constraint{
		Name:              c.skip("CONSTRAINT").named(n.GetConname()),
		At:                c.hereWithTaken(),
		Include:           words(n.GetIncluding()),
		NullsNotDistinct:  n.GetNullsNotDistinct(),
		NotValid:          n.GetSkipValidation(),
		NoInherit:         n.GetIsNoInherit(),
		Deferrable:        n.GetDeferrable(),
		InitiallyDeferred: n.GetInitdeferred(),
		Tablespace:        n.GetIndexspace(),
		Options:           c.options(n.GetOptions()),
	}
	body := c
	if n.GetConname() != "" && c.has(c.from, "CONSTRAINT") {
		body = c.part(c.from+2, c.to)
	}
	switch n.GetContype() {
	case pg_query.ConstrType_CONSTR_CHECK:
		con.Kind = ddl.Check
		inside, _ := body.group()
		con.Check = inside.check(n.GetRawExpr())
	case pg_query.ConstrType_CONSTR_NOTNULL: // of a domain
		con.Kind = ddl.NotNull
	case pg_query.ConstrType_CONSTR_PRIMARY, pg_query.ConstrType_CONSTR_UNIQUE:
		body.key(con, n)
	case pg_query.ConstrType_CONSTR_EXCLUSION:
		body.exclusion(con, n)
	case pg_query.ConstrType_CONSTR_FOREIGN:
		body.foreignKey(con, n)
	}
	c.enforcement(con)
	return con
}

// key makes PRIMARY KEY and UNIQUE, and the NOT NULL that stands in for one.
func (c clause) key(con *ddl.Constraint, n *pg_query.Constraint) {
	con.Kind = ddl.Unique
	switch {
	case n.GetContype() == pg_query.ConstrType_CONSTR_PRIMARY:
		con.Kind = ddl.PrimaryKey
	case c.marked(markNotNull):
		con.Kind = ddl.NotNull
		con.NotValid = con.NotValid || c.marked(markNotValid)
		con.NoInherit = con.NoInherit || c.marked(markNoInherit)
	}
	if len(n.GetKeys()) > 0 {
		columns, _ := c.group()
		con.Columns = columns.idents(n.GetKeys())
	}
	if n.GetIndexname() != "" {
		con.Index = c.after("USING", "INDEX").named(n.GetIndexname())
	}
	if c.marked(markWithoutOverlaps) {
		con.WithoutOverlaps = true
	}
}

func (c clause) exclusion(con *ddl.Constraint, n *pg_query.Constraint) {
	con.Kind = ddl.Exclude
	con.Method = n.GetAccessMethod()
	inside, rest := c.group()
	parts := inside.split()
	for i, pair := range n.GetExclusions() {
		items := pair.GetList().GetItems()
		if len(items) != 2 {
			continue
		}
		at := inside
		if len(parts) == len(n.GetExclusions()) {
			at = parts[i].before("WITH")
		}
		con.Elements = append(con.Elements, at.indexElement(items[0].GetIndexElem()))
		con.Operators = append(con.Operators, nameOf(items[1].GetList().GetItems()))
	}
	if n.GetWhereClause() != nil {
		where, _ := rest.after("WHERE").group()
		con.Where = where.expr(n.GetWhereClause())
	}
}

func (c clause) foreignKey(con *ddl.Constraint, n *pg_query.Constraint) {
	con.Kind = ddl.ForeignKey
	if len(n.GetFkAttrs()) > 0 {
		columns, _ := c.group()
		con.Columns = columns.idents(n.GetFkAttrs())
	}
	con.References = c.relation(n.GetPktable())
	if len(n.GetPkAttrs()) > 0 {
		columns, _ := c.afterRelation(n.GetPktable()).group()
		con.ReferencedColumns = columns.idents(n.GetPkAttrs())
	}
	con.OnDelete = keyAction(n.GetFkDelAction())
	con.OnUpdate = keyAction(n.GetFkUpdAction())
	con.OnDeleteColumns = words(n.GetFkDelSetCols())
	switch n.GetFkMatchtype() {
	case "f":
		con.Match = "full"
	case "p":
		con.Match = "partial"
	default:
		con.Match = "simple"
	}
	if c.marked(markPeriod) {
		con.Period = true
	}
}

func keyAction(action string) string {
	switch action {
	case "r":
		return "restrict"
	case "c":
		return "cascade"
	case "n":
		return "set null"
	case "d":
		return "set default"
	}
	return "no action"
}

// enforcement reads [NOT] ENFORCED after a constraint.
func (c clause) enforcement(con *ddl.Constraint) {
	if c.marked(markNotEnforced) {
		con.NotEnforced = true
	}
}

func (c clause) partitionKey(n *pg_query.PartitionSpec) *ddl.PartitionKey {
	if n == nil {
		return nil
	}
	key := &ddl.PartitionKey{}
	switch n.GetStrategy() {
	case pg_query.PartitionStrategy_PARTITION_STRATEGY_LIST:
		key.Strategy = "list"
	case pg_query.PartitionStrategy_PARTITION_STRATEGY_HASH:
		key.Strategy = "hash"
	default:
		key.Strategy = "range"
	}
	for _, p := range n.GetPartParams() {
		e := p.GetPartitionElem()
		key.Elements = append(key.Elements, c.item(e.GetLocation()).indexElement(&pg_query.IndexElem{
			Name: e.GetName(), Expr: e.GetExpr(), Collation: e.GetCollation(), Opclass: e.GetOpclass(),
		}))
	}
	return key
}

// bound makes FOR VALUES … or DEFAULT.
func (c clause) bound(n *pg_query.PartitionBoundSpec) *ddl.PartitionBound {
	if n == nil {
		return nil
	}
	at := c.at(n.GetLocation())
	if n.GetIsDefault() {
		return &ddl.PartitionBound{Default: true, Text: "DEFAULT", At: at.first().here()}
	}
	_, rest := at.group()
	if rest.has(rest.from, "TO") {
		_, rest = rest.group()
	}
	at = at.part(at.from, rest.from)
	text := at.here().Text()
	if c.has(at.from-2, "FOR", "VALUES") {
		at.from -= 2
	}
	return &ddl.PartitionBound{Text: text, At: at.here()}
}

func (c clause) createTableAs(s *pg_query.CreateTableAsStmt) *ddl.CreateTableAs {
	into := s.GetInto()
	t := &ddl.CreateTableAs{
		Base:         c.base(),
		Table:        c.relation(into.GetRel()),
		Columns:      words(into.GetColNames()),
		Materialized: s.GetObjtype() == pg_query.ObjectType_OBJECT_MATVIEW,
		IfNotExists:  s.GetIfNotExists(),
		Temporary:    into.GetRel().GetRelpersistence() == "t",
		Unlogged:     into.GetRel().GetRelpersistence() == "u",
		WithNoData:   into.GetSkipData(),
		OnCommit:     onCommit(into.GetOnCommit()),
		Options:      c.options(into.GetOptions()),
		Tablespace:   into.GetTableSpaceName(),
	}
	if s.GetQuery().GetExecuteStmt() != nil {
		return t // the query is another statement's
	}
	t.Query = c.after("AS").before("WITH", "NO", "DATA").before("WITH", "DATA").query(s.GetQuery())
	return t
}

// selectIntoTable makes SELECT … INTO.
func (c clause) selectIntoTable(s *pg_query.SelectStmt) *ddl.CreateTableAs {
	rel := s.GetIntoClause().GetRel()
	return &ddl.CreateTableAs{
		Base:      c.base(),
		Table:     c.relation(rel),
		Query:     c.query(selectNode(s)),
		Temporary: rel.GetRelpersistence() == "t",
		Unlogged:  rel.GetRelpersistence() == "u",
	}
}

func (c clause) createView(s *pg_query.ViewStmt) *ddl.CreateView {
	v := &ddl.CreateView{
		Base:      c.base(),
		View:      c.relation(s.GetView()),
		Replace:   s.GetReplace(),
		Temporary: s.GetView().GetRelpersistence() == "t",
		Recursive: hasWords(c.before("VIEW"), "RECURSIVE"),
		Columns:   words(s.GetAliases()),
		Options:   c.options(s.GetOptions()),
	}
	body := c.after("AS")
	switch s.GetWithCheckOption() {
	case pg_query.ViewCheckOption_LOCAL_CHECK_OPTION:
		v.CheckOption = "local"
		body = body.before("WITH", "LOCAL", "CHECK", "OPTION")
	case pg_query.ViewCheckOption_CASCADED_CHECK_OPTION:
		v.CheckOption = "cascaded"
		body = body.before("WITH", "CASCADED", "CHECK", "OPTION").before("WITH", "CHECK", "OPTION")
	}
	query := s.GetQuery()
	if v.Recursive {
		query = recursiveQuery(s)
	}
	v.Query = body.query(query)
	return v
}

// recursiveQuery returns the query that a recursive view was written with;
// the grammar wraps it in "WITH RECURSIVE view AS (…) SELECT … FROM view".
func recursiveQuery(s *pg_query.ViewStmt) *pg_query.Node {
	ctes := s.GetQuery().GetSelectStmt().GetWithClause().GetCtes()
	if len(ctes) != 1 {
		return s.GetQuery()
	}
	return ctes[0].GetCommonTableExpr().GetCtequery()
}

func (c clause) dropRelation(s *pg_query.DropStmt) *ddl.DropRelation {
	kind, _ := objectKind(s.GetRemoveType())
	names := c.skip("DROP").skipKind(s.GetRemoveType()).skip("CONCURRENTLY").skipIf()
	return &ddl.DropRelation{
		Base:         c.base(),
		Kind:         kind,
		Relations:    names.refs(s.GetObjects()),
		IfExists:     s.GetMissingOk(),
		Cascade:      s.GetBehavior() == pg_query.DropBehavior_DROP_CASCADE,
		Concurrently: s.GetConcurrent(),
	}
}

func (c clause) truncate(s *pg_query.TruncateStmt) *ddl.Truncate {
	return &ddl.Truncate{
		Base:            c.base(),
		Tables:          c.relations(s.GetRelations()),
		Cascade:         s.GetBehavior() == pg_query.DropBehavior_DROP_CASCADE,
		RestartIdentity: s.GetRestartSeqs(),
	}
}

// lockModes are pg_locks' names, by number.
// https://www.postgresql.org/docs/17/explicit-locking.html#LOCKING-TABLES
var lockModes = [...]string{
	1: "AccessShareLock", "RowShareLock", "RowExclusiveLock", "ShareUpdateExclusiveLock",
	"ShareLock", "ShareRowExclusiveLock", "ExclusiveLock", "AccessExclusiveLock",
}

func (c clause) lockTable(s *pg_query.LockStmt) *ddl.LockTable {
	l := &ddl.LockTable{Base: c.base(), Tables: c.relations(s.GetRelations()), NoWait: s.GetNowait()}
	if m := int(s.GetMode()); m >= 0 && m < len(lockModes) {
		l.Mode = lockModes[m]
	}
	return l
}
