package parser

import (
	"strconv"
	"strings"

	"github.com/migracheck/migracheck/parser/ddl"
	pg_query "github.com/migracheck/migracheck/parser/grammar"
)

// words returns the strings of a list: the parts of a qualified name, the
// columns of a key.
func words(list []*pg_query.Node) []string {
	all := make([]string, 0, len(list))
	for _, n := range list {
		if s := n.GetString_(); s != nil {
			all = append(all, s.GetSval())
		}
	}
	if len(all) == 0 {
		return nil
	}
	return all
}

// qualified makes a name of its parts; a database name is dropped, as it can
// only be the current one.
func qualified(parts []string) ddl.Name {
	switch n := len(parts); n {
	case 0:
		return ddl.Name{}
	case 1:
		return ddl.Name{Name: parts[0]}
	default:
		return ddl.Name{Schema: parts[n-2], Name: parts[n-1]}
	}
}

func nameOf(list []*pg_query.Node) ddl.Name { return qualified(words(list)) }

// ref makes a reference of a name that c begins with.
func (c clause) ref(name ddl.Name) ddl.Ref {
	if name == (ddl.Name{}) {
		return ddl.Ref{}
	}
	at, _ := c.name()
	if at.empty() {
		at = c.first() // the number of a large object
	}
	return ddl.Ref{Name: name, At: at.here()}
}

// relation makes a reference of a table name, which knows its place.
func (c clause) relation(n *pg_query.RangeVar) ddl.Ref {
	return c.at(n.GetLocation()).ref(ddl.Name{Schema: n.GetSchemaname(), Name: n.GetRelname()})
}

func (c clause) relations(list []*pg_query.Node) []ddl.Ref {
	var refs []ddl.Ref
	for _, n := range list {
		if r := n.GetRangeVar(); r != nil {
			refs = append(refs, c.relation(r))
		}
	}
	return refs
}

// afterRelation returns what follows a relation's name and its "*".
func (c clause) afterRelation(n *pg_query.RangeVar) clause {
	_, rest := c.at(n.GetLocation()).name()
	return rest.skip("*").skip(")")
}

// idents makes identifiers of names that stand between commas in c.
func (c clause) idents(list []*pg_query.Node) []ddl.Ident {
	names, parts := words(list), c.split()
	var all []ddl.Ident
	for i, name := range names {
		at := c
		if len(parts) == len(names) {
			at = parts[i]
		}
		all = append(all, at.named(name))
	}
	return all
}

// refs makes references of names that stand between commas in c.
func (c clause) refs(list []*pg_query.Node) []ddl.Ref {
	parts := c.split()
	var all []ddl.Ref
	for i, n := range list {
		at := c
		if len(parts) == len(list) {
			at = parts[i]
		}
		all = append(all, at.ref(objectName(n)))
	}
	return all
}

// objectName returns the name in a node that names an object.
func objectName(n *pg_query.Node) ddl.Name {
	switch n := n.GetNode().(type) {
	case *pg_query.Node_String_:
		return ddl.Name{Name: n.String_.GetSval()}
	case *pg_query.Node_List:
		return nameOf(n.List.GetItems())
	case *pg_query.Node_TypeName:
		return nameOf(n.TypeName.GetNames())
	case *pg_query.Node_ObjectWithArgs:
		return nameOf(n.ObjectWithArgs.GetObjname())
	case *pg_query.Node_RangeVar:
		return ddl.Name{Schema: n.RangeVar.GetSchemaname(), Name: n.RangeVar.GetRelname()}
	case *pg_query.Node_Integer:
		return ddl.Name{Name: strconv.Itoa(int(n.Integer.GetIval()))}
	case *pg_query.Node_Float:
		return ddl.Name{Name: n.Float.GetFval()}
	}
	return ddl.Name{}
}

func role(n *pg_query.RoleSpec) string {
	switch n.GetRoletype() {
	case pg_query.RoleSpecType_ROLESPEC_CURRENT_ROLE:
		return "current_role"
	case pg_query.RoleSpecType_ROLESPEC_CURRENT_USER:
		return "current_user"
	case pg_query.RoleSpecType_ROLESPEC_SESSION_USER:
		return "session_user"
	case pg_query.RoleSpecType_ROLESPEC_PUBLIC:
		return "public"
	}
	return n.GetRolename()
}

func roles(list []*pg_query.Node) []string {
	var all []string
	for _, n := range list {
		switch n := n.GetNode().(type) {
		case *pg_query.Node_RoleSpec:
			all = append(all, role(n.RoleSpec))
		case *pg_query.Node_AccessPriv:
			all = append(all, n.AccessPriv.GetPrivName())
		}
	}
	return all
}

// typeName makes a type of a node, which knows its place.
func (c clause) typeName(n *pg_query.TypeName) ddl.TypeName {
	if n == nil {
		return ddl.TypeName{}
	}
	parts := words(n.GetNames())
	t := ddl.TypeName{Mods: typeMods(n, parts), Dims: len(n.GetArrayBounds()), SetOf: n.GetSetof()}
	if n.GetPctType() && len(parts) > 1 {
		t.Column = parts[len(parts)-1]
		parts = parts[:len(parts)-1]
	}
	t.Name = qualified(parts)
	at := c
	if n.GetLocation() > 0 {
		at = c.at(n.GetLocation()).leadingType(len(n.GetTypmods()) > 0)
		if c.has(at.from-1, "SETOF") {
			at.from--
		}
	}
	t.At = at.here()
	return t
}

// leadingType returns the type name that c begins with. Parentheses after it
// belong to it only if it has modifiers.
func (c clause) leadingType(modified bool) clause {
	all := c
	c = c.skip("SETOF")
	switch {
	case c.has(c.from, "DOUBLE", "PRECISION"):
		c = c.skip("DOUBLE").skip("PRECISION")
	case c.hasAny(c.from, "NATIONAL", "CHARACTER", "CHAR", "NCHAR", "BIT", "VARCHAR") && c.token(c.from+1) != ".":
		c = c.skip("NATIONAL").skipAny("CHARACTER", "CHAR", "NCHAR", "BIT", "VARCHAR").skip("VARYING").skipGroup()
	case c.hasAny(c.from, "TIME", "TIMESTAMP") && c.token(c.from+1) != ".":
		c = c.skipAny("TIME", "TIMESTAMP").skipGroup().skip("WITH", "TIME", "ZONE").skip("WITHOUT", "TIME", "ZONE")
	case c.has(c.from, "INTERVAL") && c.token(c.from+1) != ".":
		c = c.skip("INTERVAL").skipGroup()
		const year, second = "YEAR", "SECOND"
		c = c.skipAny(year, "MONTH", "DAY", "HOUR", "MINUTE", second).skipGroup()
		if c.has(c.from, "TO") {
			c = c.skip("TO").skipAny("MONTH", "HOUR", "MINUTE", second).skipGroup()
		}
	default:
		_, c = c.name()
		c = c.skip("%", "TYPE")
		if modified {
			c = c.skipGroup()
		}
	}
	c = c.skip("ARRAY")
	for c.has(c.from, "[") {
		next := c.from
		for next < c.to && !c.has(next, "]") {
			next++
		}
		c = c.part(next+1, c.to)
	}
	return all.part(all.from, max(c.from, all.from+1))
}

// skipGroup returns c without the parentheses that it begins with.
func (c clause) skipGroup() clause {
	if !c.has(c.from, "(") {
		return c
	}
	_, rest := c.group()
	return rest
}

// The bits of INTERVAL's first modifier, and what they are called.
// https://github.com/postgres/postgres/blob/REL_17_STABLE/src/include/utils/timestamp.h
const (
	intervalMonth = 1 << (iota + 1)
	intervalYear
	intervalDay
	_
	_
	_
	_
	_
	_
	intervalHour
	intervalMinute
	intervalSecond
	intervalAny = 0x7FFF
)

var intervalFields = map[int32]string{
	intervalYear:                  "year",
	intervalMonth:                 "month",
	intervalDay:                   "day",
	intervalHour:                  "hour",
	intervalMinute:                "minute",
	intervalSecond:                "second",
	intervalYear | intervalMonth:  "year to month",
	intervalDay | intervalHour:    "day to hour",
	intervalHour | intervalMinute: "hour to minute",
	intervalDay | intervalHour | intervalMinute:                  "day to minute",
	intervalDay | intervalHour | intervalMinute | intervalSecond: "day to second",
	intervalHour | intervalMinute | intervalSecond:               "hour to second",
	intervalMinute | intervalSecond:                              "minute to second",
}

// typeMods returns a type's modifiers. INTERVAL's fields, a bit mask in the
// tree, come back as their words.
func typeMods(n *pg_query.TypeName, parts []string) []string {
	interval := qualified(parts) == ddl.Name{Schema: "pg_catalog", Name: "interval"}
	var mods []string
	for i, m := range n.GetTypmods() {
		value := literal(m)
		if fields := m.GetAConst().GetIval(); interval && i == 0 && fields != nil {
			if fields.GetIval() == intervalAny {
				continue
			}
			if name, ok := intervalFields[fields.GetIval()]; ok {
				value = name
			}
		}
		mods = append(mods, value)
	}
	return mods
}

// typeNames makes types of a list; a missing one (NONE of an operator's
// arguments) is the zero TypeName.
func (c clause) typeNames(list []*pg_query.Node) []ddl.TypeName {
	var all []ddl.TypeName
	for _, n := range list {
		all = append(all, c.typeName(n.GetTypeName()))
	}
	return all
}

// literal returns the value of a constant, name or list as text.
func literal(n *pg_query.Node) string {
	switch n := n.GetNode().(type) {
	case *pg_query.Node_AConst:
		switch v := n.AConst.GetVal().(type) {
		case *pg_query.A_Const_Ival:
			return strconv.Itoa(int(v.Ival.GetIval()))
		case *pg_query.A_Const_Fval:
			return v.Fval.GetFval()
		case *pg_query.A_Const_Sval:
			return v.Sval.GetSval()
		case *pg_query.A_Const_Bsval:
			return v.Bsval.GetBsval()
		case *pg_query.A_Const_Boolval:
			return strconv.FormatBool(v.Boolval.GetBoolval())
		}
	case *pg_query.Node_Integer:
		return strconv.Itoa(int(n.Integer.GetIval()))
	case *pg_query.Node_Float:
		return n.Float.GetFval()
	case *pg_query.Node_Boolean:
		return strconv.FormatBool(n.Boolean.GetBoolval())
	case *pg_query.Node_String_:
		return n.String_.GetSval()
	case *pg_query.Node_TypeCast:
		return literal(n.TypeCast.GetArg())
	case *pg_query.Node_ColumnRef:
		return strings.Join(words(n.ColumnRef.GetFields()), ".")
	case *pg_query.Node_TypeName:
		return strings.Join(words(n.TypeName.GetNames()), ".")
	case *pg_query.Node_RoleSpec:
		return role(n.RoleSpec)
	case *pg_query.Node_VariableSetStmt:
		return setting(n.VariableSetStmt)
	case *pg_query.Node_List:
		var all []string
		for _, m := range n.List.GetItems() {
			all = append(all, literal(m))
		}
		return strings.Join(all, ", ")
	}
	return ""
}

// nextLocation returns where the first option of a list begins, or 0.
func nextLocation(list []*pg_query.Node) int32 {
	if len(list) == 0 {
		return 0
	}
	return list[0].GetDefElem().GetLocation()
}

// setting returns the SET or RESET of a routine as text.
func setting(n *pg_query.VariableSetStmt) string {
	switch n.GetKind() {
	case pg_query.VariableSetKind_VAR_SET_VALUE:
		return n.GetName() + " = " + strings.Join(settings(n.GetArgs()), ", ")
	case pg_query.VariableSetKind_VAR_SET_CURRENT:
		return n.GetName() + " from current"
	case pg_query.VariableSetKind_VAR_RESET_ALL:
		return "reset all"
	}
	return "reset " + n.GetName()
}

// options makes options of DefElems, which know where they begin.
func (c clause) options(list []*pg_query.Node) []ddl.Option {
	var all []ddl.Option
	for i, n := range list {
		d := n.GetDefElem()
		if d == nil {
			continue
		}
		at := c
		switch next := nextLocation(list[i+1:]); {
		case d.GetLocation() <= 0:
		case next > d.GetLocation():
			at = c.at(d.GetLocation())
			at = at.part(at.from, c.index(int(next)))
			if at.has(at.to-1, ",") {
				at.to--
			}
		case d.GetArg().GetVariableSetStmt() != nil:
			at = c.at(d.GetLocation())
		default:
			at = c.item(d.GetLocation())
		}
		name := d.GetDefname()
		if d.GetDefnamespace() != "" {
			name = d.GetDefnamespace() + "." + name
		}
		all = append(all, ddl.Option{Name: name, Value: literal(d.GetArg()), At: at.here()})
	}
	return all
}
