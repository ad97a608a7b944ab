package parser

import (
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/query"
	"github.com/migracheck/migracheck/parser/source"
)

// allGolden returns the SQL of all golden files.
func allGolden(t *testing.T) []string {
	files, err := filepath.Glob("testdata/lower/*.txt")
	require.NoError(t, err)
	var all []string
	for _, path := range files {
		golden, err := os.ReadFile(path)
		require.NoError(t, err)
		all = append(all, goldenSQL(string(golden))...)
	}
	require.NotEmpty(t, all)
	return all
}

// operationNames returns the names of the types that have the method op.
func operationNames(t *testing.T) []string {
	text, err := os.ReadFile("ddl/ops.go")
	require.NoError(t, err)
	var names []string
	for _, m := range regexp.MustCompile(`(?m)^func \(\*(\w+)\) op\(\)`).FindAllStringSubmatch(string(text), -1) {
		names = append(names, m[1])
	}
	require.NotEmpty(t, names)
	return names
}

// Every name stands where its place says, every place lies within the
// operation, and every operation within the statement: with a comment before,
// behind and between, and at the end of a longer file.
func TestPlaces(t *testing.T) {
	for _, sql := range allGolden(t) {
		text := "-- é\n/* first */ SELECT 1;\n\t" + sql + " -- end\n;SELECT 2;"
		statements := Parse(source.NewFile("test.sql", text).Whole()).Statements
		require.Len(t, statements, 3, sql)
		for _, st := range statements {
			require.Nil(t, st.Err, sql)
			for _, op := range st.Ops {
				assert.True(t, st.Span.Contains(op.Span()), "%q is not in %q", op.Span().Text(), st.Span.Text())
				check := placeCheck{t: t, within: op.Span(), sql: sql}
				if _, ok := op.(*ddl.Grant); ok {
					check.within = st.Span
				}
				if _, conditional := op.(interface{ Target() ddl.Ref }); conditional || isOwner(op) {
					check.within = st.Span // the relation stands before the subcommand
				}
				check.value(reflect.ValueOf(op))
			}
		}
	}
}

func isOwner(op ddl.Op) bool { _, ok := op.(*ddl.SetOwner); return ok }

type placeCheck struct {
	t      *testing.T
	within source.Span
	sql    string
}

func (c placeCheck) inside(at source.Span, what string) {
	assert.False(c.t, at.IsZero(), "%s has no place in %s", what, c.sql)
	assert.True(c.t, c.within.Contains(at), "%s at %q is not in %q", what, at.Text(), c.within.Text())
	assert.NotEmpty(c.t, at.Text(), "%s in %s", what, c.sql)
}

func (c placeCheck) value(v reflect.Value) {
	if !v.IsValid() || v.IsZero() {
		return
	}
	switch x := v.Interface().(type) {
	case ddl.Ref:
		c.inside(x.At, x.Name.Name)
		c.written(x.Name.Name, x.At)
		return
	case ddl.Ident:
		c.inside(x.At, x.Name)
		c.written(x.Name, x.At)
		return
	case ddl.TypeName:
		c.inside(x.At, x.String())
		return
	case query.ColumnRef:
		c.inside(x.At, x.Column)
		if !x.Star {
			c.written(x.Column, x.At)
		}
		return
	case query.Call:
		c.inside(x.At, x.Name.Name)
		return
	case *ddl.Expr:
		c.inside(x.At, "an expression")
		assert.Equal(c.t, x.At.Text(), x.Text, c.sql)
	case *ddl.Query:
		c.inside(x.At, "a query")
		assert.Equal(c.t, x.At.Text(), x.Text, c.sql)
	case source.Span:
		c.inside(x, "a place")
		return
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		c.value(v.Elem())
	case reflect.Struct:
		for i := range v.NumField() {
			c.value(v.Field(i))
		}
	case reflect.Slice:
		for i := range v.Len() {
			c.value(v.Index(i))
		}
	}
}

// written checks that the last part of the text at a place is the name.
func (c placeCheck) written(name string, at source.Span) {
	text := at.Text()
	if strings.HasPrefix(text, "U&") {
		return // written otherwise
	}
	if len(text) > 63 {
		assert.True(c.t, strings.HasPrefix(text, name) && len(name) <= 63, "%q is not cut to %q", text, name)
		return
	}
	assert.True(c.t, strings.HasSuffix(text, name) || strings.HasSuffix(text, query.Quote(name)) ||
		strings.HasSuffix(text, `"`+name+`"`) || strings.HasSuffix(strings.ToLower(text), name) ||
		name == "" || name == "current_user",
		"%q is not the name %q in %s", text, name, c.sql)
}
