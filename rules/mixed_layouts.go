package rules

import "github.com/migracheck/migracheck/parser/migration"

var mixedLayouts = problemRule(migration.MixedLayouts, Warning,
	"A file is written for another migration tool than the rest of its directory")
