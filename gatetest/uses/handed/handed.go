// Package handed uses what the window adds and leaves it to its callers to ask
// for the flag.
package handed

import "database/sql"

// Channels reads a new column.
//
//migracheck:caller-gates
func Channels(db *sql.DB) (*sql.Rows, error) {
	return db.Query("SELECT channel FROM orders")
}

// Query is a text that others send.
const Query = "SELECT channel FROM orders"
