package shapes

import (
	"database/sql"
	"testing"

	_ "github.com/lib/pq" // the driver
)

// BenchmarkChannels uses a new column, as tests may.
func BenchmarkChannels(b *testing.B) {
	db, err := sql.Open("postgres", "")
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := db.Exec("SELECT channel FROM orders"); err != nil {
			b.Skip(err)
		}
	}
}
