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

// TestHazards holds the table of hazards to the rules: each hazard has one row,
// which names rules or says why there is none, each name in it is a rule's, and
// each rule about compatibility, locks, data, rollback, practice or process is in some row.
func TestHazards(t *testing.T) {
	text, err := os.ReadFile("../docs/design/0005-hazards.md")
	require.NoError(t, err)
	row := regexp.MustCompile(`^\| ([ABCDEF]\d+) \| ([^|]+) \| ([^|]+) \|$`)
	name := regexp.MustCompile("`([a-z0-9-]+)`")
	reason := regexp.MustCompile(`^(not yet|nothing): .`)
	rows, named := map[string]int{}, map[string]bool{}
	for line := range strings.Lines(string(text)) {
		m := row.FindStringSubmatch(strings.TrimRight(line, "\n"))
		if m == nil {
			continue
		}
		rows[m[1]]++
		names := name.FindAllStringSubmatch(m[3], -1)
		assert.True(t, len(names) > 0 || reason.MatchString(m[3]), "%s has neither rule nor reason", m[1])
		for _, n := range names {
			rule := Find(n[1])
			if assert.NotNil(t, rule, "%s: no rule %s", m[1], n[1]) {
				assert.Equal(t, rule.Name, n[1], "%s: a former name", m[1])
			}
			named[n[1]] = true
		}
	}
	for prefix, last := range map[string]int{"A": 37, "B": 54, "C": 30, "D": 21, "E": 42, "F": 41} {
		for i := 1; i <= last; i++ {
			assert.Equal(t, 1, rows[fmt.Sprintf("%s%d", prefix, i)], "rows of %s%d", prefix, i)
		}
	}
	assert.Len(t, rows, 37+54+30+21+42+41)
	for _, r := range All() {
		if r.Category == Compat || r.Category == Lock || r.Category == Data || r.Category == Rollback || r.Category == Practice || r.Category == Process {
			assert.True(t, named[r.Name], "%s is in no row", r.Name)
		}
	}
}
