package postgres

import (
	"context"
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
	c := d.Connect(t)
	// The database may have another one by default.
	if _, err := c.Exec(context.Background(), "SET search_path = public"); err != nil {
		t.Fatal(err)
	}
	return Lines(t, c, schemaQuery)
}
