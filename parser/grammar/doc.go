// Package grammar is PostgreSQL's own grammar, as the two parsers that have it
// offer it: with a C compiler pg_query_go, which is the parser of PostgreSQL 17
// itself, and without one (CGO_ENABLED=0) oliphant, a port of that of
// PostgreSQL 18 to Go. Both make the same trees, but for the few places that
// differ between the majors; those are hidden here.
//
// Goals: package parser is the same for both. Non-goals: a name that package
// parser does not use; a choice while the program runs, for both parsers
// register the same messages of protobuf and cannot be in one program.
package grammar

//go:generate go run generate.go
