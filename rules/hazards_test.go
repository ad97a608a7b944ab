package rules

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestHazards holds the table of hazards to the rules: each hazard has a row,
// each name in it is a rule's, and each rule about compatibility or data is in
// some row.
func TestHazards(t *testing.T) {
	text, err := os.ReadFile("../docs/design/0005-hazards.md")
	require.NoError(t, err)
	row := regexp.MustCompile(`^\| ([AC]\d+) \| ([^|]+) \| ([^|]+) \|$`)
	name := regexp.MustCompile("`([a-z0-9-]+)`")
	rows, named := map[string]int{}, map[string]bool{}
	for line := range strings.Lines(string(text)) {
		m := row.FindStringSubmatch(strings.TrimRight(line, "\n"))
		if m == nil {
			continue
		}
		rows[m[1]]++
		for _, n := range name.FindAllStringSubmatch(m[3], -1) {
			rule := Find(n[1])
			if assert.NotNil(t, rule, "%s: no rule %s", m[1], n[1]) {
				assert.Equal(t, rule.Name, n[1], "%s: a former name", m[1])
			}
			named[n[1]] = true
		}
	}
	for prefix, last := range map[string]int{"A": 37, "C": 30} {
		for i := 1; i <= last; i++ {
			assert.Equal(t, 1, rows[fmt.Sprintf("%s%d", prefix, i)], "rows of %s%d", prefix, i)
		}
	}
	assert.Len(t, rows, 67)
	for _, r := range All() {
		if r.Category == Compat || r.Category == Data {
			assert.True(t, named[r.Name], "%s is in no row", r.Name)
		}
	}
}
