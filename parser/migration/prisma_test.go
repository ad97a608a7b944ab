package migration

import "testing"

func TestPrismaProject(t *testing.T) {
	testProject(t, toolProject{
		path: "prisma/migrations", layout: "prisma",
		reason: "migration_lock.toml and 6 directories with migration.sql",
		want: `
20240101000000 init up implicit: CREATE TABLE "User" ("id" SERIAL PRIMARY KEY
20240101000000 init up implicit: CREATE UNIQUE INDEX "User_email_key" ON "Use
20240102000000 alone up unstated: CREATE INDEX CONCURRENTLY "User_id_idx" ON "
20240103000000 together up unstated: ALTER TABLE "User" ADD COLUMN "name" TEXT
20240103000000 together up unstated: CREATE UNIQUE INDEX CONCURRENTLY "User_name_
20240104000000 drop up implicit: DROP INDEX CONCURRENTLY "User_name_idx"
20240104000000 drop up implicit: CREATE INDEX CONCURRENTLY "User_name_idx" ON
20240105000000 own_transaction up implicit: BEGIN
20240105000000 own_transaction up implicit: UPDATE "User" SET "name" = '' WHERE "name" I
20240105000000 own_transaction up implicit: COMMIT
20240106000000_fill up: opaque, TypeScript migration
next_name up implicit: SELECT 1
`,
		problems: `
prisma/migrations/20240106000000_forgotten/README.md:1:1: bad-marker: there is no migration.sql in prisma/migrations/20240106000000_forgotten, so prisma stops with P3015
`,
		ignored: []string{
			"prisma/migrations/20240101000000_init/down.sql",
			"prisma/migrations/20240106000000_forgotten/README.md",
			"prisma/migrations/README.md",
		},
	})
}
