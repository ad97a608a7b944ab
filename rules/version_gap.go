package rules

import "github.com/migracheck/migracheck/parser/migration"

var versionGap = problemRule(migration.VersionGap, Warning,
	"A version is missing in the sequence of migrations")
