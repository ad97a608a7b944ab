package rules

import "github.com/migracheck/migracheck/parser/migration"

var emptyMigration = problemRule(migration.EmptyMigration, Note,
	"A migration does nothing")
