package parser

import (
	"strings"

	"github.com/migracheck/migracheck/parser/ddl"
	pg_query "github.com/migracheck/migracheck/parser/grammar"
)

// objectKind returns the kind that statements about any object mean; false for
// those that no SQL names (parts of an operator family, of a publication …).
func objectKind(t pg_query.ObjectType) (ddl.Kind, bool) {
	kind, ok := objectKinds[t]
	return kind, ok
}

var objectKinds = map[pg_query.ObjectType]ddl.Kind{
	pg_query.ObjectType_OBJECT_ACCESS_METHOD:   ddl.AccessMethod,
	pg_query.ObjectType_OBJECT_AGGREGATE:       ddl.Aggregate,
	pg_query.ObjectType_OBJECT_ATTRIBUTE:       ddl.TableColumn,
	pg_query.ObjectType_OBJECT_CAST:            ddl.Cast,
	pg_query.ObjectType_OBJECT_COLUMN:          ddl.TableColumn,
	pg_query.ObjectType_OBJECT_COLLATION:       ddl.Collation,
	pg_query.ObjectType_OBJECT_CONVERSION:      ddl.Conversion,
	pg_query.ObjectType_OBJECT_DATABASE:        ddl.Database,
	pg_query.ObjectType_OBJECT_DOMAIN:          ddl.Domain,
	pg_query.ObjectType_OBJECT_DOMCONSTRAINT:   ddl.DomainConstraint,
	pg_query.ObjectType_OBJECT_EVENT_TRIGGER:   ddl.EventTrigger,
	pg_query.ObjectType_OBJECT_EXTENSION:       ddl.Extension,
	pg_query.ObjectType_OBJECT_FDW:             ddl.ForeignDataWrapper,
	pg_query.ObjectType_OBJECT_FOREIGN_SERVER:  ddl.Server,
	pg_query.ObjectType_OBJECT_FOREIGN_TABLE:   ddl.ForeignTable,
	pg_query.ObjectType_OBJECT_FUNCTION:        ddl.Function,
	pg_query.ObjectType_OBJECT_INDEX:           ddl.Index,
	pg_query.ObjectType_OBJECT_LANGUAGE:        ddl.Language,
	pg_query.ObjectType_OBJECT_LARGEOBJECT:     ddl.LargeObject,
	pg_query.ObjectType_OBJECT_MATVIEW:         ddl.MaterializedView,
	pg_query.ObjectType_OBJECT_OPCLASS:         ddl.OperatorClass,
	pg_query.ObjectType_OBJECT_OPERATOR:        ddl.Operator,
	pg_query.ObjectType_OBJECT_OPFAMILY:        ddl.OperatorFamily,
	pg_query.ObjectType_OBJECT_PARAMETER_ACL:   ddl.Parameter,
	pg_query.ObjectType_OBJECT_POLICY:          ddl.Policy,
	pg_query.ObjectType_OBJECT_PROCEDURE:       ddl.Procedure,
	pg_query.ObjectType_OBJECT_PUBLICATION:     ddl.Publication,
	pg_query.ObjectType_OBJECT_ROLE:            ddl.Role,
	pg_query.ObjectType_OBJECT_ROUTINE:         ddl.Routine,
	pg_query.ObjectType_OBJECT_RULE:            ddl.Rule,
	pg_query.ObjectType_OBJECT_SCHEMA:          ddl.Schema,
	pg_query.ObjectType_OBJECT_SEQUENCE:        ddl.Sequence,
	pg_query.ObjectType_OBJECT_SUBSCRIPTION:    ddl.Subscription,
	pg_query.ObjectType_OBJECT_STATISTIC_EXT:   ddl.Statistics,
	pg_query.ObjectType_OBJECT_TABCONSTRAINT:   ddl.TableConstraint,
	pg_query.ObjectType_OBJECT_TABLE:           ddl.Table,
	pg_query.ObjectType_OBJECT_TABLESPACE:      ddl.Tablespace,
	pg_query.ObjectType_OBJECT_TRANSFORM:       ddl.Transform,
	pg_query.ObjectType_OBJECT_TRIGGER:         ddl.Trigger,
	pg_query.ObjectType_OBJECT_TSCONFIGURATION: ddl.TextSearchConfig,
	pg_query.ObjectType_OBJECT_TSDICTIONARY:    ddl.TextSearchDict,
	pg_query.ObjectType_OBJECT_TSPARSER:        ddl.TextSearchParser,
	pg_query.ObjectType_OBJECT_TSTEMPLATE:      ddl.TextSearchTemplate,
	pg_query.ObjectType_OBJECT_TYPE:            ddl.Type,
	pg_query.ObjectType_OBJECT_USER_MAPPING:    ddl.UserMapping,
	pg_query.ObjectType_OBJECT_VIEW:            ddl.View,
}

// kindWords returns a kind as PostgreSQL's command tags have it.
func kindWords(t pg_query.ObjectType) string {
	switch kind, _ := objectKind(t); kind {
	case ddl.ForeignDataWrapper:
		return "FOREIGN DATA WRAPPER"
	case ddl.DomainConstraint:
		return "DOMAIN"
	default:
		return strings.ToUpper(string(kind))
	}
}

// skipKind returns c without the words for that kind of object.
func (c clause) skipKind(t pg_query.ObjectType) clause {
	switch t {
	case pg_query.ObjectType_OBJECT_ROLE:
		return c.skipAny("ROLE", "USER", "GROUP")
	case pg_query.ObjectType_OBJECT_LANGUAGE:
		return c.skip("PROCEDURAL").skip("LANGUAGE")
	case pg_query.ObjectType_OBJECT_FOREIGN_SERVER:
		return c.skip("FOREIGN").skip("SERVER")
	case pg_query.ObjectType_OBJECT_DOMCONSTRAINT, pg_query.ObjectType_OBJECT_TABCONSTRAINT:
		return c.skipAny("CONSTRAINT", "DOMAIN")
	case pg_query.ObjectType_OBJECT_ATTRIBUTE:
		return c.skip("TYPE")
	}
	return c.skip(strings.Fields(kindWords(t))...)
}

// object makes an object of a node and the names that c begins with.
func (c clause) object(t pg_query.ObjectType, n *pg_query.Node) ddl.Object {
	kind, _ := objectKind(t)
	o := ddl.Object{Kind: kind}
	items := n.GetList().GetItems()
	switch t {
	case pg_query.ObjectType_OBJECT_COLUMN, pg_query.ObjectType_OBJECT_ATTRIBUTE:
		parts := words(items)
		if len(parts) < 2 {
			return o
		}
		name, _ := c.name()
		o.Name = name.part(name.from, name.to-2).ref(qualified(parts[:len(parts)-1]))
		o.Part = parts[len(parts)-1]
		return o
	case pg_query.ObjectType_OBJECT_TABCONSTRAINT, pg_query.ObjectType_OBJECT_POLICY,
		pg_query.ObjectType_OBJECT_RULE, pg_query.ObjectType_OBJECT_TRIGGER:
		parts := words(items)
		if len(parts) == 0 {
			return o
		}
		o.Name = c.after("ON").ref(qualified(parts[:len(parts)-1]))
		o.Part = parts[len(parts)-1]
		return o
	case pg_query.ObjectType_OBJECT_DOMCONSTRAINT:
		if len(items) == 2 {
			o.Name = c.after("ON").skip("DOMAIN").ref(objectName(items[0]))
			o.Part = objectName(items[1]).Name
		}
		return o
	case pg_query.ObjectType_OBJECT_OPCLASS, pg_query.ObjectType_OBJECT_OPFAMILY:
		if parts := words(items); len(parts) > 1 { // the access method comes first
			o.Name = c.ref(qualified(parts[1:]))
		}
		return o
	case pg_query.ObjectType_OBJECT_CAST:
		inside, _ := c.group()
		o.Args, o.HasArgs = inside.typeNames(items), true
		o.Name.At = inside.here()
		return o
	case pg_query.ObjectType_OBJECT_TRANSFORM:
		if len(items) == 2 {
			at := c.skip("FOR")
			o.Args, o.HasArgs = at.typeNames(items[:1]), true
			o.Part = objectName(items[1]).Name
			o.Name.At = at.leadingType(true).here()
		}
		return o
	}
	if args := n.GetObjectWithArgs(); args != nil {
		return c.routine(kind, args)
	}
	o.Name = c.ref(objectName(n))
	return o
}

// routine makes an object with argument types. An operator's name is not an
// identifier.
func (c clause) routine(kind ddl.Kind, n *pg_query.ObjectWithArgs) ddl.Object {
	o := ddl.Object{Kind: kind, Args: c.typeNames(n.GetObjargs()), HasArgs: !n.GetArgsUnspecified()}
	name, rest := c.name()
	if kind == ddl.Operator {
		for name.to < rest.to && !rest.has(name.to, "(") {
			name = c.part(c.from, name.to+1)
		}
	}
	if name.empty() {
		name = c.first()
	}
	o.Name = ddl.Ref{Name: nameOf(n.GetObjname()), At: name.here()}
	return o
}

func (c clause) drop(s *pg_query.DropStmt) []ddl.Op {
	cascade := s.GetBehavior() == pg_query.DropBehavior_DROP_CASCADE
	names := c.skip("DROP").skipKind(s.GetRemoveType()).skipIf()
	kind, _ := objectKind(s.GetRemoveType())
	switch s.GetRemoveType() {
	case pg_query.ObjectType_OBJECT_TABLE, pg_query.ObjectType_OBJECT_VIEW, pg_query.ObjectType_OBJECT_MATVIEW,
		pg_query.ObjectType_OBJECT_INDEX, pg_query.ObjectType_OBJECT_SEQUENCE, pg_query.ObjectType_OBJECT_FOREIGN_TABLE:
		return one(c.dropRelation(s))
	case pg_query.ObjectType_OBJECT_TYPE, pg_query.ObjectType_OBJECT_DOMAIN:
		return one(&ddl.DropType{Base: c.base(), Types: names.refs(s.GetObjects()), Domain: kind == ddl.Domain, IfExists: s.GetMissingOk(), Cascade: cascade})
	case pg_query.ObjectType_OBJECT_SCHEMA:
		return one(&ddl.DropSchema{Base: c.base(), Schemas: names.idents(s.GetObjects()), IfExists: s.GetMissingOk(), Cascade: cascade})
	case pg_query.ObjectType_OBJECT_EXTENSION:
		return one(&ddl.DropExtension{Base: c.base(), Extensions: names.idents(s.GetObjects()), IfExists: s.GetMissingOk(), Cascade: cascade})
	case pg_query.ObjectType_OBJECT_FUNCTION, pg_query.ObjectType_OBJECT_PROCEDURE, pg_query.ObjectType_OBJECT_ROUTINE, pg_query.ObjectType_OBJECT_AGGREGATE:
		return one(&ddl.DropRoutine{Base: c.base(), Kind: kind, Routines: names.objects(s.GetRemoveType(), s.GetObjects()), IfExists: s.GetMissingOk(), Cascade: cascade})
	case pg_query.ObjectType_OBJECT_TRIGGER, pg_query.ObjectType_OBJECT_RULE, pg_query.ObjectType_OBJECT_POLICY:
		var ops []ddl.Op
		for _, o := range names.objects(s.GetRemoveType(), s.GetObjects()) {
			ops = append(ops, &ddl.DropPart{Base: c.base(), Kind: kind, Name: names.named(o.Part), Table: o.Name, IfExists: s.GetMissingOk(), Cascade: cascade})
		}
		return ops
	}
	return one(&ddl.DropObject{Base: c.base(), Objects: names.objects(s.GetRemoveType(), s.GetObjects()), IfExists: s.GetMissingOk(), Cascade: cascade})
}

// objects makes objects of names that stand between commas in c.
func (c clause) objects(t pg_query.ObjectType, list []*pg_query.Node) []ddl.Object {
	parts := c.split()
	var all []ddl.Object
	for i, n := range list {
		at := c
		if len(parts) == len(list) {
			at = parts[i]
		}
		all = append(all, at.object(t, n))
	}
	return all
}

// isRelation reports whether ALTER … RENAME and SET SCHEMA of that kind
// concern a relation.
func isRelation(t pg_query.ObjectType) bool {
	switch t {
	case pg_query.ObjectType_OBJECT_TABLE, pg_query.ObjectType_OBJECT_VIEW, pg_query.ObjectType_OBJECT_MATVIEW,
		pg_query.ObjectType_OBJECT_INDEX, pg_query.ObjectType_OBJECT_SEQUENCE, pg_query.ObjectType_OBJECT_FOREIGN_TABLE:
		return true
	}
	return false
}

func (c clause) renamed(t pg_query.ObjectType, rel *pg_query.RangeVar, ifExists bool) ddl.Altered {
	kind, _ := objectKind(t)
	return ddl.Altered{
		Base:     c.base(),
		Relation: c.relation(rel),
		Kind:     kind,
		Only:     kind != ddl.Type && rel != nil && !rel.GetInh(),
		IfExists: ifExists,
	}
}

func (c clause) rename(s *pg_query.RenameStmt) ddl.Op {
	newName := c.newName().named(s.GetNewname())
	part := c.afterRelation(s.GetRelation()).skip("RENAME").skipAny("COLUMN", "CONSTRAINT", "ATTRIBUTE").named(s.GetSubname())
	cascade := s.GetBehavior() == pg_query.DropBehavior_DROP_CASCADE
	switch t := s.GetRenameType(); {
	case isRelation(t):
		return &ddl.RenameRelation{Altered: c.renamed(t, s.GetRelation(), s.GetMissingOk()), NewName: newName}
	case t == pg_query.ObjectType_OBJECT_COLUMN:
		return &ddl.RenameColumn{Altered: c.renamed(s.GetRelationType(), s.GetRelation(), s.GetMissingOk()), Column: part, NewName: newName, Cascade: cascade}
	case t == pg_query.ObjectType_OBJECT_ATTRIBUTE:
		return &ddl.RenameColumn{Altered: c.renamed(pg_query.ObjectType_OBJECT_TYPE, s.GetRelation(), s.GetMissingOk()), Column: part, NewName: newName, Cascade: cascade}
	case t == pg_query.ObjectType_OBJECT_TABCONSTRAINT:
		return &ddl.RenameConstraint{Altered: c.renamed(pg_query.ObjectType_OBJECT_TABLE, s.GetRelation(), s.GetMissingOk()), Constraint: part, NewName: newName}
	case t == pg_query.ObjectType_OBJECT_DOMCONSTRAINT:
		at := c.skip("ALTER", "DOMAIN")
		_, rest := at.name()
		return &ddl.RenameConstraint{
			Altered:    ddl.Altered{Base: c.base(), Relation: at.ref(objectName(s.GetObject())), Kind: ddl.Domain},
			Constraint: rest.skip("RENAME", "CONSTRAINT").named(s.GetSubname()),
			NewName:    newName,
		}
	}
	return &ddl.RenameObject{Base: c.base(), Object: c.renamedObject(s), NewName: newName, IfExists: s.GetMissingOk()}
}

// renamedObject finds the object in whichever of three fields the grammar
// keeps it.
func (c clause) renamedObject(s *pg_query.RenameStmt) ddl.Object {
	at := c.skip("ALTER").skipKind(s.GetRenameType()).skipIf()
	kind, _ := objectKind(s.GetRenameType())
	switch {
	case s.GetObject() != nil:
		return at.object(s.GetRenameType(), s.GetObject())
	case s.GetRelation() != nil: // a trigger, rule or policy
		return ddl.Object{Kind: kind, Name: c.relation(s.GetRelation()), Part: s.GetSubname()}
	}
	return ddl.Object{Kind: kind, Name: at.ref(ddl.Name{Name: s.GetSubname()})}
}

// newName returns what follows the last TO of c.
func (c clause) newName() clause {
	for i := c.to - 1; i >= c.from; i-- {
		if c.has(i, "TO") {
			return c.part(i+1, i+2)
		}
	}
	return c.last()
}

func (c clause) move(s *pg_query.AlterObjectSchemaStmt) ddl.Op {
	t := s.GetObjectType()
	at := c.skip("ALTER").skipKind(t).skipIf()
	switch {
	case isRelation(t):
		return &ddl.MoveRelation{Altered: c.renamed(t, s.GetRelation(), s.GetMissingOk()), Schema: s.GetNewschema()}
	case t == pg_query.ObjectType_OBJECT_EXTENSION:
		return &ddl.AlterExtension{Base: c.base(), Extension: at.named(objectName(s.GetObject()).Name), Action: "set schema", Schema: s.GetNewschema()}
	}
	return &ddl.MoveObject{Base: c.base(), Object: at.object(t, s.GetObject()), Schema: s.GetNewschema()}
}

func (c clause) setOwner(s *pg_query.AlterOwnerStmt) *ddl.SetOwner {
	at := c.skip("ALTER").skipKind(s.GetObjectType()).skipIf()
	o := &ddl.SetOwner{Base: c.base(), Owner: role(s.GetNewowner())}
	if s.GetRelation() != nil {
		kind, _ := objectKind(s.GetObjectType())
		o.Object = ddl.Object{Kind: kind, Name: c.relation(s.GetRelation())}
	} else {
		o.Object = at.object(s.GetObjectType(), s.GetObject())
	}
	return o
}

// depends makes ALTER … [NO] DEPENDS ON EXTENSION.
func (c clause) depends(s *pg_query.AlterObjectDependsStmt) *ddl.AlterObject {
	t := s.GetObjectType()
	at := c.skip("ALTER").skipKind(t)
	o := &ddl.AlterObject{Base: c.base(), Action: "add"}
	if s.GetRemove() {
		o.Action = "drop"
	}
	if s.GetRelation() == nil {
		o.Object = at.object(t, s.GetObject())
		return o
	}
	kind, _ := objectKind(t)
	o.Object = ddl.Object{Kind: kind, Name: c.relation(s.GetRelation()), Part: strings.Join(words(s.GetObject().GetList().GetItems()), ".")}
	return o
}

func (c clause) comment(s *pg_query.CommentStmt) *ddl.Comment {
	at := c.skip("COMMENT", "ON").skipKind(s.GetObjtype())
	return &ddl.Comment{Base: c.base(), Object: at.object(s.GetObjtype(), s.GetObject()), Text: s.GetComment()}
}

func (c clause) securityLabel(s *pg_query.SecLabelStmt) *ddl.SecurityLabel {
	at := c.after("ON").skipKind(s.GetObjtype())
	return &ddl.SecurityLabel{Base: c.base(), Object: at.object(s.GetObjtype(), s.GetObject())}
}
