package rules

import "github.com/migracheck/migracheck/parser/ddl"

var dropDatabase = &Rule{
	Name:     "drop-database",
	Title:    "A database that the previous version may connect to is dropped or renamed",
	Category: Compat,
	Severity: Error,
	Since:    "0.1",
	Check: onLost(ddl.Database, "is dropped with all that is in it, which nothing brings back", func(name, how string) string {
		return "database " + name + " " + how + ", so the previous version can no longer connect to it: 3D000"
	}),
}
