package migration

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestToolBySigns holds which sign makes files whose names are those of several
// tools this or that tool's.
func TestToolBySigns(t *testing.T) {
	const sql = "SELECT 1;"
	const sqlxManifest, refineryManifest = "[dependencies]\nsqlx = \"0.8\"\n", "[dependencies]\nrefinery.workspace = true\n"
	tests := []struct {
		name, path string
		files      []string
		layout     string
	}{
		{"numbers alone are nobody's", "m", []string{"m/1_a.sql", sql}, "plain"},
		{"tern's file", "m", []string{"m/1_a.sql", sql, "m/tern.conf", "[database]\n"}, "tern"},
		{"tern's separator in one of two", "m", []string{"m/1_a.sql", sql, "m/2_b.sql", "a;\n" + ternSeparator + "\nb;"}, "tern"},
		{"tern in Go code", "m/sql", []string{"m/sql/1_a.sql", sql, "m/run.go", "package m\n\nimport \"github.com/jackc/tern/v2/migrate\"\n"}, "tern"},
		{"a manifest with sqlx", "m", []string{"m/1_a.sql", sql, "Cargo.toml", sqlxManifest}, "sqlx"},
		{"a manifest with sqlx two above", "db/m", []string{"db/m/1_a.up.sql", sql, "db/m/1_a.down.sql", sql, "Cargo.toml", sqlxManifest}, "sqlx"},
		{"a manifest with sqlx too far above", "a/b/c/m", []string{"a/b/c/m/1_a.sql", sql, "Cargo.toml", sqlxManifest}, "plain"},
		{"a manifest beyond the repository", "r/m", []string{"r/m/1_a.sql", sql, "r/.git", "gitdir: x\n", "Cargo.toml", sqlxManifest}, "plain"},
		{"a manifest with a crate of a longer name", "m", []string{"m/1_a.sql", sql, "Cargo.toml", "[dependencies]\nsqlx-core = \"0.8\"\n"}, "plain"},
		{"a manifest with sqlx, and markers of dbmate", "m", []string{"m/1_a.sql", "-- migrate:up\n-- migrate:down\n", "Cargo.toml", sqlxManifest}, "dbmate"},
		{"a name that sqlx stops at", "m", []string{"m/1_a.sql", sql, "m/x_b.sql", sql, "Cargo.toml", sqlxManifest}, "plain"},
		{"pairs with sqlx's comment", "m", []string{"m/1_a.up.sql", sqlxNoTransaction + "\n" + sql, "m/1_a.down.sql", sql}, "sqlx"},
		{"pairs with the comment elsewhere", "m", []string{"m/1_a.up.sql", "\n" + sqlxNoTransaction, "m/1_a.down.sql", sql}, "golang-migrate"},
		{"Flyway's names", "m", []string{"m/V1__a.sql", sql, "m/U1__a.sql", sql}, "flyway"},
		{"Flyway's names and a manifest with refinery", "m", []string{"m/V1__a.sql", sql, "Cargo.toml", refineryManifest}, "refinery"},
		{"Flyway's names and one in Rust", "m", []string{"m/V1__a.sql", sql, "m/V2__b.rs", ""}, "refinery"},
		{"a project of refinery", ".", []string{"migrations/V1__a.sql", sql, "Cargo.toml", refineryManifest, "src/main.rs", ""}, "refinery"},
		{"dates of Diesel", "m", []string{"m/2024-01-02-030405_a/up.sql", sql}, "diesel"},
		{"numbers of anybody", "m", []string{"m/1_a/up.sql", sql}, "plain"},
		{"numbers below diesel.toml", "m", []string{"m/1_a/up.sql", sql, "diesel.toml", ""}, "diesel"},
		{"numbers with a manifest of Diesel", "m", []string{"m/1_a/up.sql", sql, "Cargo.toml", "[dependencies]\ndiesel_migrations = \"2\"\n"}, "diesel"},
		{"Diesel's metadata", "m", []string{"m/1_a/up.sql", sql, "m/1_a/metadata.toml", "run_in_transaction = false\n"}, "diesel"},
		{"Diesel's first migration", "m", []string{"m/00000000000000_diesel_initial_setup/up.sql", sql}, "diesel"},
		{"Prisma's names", "m", []string{"m/20240101000000_a/migration.sql", sql}, "prisma"},
		{"other names with Prisma's lock", "m", []string{"m/a/migration.sql", sql, "m/migration_lock.toml", "provider = \"postgresql\"\n"}, "prisma"},
		{"other names", "m", []string{"m/a/migration.sql", sql}, "plain"},
		{"Drizzle's snapshots", "m", []string{"m/20240101000000_a/migration.sql", sql, "m/20240101000000_a/snapshot.json", "{}"}, "drizzle"},
		{"a header of Liquibase", "m", []string{"m/1_a.up.sql", "\n--liquibase formatted sql\n--changeset a:1\n" + sql}, "liquibase"},
		{"a header that is not first", "m", []string{"m/a.sql", sql + "\n--liquibase formatted sql\n"}, "plain"},
		{"a changelog above its files", "m", []string{"m/changelog.xml", "<databaseChangeLog><includeAll path=\"a\"/></databaseChangeLog>", "m/a/1.sql", "--liquibase formatted sql\n--changeset a:1\n" + sql}, "liquibase"},
		{"a plan", "m", []string{"m/sqitch.plan", "%project=a\n\na 2024-01-01T10:00:00Z A <a@example.org>\n", "m/deploy/a.sql", sql}, "sqitch"},
		{"a directory of a plan", "m/deploy", []string{"m/sqitch.plan", "%project=a\n\na 2024-01-01T10:00:00Z A <a@example.org>\n", "m/deploy/a.sql", sql}, "sqitch"},
		{"a configuration above the plan", "m", []string{"sqitch.conf", "[core]\n\tengine = pg\n\ttop_dir = m\n\tdeploy_dir = m/up\n", "m/sqitch.plan", "%project=a\n\na 2024-01-01T10:00:00Z A <a@example.org>\n", "m/up/a.sql", sql}, "sqitch"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inTree(t, tt.files...)
			set := load(t, Options{}, tt.path)[0]
			assert.Equal(t, tt.layout, set.Layout, set.Reason)
			assert.NotContains(t, strings.Join(transcript(set), "\n"), "opaque, missing")
		})
	}
}

// TestOneFileOnStandardInput holds what is known of one text without a name.
func TestOneFileOnStandardInput(t *testing.T) {
	tests := []struct {
		text, framework, layout string
		want, problems          []string
	}{
		{"SELECT 1;\n" + ternSeparator + "\nSELECT 2;", "", "tern", []string{"<stdin> up wrapped: SELECT 1", "<stdin> down wrapped: SELECT 2"}, nil},
		{"SELECT 1;", "tern", "tern", []string{"<stdin> up wrapped: SELECT 1"}, nil},
		{
			"--liquibase formatted sql\n--changeset a:1\nSELECT 1;\n--rollback SELECT -1;\n--changeset a:2 runInTransaction:false\nSELECT 2;", "", "liquibase",
			[]string{"a:1 up wrapped: SELECT 1", "a:1 down wrapped: SELECT -1", "a:2 up alone: SELECT 2"}, nil,
		},
		{"--liquibase formatted sql\n", "", "liquibase", []string{"<stdin> up: nothing"}, []string{"<stdin>:1:1: empty-migration"}},
		{"SELECT 1;", "liquibase", "liquibase", []string{"<stdin> up wrapped: SELECT 1"}, nil},
		{"BEGIN; SELECT 1; COMMIT;", "sqitch", "sqitch", []string{"<stdin> up alone: BEGIN", "<stdin> up alone: SELECT 1", "<stdin> up alone: COMMIT"}, nil},
		{"SELECT 1;", "prisma", "prisma", []string{"<stdin> up implicit: SELECT 1"}, nil},
		{"SELECT 1;", "diesel", "diesel", []string{"<stdin> up wrapped: SELECT 1"}, nil},
		{sqlxNoTransaction + "\nSELECT 1;", "sqlx", "sqlx", []string{"<stdin> up implicit: SELECT 1"}, nil},
		{"\n" + sqlxNoTransaction + "\nSELECT 1;", "sqlx", "sqlx", []string{"<stdin> up wrapped: SELECT 1"}, []string{"<stdin>:2:1: bad-marker"}},
		{"SELECT 1;", "refinery", "refinery", []string{"<stdin> up wrapped: SELECT 1"}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.layout, func(t *testing.T) {
			set := load(t, Options{Framework: tt.framework, Stdin: strings.NewReader(tt.text)}, "-")[0]
			assert.Equal(t, tt.layout, set.Layout)
			assert.Equal(t, tt.want, transcript(set))
			assert.Equal(t, tt.problems, problems(set))
		})
	}
}

// TestOtherServers holds that migrations for another server are not taken for
// PostgreSQL's in silence.
func TestOtherServers(t *testing.T) {
	set := readFiles(t, "", "20240101000000_a/migration.sql", "SELECT 1;", "migration_lock.toml", "# generated\nprovider = \"mysql\"\n")
	require.Len(t, set.Problems, 1)
	assert.Equal(t, []string{"m/migration_lock.toml:2:13: bad-marker"}, problems(set))
	assert.Equal(t, "m/migration_lock.toml says that these migrations are for mysql, so prisma refuses to run them on PostgreSQL", set.Problems[0].Message)

	set = readFiles(t, "", "sqitch.conf", "[core]\n\tengine = sqlite\n", "sqitch.plan", "%project=a\n\na 2024-01-01T10:00:00Z A <a@example.org>\n", "deploy/a.sql", "SELECT 1;")
	assert.Equal(t, []string{"m/sqitch.conf:2:2: bad-marker"}, problems(set))
}

func TestSessions(t *testing.T) {
	for name, want := range map[string]Session{"sqitch": NewSession, "tern": ResetSession, "sqlx/migrations": SameSession} {
		set := loadProject(t, "testdata/"+name)
		for s := range scriptsOf([]*Set{set}) {
			assert.Equal(t, want, s.Session, name)
		}
	}
}

// FuzzPlans holds that the files that say what the migrations are may hold
// anything.
func FuzzPlans(f *testing.F) {
	const sql = "--liquibase formatted sql\n--changeset a:1\nSELECT 1;"
	f.Add("<databaseChangeLog><include file=\"a.sql\"/><changeSet id=\"1\" author=\"a\"><sqlFile path=\"a.sql\"/></changeSet></databaseChangeLog>")
	f.Add("databaseChangeLog:\n- include: &x\n  - file: a.sql\n- includeAll: {path: ., relativeToChangelogFile: true}\n- changeSet: *x\n")
	f.Add("%project=a\n\na 2024-01-01T10:00:00Z A <a@b.c>\n@t 2024-01-01T10:00:00Z A <a@b.c>\na [a@t] 2024-01-01T10:00:00Z A <a@b.c> # n\n")
	f.Add("[core]\n\ttop_dir = ..\n\tplan_file = /\n")
	f.Add("run_in_transaction = true\nprovider = \"x\"\n")
	f.Fuzz(func(t *testing.T, text string) {
		for _, files := range [][]string{
			{"changelog.xml", text, "a.sql", sql},
			{"changelog.yaml", text, "a.sql", sql},
			{"sqitch.plan", text, "deploy/a.sql", "SELECT 1;"},
			{"sqitch.conf", text, "sqitch.plan", "%project=a\n\na 2024-01-01T10:00:00Z A <a@b.c>\n", "deploy/a.sql", "SELECT 1;"},
			{"2024-01-01-000000_a/up.sql", text, "2024-01-01-000000_a/metadata.toml", text},
			{"20240101000000_a/migration.sql", text, "migration_lock.toml", text},
		} {
			set, err := tryFiles("", files...)
			if err != nil {
				continue
			}
			for s := range scriptsOf([]*Set{set}) {
				for _, p := range s.Pieces {
					require.True(t, s.Span.Contains(p.Span), "piece within its script")
				}
			}
			for _, p := range set.Problems {
				require.NotNil(t, p.At.File)
			}
		}
	})
}
