package parser

import (
	"cmp"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"

	"github.com/migracheck/migracheck/parser/ddl"
	pg_query "github.com/migracheck/migracheck/parser/grammar"
	"github.com/migracheck/migracheck/parser/source"
)

// A novelty is a row of the table of what majors brought. That each is refused
// before and accepted from then on is shown on servers, see the tests of package
// replay.
type novelty struct {
	since int
	what  string
	// state is what older servers answer.
	state string
	// word stands in every statement that has it, so that trees are searched
	// only where there can be something.
	word string
	in   func(proto.Message) bool
}

// What older servers answer.
const (
	stateSyntax       = "42601"
	stateUnsupported  = "0A000"
	stateParameter    = "22023"
	stateObject       = "42704"
	stateFunction     = "42883"
	stateColumn       = "42703"
	stateTable        = "42P01"
	stateWrongKind    = "42809"
	stateInvalidOther = "42P17"
)

// addFeatures tells the operations of a statement what of them is new: the
// subcommand that has it, else the first.
func (s *statement) addFeatures(node *pg_query.Node, ops []ddl.Op) {
	if len(ops) == 0 {
		return
	}
	for _, m := range s.marks {
		if f, ok := markedFeatures[m.kind]; ok {
			f.At = s.markPlace(m)
			addFeature(ops, f)
		}
	}
	rows, named := s.newWords()
	if len(rows) == 0 && !named {
		return
	}
	search := func(at source.Span, m proto.Message) {
		descend(m, func(m proto.Message) bool {
			for _, n := range rows {
				if n.in(m) {
					addFeature(ops, ddl.Feature{What: n.what, Since: n.since, SQLState: n.state, At: s.place(m, at)})
				}
			}
			if f, ok := namedFeature(m); ok && named {
				f.At = s.place(m, at)
				addFeature(ops, f)
			}
			_, rule := m.(*pg_query.RuleStmt) // OLD and NEW mean something else there
			return !rule
		})
	}
	whole := s.whole().here()
	alter := node.GetAlterTableStmt()
	if alter == nil || len(alter.GetCmds()) != len(ops) {
		search(whole, unwrap(node))
		return
	}
	for i, cmd := range alter.GetCmds() {
		search(ops[i].Span(), alterCommandOf(alter, cmd))
	}
}

// markPlace returns the token that a mark is about: the one where it stands, or
// after which something was taken away.
func (s *statement) markPlace(m mark) source.Span {
	from := m.offset
	if m.kind.inPlace() {
		from++
	}
	i := 0
	for n, t := range s.tokens {
		if t.start < from {
			i = n
		}
	}
	return s.span(s.tokens[i].start, s.tokens[i].end)
}

// alterCommandOf returns an ALTER TABLE with one subcommand.
func alterCommandOf(s *pg_query.AlterTableStmt, cmd *pg_query.Node) *pg_query.AlterTableStmt {
	return &pg_query.AlterTableStmt{Relation: s.GetRelation(), Objtype: s.GetObjtype(), MissingOk: s.GetMissingOk(), Cmds: []*pg_query.Node{cmd}}
}

// newWords returns the novelties, in order, whose word the statement has, and
// whether it has a name that namedFeature knows.
func (s *statement) newWords() (rows []novelty, named bool) {
	var places []int
	var lower [longestNewWord]byte
	for _, t := range s.tokens {
		if t.kind != tokenWord || t.end-t.start > longestNewWord {
			continue
		}
		for i := t.start; i < t.end; i++ {
			c := s.text[i]
			if 'A' <= c && c <= 'Z' {
				c += 'a' - 'A'
			}
			lower[i-t.start] = c
		}
		if w, ok := newWords[string(lower[:t.end-t.start])]; ok {
			places, named = append(places, w.rows...), named || w.named
		}
	}
	slices.Sort(places)
	for _, i := range slices.Compact(places) {
		if n := novelties[i]; n.word != "returning" || s.hasOldOrNew() {
			rows = append(rows, n)
		}
	}
	return rows, named
}

// hasOldOrNew reports whether the text may have one of these names, which most
// statements with RETURNING do not.
func (s *statement) hasOldOrNew() bool {
	text := strings.ToLower(s.text)
	return strings.Contains(text, "old") || strings.Contains(text, "new")
}

// A newWord is a word that novelties want, and whether it is a name that
// namedFeature knows.
type newWord struct {
	rows  []int
	named bool
}

// longestNewWord is a length that no word in newWords exceeds.
const longestNewWord = 32

// newWords are all words that can tell of something new: most statements have
// none.
var newWords = func() map[string]newWord {
	words := map[string]newWord{}
	for i, n := range novelties {
		w := words[n.word]
		w.rows = append(w.rows, i)
		words[n.word] = w
	}
	name := func(word string) {
		w := words[word]
		w.named = true
		words[word] = w
	}
	for _, known := range []map[string]int{newFunctions, newParameters, newRoles} {
		for word := range known {
			name(word)
		}
	}
	for _, word := range append([]string{"random"}, multiranges...) {
		name(word)
	}
	return words
}()

// place returns the token where a node stands, or the place given. SET has the
// place of its values in the tree of PostgreSQL 18, and none in that of 17.
func (s *statement) place(m proto.Message, otherwise source.Span) source.Span {
	l, ok := m.(located)
	if _, set := m.(*pg_query.VariableSetStmt); set || !ok || l.GetLocation() <= 0 {
		return otherwise
	}
	return s.whole().at(l.GetLocation()).first().here()
}

// addFeature tells one of the operations, and none of them twice.
func addFeature(ops []ddl.Op, f ddl.Feature) {
	i := max(0, slices.IndexFunc(ops, func(op ddl.Op) bool { return op.Span().Start <= f.At.Start && f.At.End <= op.Span().End }))
	facts := ops[i].Facts()
	if slices.ContainsFunc(facts.Features, func(g ddl.Feature) bool { return g.What == f.What }) {
		return
	}
	facts.Features = append(slices.Clip(facts.Features), f)
	slices.SortStableFunc(facts.Features, func(a, b ddl.Feature) int { return cmp.Compare(b.Since, a.Since) })
	if op, ok := ops[i].(interface{ Set(ddl.Base) }); ok {
		op.Set(facts)
	}
}

// withoutFeatures returns operations of which the server learns only when it
// runs them.
func withoutFeatures(ops []ddl.Op) []ddl.Op {
	for _, op := range ops {
		facts := op.Facts()
		if len(facts.Features) == 0 {
			continue
		}
		facts.Features = nil
		if op, ok := op.(interface{ Set(ddl.Base) }); ok {
			op.Set(facts)
		}
	}
	return ops
}

// markedFeatures are those that were rewritten for the grammar.
var markedFeatures = map[markKind]ddl.Feature{
	markNotNull:          {What: "NOT NULL as a constraint of the table", Since: 18, SQLState: stateSyntax},
	markVirtual:          {What: "a generated column that is not STORED", Since: 18, SQLState: stateSyntax},
	markNotEnforced:      {What: "NOT ENFORCED", Since: 18, SQLState: stateSyntax},
	markEnforced:         {What: "ENFORCED", Since: 18, SQLState: stateSyntax},
	markInherit:          {What: "ALTER CONSTRAINT … INHERIT", Since: 18, SQLState: stateSyntax},
	markNoInherit:        {What: "NO INHERIT of a NOT NULL constraint", Since: 18, SQLState: stateSyntax},
	markWithoutOverlaps:  {What: "WITHOUT OVERLAPS", Since: 18, SQLState: stateSyntax},
	markPeriod:           {What: "PERIOD", Since: 18, SQLState: stateSyntax},
	markNotNullNoInherit: {What: "NO INHERIT of a NOT NULL constraint", Since: 18, SQLState: stateSyntax},
	markReturning:        {What: "RETURNING WITH (OLD AS …, NEW AS …)", Since: 18, SQLState: stateSyntax},
	markOnly:             {What: "ONLY in VACUUM and ANALYZE", Since: 18, SQLState: stateSyntax},
	markLargeObjects:     {What: "LARGE OBJECTS in ALTER DEFAULT PRIVILEGES", Since: 18, SQLState: stateSyntax},
}

// namedFeature returns what a node says by a name: a function, a type, a
// parameter or a role that came with a major.
func namedFeature(m proto.Message) (f ddl.Feature, ok bool) {
	switch n := m.(type) {
	case *pg_query.FuncCall:
		name := nameOf(n.GetFuncname())
		since := newFunctions[name.Name]
		if name.Name == "random" && len(n.GetArgs()) == 2 {
			since = 17
		}
		builtIn := name.Schema == "" || name.Schema == "pg_catalog"
		return ddl.Feature{What: "function " + name.Name + "()", Since: since, SQLState: stateFunction, Name: name}, since > 0 && builtIn
	case *pg_query.TypeName:
		name := nameOf(n.GetNames())
		builtIn := name.Schema == "" || name.Schema == "pg_catalog"
		return ddl.Feature{What: "type " + name.Name, Since: 14, SQLState: stateObject, Name: name}, builtIn && slices.Contains(multiranges, name.Name)
	case *pg_query.VariableSetStmt:
		since := newParameters[strings.ToLower(n.GetName())]
		return ddl.Feature{What: "parameter " + n.GetName(), Since: since, SQLState: stateObject}, since > 0
	case *pg_query.GrantRoleStmt:
		for _, r := range n.GetGrantedRoles() {
			name := r.GetAccessPriv().GetPrivName()
			if since := newRoles[name]; since > 0 {
				return ddl.Feature{What: "role " + name, Since: since, SQLState: stateObject}, true
			}
		}
	}
	return f, false
}

var multiranges = []string{"int4multirange", "int8multirange", "nummultirange", "tsmultirange", "tstzmultirange", "datemultirange"}

var newFunctions = map[string]int{
	"bit_count": 14, "date_bin": 14, "string_to_table": 14, "trim_array": 14, "unistr": 14,
	"int4multirange": 14, "int8multirange": 14, "nummultirange": 14, "tsmultirange": 14, "tstzmultirange": 14, "datemultirange": 14,
	"regexp_count": 15, "regexp_instr": 15, "regexp_like": 15, "regexp_substr": 15,
	"any_value": 16, "array_sample": 16, "array_shuffle": 16, "date_add": 16, "date_subtract": 16, "erf": 16, "erfc": 16,
	"pg_input_is_valid": 16, "random_normal": 16,
	"to_bin": 17, "to_oct": 17, "unicode_assigned": 17, "uuid_extract_timestamp": 17, "uuid_extract_version": 17, "xmltext": 17,
	"array_reverse": 18, "array_sort": 18, "casefold": 18, "crc32": 18, "crc32c": 18, "gamma": 18, "lgamma": 18, "uuidv4": 18, "uuidv7": 18,
}

var newParameters = map[string]int{
	"client_connection_check_interval": 14, "default_toast_compression": 14, "idle_session_timeout": 14,
	"createrole_self_grant": 16, "scram_iterations": 16,
	"transaction_timeout": 17,
	"file_copy_method":    18,
}

var newRoles = map[string]int{
	"pg_read_all_data": 14, "pg_write_all_data": 14,
	"pg_checkpoint":          15,
	"pg_create_subscription": 16, "pg_use_reserved_connections": 16,
	"pg_maintain":                 17,
	"pg_signal_autovacuum_worker": 18,
}
