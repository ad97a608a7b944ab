package postgres

import (
	_ "embed"
	"testing"
)

// schemaQuery is what [Database.Schema] runs.
//
//go:embed schema.sql
var schemaQuery string

// Schema returns the schema of the database in one canonical form: sorted
// lines, one for each object, beginning with its kind and name; a tab before
// each thing known of it. Names of types are as with the default search_path.
func (d *Database) Schema(t testing.TB) []string {
	t.Helper()
	return Lines(t, d.Connect(t), schemaQuery)
}
