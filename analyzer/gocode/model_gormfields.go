package gocode

import (
	"go/ast"
	"go/types"
	"reflect"
	"strconv"
	"strings"
)

const gormPath = "gorm.io/gorm"

// gormNaming is a program's strategy of naming.
type gormNaming struct {
	prefix   string
	singular bool
	// unknown is set where names are made by code, or in several ways.
	unknown bool
}

// naming returns how the program's tables are named: what the only literal of a
// strategy says.
func (r *reader) naming() gormNaming {
	if r.gorm != nil {
		return *r.gorm
	}
	r.gorm = &gormNaming{}
	found := 0
	for _, u := range r.own {
		for _, file := range u.files {
			ast.Inspect(file, func(n ast.Node) bool {
				lit, is := n.(*ast.CompositeLit)
				if is && u.info.Types[lit].Type != nil && isType(u.info.Types[lit].Type, gormPath+"/schema", "NamingStrategy") {
					found++
					r.gorm.read(r, u, lit)
				}
				return true
			})
		}
	}
	if found > 1 {
		r.gorm.unknown = true
	}
	return *r.gorm
}

// read reads a literal of a strategy.
func (g *gormNaming) read(r *reader, u *unit, lit *ast.CompositeLit) {
	for _, elt := range lit.Elts {
		pair, is := elt.(*ast.KeyValueExpr)
		if !is {
			g.unknown = true
			return
		}
		switch types.ExprString(pair.Key) {
		case "TablePrefix":
			g.prefix = r.name(u, pair.Value, nil)
		case "SingularTable":
			g.singular = types.ExprString(pair.Value) == "true"
			g.unknown = g.unknown || u.info.Types[pair.Value].Value == nil
		case "IdentifierMaxLength":
		default:
			g.unknown = true
		}
	}
}

// tableName names the table of a type, or what lies between two.
func (g gormNaming) tableName(name string) string {
	switch {
	case g.unknown || name == "":
		return hole
	case g.singular:
		return g.prefix + gormName(name)
	}
	return g.prefix + pluralize(gormName(name))
}

// gormModel reads a model.
func (r *reader) gormModel(t types.Type) *model {
	if m, is := r.tables[typeKey(t)]; is {
		return m
	}
	m := &model{relations: map[string]relation{}}
	r.tables[typeKey(t)] = m
	name, has := r.methodText(t, "TableName")
	if !has {
		name = r.naming().tableName(nameOfType(t))
	}
	if _, generic := types.Unalias(t).(*types.Named); !generic && !has {
		name = hole
	}
	m.table = quoteName(name)
	r.gormFields(m, t, "", 0)
	m.prime()
	return m
}

// prime makes the field ID the key if there is no other, and a number that is
// the key one that the database gives.
func (m *model) prime() {
	first, keys := -1, 0
	for i, c := range m.columns {
		if c.primary {
			first = i
			keys++
		}
	}
	if keys == 0 {
		for i, c := range m.columns {
			if c.name == "id" || first < 0 && c.field == "ID" {
				first = i
			}
		}
		if first >= 0 {
			m.columns[first].primary = true
			keys = 1
		}
	}
	for i, c := range m.columns {
		if c.primary && (keys == 1 || c.name == "id") && c.kind == kindInteger && !c.settled {
			m.columns[i].given = true
		}
	}
}

// gormFields adds the fields of a struct.
func (r *reader) gormFields(m *model, t types.Type, prefix string, depth int) {
	fields, is := t.Underlying().(*types.Struct)
	if !is || depth > maxDepth {
		return
	}
	for i := range fields.NumFields() {
		field := fields.Field(i)
		if !field.Exported() {
			continue
		}
		settings := tagSettings(reflect.StructTag(fields.Tag(i)).Get("gorm"))
		if r.gormEmbeds(field, settings) {
			inner := modelType(field.Type())
			if inner == nil {
				m.columns = append(m.columns, column{name: hole, field: field.Name(), read: true})
				continue
			}
			r.gormFields(m, inner, prefix+settings["EMBEDDEDPREFIX"], depth+1)
			continue
		}
		r.gormField(m, field, settings, prefix, depth)
	}
}

// gormEmbeds reports whether the fields of a field are columns.
func (r *reader) gormEmbeds(field *types.Var, settings map[string]string) bool {
	if _, is := settings["EMBEDDED"]; is {
		return true
	}
	if !field.Anonymous() || settings["-"] == "-" || strings.EqualFold(settings["-"], "all") || hasMethod(field.Type(), "Value") || isTime(field.Type()) {
		return false
	}
	t := field.Type()
	if pointer, is := t.(*types.Pointer); is {
		t = pointer.Elem()
	}
	_, is := t.Underlying().(*types.Struct)
	return is || t == types.Typ[types.Invalid]
}

// isTime reports whether a type is that of a time, or can be converted to it.
func isTime(t types.Type) bool {
	if pointer, is := t.Underlying().(*types.Pointer); is {
		t = pointer.Elem()
	}
	if isType(t, "time", "Time") {
		return true
	}
	fields, is := t.Underlying().(*types.Struct)
	return is && fields.NumFields() == 3 && fields.Field(0).Name() == "wall" && fields.Field(1).Name() == "ext"
}

// A kind is what a column holds, as far as it matters to who gives the value.
type kind uint8

const (
	kindOther kind = iota
	kindInteger
	kindText
	kindRelation
)

// kindOf returns the kind of a field's type.
func kindOf(t types.Type) kind {
	if pointer, is := t.Underlying().(*types.Pointer); is {
		t = pointer.Elem()
	}
	if hasMethod(t, "Value") || isTime(t) || hasMethod(t, "GormDataType") {
		return kindOther
	}
	switch of := t.Underlying().(type) {
	case *types.Basic:
		switch {
		case of.Info()&types.IsInteger != 0:
			return kindInteger
		case of.Info()&(types.IsString|types.IsBoolean|types.IsFloat) != 0:
			return kindText
		}
	case *types.Struct:
		return kindRelation
	case *types.Slice:
		if !isByte(of.Elem()) {
			return kindRelation
		}
	case *types.Map, *types.Array, *types.Interface:
		return kindRelation
	}
	return kindOther
}

// gormField adds one field.
func (r *reader) gormField(m *model, field *types.Var, settings map[string]string, prefix string, depth int) {
	c := column{depth: depth, field: field.Name(), name: settings["COLUMN"], created: true, updated: true, read: true, kind: kindOf(field.Type())}
	_, serialized := settings["SERIALIZER"]
	_, json := settings["JSON"]
	_, typed := settings["TYPE"]
	stored := c.kind != kindRelation || serialized || json || typed
	if text, is := settings["-"]; is && !strings.EqualFold(strings.TrimSpace(text), "migration") {
		if c.name == "" {
			return
		}
		c.created, c.updated, c.read = false, false, false
		stored = true
	}
	if !stored && c.name == "" {
		through := settings["MANY2MANY"]
		if through != "" {
			through = quoteName(r.throughName(through))
		}
		m.relations[field.Name()] = relation{of: field.Type(), through: through}
		return
	}
	if c.name == "" {
		c.name = gormName(field.Name())
	}
	c.name = prefix + c.name
	if text, is := settings["->"]; is {
		c.created, c.updated, c.read = false, false, !strings.EqualFold(text, "false")
	}
	if text, is := settings["<-"]; is {
		c.created = text == "<-" || strings.Contains(text, "create")
		c.updated = text == "<-" || strings.Contains(text, "update")
	}
	c.primary = truth(settings, "PRIMARYKEY", "PRIMARY_KEY")
	c.given = truth(settings, "AUTOINCREMENT")
	_, c.settled = settings["AUTOINCREMENT"]
	if text, is := settings["DEFAULT"]; is {
		c.given = gormGiven(text, field.Type())
	}
	timely := isTime(field.Type()) || c.kind == kindInteger
	c.stamped = stampedBy(settings, "AUTOUPDATETIME", field.Name() == "UpdatedAt" && timely)
	c.born = stampedBy(settings, "AUTOCREATETIME", field.Name() == "CreatedAt" && timely)
	c.softDelete = isType(field.Type(), gormPath, "DeletedAt")
	m.add(c)
}

// throughName is the table between two that a tag names.
func (r *reader) throughName(name string) string {
	g := r.naming()
	if strings.ToLower(name) == name && !g.unknown {
		return g.prefix + name
	}
	return g.tableName(name)
}

// stampedBy reports whether a field is one of the times that are written by
// themselves.
func stampedBy(settings map[string]string, key string, byName bool) bool {
	if _, is := settings[key]; is {
		return truth(settings, key)
	}
	return byName
}

// gormGiven reports whether a default is one that only the database knows.
func gormGiven(text string, t types.Type) bool {
	text = strings.TrimSpace(text)
	if text == "" || strings.EqualFold(text, "null") || strings.Contains(text, "(") && strings.Contains(text, ")") {
		return true
	}
	if pointer, is := t.Underlying().(*types.Pointer); is {
		t = pointer.Elem()
	}
	basic, is := t.Underlying().(*types.Basic)
	if !is {
		return true
	}
	if basic.Info()&types.IsBoolean != 0 {
		_, err := strconv.ParseBool(text)
		return err != nil
	}
	return false
}

// add adds a column; one of the same name in an embedded struct gives way.
func (m *model) add(c column) {
	for i, before := range m.columns {
		if before.name == c.name && c.name != hole {
			if before.depth > c.depth {
				m.columns[i] = c
			}
			return
		}
	}
	m.columns = append(m.columns, c)
}
