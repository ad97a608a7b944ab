package migration

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestSupabaseProject(t *testing.T) {
	testProject(t, toolProject{
		path: "supabase", layout: "supabase",
		reason: "8 files named NNN_name.sql beside Supabase's config.toml",
		want: `
20230105101500 customers up implicit: create table customers ( id bigint generated
20230105101500 customers up implicit: alter table customers enable row level secur
20230105101500 customers up implicit: create policy own on customers for select us
20230211083000 customers_owner_index up implicit: alter table customers add column email text
|
20230211083000 customers_owner_index up alone: create unique index concurrently customers_e
|
20230211083000 customers_owner_index up alone: drop index concurrently if exists customers_
|
20230211083000 customers_owner_index up implicit: comment on column customers.email is 'as typ
|
20230211083000 customers_owner_index up alone: reindex (verbose) table concurrently custome
20230301120000 totals up implicit: create function total(a int, b int) returns
|
20230301120000 totals up alone: vacuum(analyze) customers
20230402090000 own_transaction up alone: begin
20230402090000 own_transaction up alone: update customers set note = '' where note is
20230402090000 own_transaction up alone: commit
20230402090000 own_transaction up alone: analyze customers
20230403090000 again up implicit: savepoint before
20230403090000 again up implicit: rollback to before
20230403090000 again up implicit: select 1
20230403090000 states up alone: alter type state add value 'closed'
20230403090000 states up alone: create table states (name state)
20230501000000 states_down up: opaque, down migration that supabase runs on the way up
`,
		problems: `
supabase/supabase/migrations/20230403090000_states.sql:1:1: duplicate-version: version 20230403090000 is used by supabase/supabase/migrations/20230403090000_again.sql and by supabase/supabase/migrations/20230403090000_states.sql, so supabase refuses or skips one of them
supabase/supabase/migrations/20230501000000_states_down.sql:1:1: mixed-layouts: supabase/supabase/migrations/20230501000000_states_down.sql is named like a down migration, but supabase has none and runs it on the way up
supabase/supabase/migrations/20230601-seed.sql:1:1: mixed-layouts: supabase/supabase/migrations/20230601-seed.sql is numbered like a migration, but supabase does not read it: its name is not NNN_name.sql
`,
		ignored: []string{
			"supabase/supabase/migrations/20210101000000_init.sql",
			"supabase/supabase/migrations/20230601-seed.sql",
			"supabase/supabase/migrations/README.md",
		},
	})
}

func TestSupabasePlace(t *testing.T) {
	const sql = "create table t ();"
	tests := []struct {
		name, path string
		files      []string
		want       string
	}{
		{"by the names of the directories", "supabase/migrations", []string{"supabase/migrations/20240101000000_a.sql", sql}, "supabase"},
		{"by the configuration", "db/migrations", []string{"db/migrations/20240101000000_a.sql", sql, "db/config.toml", "project_id = \"x\"\n"}, "supabase"},
		{"another tool's configuration", "db/migrations", []string{"db/migrations/20240101000000_a.sql", sql, "db/config.toml", "[server]\n"}, ""},
		{"seeds beside", "supabase/seeds", []string{"supabase/seeds/20240101000000_a.sql", sql}, ""},
		{"files that drizzle wrote for it", "supabase/migrations", []string{"supabase/migrations/20240101000000_a.sql", sql, "supabase/migrations/meta/_journal.json", `{"entries":[]}`}, "supabase"},
		{"files that drizzle wrote for itself", "supabase/migrations", []string{"supabase/migrations/0000_a.sql", sql, "supabase/migrations/meta/_journal.json", `{"entries":[]}`}, "drizzle"},
		{"files of dbmate", "supabase/migrations", []string{"supabase/migrations/20240101000000_a.sql", "-- migrate:up\n" + sql + "\n-- migrate:down\n"}, "dbmate"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir, err := OpenDir(files(tt.files...), "m/"+tt.path, tt.path)
			assert.NoError(t, err)
			layout, _, _ := detect(dir)
			if tt.want == "" {
				assert.NotEqual(t, "supabase", layout.Name())
				return
			}
			assert.Equal(t, tt.want, layout.Name())
		})
	}
}
