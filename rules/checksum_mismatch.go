package rules

import "github.com/migracheck/migracheck/parser/migration"

var checksumMismatch = problemRule(migration.Checksum, Error,
	"A migration differs from its recorded checksum")
