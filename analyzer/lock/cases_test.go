package lock_test

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/analyzer/lock"
	"github.com/migracheck/migracheck/analyzer/postgres"
	"github.com/migracheck/migracheck/parser"
	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/source"
)

func TestMain(m *testing.M) { postgres.Main(m) }

// A testCase is a line of cases.sql.
type testCase struct {
	line         string
	since, until int
	given        string
	sql          string
	// aloneMode and aloneTable are set where it cannot run in a transaction.
	aloneMode, aloneTable string
}

var (
	versionMark = regexp.MustCompile(`^\[(\d+)(?:-(\d+))?\] `)
	aloneMark   = regexp.MustCompile(`^\[alone ([A-Z ]+) (\w+)\] `)
)

func readCases(t *testing.T) []testCase {
	t.Helper()
	text, err := os.ReadFile("testdata/cases.sql")
	require.NoError(t, err)
	var cases []testCase
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "--") {
			continue
		}
		c := testCase{line: line, since: postgres.Oldest, until: postgres.Newest}
		rest := line
		if m := versionMark.FindStringSubmatch(rest); m != nil {
			c.since, _ = strconv.Atoi(m[1])
			if m[2] != "" {
				c.until, _ = strconv.Atoi(m[2])
			}
			rest = rest[len(m[0]):]
		}
		if m := aloneMark.FindStringSubmatch(rest); m != nil {
			c.aloneMode, c.aloneTable = m[1], m[2]
			rest = rest[len(m[0]):]
		}
		if given, sql, ok := strings.Cut(rest, " => "); ok {
			c.given, rest = given, sql
		}
		c.sql = rest
		cases = append(cases, c)
	}
	require.NotEmpty(t, cases)
	return cases
}

func readSchema(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("testdata/schema.sql")
	require.NoError(t, err)
	return string(text)
}

// perform applies statements that must succeed.
func perform(t *testing.T, c *catalog.Catalog, sql string) *catalog.Catalog {
	t.Helper()
	for _, st := range parse(t, sql) {
		for _, op := range catalog.PassOrder(st.Ops) {
			next, _, refusal := c.Apply(op)
			require.Nil(t, refusal, "%s: %v", st.Span.Text(), refusal)
			c = next
		}
	}
	return c
}

func parse(t *testing.T, sql string) []ddl.Statement {
	t.Helper()
	statements := parser.Parse(source.NewFile("test.sql", sql).Whole()).Statements
	for _, st := range statements {
		require.Nil(t, st.Err, sql)
	}
	return statements
}

// foretell returns what a case locks, one line for each relation, or the
// SQLSTATE of its refusal.
func foretell(t *testing.T, schema *catalog.Catalog, c testCase, version int) []string {
	t.Helper()
	if c.given != "" {
		schema = perform(t, schema, c.given)
	}
	var lists [][]lock.Acquisition
	now := schema
	for _, st := range parse(t, c.sql) {
		for _, op := range catalog.PassOrder(st.Ops) {
			after, changes, refusal := now.Apply(op)
			if refusal != nil {
				return []string{"refused " + refusal.SQLState}
			}
			lists = append(lists, lock.Taken(op, now, after, changes, version))
			now = after
		}
	}
	var lines []string
	for _, a := range lock.Merge(lists...) {
		if r := schema.RelationByOID(a.Relation); r != nil {
			lines = append(lines, line(r.Name, a.Mode.String(), a.Scan, a.Rewrite, a.Index))
		}
	}
	slices.Sort(lines)
	return lines
}

func line(relation, mode string, scan, rewrite, index bool) string {
	s := relation + " " + mode
	for _, flag := range []struct {
		set  bool
		name string
	}{{scan, "scan"}, {rewrite, "rewrite"}, {index, "index"}} {
		if flag.set {
			s += " " + flag.name
		}
	}
	return s
}

// policy returns what is foretold of a case in all versions.
func policy(t *testing.T, schema *catalog.Catalog, c testCase) string {
	t.Helper()
	var b strings.Builder
	fmt.Fprintln(&b, c.line)
	for from := c.since; from <= c.until; {
		lines := foretell(t, schema, c, from)
		to := from
		for to < c.until && slices.Equal(lines, foretell(t, schema, c, to+1)) {
			to++
		}
		versions := strconv.Itoa(from)
		if to > from {
			versions += "-" + strconv.Itoa(to)
		}
		if len(lines) == 0 {
			lines = []string{"nothing"}
		}
		for i, l := range lines {
			if i > 0 {
				versions = ""
			}
			fmt.Fprintf(&b, "    %-6s %s\n", versions, l)
		}
		from = to + 1
	}
	return b.String()
}

func parseAny(sql string) []ddl.Statement {
	return parser.Parse(source.NewFile("test.sql", sql).Whole()).Statements
}
