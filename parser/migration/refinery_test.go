package migration

import "testing"

func TestRefineryProject(t *testing.T) {
	testProject(t, toolProject{
		path: "refinery/migrations", layout: "refinery",
		reason: "1 file named V1__name.rs",
		want: `
1 orders up wrapped: CREATE TABLE orders (id bigint PRIMARY KEY)
1 orders up wrapped: CREATE INDEX orders_id ON orders (id)
2 fill up: opaque, Rust migration
3 out_of_order up wrapped: ALTER TABLE orders ADD COLUMN note text
3 same up wrapped: SELECT 1
4.1 half up wrapped: SELECT 1
10 last up wrapped: CREATE INDEX CONCURRENTLY orders_id_again ON
`,
		problems: `
refinery/migrations/V10__last.sql:1:1: version-gap: versions 5 to 9 are missing between refinery/migrations/V4.1__half.sql and refinery/migrations/V10__last.sql
refinery/migrations/V3__same.sql:1:1: duplicate-version: version 3 is used by refinery/migrations/2024/U3__out_of_order.sql and by refinery/migrations/V3__same.sql, so refinery refuses or skips one of them
refinery/migrations/V4.1__half.sql:1:1: bad-marker: version 4.1 of refinery/migrations/V4.1__half.sql is no integer, so refinery refuses the directory
refinery/migrations/V5__add-hyphen.sql:1:1: mixed-layouts: refinery does not read refinery/migrations/V5__add-hyphen.sql: its name is not V1__name.sql, with letters, digits and underscores
`,
		ignored: []string{
			"refinery/migrations/V5__add-hyphen.sql",
			"refinery/migrations/mod.rs",
		},
	})
}
