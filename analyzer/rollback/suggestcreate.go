package rollback

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/pattern"
)

// A creation makes something that was there before and is missing.
type creation struct {
	// class orders kinds of objects, those that others need first; within one,
	// the oldest is made first.
	class int
	oid   catalog.OID
	// there reports whether it is there (again).
	there func() bool
	make  func() bool
}

// The classes of creations.
const (
	createSchema = iota
	createExtension
	createType
	createSequence
	createTable
	createColumn
	createConstraint
	createForeignKey
	createIndex
	createView
	createPart
)

// creates makes what is missing, up to a class. What needs something that is
// not there yet is made once it is.
func (s *suggester) creates(upTo int) {
	var all []creation
	for _, b := range s.before.Schemas() {
		if !b.Assumed && !b.BuiltIn {
			all = append(all, creation{createSchema, b.OID,
				func() bool { return s.now.Schema(b.Name) != nil },
				func() bool { return s.do("CREATE SCHEMA " + quoted(b.Name)) }})
		}
	}
	for _, b := range s.before.Extensions() {
		all = append(all, creation{createExtension, b.OID,
			func() bool { return s.now.Extension(b.Name) != nil },
			func() bool { return s.do("CREATE EXTENSION " + quoted(b.Name) + schemaClause(b.Schema)) }})
	}
	for _, b := range s.before.Types() {
		if b.Kind == catalog.Composite || b.Kind == catalog.Multirange || s.now.Type(b.QualifiedName()) != nil {
			continue
		}
		all = append(all, creation{createType, b.OID,
			func() bool { return s.now.Type(b.QualifiedName()) != nil },
			func() bool {
				if definition := s.before.TypeDefinition(b); definition != "" {
					return s.do(definition)
				}
				return s.do(b.Created.Text())
			}})
	}
	for b := range s.before.Relations() {
		if !temporary(b) {
			all = append(all, s.relationCreations(b)...)
		}
	}
	for _, b := range s.before.AllFunctions() {
		class := createTable
		if strings.EqualFold(b.Language, "sql") {
			class = createView // its body is read when it is made
		}
		if overload(s.now, b) == nil {
			all = append(all, creation{class, b.OID,
				func() bool { return overload(s.now, b) != nil },
				func() bool { return s.do(b.Created.Text()) }})
		}
	}
	for _, b := range s.before.Objects() {
		if s.now.ObjectLike(b) == nil && b.Kind != ddl.Role {
			all = append(all, creation{createPart, b.OID,
				func() bool { return s.now.ObjectLike(b) != nil },
				func() bool { return s.do(b.Created.Text()) }})
		}
	}
	s.create(slices.DeleteFunc(all, func(c creation) bool { return c.class > upTo || c.class != createColumn && s.alive(c.oid) }))
}

// alive reports whether an object has only another name, which it kept.
func (s *suggester) alive(oid catalog.OID) bool {
	return oid != 0 && (s.now.Has(oid) || schemaByOID(s.now, oid) != nil || objectByOID(s.now, oid) != nil)
}

func schemaClause(schema string) string {
	if schema == "" || schema == "public" {
		return ""
	}
	return " SCHEMA " + quoted(schema)
}

func (s *suggester) create(all []creation) {
	slices.SortStableFunc(all, func(a, b creation) int {
		return cmp.Or(cmp.Compare(a.class, b.class), cmp.Compare(a.oid, b.oid))
	})
	for {
		before := len(all)
		all = slices.DeleteFunc(all, func(c creation) bool {
			if c.there() {
				return true
			}
			undo := s.mark()
			if !c.make() {
				undo()
				return false
			}
			if !c.there() {
				undo() // it was made in another place
				return false
			}
			return true
		})
		if len(all) == before || len(all) == 0 {
			return
		}
	}
}

func (s *suggester) relationCreations(b *catalog.Relation) []creation {
	now := s.current(b)
	if now == b {
		return nil
	}
	var all []creation
	if now == nil {
		all = append(all, s.wholeCreation(b)...)
	}
	if b.Index != nil || b.Sequence != nil {
		return all
	}
	if now != nil && b.Kind != catalog.View && b.Kind != catalog.MaterializedView {
		all = append(all, s.columnCreations(b)...)
	}
	for _, k := range b.Constraints {
		if k.Inherited > 0 || k.Trigger {
			continue
		}
		class := createConstraint
		if k.Kind == ddl.ForeignKey {
			class = createForeignKey
		}
		all = append(all, creation{class, k.OID,
			func() bool { r := s.current(b); return r != nil && r.Constraint(k.Name) != nil },
			func() bool { return s.addConstraint(b, k) }})
	}
	return append(all, s.partCreations(b)...)
}

func (s *suggester) addConstraint(b *catalog.Relation, k *catalog.Constraint) bool {
	return s.do("ALTER " + altered(b) + " " + named(b) + " ADD CONSTRAINT " + quoted(k.Name) + " " + s.before.ConstraintDefinition(b, k))
}

func (s *suggester) wholeCreation(b *catalog.Relation) []creation {
	there := func() bool { return s.current(b) != nil }
	definition := s.before.Definition(b)
	class := createTable
	for _, a := range b.Attributes {
		if a.Identity != "" {
			plain := a.Definition()
			definition = strings.Replace(definition, plain, strings.Replace(plain, " AS IDENTITY", " AS IDENTITY"+s.identityOptions(a), 1), 1)
		}
	}
	switch {
	case b.Index != nil:
		if b.Index.Constraint != 0 || b.Index.Parent != 0 || definition == "" {
			return nil
		}
		return []creation{{createIndex, b.OID, there, func() bool { return s.createIndex(b) }}}
	case b.Sequence != nil:
		if definition == "" {
			return nil
		}
		return []creation{{createSequence, b.OID, there, func() bool {
			return s.do(s.sequenceDefinition(b), "It begins anew: set it with setval() to what the rows have.")
		}}}
	case b.Kind == catalog.View, b.Kind == catalog.MaterializedView:
		return []creation{{createView, b.OID, there, func() bool {
			return slices.ContainsFunc(s.viewDefinitions(b), func(sql string) bool { return s.do(sql) })
		}}}
	case b.Kind == catalog.CompositeType:
		class = createType
	}
	return []creation{{class, b.OID, there, func() bool {
		if !s.do(definition) && !s.do(b.Created.Text()) {
			return false
		}
		if holdsRows(b) {
			s.comment("It comes back empty.")
		}
		return true
	}}}
}

// viewDefinitions are the statements that may make a view as it was: with the
// names of its columns, and where they are not known, without.
func (s *suggester) viewDefinitions(b *catalog.Relation) []string {
	definition := s.before.Definition(b)
	if definition == "" {
		return nil
	}
	all := []string{definition}
	if b.Query != nil {
		bare := "CREATE " + strings.ToUpper(b.Kind.String()) + " " + named(b) + " AS\n" + strings.TrimSpace(b.Query.Text)
		if ownNames(b) {
			all = []string{bare, definition}
		} else {
			all = append(all, bare)
		}
	}
	for i := range all {
		if b.Kind == catalog.MaterializedView && !b.Populated {
			all[i] += "\nWITH NO DATA"
		}
		if b.Kind == catalog.View && b.CheckOption != "" {
			all[i] += "\nWITH " + strings.ToUpper(b.CheckOption) + " CHECK OPTION"
		}
	}
	return all
}

// ownNames reports whether a view's query gives its columns their names.
func ownNames(b *catalog.Relation) bool {
	return len(b.Attributes) > 0 && !strings.Contains(b.Created.Text(), named(b)+" (") &&
		!regexp.MustCompile(`(?is)\bview\b[^(]*\([^)]*\)\s*(with\b|as\b)`).MatchString(head(b.Created.Text()))
}

// head is the text of a statement before its query.
func head(text string) string {
	if at := regexp.MustCompile(`(?i)\bselect\b`).FindStringIndex(text); at != nil {
		return text[:at[0]]
	}
	return text
}

func (s *suggester) createIndex(b *catalog.Relation) bool {
	definition := s.before.Definition(b)
	if len(b.Options) > 0 {
		definition = withOptions(definition, b)
	}
	if !s.do(definition) {
		return false
	}
	if t := s.before.RelationByOID(b.Index.Table); t != nil && t.Kind == catalog.Table {
		before, after, _ := strings.Cut(definition, "INDEX ")
		if s.of.Up.End.RelationByOID(t.OID) != nil {
			s.statements[len(s.statements)-1].concurrently = before + "INDEX CONCURRENTLY " + after
		}
	}
	return true
}

// withOptions puts storage parameters into the definition of an index.
func withOptions(definition string, b *catalog.Relation) string {
	clause := " WITH (" + optionList(b.Options) + ")"
	if b.Index.Where == nil {
		return definition + clause
	}
	where := " WHERE " + b.Index.Where.Text
	return strings.TrimSuffix(definition, where) + clause + where
}

func optionList(all []ddl.Option) string {
	var texts []string
	for _, o := range all {
		text := o.Name
		if o.Value != "" {
			text += " = " + optionValue(o.Value)
		}
		texts = append(texts, text)
	}
	return strings.Join(texts, ", ")
}

var plainValue = pattern.New(`^[A-Za-z0-9_.+-]+$`)

func optionValue(v string) string {
	if plainValue.MatchString(v) {
		return v
	}
	return literal(v)
}

// sequenceDefinition is CREATE SEQUENCE with all its options.
func (s *suggester) sequenceDefinition(b *catalog.Relation) string {
	text := "CREATE SEQUENCE " + named(b)
	if t := b.Sequence.Type; !t.IsZero() && t.Name.Name != "int8" {
		text += " AS " + t.String()
	}
	return text + sequenceOptions(b.Sequence)
}

// sequenceOptions are those that are not what PostgreSQL takes by itself.
func sequenceOptions(q *catalog.SequenceData) string {
	text := ""
	if q.Increment != "" && q.Increment != "1" {
		text += " INCREMENT BY " + q.Increment
	}
	if q.Min != "" && q.Min != "1" {
		text += " MINVALUE " + q.Min
	}
	if q.Max != "" && !slices.Contains([]string{"9223372036854775807", "2147483647", "32767"}, q.Max) {
		text += " MAXVALUE " + q.Max
	}
	if q.Start != "" && q.Start != "1" {
		text += " START WITH " + q.Start
	}
	if q.Cache != "" && q.Cache != "1" {
		text += " CACHE " + q.Cache
	}
	if q.Cycle {
		text += " CYCLE"
	}
	return text
}

func (s *suggester) columnCreations(b *catalog.Relation) []creation {
	var all []creation
	for _, a := range b.Attributes {
		if a.Inherited > 0 || a.Assumed {
			continue
		}
		all = append(all, creation{createColumn, b.OID,
			func() bool { r := s.current(b); return r != nil && r.Attribute(a.Name) != nil },
			func() bool { return s.addColumn(b, a) }})
	}
	return all
}

// addColumn adds a column that was dropped. One that must have a value, and gets
// none from a default, is added without NOT NULL: the table has rows.
func (s *suggester) addColumn(b *catalog.Relation, a *catalog.Attribute) bool {
	word, column := " ADD COLUMN ", *a
	if b.Kind == catalog.CompositeType {
		word = " ADD ATTRIBUTE "
	}
	name := b.String() + "." + quoted(a.Name)
	comment := fmt.Sprintf("The values of %s are gone.", name)
	switch {
	case a.Generated != nil:
		comment = ""
	case a.Identity != "" || a.Sequence != 0:
		comment = fmt.Sprintf("The values of %s are gone: rows get new ones.", name)
	case a.HasDefault():
		comment = fmt.Sprintf("The values of %s are gone: every row gets the default.", name)
	}
	var comments []string
	if comment != "" && holdsRows(b) {
		comments = []string{comment}
	}
	if a.NotNull && !a.HasDefault() && holdsRows(b) {
		column.NotNull = false
		comments = append(comments, fmt.Sprintf("It was NOT NULL, which rows without a value do not allow: fill it, then ALTER TABLE %s ALTER COLUMN %s SET NOT NULL.", named(b), quoted(a.Name)))
	}
	if a.Default != nil {
		e := *a.Default
		e.Text = defaultText(a.Default)
		column.Default = &e
	}
	definition := column.Definition()
	if a.Identity != "" {
		definition = strings.Replace(definition, " AS IDENTITY", " AS IDENTITY"+s.identityOptions(a), 1)
	}
	return s.do("ALTER "+altered(b)+" "+named(b)+word+definition, comments...)
}

// identityOptions are the options in parentheses of an identity column.
func (s *suggester) identityOptions(a *catalog.Attribute) string {
	q := s.before.RelationByOID(a.Sequence)
	if q == nil || q.Sequence == nil {
		return ""
	}
	if o := strings.TrimSpace(sequenceOptions(q.Sequence)); o != "" {
		return " (" + o + ")"
	}
	return ""
}

// partCreations make triggers, policies and rules, with the statements that
// made them.
func (s *suggester) partCreations(b *catalog.Relation) []creation {
	var all []creation
	add := func(oid catalog.OID, text string, has func(r *catalog.Relation) bool) {
		all = append(all, creation{createPart, oid,
			func() bool { r := s.current(b); return r != nil && has(r) },
			func() bool { return s.do(text) }})
	}
	for _, t := range b.Triggers {
		add(t.OID, t.Created.Text(), func(r *catalog.Relation) bool {
			return find(r.Triggers, func(u *catalog.Trigger) bool { return u.Name == t.Name }) != nil
		})
	}
	for _, p := range b.Policies {
		add(p.OID, p.Created.Text(), func(r *catalog.Relation) bool {
			return find(r.Policies, func(q *catalog.Policy) bool { return q.Name == p.Name }) != nil
		})
	}
	for _, u := range b.Rules {
		add(u.OID, u.Created.Text(), func(r *catalog.Relation) bool {
			return find(r.Rules, func(v *catalog.Rule) bool { return v.Name == u.Name }) != nil
		})
	}
	return all
}
