package rules

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/parser/migration"
)

// TestOptions holds the options of all rules to what a configuration can set,
// and their pages to the options.
func TestOptions(t *testing.T) {
	for _, r := range All() {
		page, err := PageOf(r.Name)
		require.NoError(t, err)
		seen := map[string]bool{}
		for _, o := range r.Options {
			name := r.Name + " " + o.Name
			assert.Regexp(t, `^[a-z]+(-[a-z]+)*$`, o.Name, name)
			assert.False(t, seen[o.Name], "%s is there twice", name)
			seen[o.Name] = true
			assert.NotEmpty(t, o.Help, name)
			assert.False(t, strings.HasSuffix(o.Help, "."), "%s ends in a full stop", name)
			assert.NotContains(t, o.Help, "|", name)
			switch value := o.Default.(type) {
			case int, bool, []string:
				assert.False(t, o.Pattern, "%s is no string", name)
			case string:
				if o.Pattern {
					_, err := regexp.Compile(value)
					assert.NoError(t, err, name)
				}
			default:
				t.Errorf("%s is a %T", name, value)
			}
			assert.Contains(t, page.Text(), fmt.Sprintf("\n    %s: ", o.Name), name)
			assert.Contains(t, page.Markdown(), fmt.Sprintf("\n| %s | `", o.Name), name)
		}
		assert.Equal(t, len(r.Options) > 0, strings.Contains(page.Markdown(), "\n## Options\n"), r.Name)
		assert.Equal(t, len(r.Options) > 0, strings.Contains(page.Text(), "\nOptions\n"), r.Name)
	}
}

func TestOptionsOnPage(t *testing.T) {
	for _, test := range []struct {
		option      Option
		value, help string
	}{
		{Option{Default: []string{"a", "b c"}, Help: "which"}, "[a, b c]", "which"},
		{Option{Default: []string{}, Help: "which"}, "[]", "which"},
		{Option{Default: 3, Help: "how many"}, "3", "how many"},
		{Option{Default: true, Help: "whether"}, "true", "whether"},
		{Option{Default: "a|b", Pattern: true, Help: "which"}, "a|b", "which (a regular expression for whole names)"},
	} {
		assert.Equal(t, test.value, test.option.value())
		assert.Equal(t, test.help, test.option.help())
	}
	page := &Page{Rule: &Rule{Name: "x", Title: "Y", Options: []Option{{Name: "names", Help: "which", Default: "a|b", Pattern: true}}}, Prose: []string{"Y."}}
	assert.Contains(t, page.Markdown(), "| names | `a\\|b` | which (a regular expression for whole names) |\n")
	assert.Contains(t, page.Text(), "    names: which (a regular expression for whole names); default a|b\n")
}

// TestOptionsOfPractice judges one statement with an option left alone and set.
func TestOptionsOfPractice(t *testing.T) {
	for _, test := range []struct {
		rule           *Rule
		sql            string
		option         string
		value          any
		byDefault, set int
	}{
		{deniedType, "CREATE TABLE t (a money, b int, c numeric(5,2)[], d numeric(6,2))", "types", []string{"integer", "numeric(5,2)"}, 1, 2},
		{deniedType, "CREATE TYPE mood AS ENUM ('a'); CREATE TABLE t (a mood, b public.mood[])", "types", []string{"mood"}, 0, 2},
		{deniedType, "CREATE TYPE mood AS ENUM ('a'); CREATE TABLE t (a mood)", "types", []string{"public.mood"}, 0, 1},
		{deniedType, "CREATE TABLE t (a timestamptz)", "types", []string{"TIMESTAMP WITH TIME ZONE"}, 0, 1},
		{floatAmount, "CREATE TABLE t (price real, rate real, prices real, unit_price float8)", "columns", "rate", 2, 1},
		{unlistedKeyType, "CREATE TABLE t (a int PRIMARY KEY); CREATE TABLE u (a text PRIMARY KEY)", "types", []string{"int4"}, 2, 1},
		{wideIndex, "CREATE TABLE t (a int, b int); CREATE INDEX i ON t (a, b)", "columns", 1, 0, 1},
		{wideIndex, "CREATE TABLE t (a int, b int); CREATE INDEX i ON t (a) INCLUDE (b)", "columns", 1, 0, 0},
		{tooManyIndexes, "CREATE TABLE t (a int PRIMARY KEY, b int UNIQUE); CREATE INDEX i ON t (b)", "indexes", 1, 0, 1},
		{missingComment, "CREATE TABLE t (a int)", "kinds", []string{"table"}, 2, 1},
		{missingRequiredColumn, "CREATE TABLE t (a int)", "columns", []string{"a"}, 1, 0},
		{missingRowSecurity, "CREATE TABLE t (a int); CREATE SCHEMA s; CREATE TABLE s.u (a int); CREATE TABLE s.v (a int)", "schemas", []string{"s"}, 1, 2},
		{unlistedExtension, "CREATE EXTENSION citext", "extensions", []string{"citext"}, 1, 0},
		{hardCodedSchema, "CREATE TABLE public.t (a int)", "schemas", []string{"public"}, 1, 0},
		{unnamedConstraint, "CREATE TABLE t (a int PRIMARY KEY, b int UNIQUE, c int CHECK (c > 0))", "kinds", []string{"primary key"}, 2, 1},
		{nonconformingName, `CREATE TABLE t (a int); CREATE INDEX t_a_idx ON t (a); CREATE INDEX t_b ON t (a)`, "index", "{table}_{columns}_idx", 0, 1},
		{nonconformingName, `CREATE TABLE "t.x" (a int); CREATE INDEX "i_t-x" ON "t.x" (a)`, "index", "i_{table}", 2, 2},
		{nonconformingName, `CREATE TABLE t (a int, b int, CONSTRAINT t_a_b_key UNIQUE (a, b))`, "unique", "{table}_{columns}_key", 0, 0},
		{nonconformingName, `CREATE TABLE t (a int)`, "table", "(", 0, 1},
	} {
		t.Run(test.rule.Name+"/"+test.sql, func(t *testing.T) {
			require.True(t, slices.ContainsFunc(test.rule.Options, func(o Option) bool { return o.Name == test.option }))
			set, timeline := load(t, "", "1_a.up.sql", test.sql)
			judge := func(values map[string]map[string]any) int {
				return len(Run([]*migration.Set{set}, timeline, []*Rule{test.rule}, Options{Today: today, Values: values}))
			}
			assert.Equal(t, test.byDefault, judge(nil), "by default")
			assert.Equal(t, test.set, judge(map[string]map[string]any{test.rule.Name: {test.option: test.value}}), "set")
		})
	}
}
