package rules

import "github.com/migracheck/migracheck/parser/migration"

var badMarker = problemRule(migration.BadMarker, Error,
	"A marker comment of the migration tool is wrong or missing")
