package report

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/parser/migration"
	"github.com/migracheck/migracheck/rules"
)

// judge runs all rules on files, whose contents are statements.
func judge(t testing.TB, files map[string][]string) *Run {
	t.Helper()
	fsys := fstest.MapFS{}
	for name, statements := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(strings.Join(statements, ";\n") + ";\n")}
	}
	dir := "."
	for name := range files {
		if i := strings.LastIndex(name, "/"); i >= 0 {
			dir = name[:i]
		}
	}
	set, err := migration.LoadFS(context.Background(), fsys, dir, migration.Options{Framework: "plain"})
	require.NoError(t, err)
	line := replay.Up(set.Migrations, replay.Options{})
	sets := []*migration.Set{set}
	return &Run{
		Rules: rules.All(), Timeline: line, Sets: sets,
		Findings: rules.Run(sets, line, rules.All(), rules.Options{Today: "2026-01-01"}),
	}
}

func sortedPrints(run *Run) []string { return slices.Sorted(slices.Values(Fingerprints(run.Findings))) }

// someHistory is a few files of statements that are worth findings; some
// statements, and whole files, are there twice.
func someHistory(r *rand.Rand) map[string][]string {
	statements := []string{
		"ALTER TABLE users DROP COLUMN email", "DROP TABLE invoices", "CREATE INDEX ON users (name)",
		"ALTER TABLE users ALTER COLUMN id TYPE bigint", "ALTER TABLE orders RENAME TO purchases",
		"UPDATE users SET name = 'a' || chr(10)", "TRUNCATE events", "ALTER TABLE users ADD CHECK (age > 0)",
		"DO $$ BEGIN\n  EXECUTE 'DROP TABLE ' || 'x';\nEND $$", "SELEC 1",
	}
	files := map[string][]string{}
	n := 2 + r.IntN(5)
	for i := range n {
		var text []string
		for range 1 + r.IntN(5) {
			text = append(text, statements[r.IntN(len(statements))])
		}
		files[fmt.Sprintf("db/%d_a.sql", 10+i)] = text
	}
	files[fmt.Sprintf("db/%d_a.sql", 10+n)] = files["db/10_a.sql"]
	return files
}

// TestFingerprintProperties holds what a baseline and code hosts rely on: edits
// that do not concern a finding leave its fingerprint as it is, and no two
// findings share one.
func TestFingerprintProperties(t *testing.T) {
	for seed := range uint64(150) {
		r := rand.New(rand.NewPCG(seed, 1))
		files := someHistory(r)
		want := sortedPrints(judge(t, files))
		require.NotEmpty(t, want, files)
		require.Len(t, slices.Compact(slices.Clone(want)), len(want), "no two are alike: %v", files)

		commented, moved, renamed, reversed, layout := map[string][]string{}, map[string][]string{}, map[string][]string{}, map[string][]string{}, map[string][]string{}
		names := slices.Sorted(maps.Keys(files))
		for i, name := range names {
			for _, s := range files[name] {
				commented[name] = append(commented[name], strings.Repeat("\n", r.IntN(3))+"-- "+strings.Repeat("why ", r.IntN(9))+"\n  "+s)
				layout[name] = append(layout[name], strings.ReplaceAll(s, "\n", "\r\n"))
				if !strings.ContainsAny(s, "'$") {
					layout[name][len(layout[name])-1] = strings.ReplaceAll(s, " ", " /* a */\r\n\t")
				}
			}
			moved["elsewhere/migrations/"+strings.TrimPrefix(name, "db/")] = files[name]
			renamed[fmt.Sprintf("db/2026%04d_other.sql", i)] = files[name]
		}
		// Files that are alike change places.
		for i, name := range names {
			reversed[name] = files[name]
			if i == 0 {
				reversed[name], reversed[names[len(names)-1]] = files[names[len(names)-1]], files[name]
			}
		}
		for change, edited := range map[string]map[string][]string{"lines above": commented, "directory": moved, "file names": renamed, "order": reversed, "layout and line ends": layout} {
			assert.Equal(t, want, sortedPrints(judge(t, edited)), "%s, seed %d", change, seed)
		}
	}
}

func TestFingerprintIgnoresPaths(t *testing.T) {
	of := func(path string) string {
		h := newHistory(t)
		m := h.migration(path, "x")
		other := h.migration(path+".more", "x")
		return Fingerprints([]rules.Finding{{
			Rule: dropColumn, At: h.at(m, "x"), Message: path + " has the version of " + path + ".more",
			Related: []rules.Related{{At: h.at(other, "x"), Message: "here"}},
		}})[0]
	}
	assert.Equal(t, of("a/1.sql"), of("elsewhere/b/2.sql"))
}
