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

// properties gives what is there under its name the properties that it had.
func (s *suggester) properties() {
	for _, b := range s.before.Schemas() {
		if n := s.now.Schema(b.Name); n != nil && n != b && !b.Assumed && !n.Assumed {
			on := "SCHEMA " + quoted(b.Name)
			s.belongings(on, "ALTER "+on, belonging{b.Comment, b.Owner, b.ACL}, belonging{n.Comment, n.Owner, n.ACL})
		}
	}
	for _, b := range s.before.Extensions() {
		if x := s.now.Extension(b.Name); x != nil && x != b {
			s.extension(b, x)
		}
	}
	for _, b := range s.before.Types() {
		if t := s.now.Type(b.QualifiedName()); t != nil && t != b && !b.Assumed && !t.Assumed && t.Kind == b.Kind {
			s.typeDef(b, t)
		}
	}
	for _, b := range s.before.AllFunctions() {
		if f := overload(s.now, b); f != nil && f != b {
			s.function(b, f)
		}
	}
	var all []*catalog.Relation
	for r := range s.now.Relations() {
		if b := s.base(r); b != nil && b != r && b.Kind == r.Kind && !temporary(b) {
			all = append(all, b)
		}
	}
	// Views last, as those that read others were made after them.
	view := func(r *catalog.Relation) int {
		if r.Kind == catalog.View || r.Kind == catalog.MaterializedView {
			return int(r.OID)
		}
		return 0
	}
	slices.SortStableFunc(all, func(a, b *catalog.Relation) int { return cmp.Compare(view(a), view(b)) })
	for _, b := range all {
		if r := s.current(b); r != nil && r.Kind == b.Kind {
			s.relation(b)
		}
	}
	for _, b := range s.before.Objects() {
		if o := s.now.ObjectLike(b); o != nil && o != b && object(b) != "" {
			s.object(b, o)
		}
	}
}

// A belonging is what objects of all kinds have.
type belonging struct {
	comment, owner string
	acl            []catalog.Privilege
}

// belongings restores comment, owner and privileges of an object.
func (s *suggester) belongings(on, alter string, b, n belonging) {
	if b.comment != n.comment {
		s.do("COMMENT ON " + on + " IS " + commentText(b.comment))
	}
	if b.owner != "" && n.owner != "" && b.owner != n.owner {
		s.do(alter + " OWNER TO " + role(b.owner))
	}
	s.privileges(on, "", b.acl, n.acl)
}

func commentText(text string) string {
	if text == "" {
		return "NULL"
	}
	return literal(text)
}

func role(name string) string {
	switch name {
	case "public", "current_user", "session_user", "current_role":
		return strings.ToUpper(name)
	}
	return quoted(name)
}

// privileges grants and revokes what is different. Columns is the list of
// columns in parentheses, or "".
func (s *suggester) privileges(on, columns string, before, now []catalog.Privilege) {
	on = regexp.MustCompile(`^(VIEW|MATERIALIZED VIEW|FOREIGN TABLE) `).ReplaceAllString(on, "TABLE ")
	on = regexp.MustCompile(`^SERVER `).ReplaceAllString(on, "FOREIGN SERVER ")
	on = regexp.MustCompile(`^AGGREGATE `).ReplaceAllString(on, "FUNCTION ")
	type privilege struct {
		grantee string
		option  bool
	}
	var order []privilege
	words := map[privilege][]string{}
	collect := func(p catalog.Privilege, option bool) {
		key := privilege{p.Grantee, option}
		if words[key] == nil {
			order = append(order, key)
		}
		words[key] = append(words[key], strings.ToUpper(p.Name)+columns)
	}
	flush := func(sql func(p privilege, list string) string) {
		for _, p := range order {
			s.do(sql(p, strings.Join(words[p], ", ")))
		}
		order, words = nil, map[privilege][]string{}
	}
	has := func(all []catalog.Privilege, p catalog.Privilege) *catalog.Privilege {
		i := slices.IndexFunc(all, func(q catalog.Privilege) bool { return q.Grantee == p.Grantee && q.Name == p.Name })
		if i < 0 {
			return nil
		}
		return &all[i]
	}
	for _, p := range now {
		switch b := has(before, p); {
		case p.Name == "maintain":
		case b == nil:
			collect(p, false)
		case p.Option && !b.Option:
			collect(p, true)
		}
	}
	flush(func(p privilege, list string) string {
		option := ""
		if p.option {
			option = "GRANT OPTION FOR "
		}
		return "REVOKE " + option + list + " ON " + on + " FROM " + role(p.grantee)
	})
	for _, p := range before {
		if n := has(now, p); p.Name != "maintain" && (n == nil || p.Option && !n.Option) {
			collect(p, p.Option)
		}
	}
	flush(func(p privilege, list string) string {
		option := ""
		if p.option {
			option = " WITH GRANT OPTION"
		}
		return "GRANT " + list + " ON " + on + " TO " + role(p.grantee) + option
	})
}

func (s *suggester) extension(b, x *catalog.Extension) {
	if b.Schema != x.Schema {
		s.do("ALTER EXTENSION " + quoted(b.Name) + " SET SCHEMA " + quoted(b.Schema))
	}
	if b.Version != "" && x.Version != "" && b.Version != x.Version {
		s.do("ALTER EXTENSION "+quoted(b.Name)+" UPDATE TO "+literal(b.Version), "Needs an update script that goes back.")
	}
	if b.Comment != x.Comment {
		s.do("COMMENT ON EXTENSION " + quoted(b.Name) + " IS " + commentText(b.Comment))
	}
}

func (s *suggester) object(b, o *catalog.Object) {
	on := object(b)
	if b.Kind == ddl.Publication && !b.AllTables && !o.AllTables {
		if was, is := s.tables(s.before, b.Tables), s.tables(s.now, o.Tables); was != is && was != "" {
			s.do("ALTER " + on + " SET TABLE " + was)
		}
	}
	s.belongings(on, "ALTER "+on, belonging{b.Comment, b.Owner, b.ACL}, belonging{o.Comment, o.Owner, o.ACL})
}

func (s *suggester) tables(c *catalog.Catalog, oids []catalog.OID) string {
	var names []string
	for _, oid := range oids {
		if r := c.RelationByOID(oid); r != nil {
			names = append(names, named(r))
		}
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}

func (s *suggester) function(b, f *catalog.Function) {
	same := b.Kind == f.Kind && b.Body == f.Body && b.Language == f.Language && b.Returns.String() == f.Returns.String() && b.ReturnsSet == f.ReturnsSet &&
		slices.EqualFunc(b.Args, f.Args, func(x, y catalog.Arg) bool {
			return x.Name == y.Name && x.Mode == y.Mode && x.Type.String() == y.Type.String() && sameExpr(x.Default, y.Default)
		})
	if !same {
		text := replacing(b.Created.Text())
		there := func() bool { g := overload(s.now, b); return g != nil && g.Body == b.Body }
		undo := s.mark()
		if !s.do(text) || !there() {
			undo()
			if !s.all("DROP "+routine(f), b.Created.Text()) || !there() {
				undo()
				return
			}
		}
		f = overload(s.now, b)
	}
	on := routine(b)
	var options []string
	if v, w := cmp.Or(b.Volatility, "volatile"), cmp.Or(f.Volatility, "volatile"); v != w {
		options = append(options, strings.ToUpper(v))
	}
	switch {
	case b.Strict && !f.Strict:
		options = append(options, "STRICT")
	case !b.Strict && f.Strict:
		options = append(options, "CALLED ON NULL INPUT")
	}
	switch {
	case b.SecDefiner && !f.SecDefiner:
		options = append(options, "SECURITY DEFINER")
	case !b.SecDefiner && f.SecDefiner:
		options = append(options, "SECURITY INVOKER")
	}
	if v, w := cmp.Or(b.Parallel, "unsafe"), cmp.Or(f.Parallel, "unsafe"); v != w {
		options = append(options, "PARALLEL "+strings.ToUpper(v))
	}
	if len(options) > 0 {
		s.do("ALTER " + on + " " + strings.Join(options, " "))
	}
	s.belongings(on, "ALTER "+on, belonging{b.Comment, b.Owner, b.ACL}, belonging{f.Comment, f.Owner, f.ACL})
}

var creating = pattern.New(`(?i)^\s*CREATE\s+(OR\s+REPLACE\s+)?`)

// replacing is a CREATE statement as CREATE OR REPLACE.
func replacing(text string) string { return creating.ReplaceAllString(text, "CREATE OR REPLACE ") }

func (s *suggester) typeDef(b, t *catalog.TypeDef) {
	name := quotedName(b.QualifiedName())
	on := typeWord(b) + " " + name
	switch b.Kind {
	case catalog.Enum:
		if !slices.Equal(b.Labels, t.Labels) {
			s.labels(b, t)
		}
	case catalog.Domain:
		if !sameExpr(b.Default, t.Default) {
			s.do("ALTER " + on + defaultClause(b.Default))
		}
		if b.NotNull != t.NotNull {
			s.do("ALTER " + on + notNullClause(b.NotNull))
		}
		for _, k := range b.Constraints {
			s.domainConstraint(on, k, t)
		}
	}
	if t = s.now.Type(b.QualifiedName()); t != nil {
		s.belongings(on, "ALTER "+on, belonging{b.Comment, b.Owner, b.ACL}, belonging{t.Comment, t.Owner, t.ACL})
	}
}

func (s *suggester) domainConstraint(on string, k *catalog.Constraint, t *catalog.TypeDef) {
	l := find(t.Constraints, func(c *catalog.Constraint) bool { return c.Name == k.Name })
	if l == k {
		return
	}
	invalid := ""
	if !k.Valid {
		invalid = " NOT VALID"
	}
	add := "ALTER " + on + " ADD CONSTRAINT " + quoted(k.Name) + " CHECK (" + exprText(k.Check) + ")" + invalid
	switch {
	case l == nil:
		s.do(add)
	case !sameExpr(k.Check, l.Check), l.Valid && !k.Valid:
		s.all("ALTER "+on+" DROP CONSTRAINT "+quoted(k.Name), add)
	case k.Valid && !l.Valid:
		s.do("ALTER " + on + " VALIDATE CONSTRAINT " + quoted(k.Name))
	}
	if k.Comment != "" && (l == nil || l.Comment != k.Comment) {
		s.do("COMMENT ON CONSTRAINT " + quoted(k.Name) + " ON " + on + " IS " + commentText(k.Comment))
	}
}

func defaultClause(e *ddl.Expr) string {
	if e == nil {
		return " DROP DEFAULT"
	}
	return " SET DEFAULT " + defaultText(e)
}

func notNullClause(notNull bool) string {
	if notNull {
		return " SET NOT NULL"
	}
	return " DROP NOT NULL"
}

// labels gives an enum the labels that it had: adds those that it lacks, and
// where it has more makes the type anew.
func (s *suggester) labels(b, t *catalog.TypeDef) {
	kept := slices.DeleteFunc(slices.Clone(b.Labels), func(l string) bool { return !slices.Contains(t.Labels, l) })
	if !slices.Equal(kept, t.Labels) {
		s.remade(b, t)
		return
	}
	var statements []string
	for i, l := range b.Labels {
		if slices.Contains(t.Labels, l) {
			continue
		}
		place := ""
		switch {
		case i > 0:
			place = " AFTER " + literal(b.Labels[i-1])
		case len(b.Labels) > 1:
			place = " BEFORE " + literal(kept[0])
		}
		statements = append(statements, "ALTER TYPE "+quotedName(b.QualifiedName())+" ADD VALUE "+literal(l)+place)
	}
	s.all(statements...)
}

// most is how many columns a type may have to be made anew.
const most = 8

// remade makes an enum anew and gives its columns the new type, where nothing
// else than columns of tables uses it: PostgreSQL cannot remove a label.
func (s *suggester) remade(b, t *catalog.TypeDef) {
	name := quotedName(b.QualifiedName())
	cannot := func(why string) {
		s.note("type %s keeps the labels %s: PostgreSQL cannot remove labels, and %s", b, strings.Join(t.Labels, ", "), why)
	}
	aside := t.Name + "_aside"
	if s.now.Type(ddl.Name{Schema: t.Schema, Name: aside}) != nil {
		cannot("the name " + aside + " is taken")
		return
	}
	byTable := map[*catalog.Relation][]string{}
	var order []*catalog.Relation
	columns := 0
	for _, d := range s.now.Dependents(t.OID) {
		r := s.now.RelationByOID(d.Dependent.OID)
		switch {
		case r == nil:
			cannot("not only columns use it")
			return
		case d.Dependent.Part == catalog.PartDefault:
			continue // set again
		case d.Dependent.Part != catalog.PartColumn || !holdsRows(r):
			cannot(fmt.Sprintf("%s uses it", r))
			return
		}
		a := r.AttributeByNum(int(d.Dependent.ID))
		if a == nil || a.Inherited > 0 {
			continue
		}
		if what := s.reads(r, a); what != "" {
			cannot(fmt.Sprintf("%s of %s compares with a label", what, r))
			return
		}
		if byTable[r] == nil {
			order = append(order, r)
		}
		columns++
		array := ""
		if a.Type.Dims > 0 {
			array = "[]"
		}
		c := "ALTER COLUMN " + quoted(a.Name)
		if a.Default != nil {
			byTable[r] = append(byTable[r], c+" DROP DEFAULT")
		}
		byTable[r] = append(byTable[r], c+" TYPE "+name+array+" USING "+quoted(a.Name)+"::text"+array+"::"+name+array)
		if a.Default != nil {
			byTable[r] = append(byTable[r], c+" SET DEFAULT "+defaultText(a.Default))
		}
	}
	if columns > most {
		cannot(fmt.Sprintf("%d columns have it", columns))
		return
	}
	old := quotedName(ddl.Name{Schema: t.Schema, Name: aside})
	statements := []string{"ALTER TYPE " + name + " RENAME TO " + quoted(aside), s.before.TypeDefinition(b)}
	for _, r := range order {
		statements = append(statements, "ALTER TABLE "+named(r)+"\n    "+strings.Join(byTable[r], ",\n    "))
	}
	first := len(s.statements)
	if !s.all(append(statements, "DROP TYPE "+old)...) {
		cannot("its columns do not take another type")
		return
	}
	s.statements[first].comments = []string{"PostgreSQL cannot remove labels: the type is made anew, and the tables are rewritten."}
}

// reads says what of a table compares values of a column.
func (s *suggester) reads(r *catalog.Relation, a *catalog.Attribute) string {
	for _, k := range r.Constraints {
		if k.Kind == ddl.Check && (slices.Contains(k.Columns, a.Num) || len(k.Columns) == 0) {
			return "constraint " + quoted(k.Name)
		}
	}
	for _, oid := range r.Indexes {
		i := s.now.RelationByOID(oid)
		if i != nil && i.Index != nil && (slices.Contains(i.Index.Refs, a.Num) || i.Index.Where != nil && len(i.Index.Refs) == 0) {
			return "index " + quoted(i.Name)
		}
	}
	for _, t := range r.Triggers {
		if t.When != nil {
			return "trigger " + quoted(t.Name)
		}
	}
	for _, c := range r.Attributes {
		if c.Generated != nil {
			return "generated column " + quoted(c.Name)
		}
	}
	return ""
}
