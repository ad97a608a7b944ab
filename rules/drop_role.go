package rules

import "github.com/migracheck/migracheck/parser/ddl"

var dropRole = &Rule{
	Name:     "drop-role",
	Title:    "A role that the previous version may connect as is dropped or renamed",
	Category: Compat,
	Severity: Error,
	Since:    "0.1",
	Check: onLost(ddl.Role, "is dropped", func(name, how string) string {
		return "role " + name + " " + how + ", so the previous version can no longer connect as that role: 28000"
	}),
}
