package parser

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/parser/source"
)

// TestOperationsOfDirectory writes what the files below $SQL are lowered to into
// the file $OPERATIONS, for "make parser-differential".
func TestOperationsOfDirectory(t *testing.T) {
	dir, out := os.Getenv("SQL"), os.Getenv("OPERATIONS")
	if dir == "" || out == "" {
		t.Skip("SQL names no directory, or OPERATIONS no file: see make parser-differential")
	}
	files := 0
	var b strings.Builder
	require.NoError(t, filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(path) != ".sql" {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		files++
		for _, st := range Parse(source.NewFile(path, string(text)).Whole()).Statements {
			fmt.Fprintf(&b, "%s:%d %s\n", path, 1+strings.Count(string(text[:st.Span.Start]), "\n"), st.Kind)
			if st.Err != nil {
				fmt.Fprintf(&b, "error %s %s %s\n", place(st.Err.At), st.Err.Message, st.Err.Hint)
			}
			b.WriteString(dump(st.Ops))
		}
		return nil
	}))
	require.NotZero(t, files, "no file below %s ends in .sql", dir)
	require.NoError(t, os.WriteFile(out, []byte(b.String()), 0o600))
}
