package rollback

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
)

// relation restores the properties of a relation that is there.
func (s *suggester) relation(b *catalog.Relation) {
	r := s.current(b)
	switch {
	case b.Index != nil && r.Index != nil:
		s.index(b, r)
	case b.Sequence != nil && r.Sequence != nil:
		s.sequence(b, r)
	case b.Kind == catalog.View, b.Kind == catalog.MaterializedView:
		s.view(b, r)
	default:
		s.table(b, r)
	}
	if r = s.current(b); r == nil || r.Kind != b.Kind {
		return
	}
	on := altered(b) + " " + named(b)
	comment := b.Comment
	if b.Assumed && comment == "" {
		comment = r.Comment // it may have been there
	}
	s.belongings(on, "ALTER "+on, belonging{comment, b.Owner, b.ACL}, belonging{r.Comment, r.Owner, r.ACL})
	for _, a := range b.Attributes {
		if c := s.current(b).Attribute(a.Name); c != nil && c != a && b.Index == nil {
			s.columnBelongings(b, a, c)
		}
	}
}

func (s *suggester) columnBelongings(b *catalog.Relation, a, c *catalog.Attribute) {
	if a.Comment != c.Comment && !a.Assumed {
		s.do("COMMENT ON COLUMN " + named(b) + "." + quoted(a.Name) + " IS " + commentText(a.Comment))
	}
	s.privileges("TABLE "+named(b), " ("+quoted(a.Name)+")", a.ACL, c.ACL)
}

func (s *suggester) index(b, r *catalog.Relation) {
	x, y := b.Index, r.Index
	was, is := s.before.Definition(b), s.now.Definition(r)
	if x.Constraint == 0 && y.Constraint == 0 && was != "" && x.Parent == 0 && was != is && !s.sameIndex(b) {
		undo := s.mark()
		if s.do("DROP INDEX "+named(r)) && s.createIndex(b) {
			r = s.current(b)
		} else {
			undo()
		}
	}
	s.parameters("ALTER INDEX "+named(b), b.Options, r.Options)
	t := s.before.RelationByOID(x.Table)
	if t == nil || r.Index.Clustered == x.Clustered {
		return
	}
	if x.Clustered {
		s.do(alter(t) + " CLUSTER ON " + quoted(b.Name))
	} else {
		s.do(alter(t) + " SET WITHOUT CLUSTER")
	}
}

// sameIndex reports whether nothing in which two indexes differ is left once
// columns are compared by number: a definition has the names of its time.
func (s *suggester) sameIndex(b *catalog.Relation) bool {
	for _, d := range differences(s.before, s.now) {
		if d.Object == b.String() && slices.Contains([]string{"table", "method", "uniqueness", "included columns", "predicate", "columns", "expression", "validity"}, d.Kind) {
			return false
		}
	}
	return true
}

func (s *suggester) sequence(b, r *catalog.Relation) {
	x, y := b.Sequence, r.Sequence
	text := ""
	add := func(was, is, clause string) {
		if was != is && was != "" {
			text += " " + clause + " " + was
		}
	}
	if !x.Type.IsZero() && x.Type.String() != y.Type.String() {
		text += " AS " + x.Type.String()
	}
	add(x.Increment, y.Increment, "INCREMENT BY")
	add(x.Min, y.Min, "MINVALUE")
	add(x.Max, y.Max, "MAXVALUE")
	add(x.Start, y.Start, "START WITH")
	add(x.Cache, y.Cache, "CACHE")
	if x.Cycle != y.Cycle {
		text += map[bool]string{true: " CYCLE", false: " NO CYCLE"}[x.Cycle]
	}
	if text != "" {
		s.do("ALTER SEQUENCE " + named(b) + text)
	}
	owner := func(c *catalog.Catalog, q *catalog.SequenceData) string {
		t := c.RelationByOID(q.OwnedBy)
		if t == nil {
			return "NONE"
		}
		return named(t) + "." + columnList(t, []int{q.OwnedByAttr})
	}
	if was := owner(s.before, x); was != owner(s.now, y) && !x.Identity && !y.Identity {
		s.do("ALTER SEQUENCE " + named(b) + " OWNED BY " + was)
	}
}

func (s *suggester) view(b, r *catalog.Relation) {
	if b.Query != nil && r.Query != nil && (b.Query != r.Query && b.Query.Text != r.Query.Text || b.CheckOption != r.CheckOption || !sameColumns(b, r)) {
		s.redefined(b, r)
		if r = s.current(b); r == nil {
			return
		}
	}
	if b.Kind == catalog.MaterializedView && b.Populated && !r.Populated {
		s.do("REFRESH MATERIALIZED VIEW " + named(b))
	}
	s.parameters("ALTER "+altered(b)+" "+named(b), b.Options, r.Options)
	for _, a := range b.Attributes {
		c := r.Attribute(a.Name)
		if c == nil || sameExpr(a.Default, c.Default) {
			continue
		}
		s.do("ALTER VIEW " + named(b) + " ALTER COLUMN " + quoted(a.Name) + defaultClause(a.Default))
	}
}

// sameColumns reports whether two views have columns of the same names, where
// they are known: a star in a query means what there was when it was read.
func sameColumns(b, r *catalog.Relation) bool {
	return slices.EqualFunc(b.Attributes, r.Attributes, func(x, y *catalog.Attribute) bool {
		return x.Name == y.Name && (x.Type.IsZero() || y.Type.IsZero() || x.Type.String() == y.Type.String())
	})
}

// redefined gives a view its query back: in place, or by making it anew with
// the views that read it.
func (s *suggester) redefined(b, r *catalog.Relation) {
	definitions := s.viewDefinitions(b)
	if b.Kind == catalog.View {
		for _, d := range definitions {
			if s.do(replacing(d)) {
				return
			}
		}
	}
	undo := s.mark()
	if !s.dropDependents(r.OID) || !s.do("DROP "+altered(r)+" "+named(r)) || !slices.ContainsFunc(definitions, func(d string) bool { return s.do(d) }) {
		undo()
	}
}

// parameters restores storage parameters and the like.
func (s *suggester) parameters(alter string, before, now []ddl.Option) {
	value := func(all []ddl.Option, name string) (string, bool) {
		for _, o := range all {
			if o.Name == name {
				return o.Value, true
			}
		}
		return "", false
	}
	var set []ddl.Option
	var reset []string
	for _, o := range before {
		if v, ok := value(now, o.Name); !ok || v != o.Value {
			set = append(set, o)
		}
	}
	for _, o := range now {
		if _, ok := value(before, o.Name); !ok {
			reset = append(reset, o.Name)
		}
	}
	if len(set) > 0 {
		s.do(alter + " SET (" + optionList(set) + ")")
	}
	if len(reset) > 0 {
		s.do(alter + " RESET (" + strings.Join(reset, ", ") + ")")
	}
}

func (s *suggester) table(b, r *catalog.Relation) {
	on := alter(b)
	if b.Kind == catalog.CompositeType {
		for _, a := range b.Attributes {
			if c := r.Attribute(a.Name); c != nil && c.Type.String() != a.Type.String() {
				s.do(on + " ALTER ATTRIBUTE " + quoted(a.Name) + " TYPE " + a.Type.String())
			}
		}
		return
	}
	s.inheritance(b, r)
	for _, a := range b.Attributes {
		if c := s.current(b).Attribute(a.Name); c != nil && c != a && !a.Assumed {
			s.column(b, a)
		}
	}
	for _, k := range b.Constraints {
		if l := s.current(b).Constraint(k.Name); l != nil && l != k && k.Inherited == 0 && !k.Trigger {
			s.constraint(b, k, l)
		}
	}
	s.tableFlags(b, s.current(b))
	s.triggers(b)
	s.policies(b)
}

func (s *suggester) inheritance(b, r *catalog.Relation) {
	was, is := s.tables(s.before, b.Parents), s.tables(s.now, r.Parents)
	if was == is && (b.Partition == nil) == (r.Partition == nil) {
		return
	}
	for _, oid := range r.Parents {
		p := s.now.RelationByOID(oid)
		if p == nil || slices.ContainsFunc(b.Parents, func(o catalog.OID) bool { q := s.before.RelationByOID(o); return q != nil && named(q) == named(p) }) {
			continue
		}
		if r.Partition != nil {
			s.do(alter(p) + " DETACH PARTITION " + named(r))
		} else {
			s.do(alter(r) + " NO INHERIT " + named(p))
		}
	}
	for _, oid := range b.Parents {
		p := s.before.RelationByOID(oid)
		if p == nil || slices.ContainsFunc(r.Parents, func(o catalog.OID) bool { q := s.now.RelationByOID(o); return q != nil && named(q) == named(p) }) {
			continue
		}
		switch {
		case b.Partition == nil:
			s.do(alter(b) + " INHERIT " + named(p))
		case b.Partition.Default:
			s.do(alter(p) + " ATTACH PARTITION " + named(b) + " DEFAULT")
		default:
			s.do(alter(p) + " ATTACH PARTITION " + named(b) + " FOR VALUES " + b.Partition.Text)
		}
	}
}

func (s *suggester) tableFlags(b, r *catalog.Relation) {
	on := alter(b)
	flag := func(was, is bool, yes, no string) {
		if was && !is {
			s.do(on + " " + yes)
		}
		if is && !was {
			s.do(on + " " + no)
		}
	}
	flag(b.Unlogged, r.Unlogged, "SET UNLOGGED", "SET LOGGED")
	flag(b.RowSecurity, r.RowSecurity, "ENABLE ROW LEVEL SECURITY", "DISABLE ROW LEVEL SECURITY")
	flag(b.ForceRowSecurity, r.ForceRowSecurity, "FORCE ROW LEVEL SECURITY", "NO FORCE ROW LEVEL SECURITY")
	if b.ReplicaIdentity != r.ReplicaIdentity || b.ReplicaIndex != r.ReplicaIndex {
		switch b.ReplicaIdentity {
		case "index":
			s.do(on + " REPLICA IDENTITY USING INDEX " + quoted(b.ReplicaIndex))
		default:
			s.do(on + " REPLICA IDENTITY " + strings.ToUpper(cmp.Or(b.ReplicaIdentity, "default")))
		}
	}
	s.parameters(on, b.Options, r.Options)
	if b.Tablespace != r.Tablespace {
		s.do(on + " SET TABLESPACE " + quoted(cmp.Or(b.Tablespace, "pg_default")))
	}
	if b.AccessMethod != r.AccessMethod {
		s.do(on + " SET ACCESS METHOD " + quoted(cmp.Or(b.AccessMethod, "heap")))
	}
}

// constraint restores a constraint that is there under its name: PostgreSQL
// alters only some of what there is to a constraint, so the others are dropped
// and added.
func (s *suggester) constraint(b *catalog.Relation, k, l *catalog.Constraint) {
	on := alter(b)
	r := s.current(b)
	was, is := s.before.ConstraintDefinition(b, k), s.now.ConstraintDefinition(r, l)
	same := was == is || k.Kind == ddl.Check && l.Kind == ddl.Check && sameExpr(k.Check, l.Check) && k.Valid == l.Valid && k.Enforced == l.Enforced && k.NoInherit == l.NoInherit
	unvalidated := strings.TrimSuffix(is, " NOT VALID")
	switch {
	case same:
	case was == unvalidated && k.Valid && k.Enforced == l.Enforced:
		s.do(on + " VALIDATE CONSTRAINT " + quoted(k.Name))
	default:
		undo := s.mark()
		if !s.do(on+" DROP CONSTRAINT "+quoted(k.Name)) || !s.addConstraint(b, k) {
			undo()
		}
	}
	l = s.current(b).Constraint(k.Name)
	if l != nil && l.Comment != k.Comment {
		s.do("COMMENT ON CONSTRAINT " + quoted(k.Name) + " ON " + named(b) + " IS " + commentText(k.Comment))
	}
}

// triggerState is the clause of ALTER TABLE for pg_trigger.tgenabled.
func triggerState(state string) string {
	switch state {
	case "always", "replica":
		return "ENABLE " + strings.ToUpper(state)
	}
	return strings.ToUpper(state)
}

func (s *suggester) triggers(b *catalog.Relation) {
	for _, t := range b.Triggers {
		u := find(s.current(b).Triggers, func(u *catalog.Trigger) bool { return u.Name == t.Name })
		if u == nil || u == t {
			continue
		}
		different := t.Timing != u.Timing || !sameSet(t.Events, u.Events) || t.ForEachRow != u.ForEachRow || t.FunctionName != u.FunctionName ||
			!slices.Equal(t.Args, u.Args) || !sameExpr(t.When, u.When) || columnList(b, t.Columns) != columnList(s.current(b), u.Columns)
		if different {
			s.all("DROP "+part("TRIGGER", t.Name, b), t.Created.Text())
			if u = find(s.current(b).Triggers, func(u *catalog.Trigger) bool { return u.Name == t.Name }); u == nil {
				continue
			}
		}
		if t.State != u.State {
			s.do(alter(b) + " " + triggerState(t.State) + " TRIGGER " + quoted(t.Name))
		}
		if t.Comment != u.Comment {
			s.do("COMMENT ON " + part("TRIGGER", t.Name, b) + " IS " + commentText(t.Comment))
		}
	}
	for _, t := range b.Rules {
		u := find(s.current(b).Rules, func(u *catalog.Rule) bool { return u.Name == t.Name })
		if u == nil || u == t {
			continue
		}
		if strings.TrimSpace(t.Created.Text()) != strings.TrimSpace(u.Created.Text()) {
			s.do(replacing(t.Created.Text()))
		}
		if t.State != u.State {
			s.do(alter(b) + " " + triggerState(t.State) + " RULE " + quoted(t.Name))
		}
		if t.Comment != u.Comment {
			s.do("COMMENT ON " + part("RULE", t.Name, b) + " IS " + commentText(t.Comment))
		}
	}
}

func sameSet(a, b []string) bool {
	a, b = slices.Clone(a), slices.Clone(b)
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(a, b)
}

func (s *suggester) policies(b *catalog.Relation) {
	for _, p := range b.Policies {
		q := find(s.current(b).Policies, func(q *catalog.Policy) bool { return q.Name == p.Name })
		if q == nil || q == p {
			continue
		}
		on := part("POLICY", p.Name, b)
		lost := p.Using == nil && q.Using != nil || p.WithCheck == nil && q.WithCheck != nil
		if p.Command != q.Command || p.Restrictive != q.Restrictive || lost {
			s.all("DROP "+on, policyDefinition(on, p))
			continue
		}
		text := ""
		if !sameSet(p.Roles, q.Roles) {
			text += " TO " + policyRoles(p)
		}
		if !sameExpr(p.Using, q.Using) {
			text += " USING (" + p.Using.Text + ")"
		}
		if !sameExpr(p.WithCheck, q.WithCheck) {
			text += " WITH CHECK (" + p.WithCheck.Text + ")"
		}
		if text != "" {
			s.do("ALTER " + on + text)
		}
		if p.Comment != q.Comment {
			s.do("COMMENT ON " + on + " IS " + commentText(p.Comment))
		}
	}
}

func policyRoles(p *catalog.Policy) string {
	var all []string
	for _, r := range p.Roles {
		all = append(all, role(r))
	}
	return cmp.Or(strings.Join(all, ", "), "PUBLIC")
}

// policyDefinition makes a policy as it was last.
func policyDefinition(on string, p *catalog.Policy) string {
	text := "CREATE " + on
	if p.Restrictive {
		text += " AS RESTRICTIVE"
	}
	text += " FOR " + strings.ToUpper(cmp.Or(p.Command, "all")) + " TO " + policyRoles(p)
	if p.Using != nil {
		text += " USING (" + p.Using.Text + ")"
	}
	if p.WithCheck != nil {
		text += " WITH CHECK (" + p.WithCheck.Text + ")"
	}
	return text
}

// column restores the properties of a column.
func (s *suggester) column(b *catalog.Relation, a *catalog.Attribute) {
	now := func() *catalog.Attribute { return s.current(b).Attribute(a.Name) }
	on := alter(b) + " ALTER COLUMN " + quoted(a.Name)
	if !sameExpr(a.Generated, now().Generated) || a.Generated != nil && a.Virtual != now().Virtual {
		if !s.generation(b, a, on) {
			return
		}
	}
	if !a.Type.IsZero() && (a.Type.String() != now().Type.String() || a.Collation != now().Collation) && a.Inherited == 0 {
		s.retype(b, a, on)
	}
	if a.Identity != now().Identity {
		s.identity(a, now(), on)
	}
	if c := now(); a.Identity == "" && c.Identity == "" && a.Generated == nil && !sameExpr(notNullDefault(a), notNullDefault(c)) {
		s.do(on + defaultClause(notNullDefault(a)))
	}
	if c := now(); a.NotNull != c.NotNull && !(a.NotNull && s.filled(b, a)) {
		s.do(on + notNullClause(a.NotNull))
	}
	if a.NotNullInvalid != now().NotNullInvalid {
		s.note("NOT NULL of %s is validated now, or was", b.String()+"."+quoted(a.Name))
	}
	c := now()
	if was := cmp.Or(a.Storage, storageOf(a.Type)); a.Storage != c.Storage && was != cmp.Or(c.Storage, storageOf(c.Type)) {
		s.do(on + " SET STORAGE " + strings.ToUpper(was))
	}
	if was := cmp.Or(a.Compression, "default"); was != cmp.Or(c.Compression, "default") {
		s.do(on + " SET COMPRESSION " + was)
	}
	if was := cmp.Or(a.Statistics, "-1"); was != cmp.Or(c.Statistics, "-1") {
		s.do(on + " SET STATISTICS " + was)
	}
	s.parameters(on, a.Options, c.Options)
}

// filled reports whether a column came back without values, so that it cannot
// be NOT NULL: a comment says so where it is added.
func (s *suggester) filled(b *catalog.Relation, a *catalog.Attribute) bool {
	c := s.current(b).Attribute(a.Name)
	end := s.of.Up.End.Relation(b.QualifiedName())
	if end == nil {
		end = s.of.Up.End.RelationByOID(b.OID)
	}
	return holdsRows(b) && end != nil && end.AttributeByNum(c.Num) == nil && !c.HasDefault()
}

// storageOf is the storage that columns of a type have by themselves.
func storageOf(t catalog.Type) string {
	switch {
	case t.Dims > 0, t.IsText(), t.IsBits(), t.Name.Name == "bytea", t.Name.Name == "json", t.Name.Name == "jsonb", t.Name.Name == "xml", t.Name.Name == "tsvector":
		return "extended"
	case t.Name.Name == "numeric", t.Name.Name == "inet", t.Name.Name == "cidr":
		return "main"
	}
	return "plain"
}

func notNullDefault(a *catalog.Attribute) *ddl.Expr {
	if a.Default != nil && a.Default.Null {
		return nil
	}
	return a.Default
}

// generation makes a column ordinary, or generated as it was: its values are
// computed, so that it may be made anew.
func (s *suggester) generation(b *catalog.Relation, a *catalog.Attribute, on string) bool {
	if a.Generated == nil {
		if s.do(on + " DROP EXPRESSION") {
			return true
		}
		s.note("column %s.%s stays generated", b, quoted(a.Name))
		return false
	}
	undo := s.mark()
	if s.dropDependents(s.current(b).OID) && s.do(alter(b)+" DROP COLUMN "+quoted(a.Name)) && s.addColumn(b, a) {
		return true
	}
	undo()
	s.note("column %s.%s is not generated as it was", b, quoted(a.Name))
	return false
}

// retype gives a column its type back: as it is, with a cast where PostgreSQL
// has none that it uses by itself, and without the default where that does not
// become the other type; views that read it are made anew.
func (s *suggester) retype(b *catalog.Relation, a *catalog.Attribute, on string) {
	collation := ""
	if a.Collation.Name != "" {
		collation = " COLLATE " + quotedName(a.Collation)
	}
	to := " TYPE " + a.Type.String() + collation
	using := to + " USING " + quoted(a.Name) + "::" + a.Type.String()
	c := s.current(b).Attribute(a.Name)
	via := to + " USING " + quoted(a.Name) + "::text::" + a.Type.String()
	if a.Type.Dims > 0 {
		via = to + " USING " + quoted(a.Name) + "::text[]::" + a.Type.String()
	}
	if castless(c.Type, a.Type) {
		using = via
	}
	enum := s.now.TypeByOID(c.Type.Def) != nil && s.now.Type(a.Type.Name) != nil
	attempt := func() bool {
		if c.Default != nil {
			// The default may not become the other type by itself.
			undo := s.mark()
			drop := "ALTER COLUMN " + quoted(a.Name)
			for _, form := range []string{to, using, via} {
				if form == using && enum {
					continue
				}
				if form == to && catalog.Convert(c.Type, s.now, a.Type, s.before) != catalog.OtherType && s.do(on+to) {
					return true
				}
				if s.do(alter(b) + "\n    " + drop + " DROP DEFAULT,\n    " + drop + form) {
					return true
				}
			}
			undo()
			return false
		}
		if s.do(on + to) {
			return true
		}
		return !enum && s.do(on+using) || s.do(on+via)
	}
	undo := s.mark()
	if !attempt() && (!s.dropDependents(s.current(b).OID) || !attempt()) {
		undo()
		s.note("column %s.%s keeps type %s", b, quoted(a.Name), c.Type)
		return
	}
	if a.Default != nil && a.Type.IsTime() && s.current(b).Attribute(a.Name).Default != nil {
		s.do(on + defaultClause(a.Default)) // what became of a value was of the other type
	}
}

// castless reports whether PostgreSQL has no cast between two built-in types,
// so that only their texts lead from one to the other.
// https://www.postgresql.org/docs/current/sql-createcast.html
func castless(from, to catalog.Type) bool {
	text := func(t catalog.Type) bool { return t.IsText() && t.Dims == 0 }
	if from.Def != 0 || to.Def != 0 || from.Assumed || to.Assumed || text(from) || text(to) {
		return false
	}
	alone := func(t catalog.Type) bool {
		switch t.Name.Name {
		case "uuid", "bytea", "xml", "tsvector", "tsquery", "pg_lsn", "macaddr":
			return true
		}
		return false
	}
	return from.Dims != to.Dims || from.Name != to.Name && (alone(from) || alone(to)) || from.IsTime() && to.IsNumber() || from.IsNumber() && to.IsTime()
}

func (s *suggester) identity(a, c *catalog.Attribute, on string) {
	switch {
	case a.Identity == "":
		s.do(on + " DROP IDENTITY")
	case c.Identity != "":
		s.do(on + " SET GENERATED " + strings.ToUpper(a.Identity))
	default:
		if c.Default != nil {
			s.do(on + " DROP DEFAULT")
		}
		if !c.NotNull {
			s.do(on + " SET NOT NULL")
		}
		s.do(on+" ADD GENERATED "+strings.ToUpper(a.Identity)+" AS IDENTITY"+s.identityOptions(a),
			fmt.Sprintf("It begins anew: set it with setval(pg_get_serial_sequence()) to what the rows have in %s.", quoted(a.Name)))
	}
}
