package migration

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"

	"github.com/migracheck/migracheck/parser/ddl"
)

// TestCustomLayouts reads layouts that real projects have made up. The archive's
// comment is prose and then the description, a field per line.
func TestCustomLayouts(t *testing.T) {
	archives, err := filepath.Glob("testdata/custom/*.txtar")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(archives), 9)
	for _, name := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(name)
			require.NoError(t, err)
			project := described(t, string(archive.Comment))
			require.NoError(t, project.Custom.Check())
			fsys := fstest.MapFS{}
			want := ""
			for _, f := range archive.Files {
				if f.Name == "want" {
					want = string(f.Data)
					continue
				}
				fsys[f.Name] = &fstest.MapFile{Data: f.Data}
			}
			set, err := LoadFS(context.Background(), fsys, ".", Options{Projects: []Project{project}})
			require.NoError(t, err)
			assert.Equal(t, customName, set.Layout)
			assert.Equal(t, "described by the configuration", set.Reason)
			assert.Equal(t, want, flow(set))
		})
	}
}

// described reads a project from the comment of an archive.
func described(t *testing.T, comment string) Project {
	t.Helper()
	c := &Custom{}
	p := Project{Dir: ".", Custom: c}
	_, fields, ok := strings.Cut(comment, "\n\n")
	require.True(t, ok)
	for line := range strings.Lines(fields) {
		field, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
		switch field {
		case "":
		case "files":
			c.Files = value
		case "down":
			c.Down = strings.Fields(value)
		case "order":
			c.Order = value
		case "up-marker":
			c.UpMarker = value
		case "down-marker":
			c.DownMarker = value
		case "separator":
			c.Separator = value
		case "transaction":
			c.Transaction = value
		case "no-transaction":
			c.NoTransaction = value
		default:
			name, ok := strings.CutPrefix(field, "placeholder ")
			require.True(t, ok, field)
			p.Placeholders = map[string]string{name: value}
		}
	}
	return p
}

// flow writes a set as it runs: for each statement the migration, the
// direction, the transaction and the first words, and for a table that a value
// of a placeholder names, which one it is; then what was not read, and the
// problems.
func flow(set *Set) string {
	var b strings.Builder
	if set.OneTransaction {
		b.WriteString("one transaction\n")
	}
	for _, m := range set.Migrations {
		if m.Opaque != "" {
			fmt.Fprintf(&b, "%s opaque: %s\n", m.ID, m.Opaque)
		}
		script(&b, set, m.ID+" up", m.Up)
		if m.Down != nil {
			script(&b, set, m.ID+" down", m.Down)
		}
	}
	for _, name := range set.Ignored {
		fmt.Fprintf(&b, "ignored: %s\n", name)
	}
	for _, p := range set.Problems {
		at := p.At.From()
		fmt.Fprintf(&b, "%s:%d:%d: %s: %s\n", p.At.File.Path, at.Line, at.Column, p.Kind, p.Message)
	}
	return b.String()
}

func script(b *strings.Builder, set *Set, name string, s *Script) {
	if s.Opaque != "" {
		fmt.Fprintf(b, "%s opaque: %s\n", name, s.Opaque)
	}
	for i := range s.Pieces {
		p := &s.Pieces[i]
		kind := map[Transaction]string{Wrapped: "tx", Implicit: "implicit", Autocommit: "alone", Unstated: "unstated"}[p.Transaction]
		if p.Transaction == Implicit && !p.Shared() {
			kind = "alone"
		}
		if p.Separate {
			kind = "apart " + kind
		}
		for _, st := range p.Statements {
			words := strings.Fields(st.Span.Text())
			fmt.Fprintf(b, "%s %s: %s\n", name, kind, strings.Join(words[:min(len(words), 5)], " "))
			if set.placeholders == nil || len(st.Ops) == 0 {
				continue
			}
			if create, ok := st.Ops[0].(*ddl.CreateTable); ok {
				fmt.Fprintf(b, "\ttable %s\n", create.Table.Name)
			}
		}
	}
}

func TestCustomErrors(t *testing.T) {
	const both = `(?P<version>[0-9]+)_(?P<name>.*)\.sql`
	const directed = `(?P<version>[0-9]+)\.(?P<direction>.*)\.sql`
	for _, tt := range []struct {
		custom      Custom
		field, want string
	}{
		{Custom{}, "files", `files is missing: it is a regular expression for the paths of the migrations, as (?P<version>[0-9]+)_(?P<name>.*)\.sql`},
		{Custom{Files: "("}, "files", "files is no regular expression: missing closing ): `(`"},
		{Custom{Files: `.*\.sql`}, "files", "files has neither a group (?P<version>…) nor a group (?P<name>…), so nothing tells migrations apart"},
		{Custom{Files: `(?P<revision>.*)\.sql`}, "files", `files has a group "revision": groups are version, name and direction`},
		{Custom{Files: directed}, "down", "down is missing: it lists what the group direction in files is for a down file"},
		{Custom{Files: both, Down: []string{"down"}}, "down", "down has no use: files has no group (?P<direction>…)"},
		{Custom{Files: directed, Down: []string{"down"}, UpMarker: "up"}, "up-marker", "up-marker has no use: a file is one direction, as the group direction in files says"},
		{Custom{Files: directed, Down: []string{"down"}, DownMarker: "up"}, "down-marker", "down-marker has no use: a file is one direction, as the group direction in files says"},
		{Custom{Files: both, Order: "date"}, "order", `order is "date": it is number or name`},
		{Custom{Files: `(?P<name>.*)\.sql`, Order: "number"}, "order", "order is by number, but files has no group (?P<version>…)"},
		{Custom{Files: both, UpMarker: "["}, "up-marker", "up-marker is no regular expression: missing closing ]: `[`"},
		{Custom{Files: both, DownMarker: ".*"}, "down-marker", "down-marker matches an empty line, and so every line"},
		{Custom{Files: both, NoTransaction: "x?"}, "no-transaction", "no-transaction matches an empty line, and so every line"},
		{Custom{Files: both, Separator: "*"}, "separator", "separator is no regular expression: missing argument to repetition operator: `*`"},
		{Custom{Files: both, Transaction: "file"}, "transaction", `transaction is "file": it is migration, all or none`},
	} {
		err := tt.custom.Check()
		require.EqualError(t, err, tt.want)
		var wrong *CustomError
		require.ErrorAs(t, err, &wrong)
		assert.Equal(t, tt.field, wrong.Field)
	}
	assert.NoError(t, (&Custom{Files: both, Separator: "^$", Transaction: "all", Order: "number"}).Check())

	inTree(t, "m/1_a.sql", "SELECT 1;")
	_, err := Load(context.Background(), []string{"m"}, Options{Framework: "custom"})
	require.EqualError(t, err, "the layout custom has to be described: say in the configuration, for the directory of the migrations, at least what the paths of the files are (files)")
	_, err = Load(context.Background(), []string{"m"}, Options{Projects: []Project{{Dir: "m", Custom: &Custom{Files: "("}}}})
	require.EqualError(t, err, "the custom layout of m: files is no regular expression: missing closing ): `(`")
	_, err = Load(context.Background(), []string{"m"}, Options{Projects: []Project{{Dir: "m", Custom: &Custom{Files: `V(?P<version>[0-9]+)\.sql`}}}})
	require.EqualError(t, err, "no migrations in m: nothing in it or below it is named as custom wants it, only 1_a.sql")
	dir, err := OpenDir(files("1.sql", "a;"), "m", "m")
	require.NoError(t, err)
	assert.Empty(t, custom{}.Load(dir).Migrations)
}

func FuzzCustom(f *testing.F) {
	f.Add("-- up\na;\n-- down\nb;\n-- off\n--\nc;", "^-- up", "^-- down", "^--$", "off")
	f.Fuzz(func(t *testing.T, text, up, down, separator, off string) {
		c := &Custom{Files: `(?P<version>.*)\.sql`, UpMarker: up, DownMarker: down, Separator: separator, NoTransaction: off}
		l, err := c.compile()
		if err != nil {
			return
		}
		dir, err := OpenDir(files("1.sql", text), "m", "m")
		require.NoError(t, err)
		set := l.Load(dir)
		require.Len(t, set.Migrations, 1)
		for s := range scriptsOf([]*Set{set}) {
			end := s.Span.Start
			for _, p := range s.Pieces {
				require.True(t, s.Span.Contains(p.Span), "piece within its script")
				require.LessOrEqual(t, end, p.Span.Start, "pieces in order")
				end = p.Span.End
			}
		}
	})
}
