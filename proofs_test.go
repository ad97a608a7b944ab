package migracheck_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestProofsAreThere holds that docs/how-it-knows.md names tests that exist.
func TestProofsAreThere(t *testing.T) {
	page, err := os.ReadFile("docs/how-it-knows.md")
	require.NoError(t, err)
	rows := 0
	name := regexp.MustCompile("`(Test\\w+)`")
	for line := range strings.Lines(string(page)) {
		cells := strings.Split(line, "|")
		if len(cells) != 6 || !name.MatchString(cells[3]) {
			continue
		}
		rows++
		tests := tests(t, strings.Trim(cells[2], " `"))
		for _, m := range name.FindAllStringSubmatch(cells[3], -1) {
			assert.Contains(t, tests, "\nfunc "+m[1]+"(t *testing.T) {", line)
		}
	}
	assert.Greater(t, rows, 10)
}

// tests are the files of tests in a directory.
func tests(t *testing.T, dir string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
	require.NoError(t, err)
	require.NotEmpty(t, files, dir)
	var all strings.Builder
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		all.Write(text)
	}
	return all.String()
}
