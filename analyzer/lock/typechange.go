package lock

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/pattern"
)

func (t *taker) alterColumnType(op *ddl.AlterColumnType) {
	for _, r := range t.altered(op.Altered, AccessExclusive) {
		t.changeType(r, op)
	}
}

// changeType does to one table what a change of a column's type needs: a
// rewrite, unless the values stay as they are; new indexes, unless the old ones
// fit; and a check of all constraints on the column.
func (t *taker) changeType(r *catalog.Relation, op *ddl.AlterColumnType) {
	if r.Kind == catalog.CompositeType {
		return
	}
	a := r.Attribute(op.Column.Name)
	to := t.after.ResolveType(op.Type)
	if a == nil || a.Assumed || t.before.RelationByOID(r.OID) == nil {
		t.rewrite(r) // from a type that is not known
		return
	}
	rewrite := !t.keepsValues(a, to, op.Using)
	if rewrite {
		t.rewrite(r)
	}
	collation := t.newCollation(r, a)
	for _, x := range t.indexes(r) {
		if !indexOn(x, a.Num) {
			continue
		}
		b := t.lockFor(x, AccessExclusive, causeIndex)
		if !rewrite && !b.Rewrite && hasStorage(r) && !t.indexFits(x, a, to, collation) {
			t.rebuild(r, x, AccessExclusive, AccessExclusive)
		}
	}
	if a.Identity != "" {
		t.lockFor(t.byOID(a.Sequence), ShareRowExclusive, causeOwned) // it changes its type, too
	}
	t.verifyChecks(r, a.Num)
	t.revalidate(r, a, rewrite)
}

// newCollation reports whether the column has another collation afterwards.
func (t *taker) newCollation(r *catalog.Relation, a *catalog.Attribute) bool {
	now := t.after.RelationByOID(r.OID)
	if now == nil {
		return false
	}
	b := now.AttributeByNum(a.Num)
	return b != nil && b.Collation != a.Collation
}

// verifyChecks reads the table where a valid CHECK names the column: the
// constraint is made again.
func (t *taker) verifyChecks(r *catalog.Relation, num int) {
	for _, c := range r.Constraints {
		if c.Kind == ddl.Check && c.Valid && c.Enforced && slices.Contains(c.Columns, num) {
			t.scan(r, AccessExclusive)
			return
		}
	}
}

// revalidate makes the foreign keys of and to a column again.
func (t *taker) revalidate(r *catalog.Relation, a *catalog.Attribute, rewrite bool) {
	for _, c := range r.Constraints {
		if c.Kind != ddl.ForeignKey || !slices.Contains(c.Columns, a.Num) {
			continue
		}
		other := t.byOID(c.References)
		t.lockFor(other, AccessExclusive, causeReferenced)
		if rewrite && c.Valid && c.Enforced {
			t.validateKey(r, other, AccessExclusive, AccessExclusive)
		}
	}
	for _, other := range t.referring(r) {
		for _, c := range other.Constraints {
			if c.Kind != ddl.ForeignKey || c.References != r.OID || !slices.Contains(c.ReferencedColumns, a.Num) {
				continue
			}
			t.lockFor(other, AccessExclusive, causeReferring)
			if rewrite && c.Valid && c.Enforced {
				t.validateKey(other, r, AccessExclusive, AccessExclusive)
			}
		}
	}
}

// indexOn reports whether an index has a column in it.
func indexOn(x *catalog.Relation, num int) bool {
	d := x.Index
	return d != nil && (slices.Contains(d.Columns, num) || slices.Contains(d.Include, num) || slices.Contains(d.Refs, num))
}

// indexFits reports whether an index can be kept as it is when a column of it
// changes its type without a rewrite: CheckIndexCompatible of indexcmds.c.
func (t *taker) indexFits(x *catalog.Relation, a *catalog.Attribute, to catalog.Type, collation bool) bool {
	d := x.Index
	// One of a partition is made again without looking at what it is.
	if d.Where != nil || !d.Valid || d.Parent != 0 || slices.ContainsFunc(d.Elements, func(e ddl.IndexElement) bool { return e.Expr != nil }) {
		return false
	}
	for i, num := range d.Columns {
		if num != a.Num || i >= len(d.Elements) {
			continue
		}
		if collation && d.Elements[i].Collation.Name == "" {
			return false
		}
		if d.Method == "gin" && a.Type.Dims > 0 {
			return false // it stores elements, whose type is compared with the column's
		}
		if d.Elements[i].OpClass.Name == "" && t.operatorClass(a.Type) != t.operatorClass(to) {
			return false
		}
	}
	return true
}

// operatorClass names the default operator class of a type, or, where that is
// polymorphic, the type.
func (t *taker) operatorClass(typ catalog.Type) string {
	typ = t.base(typ)
	if typ.Dims > 0 || typ.Def != 0 || typ.Assumed {
		return typ.Name.String() + strings.Repeat("[]", typ.Dims)
	}
	switch typ.Name.Name {
	case "varchar":
		return "text"
	case "cidr":
		return "inet"
	}
	return typ.Name.Name
}

// base returns the type under a domain.
func (t *taker) base(typ catalog.Type) catalog.Type {
	for typ.Dims == 0 && typ.Def != 0 {
		d := t.after.TypeByOID(typ.Def)
		if d == nil || d.Kind != catalog.Domain {
			break
		}
		typ = d.Base
	}
	return typ
}

// keepsValues reports whether a change of type leaves the stored values as they
// are: ATColumnChangeRequiresRewrite of tablecmds.c.
func (t *taker) keepsValues(a *catalog.Attribute, to catalog.Type, using *ddl.Expr) bool {
	chain := []catalog.Type{a.Type}
	if using != nil {
		casts, ok := castChain(using, a.Name)
		if !ok {
			return false
		}
		for _, c := range casts {
			chain = append(chain, t.after.ResolveType(c))
		}
	}
	chain = append(chain, to)
	for i := 1; i < len(chain); i++ {
		if !t.relabels(chain[i-1], chain[i]) {
			return false
		}
	}
	return true
}

// castForm is a column under casts.
var castForm = pattern.New(`^\(*\s*"?([^\s"():.]+)"?\s*\)*\s*((::\s*[a-z_0-9". ]+(\([0-9, ]*\))?[a-z ]*(\[\])*\s*\)*\s*)*)$`)

// castChain returns the types that an expression casts a column to, one after
// the other; ok is false where it is more than that.
func castChain(e *ddl.Expr, column string) (casts []ddl.TypeName, ok bool) {
	if len(e.Columns) != 1 || e.Columns[0].Column != column || len(e.Calls)+len(e.Operators)+len(e.Subqueries) > 0 {
		return nil, false
	}
	if e.Bare || castForm.MatchString(strings.ToLower(e.Text)) {
		return e.Casts, true
	}
	// CAST (a AS type)
	text := strings.ToLower(strings.TrimSpace(e.Text))
	if len(e.Casts) == 1 && strings.HasPrefix(text, "cast") && !strings.ContainsAny(text, "[") && strings.Count(text, "(") <= 2 {
		return e.Casts, true
	}
	return nil, false
}

// binary are the casts of pg_cast that change nothing but the label, between
// different types, for columns that are likely to have them.
var binary = map[string]bool{
	"text:varchar": true, "varchar:text": true, "text:bpchar": true, "varchar:bpchar": true,
	"cidr:inet": true, "bit:varbit": true, "varbit:bit": true,
	"xml:text": true, "xml:varchar": true, "xml:bpchar": true,
	"int4:oid": true, "oid:int4": true, "oid:regclass": true, "regclass:oid": true, "int4:regclass": true, "regclass:int4": true,
	"oid:regproc": true, "regproc:oid": true, "oid:regtype": true, "regtype:oid": true,
	"citext:text": true, "citext:varchar": true, "citext:bpchar": true, "text:citext": true, "varchar:citext": true,
	"pg_node_tree:text": true, "path:polygon": false,
}

// relabels reports whether a value of one type is stored as the same bytes as
// one of the other.
func (t *taker) relabels(from, to catalog.Type) bool {
	if from.IsZero() || to.IsZero() {
		return false
	}
	if from.Equal(to) {
		return true
	}
	if t.constrainedDomain(to) {
		return false
	}
	fromBase, toBase := t.base(from), t.base(to)
	if !fromBase.Equal(from) {
		// What comes out of a domain has lost its length.
		fromBase.Mods = nil
	}
	if fromBase.Dims != toBase.Dims {
		return false
	}
	if fromBase.Name == toBase.Name && fromBase.Def == toBase.Def {
		return keepsModifiers(fromBase, toBase)
	}
	if fromBase.Def != 0 || toBase.Def != 0 || toBase.Dims > 0 {
		return false
	}
	pair := fromBase.Name.Name + ":" + toBase.Name.Name
	switch pair {
	case "timestamp:timestamptz", "timestamptz:timestamp":
		if !t.utc() {
			return false
		}
	default:
		if !binary[pair] {
			return false
		}
	}
	fromBase.Name, fromBase.Mods = toBase.Name, nil
	return keepsModifiers(fromBase, toBase)
}

// keepsModifiers reports whether every value of a type fits another of the same
// name without being touched.
func keepsModifiers(from, to catalog.Type) bool {
	if len(to.Mods) == 0 || slices.Equal(from.Mods, to.Mods) {
		return true
	}
	if to.Dims > 0 || to.Assumed {
		return false
	}
	if to.Name.Name == "interval" && to.Dims == 0 {
		return keepsInterval(from.Mods, to.Mods)
	}
	old, now := numbers(from.Mods), numbers(to.Mods)
	if now == nil {
		return false
	}
	switch to.Name.Name {
	case "varchar", "varbit":
		return old != nil && now[0] >= old[0]
	case "numeric":
		return len(old) == 2 && len(now) == 2 && old[1] == now[1] && now[0] >= old[0]
	case "timestamp", "timestamptz", "time", "timetz":
		const most = 6
		return now[0] >= most || old != nil && now[0] >= old[0]
	}
	return false
}

// keepsInterval is interval_support of timestamp.c: an interval keeps the fields
// down to the last one named, and so many digits of the seconds.
func keepsInterval(from, to []string) bool {
	oldField, oldPrecision := intervalModifiers(from)
	field, precision := intervalModifiers(to)
	const most = 6
	return field <= oldField && (oldField > 0 || precision >= most || precision >= oldPrecision)
}

// intervalModifiers returns the last field that an interval keeps, seconds
// being 0, and the precision of the seconds.
func intervalModifiers(mods []string) (field, precision int) {
	precision = math.MaxInt
	for _, m := range mods {
		if n, err := strconv.Atoi(m); err == nil {
			precision = n
			continue
		}
		words := append([]string{""}, strings.Fields(m)...)
		field = max(0, slices.Index([]string{"second", "minute", "hour", "day", "month", "year"}, words[len(words)-1]))
	}
	return field, precision
}

// numbers returns modifiers as numbers; nil where there are none or one is not.
func numbers(mods []string) []int {
	var list []int
	for _, m := range mods {
		n, err := strconv.Atoi(strings.TrimSpace(m))
		if err != nil {
			return nil
		}
		list = append(list, n)
	}
	return list
}

// utc reports whether the session's time zone is known to be UTC, in which
// timestamps with and without time zone are stored alike.
func (t *taker) utc() bool {
	v, ok := t.before.Session().Setting("timezone")
	if !ok || len(v) != 1 {
		return false
	}
	switch strings.ToUpper(strings.Trim(v[0], "'")) {
	case "0", "UTC", "GMT", "ETC/UTC", "UCT", "ZULU", "Z", "ETC/GMT", "ETC/UCT", "ETC/ZULU", "GREENWICH":
		return true
	}
	return false
}
