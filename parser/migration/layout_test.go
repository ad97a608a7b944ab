package migration

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// files makes a file system of names and texts, in pairs.
func files(pairs ...string) fstest.MapFS {
	fsys := fstest.MapFS{}
	for i := 0; i < len(pairs); i += 2 {
		fsys["m/"+pairs[i]] = &fstest.MapFile{Data: []byte(pairs[i+1])}
	}
	return fsys
}

// readFiles reads without parsing.
func readFiles(t *testing.T, framework string, pairs ...string) *Set {
	t.Helper()
	set, err := tryFiles(framework, pairs...)
	require.NoError(t, err)
	return set
}

func tryFiles(framework string, pairs ...string) (*Set, error) {
	forced, reason, err := Options{Framework: framework}.choice(nil)
	if err != nil {
		return nil, err
	}
	dir, err := OpenDir(files(pairs...), "m", "m")
	if err != nil {
		return nil, err
	}
	return read(context.Background(), dir, forced, reason)
}

// summary writes a set in one line per script: the version, the direction, and
// each piece with its transaction.
func summary(set *Set) []string {
	var out []string
	for _, m := range set.Migrations {
		if m.Opaque != "" {
			out = append(out, m.ID+" opaque: "+m.Opaque)
			continue
		}
		out = append(out, m.ID+" up"+pieces(m.Up))
		switch {
		case m.Down != nil && m.Down.Opaque != "":
			out = append(out, m.ID+" down opaque: "+m.Down.Opaque)
		case m.Down != nil:
			out = append(out, m.ID+" down"+pieces(m.Down))
		}
	}
	return out
}

func pieces(s *Script) string {
	var b strings.Builder
	for _, p := range s.Pieces {
		var text []string
		for l := range lines(p.Span) {
			if !l.isComment() && strings.TrimSpace(l.text) != "" {
				text = append(text, strings.TrimSpace(l.text))
			}
		}
		fmt.Fprintf(&b, " [%s %s]", map[Transaction]string{Wrapped: "tx", Implicit: "implicit", Autocommit: "alone", Unstated: "unstated"}[p.Transaction], strings.Join(text, " "))
	}
	return b.String()
}

func problems(set *Set) []string {
	var out []string
	for _, p := range set.Problems {
		at := p.At.From()
		out = append(out, fmt.Sprintf("%s:%d:%d: %s", p.At.File.Path, at.Line, at.Column, p.Kind))
	}
	return out
}

func TestLayouts(t *testing.T) {
	tests := []struct {
		name      string
		framework string
		files     []string
		layout    string
		reason    string
		want      []string
		problems  []string
		ignored   []string
	}{
		{
			name:   "golang-migrate pairs in order of number",
			files:  []string{"10_c.up.sql", "c;", "2_b.up.sql", "b;", "2_b.down.sql", "-b;", "0001_a.up.pgsql", "a;", "README.md", ""},
			layout: "golang-migrate", reason: "4 files named NNN_name.up.sql/.down.sql",
			want:     []string{"0001 up [implicit a;]", "2 up [implicit b;]", "2 down [implicit -b;]", "10 up [implicit c;]"},
			problems: []string{"m/10_c.up.sql:1:1: version-gap"}, ignored: []string{"m/README.md"},
		},
		{
			name:   "golang-migrate sequence with a hole",
			files:  []string{"1_a.up.sql", "a;", "2_b.up.sql", "b;", "5_c.up.sql", "c;"},
			layout: "golang-migrate", reason: "3 files named NNN_name.up.sql/.down.sql",
			want:     []string{"1 up [implicit a;]", "2 up [implicit b;]", "5 up [implicit c;]"},
			problems: []string{"m/5_c.up.sql:1:1: version-gap"},
		},
		{
			name:   "golang-migrate time stamps have no holes",
			files:  []string{"20240101000000_a.up.sql", "a;", "20240102000000_b.up.sql", "b;", "20240103000000_c.up.sql", " \n"},
			layout: "golang-migrate", reason: "3 files named NNN_name.up.sql/.down.sql",
			want: []string{"20240101000000 up [implicit a;]", "20240102000000 up [implicit b;]", "20240103000000 up"},
		},
		{
			name:   "golang-migrate duplicates, a lonely down file, Go and a forgotten ending",
			files:  []string{"1_a.up.sql", "a;", "01_b.up.sql", "b;", "1_b.down.sql", "-b;", "2_c.down.sql", "-c;", "3_d.up.go", "", "4_e.sql", "e;"},
			layout: "golang-migrate", reason: "4 files named NNN_name.up.sql/.down.sql",
			want: []string{"01 up [implicit b;]", "01 down [implicit -b;]", "1 up [implicit a;]", "2 up", "2 down [implicit -c;]", "3 opaque: Go migration"},
			problems: []string{
				"m/1_a.up.sql:1:1: duplicate-version", "m/2_c.down.sql:1:1: empty-migration", "m/4_e.sql:1:1: mixed-layouts",
			},
			ignored: []string{"m/4_e.sql"},
		},
		{
			name: "goose splits at line ends and in blocks",
			files: []string{
				"00001_a.sql", "-- +goose Up\n-- a comment\nCREATE TABLE a (\n  b int); -- end\nSELECT 'x;'\n  , 2;\n-- +goose StatementBegin\nDO $$\nBEGIN;\nEND $$;\n-- +goose StatementEnd\n-- +goose Down\nDROP TABLE a;\n",
				"00002_b.sql", "-- +goose NO TRANSACTION\n-- +goose up\na;\n-- +goose StatementBegin\nb; c;\n-- +goose StatementEnd\nd; e;\n",
				"00003_c.go", "package m", "00003_c_test.go", "package m", "notes.sql", "x;",
			},
			layout: "goose", reason: "-- +goose Up in 2 files",
			want: []string{
				"00001 up [tx CREATE TABLE a ( b int); -- end] [tx SELECT 'x;' , 2;] [tx DO $$ BEGIN; END $$;]", "00001 down [tx DROP TABLE a;]",
				"00002 up [alone a;] [implicit b; c;] [implicit d; e;]", "00003 opaque: Go migration",
			},
			ignored: []string{"m/00003_c_test.go", "m/notes.sql"},
		},
		{
			name: "goose refuses",
			files: []string{
				"1_a.sql", " -- +goose Up\na;\n", "2_b.sql", "-- +goose Up\na\n-- +goose Down\nb\n", "3_c.sql", "-- +goose Up\n-- +goose Upp\na;\n",
				"4_d.sql", "-- +goose Down\na;\n", "5_e.sql", "a;\n-- +goose Up\nb;\n", "6_f.sql", "-- +goose Up\n-- +goose StatementBegin\na;\n",
				"7_g.sql", "\ufeff-- +goose Up\na;\n", "7_h.sql", "-- +goose Up\n-- +goose StatementEnd\n", "x.sql", "-- +goose Up\na;\n",
			},
			layout: "goose", reason: "-- +goose Up in 9 files",
			want: []string{
				"1 up [tx a;]", "2 up [tx a]", "2 down [tx b]", "3 up [tx a;]", "4 up", "4 down [tx a;]", "5 up [tx b;]", "6 up [tx a;]",
				"7 up [tx a;]", "7 up [tx ]",
			},
			problems: []string{
				"m/1_a.sql:1:2: bad-marker", "m/2_b.sql:2:1: bad-marker", "m/2_b.sql:4:1: bad-marker", "m/3_c.sql:2:1: bad-marker",
				"m/4_d.sql:1:1: bad-marker", "m/4_d.sql:1:1: bad-marker", "m/5_e.sql:1:1: bad-marker", "m/6_f.sql:4:1: bad-marker",
				"m/7_g.sql:1:1: bad-marker", "m/7_h.sql:1:1: duplicate-version", "m/7_h.sql:2:1: bad-marker", "m/x.sql:1:1: mixed-layouts",
			},
			ignored: []string{"m/x.sql"},
		},
		{
			name:   "goose beside a file without markers and one of dbmate",
			files:  []string{"1_a.sql", "-- +goose Up\r\na;\r\n", "2_b.sql", "-- +goose Up\n", "3_c.sql", "c;", "4_d.sql", "-- migrate:up\nd;\n-- migrate:down\n"},
			layout: "goose", reason: "-- +goose Up in 2 files",
			want:     []string{"1 up [tx a;]", "2 up", "3 up [implicit c;]", "4 opaque: file with dbmate markers"},
			problems: []string{"m/3_c.sql:1:1: mixed-layouts", "m/4_d.sql:1:1: mixed-layouts"},
		},
		{
			name: "goose sections out of order",
			files: []string{
				"1_a.sql", "-- +goose ENVSUB ON\n-- +goose Up\na;\n-- +goose ENVSUB OFF\n-- +goose Up\nb;\n", "2_b.sql", "-- +goose Up\na;\n-- +goose Down\n-a;\n-- +goose Down\n-b;\n-- +goose Up\nc;\n",
				"3_c.sql", "-- +goose Up\n-- +goose StatementBegin\na;\n-- +goose Down\n-a;\n", "4_d.sql", "-- +goose no transaction\n-- +goose Up\n-- +goose\na;\n--+goose   down\n-a;",
				"5_e.sql", "-- +goose StatementBegin\na;\n-- +goose StatementEnd\n",
			},
			layout: "goose", reason: "-- +goose Up in 5 files",
			want: []string{
				"1 up [tx a;] [tx b;]", "2 up [tx a;] [tx c;]", "2 down [tx -a;] [tx -b;]", "3 up [tx a;]", "3 down [tx -a;]", "4 up [alone a;]", "4 down [alone -a;]", "5 up",
			},
			problems: []string{
				"m/1_a.sql:5:1: bad-marker", "m/2_b.sql:5:1: bad-marker", "m/2_b.sql:7:1: bad-marker", "m/3_c.sql:4:1: bad-marker", "m/4_d.sql:3:1: bad-marker",
				"m/5_e.sql:1:1: bad-marker", "m/5_e.sql:1:1: bad-marker", "m/5_e.sql:2:1: bad-marker", "m/5_e.sql:3:1: bad-marker",
			},
		},
		{
			name:   "two down files for one up file",
			files:  []string{"1_a.up.sql", "a;", "1_a.down.sql", "-a;", "01_b.down.sql", "-b;"},
			layout: "golang-migrate", reason: "3 files named NNN_name.up.sql/.down.sql",
			want:     []string{"1 up [implicit a;]", "1 down [implicit -a;]"},
			problems: []string{"m/1_a.down.sql:1:1: duplicate-version"},
		},
		{
			name:   "atlas by its directives alone",
			files:  []string{"1_a.sql", "-- atlas:txmode none\r\n\r\na;", "2_b.sql", "-- atlas:txtar\n\n-- migration.sql --\nb;", "3_c.sql", "c;"},
			layout: "atlas", reason: "-- atlas: directives with 2 files",
			want: []string{"1 up [alone a;]", "2 up [tx b;]", "3 up [tx c;]"},
		},
		{
			name:   "a lone statement directive of atlas is no sign of its layout",
			files:  []string{"1_a.sql", "-- atlas:nolint\n\na;"},
			layout: "plain", reason: "1 SQL file",
			want: []string{"1 up [unstated a;]"},
		},
		{
			name:   "markers of two tools in one file",
			files:  []string{"1_a.sql", "-- +goose Up\n-- migrate:up\na;\n-- migrate:down\n-- +goose Down\n-a;\n"},
			layout: "goose", reason: "-- +goose Up in 1 file",
			want:     []string{"1 up [tx a;]", "1 down [tx -a;]"},
			problems: []string{"m/1_a.sql:1:1: mixed-layouts"},
		},
		{
			name:   "a down file that cannot be read",
			files:  []string{"1_a.up.sql", "a;", "1_a.down.sql", "a\x00"},
			layout: "golang-migrate", reason: "2 files named NNN_name.up.sql/.down.sql",
			want:     []string{"1 up [implicit a;]", "1 down opaque: binary file"},
			problems: []string{"m/1_a.down.sql:1:1: not-text"},
		},
		{
			name: "sql-migrate sections",
			files: []string{
				"10.sql", "-- +migrate Up\na;\n-- +migrate Down notransaction\n-b;\n-- +migrate Up\nb;\n-- +migrate Down\n-a;\n",
				"2.sql", "-- +migrate Up notransaction\n-- a note\nx;\n-- +migrate StatementBegin\nf;\ng;\n-- +migrate StatementEnd\n",
				"z.sql", "-- +migrate Up\nz\n",
			},
			layout: "sql-migrate", reason: "-- +migrate Up in 3 files",
			want:     []string{"2 up [alone x;] [implicit f; g;]", "10 up [tx a;] [tx b;]", "10 down [alone -b;] [alone -a;]", "z up [tx z]"},
			problems: []string{"m/z.sql:2:1: bad-marker"},
		},
		{
			name: "dbmate blocks",
			files: []string{
				"20240101_a.sql", "-- a note\n\n-- migrate:up transaction:false\na; b;\n--migrate:down\n-a;\n-- migrate:up\nc;\n-- migrate:down\n",
				"20240102_b.sql", "-- migrate:up\nb;\n", "20240102_c.sql", "x;\n-- migrate:down\n-- migrate:up\nc;\n",
			},
			layout: "dbmate", reason: "-- migrate:up in 3 files",
			want: []string{"20240101 up [implicit a; b;] [tx c;]", "20240101 down [tx -a;]", "20240102 up [tx b;]", "20240102 up [tx c;]", "20240102 down"},
			problems: []string{
				"m/20240102_b.sql:1:1: bad-marker", "m/20240102_c.sql:1:1: duplicate-version", "m/20240102_c.sql:1:1: bad-marker", "m/20240102_c.sql:2:1: bad-marker",
			},
		},
		{
			name: "flyway versions, undo, repeatable, sidecar and statements that run alone",
			files: []string{
				"V10__j.sql", "j;", "V2__b.sql", "b;", "V1.5__a_b.sql", "create index\n concurrently i on t (a);", "U2__b.sql", "-b;", "sub/V1_10__c.sql", "SELECT 'vacuum;'",
				"R__b.sql", "rb;", "R__a.sql", "ra;", "V10__j.sql.conf", "executeInTransaction=false\n", "V2.0__again.sql", "b2;", "x.sql", "x;", "B1__base.sql", "base;",
			},
			layout: "flyway", reason: "8 files named V1__name.sql",
			want: []string{
				"1 up [tx base;]", "1.5 up [alone create index concurrently i on t (a);]", "1.10 up [tx SELECT 'vacuum;']", "2.0 up [tx b2;]", "2.0 down [tx -b;]", "2 up [tx b;]",
				"10 up [alone j;]", "R__a up [tx ra;]", "R__b up [tx rb;]",
			},
			problems: []string{"m/V2__b.sql:1:1: duplicate-version"},
			ignored:  []string{"m/x.sql"},
		},
		{
			name:   "flyway baseline with the versions before it",
			files:  []string{"V1__a.sql", "a;", "B2__base.sql", "base;", "V3__c.sql", "c;"},
			layout: "flyway", reason: "3 files named V1__name.sql",
			want: []string{"1 up [tx a;]", "3 up [tx c;]"}, ignored: []string{"m/B2__base.sql"},
		},
		{
			name: "atlas directives",
			files: []string{
				"1_a.sql", "-- atlas:txmode none\n\na;\nb;", "2_b.sql", "-- atlas:delimiter \\n\\n\n\na;\nb;\n\nc;", "3_c.sql", "-- atlas:checkpoint\n\nall;",
				"4_d.sql", "-- atlas:nolint\nd;", "4_e.sql", "-- atlas:txmode none\ne;",
			},
			framework: "atlas", layout: "atlas", reason: "named by --framework",
			want:     []string{"1 up [alone a; b;]", "2 up [tx a; b;] [tx c;]", "4 up [tx d;]", "4 up [tx e;]"},
			problems: []string{"m/4_e.sql:1:1: duplicate-version"},
			ignored:  []string{"m/3_c.sql"},
		},
		{
			name: "plain in natural order, with downs under all their names",
			files: []string{
				"10_j.sql", "j;", "2_b.sql", "b;", "2_b_down.sql", "-b;", "1_a.up.sql", "a;", "1_a.down.sql", "-a;", "rollback_10_j.sql", "-j;",
				"03_c-up.sql", "c;", "03_c-rollback.sql", "-c;", "7_undo.sql", "?;", "x.txt", "",
			},
			framework: "plain", layout: "plain", reason: "named by --framework",
			want: []string{
				"1 up [unstated a;]", "1 down [unstated -a;]", "2 up [unstated b;]", "2 down [unstated -b;]", "03 up [unstated c;]", "03 down [unstated -c;]",
				"10 up [unstated j;]", "10 down [unstated -j;]",
			},
			problems: []string{"m/10_j.sql:1:1: version-gap", "m/7_undo.sql:1:1: empty-migration"},
			ignored:  []string{"m/7_undo.sql", "m/x.txt"},
		},
		{
			name:   "plain: a word is just a word where nothing comes in pairs",
			files:  []string{"1_a.sql", "a;", "2_shut_down.sql", "b;"},
			layout: "plain", reason: "2 SQL files",
			want: []string{"1 up [unstated a;]", "2 up [unstated b;]"},
		},
		{
			name:      "a directory per migration",
			files:     []string{"2024-01-10-000000_b/up.sql", "b;", "2024-01-10-000000_b/down.sql", "-b;", "2024-01-02-000000_a/up.sql", "a;", "2024-01-02-000000_a/metadata.toml", "", "empty/x.txt", ""},
			framework: "plain", layout: "plain", reason: "named by --framework",
			want:    []string{"2024-01-02-000000 up [unstated a;]", "2024-01-10-000000 up [unstated b;]", "2024-01-10-000000 down [unstated -b;]"},
			ignored: []string{"m/2024-01-02-000000_a/metadata.toml"},
		},
		{
			name: "directories with the same date",
			files: []string{
				"00000000000000_setup/up.sql", "s;", "2024-01-02-000000_a/up.sql", "a;", "2024-01-02-000000_b/up.sql", "b;", "2024-01-03/up.sql", "c;",
				"2024-01_d/up.sql", "d;", "2024-q1_e/up.sql", "e;", "2024-q2_f/up.sql", "f;",
			},
			framework: "plain", layout: "plain", reason: "named by --framework",
			want: []string{
				"00000000000000 up [unstated s;]", "2024-01-02-000000_a up [unstated a;]", "2024-01-02-000000_b up [unstated b;]",
				"2024-01-03 up [unstated c;]", "2024-01 up [unstated d;]", "2024-q1_e up [unstated e;]", "2024-q2_f up [unstated f;]",
			},
		},
		{
			name:   "forced plain never reads a down section as up",
			files:  []string{"1_a.sql", "-- +goose Up\na;\n-- +goose Down\n-a;\n"},
			layout: "plain", framework: "plain", reason: "named by --framework",
			want:     []string{"1 opaque: file with goose markers"},
			problems: []string{"m/1_a.sql:1:1: mixed-layouts"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			set := readFiles(t, tt.framework, tt.files...)
			assert.Equal(t, tt.layout, set.Layout)
			assert.Equal(t, tt.reason, set.Reason)
			assert.Equal(t, tt.want, summary(set))
			assert.Equal(t, tt.problems, problems(set))
			assert.Equal(t, tt.ignored, set.Ignored)
			for _, m := range set.Migrations {
				require.NotNil(t, m.Up)
				require.NotNil(t, m.Up.Span.File)
				for _, p := range m.Up.Pieces {
					assert.True(t, m.Up.Span.Contains(p.Span), "piece within script")
				}
			}
		})
	}
}

func TestLayoutNamesAreUnique(t *testing.T) {
	seen := map[string]bool{}
	for _, l := range Layouts() {
		assert.False(t, seen[l.Name()], l.Name())
		seen[l.Name()] = true
		got, err := named(l.Name())
		require.NoError(t, err)
		assert.Equal(t, l, got)
	}
	_, err := named("rails")
	assert.ErrorContains(t, err, `unknown framework "rails": known are auto, goose`)
}

func TestDuplicateNamesAllFiles(t *testing.T) {
	set := readFiles(t, "", "1_a.up.sql", "a;", "1_b.up.sql", "b;", "1_c.up.sql", "c;")
	require.Len(t, set.Problems, 1)
	require.Len(t, set.Problems[0].Related, 3)
	assert.Equal(t, "version 1 is used by m/1_a.up.sql and by m/1_b.up.sql, so golang-migrate refuses or skips one of them", set.Problems[0].Message)
}

func TestGaps(t *testing.T) {
	tests := []struct {
		numbers []uint64
		want    int
	}{
		{[]uint64{1, 2, 3}, 0},
		{[]uint64{1, 3}, 1},
		{[]uint64{57, 58, 60, 61, 70}, 2},
		{[]uint64{10, 20, 30}, 0},
		{[]uint64{1, 1, 2}, 0},
		{[]uint64{1700000000, 1700003600, 1700003601}, 0},
		{[]uint64{20240101, 20240215, 20240301}, 0},
		{[]uint64{1, 2, 20240101}, 0},
		{nil, 0},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprint(tt.numbers), func(t *testing.T) {
			dir := &Dir{Path: "m"}
			var ms []numbered
			for _, n := range tt.numbers {
				ms = append(ms, numbered{number: n, in: &Input{Name: fmt.Sprint(n), dir: dir, raw: []byte{}}})
			}
			assert.Len(t, gaps(ms), tt.want)
		})
	}
}

func TestNatural(t *testing.T) {
	for _, pair := range [][2]string{{"2_a", "10_a"}, {"V2", "V10"}, {"a", "b"}, {"1", "1_a"}, {"01", "1"}, {"99999999999999999999998", "99999999999999999999999"}} {
		assert.Negative(t, natural(pair[0], pair[1]), pair)
		assert.Positive(t, natural(pair[1], pair[0]), pair)
	}
	assert.Zero(t, natural("1_a", "1_a"))
}

func TestSQLMigrateOrder(t *testing.T) {
	for _, pair := range [][2]string{{"2_a", "10_a"}, {"10", "a"}, {"2023-01-20-x", "2023-02-10-x"}, {"a", "b"}} {
		assert.Negative(t, sqlMigrate{}.compare(pair[0], pair[1]), pair)
		assert.Positive(t, sqlMigrate{}.compare(pair[1], pair[0]), pair)
	}
}

// sumOf writes an atlas.sum for names and texts in pairs.
func sumOf(pairs ...string) string {
	hash, all := sha256.New(), sha256.New()
	var b strings.Builder
	for i := 0; i < len(pairs); i += 2 {
		hash.Write([]byte(pairs[i] + pairs[i+1]))
		h := base64.StdEncoding.EncodeToString(hash.Sum(nil))
		all.Write([]byte(pairs[i] + h))
		fmt.Fprintf(&b, "%s h1:%s\n", pairs[i], h)
	}
	return "h1:" + base64.StdEncoding.EncodeToString(all.Sum(nil)) + "\n" + b.String()
}

func TestAtlasSum(t *testing.T) {
	sum := sumOf("1_a.sql", "a;", "2_b.sql", "b;", "3_c.sql", "c;")
	tests := []struct {
		name  string
		files []string
		want  []string
	}{
		{"intact", []string{"1_a.sql", "a;", "2_b.sql", "b;", "3_c.sql", "c;", "atlas.sum", sum}, nil},
		{"changed", []string{"1_a.sql", "a;", "2_b.sql", "B;", "3_c.sql", "c;", "atlas.sum", sum}, []string{"m/2_b.sql was changed after m/atlas.sum was written: its hash differs, so atlas refuses the directory"}},
		{"missing", []string{"1_a.sql", "a;", "3_c.sql", "c;", "atlas.sum", sum}, []string{"m/atlas.sum lists 2_b.sql, which is not there, so atlas refuses the directory"}},
		{"unlisted", []string{"1_a.sql", "a;", "2_b.sql", "b;", "3_c.sql", "c;", "4_d.sql", "d;", "atlas.sum", sum}, []string{"m/4_d.sql is not listed in m/atlas.sum, so atlas refuses the directory"}},
		{"whole", []string{"1_a.sql", "a;", "2_b.sql", "b;", "3_c.sql", "c;", "atlas.sum", strings.Replace(sum, "h1:", "h1:x", 1)}, []string{"the hash of the whole directory in m/atlas.sum does not match its lines, so atlas refuses the directory"}},
		{"no sum", []string{"1_a.sql", "a;", "atlas.sum", "hello\n"}, []string{"m/atlas.sum is not an atlas.sum file: its first line is no h1: hash"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			set := readFiles(t, "", tt.files...)
			assert.Equal(t, "atlas", set.Layout)
			var got []string
			for _, p := range set.Problems {
				assert.Equal(t, Checksum, p.Kind)
				got = append(got, p.Message)
			}
			assert.Equal(t, tt.want, got)
			assert.Empty(t, set.Ignored)
		})
	}
	t.Run("of golang-migrate files", func(t *testing.T) {
		set := readFiles(t, "", "1_a.up.sql", "a;", "1_a.down.sql", "-a;", "2_b.up.sql", "B;", "atlas.sum", sumOf("1_a.up.sql", "a;", "2_b.up.sql", "b;"))
		assert.Equal(t, "golang-migrate", set.Layout)
		assert.Equal(t, []string{"m/2_b.up.sql:1:1: checksum-mismatch"}, problems(set))
	})
}

func TestText(t *testing.T) {
	tests := []struct {
		name, text string
		want       []string
		problems   []string
	}{
		{"utf-16", "\xff\xfea\x00;\x00", []string{"1 opaque: UTF-16 text"}, []string{"m/1_a.up.sql:1:1: not-text"}},
		{"binary", "a\x00b", []string{"1 opaque: binary file"}, []string{"m/1_a.up.sql:1:1: not-text"}},
		{"late nul", "a;" + strings.Repeat("\n", head) + "b\x00c;", []string{"1 up [implicit a; b c;]"}, []string{fmt.Sprintf("m/1_a.up.sql:%d:2: not-text", head+1)}},
		{"latin-1", "a;\n-- caf\xe9\nb\xff;", []string{"1 up [implicit a; b?;]"}, []string{"m/1_a.up.sql:2:7: not-text"}},
		{"bom", "\ufeffa;", []string{"1 up [implicit a;]"}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			set := readFiles(t, "", "1_a.up.sql", tt.text)
			assert.Equal(t, tt.want, summary(set))
			assert.Equal(t, tt.problems, problems(set))
		})
	}
}

func TestStatements(t *testing.T) {
	text := "CREATE /* a /* b */ ; */ INDEX -- x;\n CONCURRENTLY i ON t (a); SELECT 'a;''b', E'\\';', \"c;\"; DO $x$ a; $$ b; $x$; unfinished 'x"
	assert.Equal(t, []string{"CREATE INDEX CONCURRENTLY i ON", "SELECT '' '' E ''", "DO $$", "unfinished ''"}, statements(text))
}

func FuzzLayouts(f *testing.F) {
	f.Add("-- +goose Up\na;\n-- +goose StatementBegin\nb;\n-- +goose StatementEnd\n-- +goose Down\nc;", uint8(0))
	f.Add("-- +migrate Up\na;\n-- +migrate Down\n", uint8(1))
	f.Add("-- migrate:up\na;\n-- migrate:down transaction:false\nb;", uint8(2))
	f.Add("-- atlas:delimiter x\n\nax\nbx", uint8(5))
	f.Add("a;\n---- tern: disable-tx ----\n"+ternSeparator+"\nb;", uint8(3))
	f.Add("--liquibase formatted sql\n--changeset a:1 endDelimiter://\na;// b\n-- migracheck:allow x: y\n--rollback c\n--ignoreLines:1\nd\n/* liquibase rollback\ne */\n", uint8(4))
	f.Fuzz(func(t *testing.T, text string, which uint8) {
		layouts := Layouts()
		l := layouts[int(which)%len(layouts)]
		set, err := tryFiles(l.Name(), "1_a.sql", text, "V1__a.sql", text, "2_b.up.sql", text)
		if err != nil {
			return
		}
		for s := range scriptsOf([]*Set{set}) {
			end := s.Span.Start
			for _, p := range s.Pieces {
				require.True(t, s.Span.Contains(p.Span), "piece within its script")
				require.LessOrEqual(t, end, p.Span.Start, "pieces in order")
				end = p.Span.End
			}
		}
	})
}
