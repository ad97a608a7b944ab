package catalog_test

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/migracheck/migracheck/analyzer/postgres"
	"github.com/migracheck/migracheck/parser/migration"
)

// TestHistoryConforms compares server and catalog on migrations of the user's
// own (make conformance): those in the directory that HISTORY names, on the
// majors of HISTORY_POSTGRES, else on the newest; with HISTORY_DOWN all the way
// down again. It prints every difference, and a line of counts for each major.
func TestHistoryConforms(t *testing.T) {
	dir := os.Getenv("HISTORY")
	if dir == "" {
		t.Skip("HISTORY names no directory of migrations")
	}
	majors, err := majorsOf(os.Getenv("HISTORY_POSTGRES"))
	if err != nil {
		t.Fatal(err)
	}
	sets, err := migration.Load(context.Background(), []string{dir}, migration.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, set := range sets {
		ms := set.Migrations
		if os.Getenv("HISTORY_DOWN") != "" {
			ms = thereAndBack(ms)
		}
		for _, major := range majors {
			t.Run(fmt.Sprintf("postgres%d", major), func(t *testing.T) {
				d := compare(t, postgres.One(t, major), ms)
				for _, line := range append(d.refusals, d.schema...) {
					fmt.Fprintln(t.Output(), line)
				}
				fmt.Fprintf(t.Output(), "PostgreSQL %d, %d migrations (%s): %s\n", major, len(ms), set.Layout, d.summary())
				if len(d.refusals)+len(d.schema) > 0 {
					t.Fail()
				}
			})
		}
	}
}

// majorsOf reads a list of majors, with spaces or commas between them.
func majorsOf(list string) ([]int, error) {
	words := strings.FieldsFunc(list, func(r rune) bool { return r == ' ' || r == ',' })
	if len(words) == 0 {
		return []int{postgres.Newest}, nil
	}
	var majors []int
	for _, w := range words {
		n, err := strconv.Atoi(w)
		if err != nil || n < postgres.Oldest || n > postgres.Newest {
			return nil, fmt.Errorf("HISTORY_POSTGRES: %q is not a major from %d to %d", w, postgres.Oldest, postgres.Newest)
		}
		majors = append(majors, n)
	}
	return majors, nil
}

// thereAndBack adds the down halves, last first.
func thereAndBack(ms []*migration.Migration) []*migration.Migration {
	all := slices.Clone(ms)
	for _, m := range slices.Backward(ms) {
		if m.Down != nil {
			all = append(all, &migration.Migration{ID: m.ID, Up: m.Down})
		}
	}
	return all
}
