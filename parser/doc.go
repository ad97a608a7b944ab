// Package parser turns the text of migrations into statements and operations,
// each with its place in the file.
//
// It cuts a text into statements itself, by PostgreSQL's lexical rules, and
// gives every statement to the PostgreSQL parser alone: a statement that does
// not parse costs nothing but itself, and places are exact. Around the SQL it
// knows what migrations hold besides: psql's meta-commands, variables and the
// inline data of COPY; the placeholders of template engines; forms of
// PostgreSQL 18 that the parser of 17 refuses. The static SQL of DO blocks
// and routine bodies is read like any other, and marked conditional.
//
// What is understood is lowered to the operations of package ddl. What is not
// understood is there nevertheless: as a syntax error, a ddl.Dynamic or a
// ddl.Unmodelled.
//
// It is the only package that knows pg_query and its trees, and does not let
// them out. It does not resolve names, does not know which tool runs a file,
// and does not format SQL.
package parser
