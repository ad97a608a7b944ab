package parser

import (
	"strings"

	"github.com/migracheck/migracheck/parser/ddl"
	pg_query "github.com/migracheck/migracheck/parser/grammar"
)

// lowerCatalogued lowers statements about objects that the catalog tracks by
// name only.
func (c clause) lowerCatalogued(node *pg_query.Node) ([]ddl.Op, bool) {
	if op := c.createCatalogued(node); op != nil {
		return one(op), true
	}
	if op := c.alterCatalogued(node); op != nil {
		return one(op), true
	}
	if op := c.dropCatalogued(node); op != nil {
		return one(op), true
	}
	return nil, false
}

// catalogued returns an object of a kind whose name c begins with, after the
// words that are there.
func (c clause) catalogued(kind ddl.Kind, name ddl.Name, words ...string) ddl.Object {
	at := c
	for _, w := range words {
		at = at.skip(strings.Fields(w)...)
	}
	return ddl.Object{Kind: kind, Name: at.skipIf().ref(name)}
}

func (c clause) createCatalogued(node *pg_query.Node) ddl.Op {
	op := &ddl.CreateObject{Base: c.base()}
	at := c.skip("CREATE").skip("OR", "REPLACE")
	switch n := node.GetNode().(type) {
	case *pg_query.Node_DefineStmt:
		return c.define(n.DefineStmt)
	case *pg_query.Node_CreateCastStmt:
		inside, _ := c.group()
		op.Object = ddl.Object{Kind: ddl.Cast, HasArgs: true, Args: []ddl.TypeName{c.typeName(n.CreateCastStmt.GetSourcetype()), c.typeName(n.CreateCastStmt.GetTargettype())}}
		op.Object.Name.At = inside.here()
	case *pg_query.Node_CreateTransformStmt:
		s := n.CreateTransformStmt
		op.Object = ddl.Object{Kind: ddl.Transform, Part: s.GetLang(), HasArgs: true, Args: []ddl.TypeName{c.typeName(s.GetTypeName())}}
		op.Object.Name.At = op.Object.Args[0].At
		op.Replace = s.GetReplace()
	case *pg_query.Node_CreateConversionStmt:
		op.Object = at.catalogued(ddl.Conversion, nameOf(n.CreateConversionStmt.GetConversionName()), "DEFAULT", "CONVERSION")
	case *pg_query.Node_CreateOpClassStmt:
		op.Object = at.catalogued(ddl.OperatorClass, nameOf(n.CreateOpClassStmt.GetOpclassname()), "OPERATOR CLASS")
	case *pg_query.Node_CreateOpFamilyStmt:
		op.Object = at.catalogued(ddl.OperatorFamily, nameOf(n.CreateOpFamilyStmt.GetOpfamilyname()), "OPERATOR FAMILY")
	case *pg_query.Node_CreateStatsStmt:
		s := n.CreateStatsStmt
		op.Object = at.catalogued(ddl.Statistics, nameOf(s.GetDefnames()), "STATISTICS")
		op.IfNotExists = s.GetIfNotExists()
		op.Tables = c.relations(s.GetRelations())
		for _, e := range s.GetExprs() {
			if name := e.GetStatsElem().GetName(); name != "" {
				op.Columns = append(op.Columns, name)
			} else {
				op.Expressions = true
			}
		}
	case *pg_query.Node_CreateFdwStmt:
		op.Object = at.catalogued(ddl.ForeignDataWrapper, ddl.Name{Name: n.CreateFdwStmt.GetFdwname()}, "FOREIGN DATA WRAPPER")
	case *pg_query.Node_CreateForeignServerStmt:
		op.Object = at.catalogued(ddl.Server, ddl.Name{Name: n.CreateForeignServerStmt.GetServername()}, "SERVER")
		op.IfNotExists = n.CreateForeignServerStmt.GetIfNotExists()
	case *pg_query.Node_CreateUserMappingStmt:
		s := n.CreateUserMappingStmt
		op.Object = c.userMapping(s.GetUser(), s.GetServername())
		op.IfNotExists = s.GetIfNotExists()
	case *pg_query.Node_CreateAmStmt:
		op.Object = at.catalogued(ddl.AccessMethod, ddl.Name{Name: n.CreateAmStmt.GetAmname()}, "ACCESS METHOD")
	case *pg_query.Node_CreateEventTrigStmt:
		op.Object = at.catalogued(ddl.EventTrigger, ddl.Name{Name: n.CreateEventTrigStmt.GetTrigname()}, "EVENT TRIGGER")
	case *pg_query.Node_CreatePlangStmt:
		op.Object = at.catalogued(ddl.Language, ddl.Name{Name: n.CreatePlangStmt.GetPlname()}, "TRUSTED", "PROCEDURAL", "LANGUAGE")
		op.Replace = n.CreatePlangStmt.GetReplace()
	case *pg_query.Node_CreateRoleStmt:
		op.Object = at.skipAny("ROLE", "USER", "GROUP").catalogued(ddl.Role, ddl.Name{Name: n.CreateRoleStmt.GetRole()})
	case *pg_query.Node_CreatedbStmt:
		op.Object = at.catalogued(ddl.Database, ddl.Name{Name: n.CreatedbStmt.GetDbname()}, "DATABASE")
	case *pg_query.Node_CreateTableSpaceStmt:
		op.Object = at.catalogued(ddl.Tablespace, ddl.Name{Name: n.CreateTableSpaceStmt.GetTablespacename()}, "TABLESPACE")
	case *pg_query.Node_CreatePublicationStmt:
		s := n.CreatePublicationStmt
		op.Object = at.catalogued(ddl.Publication, ddl.Name{Name: s.GetPubname()}, "PUBLICATION")
		op.Tables = c.published(s.GetPubobjects())
		op.AllTables = s.GetForAllTables()
	case *pg_query.Node_CreateSubscriptionStmt:
		op.Object = at.catalogued(ddl.Subscription, ddl.Name{Name: n.CreateSubscriptionStmt.GetSubname()}, "SUBSCRIPTION")
	default:
		return nil
	}
	return op
}

// define makes the operation of a DefineStmt: aggregates and base types have
// one of their own.
func (c clause) define(s *pg_query.DefineStmt) ddl.Op {
	switch s.GetKind() {
	case pg_query.ObjectType_OBJECT_AGGREGATE:
		return c.createAggregate(s)
	case pg_query.ObjectType_OBJECT_TYPE:
		return &ddl.CreateBaseType{Base: c.base(), Type: c.skip("CREATE", "TYPE").ref(nameOf(s.GetDefnames())), Shell: len(s.GetDefinition()) == 0}
	}
	at := c.skip("CREATE").skip("OR", "REPLACE").skipKind(s.GetKind()).skipIf()
	op := &ddl.CreateObject{Base: c.base(), IfNotExists: s.GetIfNotExists(), Replace: s.GetReplace()}
	if s.GetKind() != pg_query.ObjectType_OBJECT_OPERATOR {
		kind, _ := objectKind(s.GetKind())
		op.Object = ddl.Object{Kind: kind, Name: at.ref(nameOf(s.GetDefnames()))}
		return op
	}
	args := &pg_query.ObjectWithArgs{Objname: s.GetDefnames()}
	for _, side := range []string{"leftarg", "rightarg"} {
		arg := &pg_query.Node{}
		for _, n := range s.GetDefinition() {
			if d := n.GetDefElem(); strings.EqualFold(d.GetDefname(), side) {
				arg = d.GetArg()
			}
		}
		args.Objargs = append(args.Objargs, arg)
	}
	op.Object = at.routine(ddl.Operator, args)
	return op
}

// userMapping makes the object of a mapping; its name is the server's.
func (c clause) userMapping(user *pg_query.RoleSpec, server string) ddl.Object {
	return ddl.Object{Kind: ddl.UserMapping, Name: c.after("SERVER").ref(ddl.Name{Name: server}), Part: role(user)}
}

// published makes the tables of a publication; whole schemas are not tables.
func (c clause) published(list []*pg_query.Node) []ddl.Ref {
	var all []ddl.Ref
	for _, n := range list {
		if rel := n.GetPublicationObjSpec().GetPubtable().GetRelation(); rel != nil {
			all = append(all, c.relation(rel))
		}
	}
	return all
}

func (c clause) alterCatalogued(node *pg_query.Node) ddl.Op {
	op := &ddl.AlterObject{Base: c.base(), Action: "set"}
	at := c.skip("ALTER")
	simple := func(kind ddl.Kind, name, words string) { op.Object = at.catalogued(kind, ddl.Name{Name: name}, words) }
	switch n := node.GetNode().(type) {
	case *pg_query.Node_AlterFdwStmt:
		simple(ddl.ForeignDataWrapper, n.AlterFdwStmt.GetFdwname(), "FOREIGN DATA WRAPPER")
		op.Action = "options"
	case *pg_query.Node_AlterForeignServerStmt:
		simple(ddl.Server, n.AlterForeignServerStmt.GetServername(), "SERVER")
		op.Action = "options"
	case *pg_query.Node_AlterUserMappingStmt:
		op.Object = c.userMapping(n.AlterUserMappingStmt.GetUser(), n.AlterUserMappingStmt.GetServername())
		op.Action = "options"
	case *pg_query.Node_AlterTableSpaceOptionsStmt:
		simple(ddl.Tablespace, n.AlterTableSpaceOptionsStmt.GetTablespacename(), "TABLESPACE")
		op.Action = "options"
	case *pg_query.Node_AlterEventTrigStmt:
		simple(ddl.EventTrigger, n.AlterEventTrigStmt.GetTrigname(), "EVENT TRIGGER")
	case *pg_query.Node_AlterRoleStmt:
		op.Object = ddl.Object{Kind: ddl.Role, Name: at.skipAny("ROLE", "USER", "GROUP").ref(ddl.Name{Name: role(n.AlterRoleStmt.GetRole())})}
		op.Action = "options"
	case *pg_query.Node_AlterRoleSetStmt:
		op.Object = ddl.Object{Kind: ddl.Role, Name: at.skipAny("ROLE", "USER").ref(ddl.Name{Name: role(n.AlterRoleSetStmt.GetRole())})}
	case *pg_query.Node_AlterDatabaseStmt:
		simple(ddl.Database, n.AlterDatabaseStmt.GetDbname(), "DATABASE")
		op.Action = "options"
	case *pg_query.Node_AlterDatabaseSetStmt:
		simple(ddl.Database, n.AlterDatabaseSetStmt.GetDbname(), "DATABASE")
	case *pg_query.Node_AlterDatabaseRefreshCollStmt:
		simple(ddl.Database, n.AlterDatabaseRefreshCollStmt.GetDbname(), "DATABASE")
	case *pg_query.Node_AlterCollationStmt:
		op.Object = at.catalogued(ddl.Collation, nameOf(n.AlterCollationStmt.GetCollname()), "COLLATION")
	case *pg_query.Node_AlterStatsStmt:
		op.Object = at.catalogued(ddl.Statistics, nameOf(n.AlterStatsStmt.GetDefnames()), "STATISTICS")
	case *pg_query.Node_AlterOperatorStmt:
		op.Object = at.skip("OPERATOR").object(pg_query.ObjectType_OBJECT_OPERATOR, objectWithArgs(n.AlterOperatorStmt.GetOpername()))
	case *pg_query.Node_AlterOpFamilyStmt:
		op.Object = at.catalogued(ddl.OperatorFamily, nameOf(n.AlterOpFamilyStmt.GetOpfamilyname()), "OPERATOR FAMILY")
		op.Action = "add"
		if n.AlterOpFamilyStmt.GetIsDrop() {
			op.Action = "drop"
		}
	case *pg_query.Node_AlterTsdictionaryStmt:
		op.Object = at.catalogued(ddl.TextSearchDict, nameOf(n.AlterTsdictionaryStmt.GetDictname()), "TEXT SEARCH DICTIONARY")
		op.Action = "options"
	case *pg_query.Node_AlterTsconfigurationStmt:
		s := n.AlterTsconfigurationStmt
		op.Object = at.catalogued(ddl.TextSearchConfig, nameOf(s.GetCfgname()), "TEXT SEARCH CONFIGURATION")
		switch s.GetKind() {
		case pg_query.AlterTSConfigType_ALTER_TSCONFIG_ADD_MAPPING:
			op.Action = "add"
		case pg_query.AlterTSConfigType_ALTER_TSCONFIG_DROP_MAPPING:
			op.Action = "drop"
		}
	case *pg_query.Node_AlterPublicationStmt:
		c.alterPublication(op, n.AlterPublicationStmt)
	case *pg_query.Node_AlterSubscriptionStmt:
		simple(ddl.Subscription, n.AlterSubscriptionStmt.GetSubname(), "SUBSCRIPTION")
		switch n.AlterSubscriptionStmt.GetKind() {
		case pg_query.AlterSubscriptionType_ALTER_SUBSCRIPTION_ADD_PUBLICATION:
			op.Action = "add"
		case pg_query.AlterSubscriptionType_ALTER_SUBSCRIPTION_DROP_PUBLICATION:
			op.Action = "drop"
		case pg_query.AlterSubscriptionType_ALTER_SUBSCRIPTION_OPTIONS:
			op.Action = "options"
		}
	default:
		return nil
	}
	return op
}

func (c clause) alterPublication(op *ddl.AlterObject, s *pg_query.AlterPublicationStmt) {
	op.Object = c.skip("ALTER").catalogued(ddl.Publication, ddl.Name{Name: s.GetPubname()}, "PUBLICATION")
	op.Tables = c.published(s.GetPubobjects())
	switch {
	case len(s.GetOptions()) > 0:
		op.Action = "options"
	case s.GetAction() == pg_query.AlterPublicationAction_AP_AddObjects:
		op.Action = "add"
	case s.GetAction() == pg_query.AlterPublicationAction_AP_DropObjects:
		op.Action = "drop"
	}
}

func (c clause) dropCatalogued(node *pg_query.Node) ddl.Op {
	op := &ddl.DropObject{Base: c.base()}
	at := c.skip("DROP")
	switch n := node.GetNode().(type) {
	case *pg_query.Node_DropRoleStmt:
		names := at.skipAny("ROLE", "USER", "GROUP").skipIf()
		parts := names.split()
		for i, r := range n.DropRoleStmt.GetRoles() {
			part := names
			if i < len(parts) {
				part = parts[i]
			}
			op.Objects = append(op.Objects, ddl.Object{Kind: ddl.Role, Name: part.ref(ddl.Name{Name: role(r.GetRoleSpec())})})
		}
		op.IfExists = n.DropRoleStmt.GetMissingOk()
	case *pg_query.Node_DropdbStmt:
		op.Objects = []ddl.Object{at.catalogued(ddl.Database, ddl.Name{Name: n.DropdbStmt.GetDbname()}, "DATABASE")}
		op.IfExists = n.DropdbStmt.GetMissingOk()
	case *pg_query.Node_DropTableSpaceStmt:
		op.Objects = []ddl.Object{at.catalogued(ddl.Tablespace, ddl.Name{Name: n.DropTableSpaceStmt.GetTablespacename()}, "TABLESPACE")}
		op.IfExists = n.DropTableSpaceStmt.GetMissingOk()
	case *pg_query.Node_DropSubscriptionStmt:
		op.Objects = []ddl.Object{at.catalogued(ddl.Subscription, ddl.Name{Name: n.DropSubscriptionStmt.GetSubname()}, "SUBSCRIPTION")}
		op.IfExists = n.DropSubscriptionStmt.GetMissingOk()
		op.Cascade = n.DropSubscriptionStmt.GetBehavior() == pg_query.DropBehavior_DROP_CASCADE
	case *pg_query.Node_DropUserMappingStmt:
		s := n.DropUserMappingStmt
		op.Objects = []ddl.Object{c.userMapping(s.GetUser(), s.GetServername())}
		op.IfExists = s.GetMissingOk()
	default:
		return nil
	}
	return op
}
