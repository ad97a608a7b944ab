package config

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/analyzer/postgres"
	"github.com/migracheck/migracheck/parser/migration"
	"github.com/migracheck/migracheck/parser/source"
	"github.com/migracheck/migracheck/rules"
)

var update = flag.Bool("update", false, "write the reference page and the schema")

func TestMain(m *testing.M) { postgres.Main(m) }

// write writes a file into a new working directory and returns its name.
func write(t *testing.T, text string) string {
	t.Helper()
	t.Chdir(t.TempDir())
	require.NoError(t, os.WriteFile(Name, []byte(text), 0o644))
	return Name
}

func duration(d time.Duration) *time.Duration { return &d }

func TestRead(t *testing.T) {
	t.Chdir(t.TempDir())
	require.NoError(t, os.MkdirAll("team/db", 0o755))
	require.NoError(t, os.Mkdir("team/.git", 0o755))
	require.NoError(t, os.WriteFile("team/table-statistics.csv", []byte("table,rows,bytes,scans,writes,seconds\npublic.country,200,65536,10,0,86400\npublic.orders,5000000,900000000,864000,10,86400\n"), 0o644))
	require.NoError(t, os.WriteFile("team/"+Name, []byte(example), 0o644))
	t.Chdir("team/db") // everything is shown from here

	assert.Equal(t, "../"+Name, filepath.ToSlash(Find(".")))
	c, err := Read("../" + Name)
	require.NoError(t, err)
	assert.Equal(t, []migration.Project{
		{Dir: filepath.FromSlash("../services/shop/migrations")},
		{Dir: filepath.FromSlash("../services/billing/db"), Framework: "goose", Placeholders: map[string]string{"schema": "billing"}},
		{Dir: filepath.FromSlash("../services/legacy/sql"), Framework: "custom", Custom: &migration.Custom{
			Files: `(?P<version>\d+)_(?P<name>\w+)\.(?P<direction>do|undo)\.sql`,
			Down:  []string{"undo"},
		}},
	}, c.Projects)
	assert.Equal(t, 16, c.PGVersion)
	assert.Equal(t, "origin/main", c.Since)
	assert.Equal(t, []string{"text", "sarif=" + filepath.FromSlash("../migracheck.sarif")}, c.Formats)
	assert.Equal(t, "warning", c.FailOn)
	assert.Equal(t, []string{"practice"}, c.Enable)
	assert.Equal(t, []string{"too-many-indexes"}, c.Exclude)
	assert.Equal(t, rules.Error, c.Severities["table-rewrite"], "a rule counts more than its family")
	assert.Equal(t, rules.Warning, c.Severities["table-scan-under-lock"])
	assert.NotContains(t, c.Severities, "drop-column")
	assert.Equal(t, map[string]map[string]any{"wide-index": {"columns": 4}}, c.Options)
	assert.Equal(t, rules.Timeouts{Lock: duration(5 * time.Second), Statement: duration(time.Minute)}, c.Timeouts)
	assert.Equal(t, []rules.Table{
		{Name: "public.country", Size: rules.Small, Rows: 200},
		{Name: "public.orders", Size: rules.Large, Rows: 5000000, Hot: true},
		{Name: "public.country", Size: rules.Small},
		{Name: "ref.*", Size: rules.Small},
		{Name: "orders", Hot: true},
	}, c.Tables)
	require.Len(t, c.Exemptions, 1)
	e := c.Exemptions[0]
	assert.Equal(t, []string{"drop-column", "drop-table"}, e.Rules)
	assert.Equal(t, "services/legacy/**", e.Path)
	assert.Equal(t, "db", e.Prefix, "paths are shown from team/db, patterns begin in team")
	assert.Equal(t, "2027-03-31", e.Until)
	assert.True(t, strings.HasPrefix(e.At.Text(), "rule: [drop-column") && strings.HasSuffix(e.At.Text(), "until: 2027-03-31"), e.At.Text())
}

// TestPatternsFromBelow: a configuration below the working directory.
func TestPatternsFromBelow(t *testing.T) {
	t.Chdir(t.TempDir())
	require.NoError(t, os.MkdirAll("a/b", 0o755))
	require.NoError(t, os.WriteFile("a/b/"+Name, []byte("allow: [{rule: lock, path: 'db/**', reason: x}]\n"), 0o644))
	c, err := Read("a/b/" + Name)
	require.NoError(t, err)
	require.Len(t, c.Exemptions, 1)
	assert.Equal(t, "a/b/db/**", c.Exemptions[0].Path)
	assert.Equal(t, ".", c.Exemptions[0].Prefix)
	assert.Equal(t, "lock", c.Exemptions[0].Family)
	assert.Contains(t, c.Exemptions[0].Rules, "table-rewrite")
	assert.Equal(t, "{rule: lock, path: 'db/**', reason: x", c.Exemptions[0].At.Text())
}

// good are files that say something in other words than the example.
var good = map[string]string{
	"empty":                 "",
	"comments":              "# nothing yet\n\n",
	"byte order mark":       "\ufefffail-on: note\n",
	"only a byte order":     "\ufeff",
	"line ends of Windows":  "fail-on: note\r\nrules:\r\n  - drop-column\r\n",
	"begin of a document":   "---\nfail-on: note\n",
	"an empty document":     "---\n",
	"a number as an id":     "from: 0042\n",
	"a date as an id":       "from: 2024-01-31\n",
	"one format":            "format: sarif=x.sarif\n",
	"standard output":       "format: json=-\n",
	"empty lists":           "exclude: []\nenable: []\nprojects: []\n",
	"a family without rule": "exclude: [gate]\n",
	"off":                   "severity: {practice: off, drop-column: note}\n",
	"an alias":              "exclude: &quiet [drop-column]\nenable: *quiet\n",
	"times":                 "timeouts: {lock: 0, statement: 1m30s}\n",
	"thresholds":            "tables: {small-rows: 5, small-size: 8 kB, hot-per-minute: 1, rows: {orders: 12}}\n",
	"one rule, no list":     "allow: [{rule: drop-column, reason: x, relation: 'public.*'}]\n",
	"a project by its path": "projects: [., ../x]\n",
	"placeholders":          "projects: [{dir: a, one-transaction: true, placeholders: {a: '', b: 5, '%x%': y}}]\n",
	"a whole layout": "projects: [{dir: a, custom: {files: '(?P<version>x)', down: [d], order: name, up-marker: a, " +
		"down-marker: b, separator: ';', transaction: none, no-transaction: c}}]\n",
}

func TestGood(t *testing.T) {
	for name, text := range good {
		t.Run(name, func(t *testing.T) {
			_, err := Read(write(t, text))
			assert.NoError(t, err)
		})
	}
}

// bad are files with what is said of them.
var bad = map[string]struct {
	text string
	want []string
	// alone is set where JSON Schema cannot say so.
	alone bool
}{
	"unknown key":         {"framwork: goose\n", []string{`1:1: unknown key "framwork": did you mean framework?`}, false},
	"nothing like it":     {"xyzzy: 1\n", []string{`1:1: unknown key "xyzzy": known are projects, framework, pg-version, since, from, app, previous, queries, format, fail-on, baseline, rules, enable, exclude, severity, options, tables, timeouts, gate, allow`}, false},
	"several at once":     {"fail-on: sometimes\npg-version: nine\n", []string{"1:10: expected one of error, warning, note, never", "2:13: expected a number from 13 to 18"}, false},
	"too old":             {"pg-version: 12\n", []string{"1:13: expected a number from 13 to 18"}, false},
	"a fraction":          {"pg-version: 15.5\n", []string{"1:13: expected a number from 13 to 18"}, false},
	"a text":              {"pg-version: '16'\n", []string{"1:13: expected a number from 13 to 18"}, false},
	"key twice":           {"from: 1\nfrom: 2\n", []string{`2:1: key "from" is given twice`}, true},
	"two beginnings":      {"since: x\nfrom: 2\n", []string{"2:7: since and from both say where the release begins: keep one"}, false},
	"no value":            {"since:\n", []string{"1:7: expected a text or a number"}, false},
	"no mapping":          {"- a\n", []string{"1:1: expected keys with values here: projects, framework, pg-version, since, from, app, previous, queries, format, fail-on, baseline, rules, enable, exclude, severity, options, tables, timeouts, gate, allow"}, false},
	"no list":             {"exclude: drop-column\n", []string{"1:10: expected a list of rules and families"}, false},
	"no rules":            {"rules: []\n", []string{"1:8: expected a list of rules and families"}, false},
	"unknown rule":        {"exclude:\n  - drop-colum\n", []string{`2:5: unknown rule "drop-colum": did you mean drop-column?`}, false},
	"unknown family":      {"exclude: [loc]\n", []string{`1:11: unknown rule "loc": did you mean lock?`}, false},
	"severity":            {"severity: {lock: loud}\n", []string{"1:18: expected one of error, warning, note, off"}, false},
	"severity of nothing": {"severity: {xyzzyplugh: off}\n", []string{`1:12: unknown rule "xyzzyplugh" (migracheck rules lists them)`}, false},
	"unknown format":      {"format: txt\n", []string{`1:9: unknown format "txt": did you mean text?`}, false},
	"no file":             {"format: [sarif=]\n", []string{"1:10: no file after the equals sign"}, false},
	"project without dir": {"projects:\n  - framework: goose\n", []string{"2:5: dir is missing here"}, false},
	"unknown framework":   {"projects: [{dir: a, framework: gose}]\n", []string{"1:32: expected one of " + strings.Join(frameworks(), ", ")}, false},
	"custom of another":   {"projects: [{dir: a, framework: goose, custom: {files: x}}]\n", []string{"1:32: custom describes the layout, so framework is custom or left out"}, true},
	"custom undescribed":  {"projects: [{dir: a, framework: custom}]\n", []string{"1:32: the layout custom is described by the key custom, which is missing here"}, true},
	"custom without":      {"projects: [{dir: a, custom: {order: name}}]\n", []string{"1:29: files is missing here"}, false},
	"expression":          {"projects: [{dir: a, custom: {files: '('}}]\n", []string{"1:37: this is no regular expression: missing closing ): `(`"}, true},
	"number as a path":    {"baseline: 2024\n", []string{`1:11: expected a text: put it in quotes, "2024"`}, false},
	"time":                {"timeouts: {lock: soon}\n", []string{"1:18: expected a time, such as 5s, 500ms, 1min or 1m30s; 0 is no limit"}, false},
	"negative time":       {"timeouts: {lock: -1}\n", []string{"1:18: expected a time, such as 5s, 500ms, 1min or 1m30s; 0 is no limit"}, false},
	"short time":          {"timeouts: {lock: 10us}\n", []string{"1:18: this is less than a millisecond, which turns the limit off"}, true},
	"long time":           {"timeouts: {lock: 25d}\n", []string{"1:18: this is more than PostgreSQL takes, 2147483647 ms"}, true},
	"no time":             {"timeouts: {lock: [5]}\n", []string{"1:18: expected a time, such as 5s, 500ms, 1min or 1m30s; 0 is no limit"}, false},
	"option":              {"options: {wide-index: {column: 4}}\n", []string{`1:24: unknown key "column": did you mean columns?`}, false},
	"option's type":       {"options: {wide-index: {columns: many}}\n", []string{"1:33: expected a number from 0 on"}, false},
	"option of none":      {"options: {drop-column: {x: 4}}\n", []string{"1:11: rule drop-column has no options"}, false},
	"option of a family":  {"options: {lock: {x: 4}}\n", []string{"1:11: lock is a family: options are those of a rule"}, false},
	"small and large":     {"tables: {small: [a], large: [b, a]}\n", []string{`1:33: table "a" is among the small tables, too`}, true},
	"table":               {"tables: {hot: [a.b.c]}\n", []string{"1:16: expected schema.table or the name of a table in any schema"}, false},
	"rows":                {"tables: {rows: {a: -1}}\n", []string{"1:20: expected a number from 0 on"}, false},
	"size":                {"tables: {small-size: 16 megs}\n", []string{"1:22: expected a size, such as 16MB; the units are B, kB, MB, GB, TB"}, false},
	"no reason":           {"allow:\n  - rule: drop-column\n", []string{"2:5: reason is missing here"}, false},
	"empty reason":        {"allow:\n  - rule: drop-column\n    reason: ''\n", []string{"3:13: expected a text"}, false},
	"date":                {"allow: [{rule: lock, reason: x, until: 31.12.2027}]\n", []string{"1:40: expected a date, as 2027-03-31"}, false},
	"no such date":        {"allow: [{rule: lock, reason: x, until: 2027-02-30}]\n", []string{"1:40: expected a date, as 2027-03-31"}, true},
	"cannot be allowed":   {"allow: [{rule: unused-allow, reason: x}]\n", []string{"1:16: nothing can allow findings of unused-allow"}, true},
	"two documents":       {"from: 1\n---\nfrom: 2\n", []string{"3:1: a second document begins here: the configuration is one"}, true},
	"merge key":           {"tables: &t {hot: [a]}\ntimeouts:\n  <<: *t\n", []string{"3:3: merge keys (<<) are not supported: write the keys here, or use an alias for a whole value"}, true},
	"anchor in itself":    {"exclude: &a [*a]\n", []string{"1:10: expected the name of a rule or a family"}, true},
	"key that is no name": {"? [a]\n: b\n", []string{"1:3: expected a name before the colon"}, true},
}

func TestBad(t *testing.T) {
	for name, c := range bad {
		t.Run(name, func(t *testing.T) {
			_, err := Read(write(t, c.text))
			var want []string
			for _, w := range c.want {
				want = append(want, Name+":"+w)
			}
			assert.EqualError(t, err, strings.Join(want, "\n"))
		})
	}
}

func TestSyntax(t *testing.T) {
	for text, want := range map[string]string{
		"from: \"1\"\n  since: [\n":         "2:3: did not find expected key",
		"a: [1,\nb: 2\n":                    "2:4: did not find expected ',' or ']'",
		"\ta: 1\n":                          "1:1: found character that cannot start any token",
		"a: 1\n\tb: 2\nc: 3\nd: 4\n":        "2:1: found a tab character that violates indentation",
		"x: 'one\n  two'\na: \"x\n\nb: 1\n": "3:4: found unexpected end of stream",
		"a: b: c\nd: e\nf: g\n":             "1:5: mapping values are not allowed in this context",
		"- a\nb: 1\nc: 2\n":                 "2:2: did not find expected '-' indicator",
		"a: *x\nb: 1\n":                     "1:5: unknown anchor 'x' referenced",
		"a: 1\nb: {x: 1\nc: 2\nd: 3\n":      "2:8: did not find expected ',' or '}'",
		"a: 1\nb: @x\nc: 1\n":               "2:4: found character that cannot start any token",
		"a: 1\na\nb: 2\nc: 3\n":             "2:1: could not find expected ':'",
		"a: \x00\n":                         "1:4: control characters are not allowed",
		"exclude:\n- a\n---\nb: }\n":        "4:4: did not find expected node content",
		"%YAML 1.2\n---\na: 1\n":            "1:9: found incompatible YAML document",
		"\ufeffa: }\n":                      "1:4: did not find expected node content",
		"a: \xff\n":                         "1:4: invalid leading UTF-8 octet",
		"# " + strings.Repeat("x", longest) + "\n:\n  - [\n": " did not find expected key",
	} {
		_, err := Read(write(t, text))
		assert.EqualError(t, err, Name+":"+want, "%.40q", text)
	}
}

func TestOptions(t *testing.T) {
	all := []*rules.Rule{{Name: "one", Aliases: []string{"uno"}, Options: []rules.Option{
		{Name: "number", Default: 1}, {Name: "yes", Default: true}, {Name: "word", Default: "a"},
		{Name: "words", Default: []string{"a"}}, {Name: "names", Default: "x.*", Pattern: true},
	}}}
	file := func(text string) *reader {
		r := &reader{file: source.NewFile("f", text), dir: ".", rules: all}
		return r
	}
	c, err := file("options:\n  uno: {number: 3, yes: false, word: 5, words: [b, 1], names: 'a|b'}\n").config()
	require.NoError(t, err)
	assert.Equal(t, map[string]map[string]any{"one": {"number": 3, "yes": false, "word": "5", "words": []string{"b", "1"}, "names": "a|b"}}, c.Options)
	_, err = file("options:\n  one: {number: x, yes: 1, word: [], words: b, names: '('}\n").config()
	assert.EqualError(t, err, "f:2:17: expected a number from 0 on\nf:2:25: expected true or false\nf:2:34: expected a text or a number\n"+
		"f:2:45: expected a list of texts\nf:2:55: this is no regular expression: missing closing ): `(`")
}

func TestFind(t *testing.T) {
	t.Chdir(t.TempDir())
	require.NoError(t, os.MkdirAll("repo/.git", 0o755))
	require.NoError(t, os.MkdirAll("repo/a/b", 0o755))
	require.NoError(t, os.WriteFile(Name, nil, 0o644))
	assert.Empty(t, Find("repo/a/b"), "the root of the repository ends the search")
	require.NoError(t, os.WriteFile("repo/a/"+Name, nil, 0o644))
	require.NoError(t, os.WriteFile("repo/a/b/x.sql", nil, 0o644))
	assert.Equal(t, "repo/a/"+Name, filepath.ToSlash(Find("repo/a/b/x.sql")))
	assert.Equal(t, "repo/a/"+Name, filepath.ToSlash(Find("repo/a/b/absent")))
	require.NoError(t, os.Mkdir("repo/a/b/"+Name, 0o755))
	assert.Equal(t, "repo/a/"+Name, filepath.ToSlash(Find("repo/a/b")), "a directory of that name is none")
}

func FuzzRead(f *testing.F) {
	f.Add(example)
	for _, text := range good {
		f.Add(text)
	}
	for _, c := range bad {
		f.Add(c.text)
	}
	all := rules.All()
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 1<<10 {
			t.Skip() // the place of an error is looked for many times
		}
		r := &reader{file: source.NewFile("f", text), dir: "/nowhere", rules: all}
		c, err := r.config()
		if err != nil {
			assert.Nil(t, c)
			return
		}
		for _, e := range c.Exemptions {
			assert.LessOrEqual(t, e.At.Start, e.At.End)
			assert.NotEmpty(t, e.At.Text())
		}
	})
}

// TestFindOutsideRepository: further up than the working directory anybody may
// have put a file.
func TestFindOutsideRepository(t *testing.T) {
	above := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(above, "project/db/migrations"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(above, Name), nil, 0o644))
	t.Chdir(filepath.Join(above, "project"))
	assert.Empty(t, Find("."))
	assert.Empty(t, Find("db/migrations"))
	require.NoError(t, os.WriteFile(Name, nil, 0o644))
	assert.Equal(t, Name, Find("db/migrations"))
	t.Chdir("db")
	assert.Empty(t, Find("migrations"))
	t.Chdir(t.TempDir())
	assert.Empty(t, Find(filepath.Join(above, "project/db")), "a path elsewhere: nothing above it")
}
