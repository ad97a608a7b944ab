package parser

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/parser/source"
)

var update = flag.Bool("update", false, "write the golden files")

// TestLower compares what SQL is lowered to with the golden files. In them a
// line of SQL begins with "> ", and what follows up to an empty line is the
// kind of the statement and its operations.
func TestLower(t *testing.T) {
	files, err := filepath.Glob("testdata/lower/*.txt")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, path := range files {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txt"), func(t *testing.T) {
			want, err := os.ReadFile(path)
			require.NoError(t, err)
			got := lowered(t, string(want))
			if *update {
				require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
				return
			}
			assert.Equal(t, string(want), got)
		})
	}
}

// lowered returns a golden file as it should be.
func lowered(t *testing.T, golden string) string {
	var b strings.Builder
	for _, sql := range goldenSQL(golden) {
		b.WriteString("> " + strings.ReplaceAll(sql, "\n", "\n> ") + "\n")
		script := Parse(source.NewFile("test.sql", sql).Whole())
		require.Len(t, script.Statements, 1, sql)
		st := script.Statements[0]
		require.Nil(t, st.Err, "%s: %v", sql, st.Err)
		b.WriteString(st.Kind + "\n" + dump(st.Ops) + "\n")
	}
	return b.String()
}

func goldenSQL(golden string) []string {
	var all []string
	var sql []string
	for line := range strings.Lines(golden) {
		if text, ok := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "> "); ok {
			sql = append(sql, text)
			continue
		}
		if len(sql) > 0 {
			all = append(all, strings.Join(sql, "\n"))
			sql = nil
		}
	}
	if len(sql) > 0 {
		all = append(all, strings.Join(sql, "\n"))
	}
	return all
}
