package rules

import "github.com/migracheck/migracheck/parser/migration"

var duplicateVersion = problemRule(migration.DuplicateVersion, Error,
	"Two migrations have the same version, and the tool refuses or skips one")
