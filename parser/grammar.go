package parser

import pg_query "github.com/migracheck/migracheck/parser/grammar"

// Grammar is the major version of PostgreSQL whose grammar reads SQL in this
// build, and what the parser is called. Forms of 18 are read in any case.
func Grammar() (major int, name string) { return pg_query.Major, pg_query.Name }
