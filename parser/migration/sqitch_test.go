package migration

import "testing"

func TestSqitchProject(t *testing.T) {
	testProject(t, toolProject{
		path: "sqitch", layout: "sqitch",
		reason: "sqitch.plan with 7 changes",
		want: `
schemas/app the application's schema up alone: \set ON_ERROR_STOP on
schemas/app the application's schema up alone: BEGIN
schemas/app the application's schema up alone: CREATE SCHEMA app
schemas/app the application's schema up alone: SET search_path = app
schemas/app the application's schema up alone: COMMIT
schemas/app the application's schema down alone: BEGIN
schemas/app the application's schema down alone: DROP SCHEMA app
schemas/app the application's schema down alone: COMMIT
orders orders up alone: BEGIN
orders orders up alone: CREATE TABLE app.orders (id bigint PRIMARY K
orders orders up alone: COMMIT
orders orders down alone: DROP TABLE app.orders
totals@v1.0.0 up alone: CREATE FUNCTION app.total() RETURNS bigint L
totals@v1.0.0 down alone: DROP FUNCTION app.total()
index index up alone: CREATE INDEX CONCURRENTLY orders_id ON app.o
index index up alone: CREATE INDEX CONCURRENTLY orders_id_again ON
index index down alone: DROP INDEX CONCURRENTLY app.orders_id, app.o
totals counts more up alone: CREATE OR REPLACE FUNCTION app.total() RETUR
totals counts more down alone: CREATE OR REPLACE FUNCTION app.total() RETUR
no_revert up alone: SELECT app.total()
missing up: opaque, missing deploy script
`,
		problems: `
sqitch/db/sqitch.plan:14:1: bad-marker: change missing has no deploy script db/do/missing.sql, so sqitch stops at it
sqitch/db/sqitch.plan:15:1: duplicate-version: change index is in the plan already, with no tag between, so sqitch refuses the plan
sqitch/db/sqitch.plan:16:1: bad-marker: this line is not a change with its name, time and planner, so sqitch refuses the plan
`,
		ignored: []string{
			"sqitch/db/do/unplanned.sql",
		},
	})
}
