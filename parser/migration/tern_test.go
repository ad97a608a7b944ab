package migration

import "testing"

func TestTernProject(t *testing.T) {
	testProject(t, toolProject{
		path: "tern", layout: "tern",
		reason: "tern.conf with 7 files named NNN_name.sql",
		want: `
000 zero up wrapped: select 0
001 orders up wrapped: create table orders ( id bigint generated al
001 orders up wrapped: grant select on orders to {{ .role }}
001 orders up wrapped: {{ template "shared/touch.sql" . }}
001 orders down wrapped: drop function touch()
001 orders down wrapped: drop table orders
002 orders_index up alone: create index concurrently orders_note on ord
002 orders_index up alone: create index concurrently orders_id on order
002 orders_index down wrapped: drop index orders_id
002 orders_index down wrapped: drop index orders_note
003 no_way_back up wrapped: alter table orders add column email text
003 no_way_back up wrapped: update orders set email = '' where email is
004 carriage_return up wrapped: alter table orders drop column note
004 carriage_return down: nothing
006 again up wrapped: drop table orders
006 only_comments up: nothing
006 only_comments down wrapped: drop table orders
`,
		problems: `
tern/000_zero.sql:1:1: bad-marker: the number of tern/000_zero.sql is not one that tern counts with: it begins at 1, so tern fails on the directory
tern/004_carriage_return.sql:1:1: bad-marker: this line is not exactly ---- tern: disable-tx ----, so tern passes over it and runs the file in a transaction
tern/006_again.sql:1:1: version-gap: version 5 is missing before tern/006_again.sql, so tern refuses the directory
tern/006_only_comments.sql:1:1: bad-marker: tern/006_only_comments.sql has no SQL for the way up, so tern refuses the directory
tern/006_only_comments.sql:1:1: duplicate-version: version 006 is used by tern/006_again.sql and by tern/006_only_comments.sql, so tern refuses or skips one of them
tern/later-seven.sql:1:1: mixed-layouts: tern/later-seven.sql has tern markers, but tern does not read it: its name is not NNN_name.sql
`,
		ignored: []string{
			"tern/later-seven.sql",
			"tern/seed.sql",
			"tern/shared/touch.sql",
		},
	})
}
