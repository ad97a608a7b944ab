package gocode_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"

	"github.com/migracheck/migracheck/analyzer/gocode"
	"github.com/migracheck/migracheck/parser"
	"github.com/migracheck/migracheck/parser/source"
)

// TestMade reads code that makes statements with libraries. What the libraries
// themselves sent for the same code is in the archives.
func TestMade(t *testing.T) {
	archives, err := filepath.Glob("testdata/made_*.txtar")
	require.NoError(t, err)
	require.NotEmpty(t, archives)
	for _, name := range archives {
		archive, err := txtar.ParseFile(name)
		require.NoError(t, err)
		for mode, options := range map[gocode.Mode]gocode.Options{gocode.Typed: {}, gocode.Syntax: {Syntax: true}} {
			base := strings.TrimSuffix(filepath.Base(name), ".txtar") + "." + string(mode)
			t.Run(base, func(t *testing.T) {
				result := load(t, unpack(t, archive), options)
				require.Equal(t, mode, result.Mode)
				golden := filepath.Join("testdata", base+".want")
				if *update {
					require.NoError(t, os.WriteFile(golden, []byte(print(result)), 0o644))
				}
				want, err := os.ReadFile(golden)
				require.NoError(t, err)
				assert.Equal(t, string(want), print(result))
				for _, q := range result.Queries {
					if q.Partial {
						continue
					}
					statements := parser.Parse(source.NewFile("made.sql", q.SQL).Whole()).Statements
					require.Len(t, statements, 1, q.SQL)
					assert.Nil(t, statements[0].Err, q.SQL)
				}
				if mode == gocode.Typed {
					compareMeasured(t, archive, result)
				}
			})
		}
	}
}

// compareMeasured asks of each statement that a library sent whether it is one
// of those of its line.
func compareMeasured(t *testing.T, archive *txtar.Archive, result *gocode.Result) {
	for _, f := range archive.Files {
		if f.Name != "measured" {
			continue
		}
		require.NotEmpty(t, f.Data)
		for line := range strings.Lines(string(f.Data)) {
			place, sql, _ := strings.Cut(strings.TrimSpace(line), " ")
			number, err := strconv.Atoi(place)
			require.NoError(t, err)
			var got []string
			for _, q := range result.Queries {
				if q.Call.From().Line == number {
					got = append(got, alike(q.SQL))
				}
			}
			assert.Contains(t, got, alike(sql), "line %d", number)
		}
	}
}

// What differs between a statement with its values and one with parameters.
var (
	literal   = regexp.MustCompile(`'[^']*'|\$[0-9]+|\b[0-9]+\b|\bDEFAULT\b`)
	spacing   = regexp.MustCompile(`\s*([,=])\s*`)
	several   = regexp.MustCompile(`\(\?(,\?)*\)(,\(\?(,\?)*\))*`)
	nullValue = regexp.MustCompile(`\bNULL([,)])`)
)

// alike returns a statement without what depends on values.
func alike(sql string) string {
	sql = literal.ReplaceAllString(sql, "?")
	sql = spacing.ReplaceAllString(sql, "$1")
	sql = nullValue.ReplaceAllString(sql, "?$1")
	return strings.TrimSpace(several.ReplaceAllString(sql, "(?)"))
}
