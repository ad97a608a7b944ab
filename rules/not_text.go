package rules

import "github.com/migracheck/migracheck/parser/migration"

var notText = problemRule(migration.NotText, Error,
	"A migration is not UTF-8 text")
