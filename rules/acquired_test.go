package rules

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestAcquired holds that a statement shows each relation that it locks once,
// with the operation that matters there and what was held before.
func TestAcquired(t *testing.T) {
	const old = "CREATE TABLE a (x int); CREATE TABLE b (x int)"
	for _, test := range []struct {
		name, sql string
		want      []string
	}{
		{"one", "ALTER TABLE a ADD y int", []string{"public.a ACCESS EXCLUSIVE by AddColumn, 0 held"}},
		{
			"the rewrite speaks for the rest",
			"ALTER TABLE a ADD y int, ALTER x TYPE bigint, ALTER x SET NOT NULL",
			[]string{"public.a ACCESS EXCLUSIVE rewrite by AlterColumnType, 0 held"},
		},
		{
			"the scan speaks for the mode",
			"ALTER TABLE a ALTER x SET DEFAULT 1, ALTER x SET NOT NULL",
			[]string{"public.a ACCESS EXCLUSIVE scan by SetNotNull, 0 held"},
		},
		{
			"held",
			"ANALYZE a; LOCK b",
			[]string{"public.a SHARE UPDATE EXCLUSIVE by Vacuum, 0 held", "public.b ACCESS EXCLUSIVE by LockTable, 1 held"},
		},
		{"refused", "ALTER TABLE a ADD x int", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			var log []string
			rule := &Rule{Name: "recorder", Severity: Note, Check: On(func(p *Pass, a *Acquired) {
				what := ""
				if a.Scan {
					what += " scan"
				}
				if a.Rewrite {
					what += " rewrite"
				}
				name := strings.TrimPrefix(fmt.Sprintf("%T", p.Op), "*ddl.")
				log = append(log, fmt.Sprintf("%s %s%s by %s, %d held", a.Relation, a.Mode.SQL(), what, name, len(p.Held)))
			})}
			_, line := load(t, "2", "1_a.sql", old, "2_b.sql", test.sql)
			Run(nil, line, []*Rule{rule}, Options{})
			assert.Equal(t, test.want, log)
		})
	}
}
