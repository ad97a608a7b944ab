package shapes

import (
	"context"
	_ "embed" // the text of a file
	"fmt"
	"strings"

	"github.com/migracheck/migracheck/gatetest/uses/handed"
)

// Appended sends one text or the other.
func (s *store) Appended(ctx context.Context) {
	query := "SELECT id"
	if s.flags.Billing(ctx) {
		query += ", channel"
	}
	query += " FROM orders"
	s.db.Query(query) // gated: orders.channel
}

// AppendedAlways does so without the flag.
func (s *store) AppendedAlways(n int) {
	query := "SELECT id"
	if n > 0 {
		query += ", channel"
	}
	query += " FROM orders"
	s.db.Query(query) // ungated-use: orders.channel
}

const (
	before = "SELECT id, status FROM orders"
	after  = "SELECT id, status, channel FROM orders"
)

// Chosen sends one of two constants.
func (s *store) Chosen(ctx context.Context) {
	query := before
	if s.flags.Billing(ctx) {
		query = after
	}
	s.db.Query(query) // gated: orders.channel
}

// ChosenWrongly mixes them up.
func (s *store) ChosenWrongly(ctx context.Context) {
	query := after
	if s.flags.Billing(ctx) {
		query = before
	}
	s.db.Query(query) // ungated-use: orders.channel
}

// Formatted puts a name into a text.
func (s *store) Formatted(ctx context.Context) {
	column := "status"
	if s.flags.Billing(ctx) {
		column = "channel"
	}
	s.db.Query(fmt.Sprintf("SELECT %s FROM orders", column)) // gated: orders.channel
}

// Returned sends what a function chose.
func (s *store) Returned(ctx context.Context) {
	s.db.Query(s.query(ctx)) // gated: orders.channel
}

func (s *store) query(ctx context.Context) string {
	if s.flags.Billing(ctx) {
		return after
	}
	return before
}

// Built writes a text piece by piece.
func (s *store) Built(ctx context.Context) {
	var b strings.Builder
	b.WriteString("SELECT id")
	if s.flags.Billing(ctx) {
		b.WriteString(", channel")
	}
	b.WriteString(" FROM orders")
	s.db.Query(b.String()) // gated: orders.channel
}

// Sent hands a text to a function that sends it.
func (s *store) Sent(ctx context.Context) {
	s.send(before) // released
	if s.flags.Billing(ctx) {
		s.send(after) // gated: orders.channel
	}
}

func (s *store) send(query string) {
	s.db.Query(query)
}

// SentAlways does so without the flag.
func (s *store) SentAlways() {
	s.sendAlways(after) // ungated-use: orders.channel
}

func (s *store) sendAlways(query string) {
	s.db.Query(query)
}

//go:embed channels.sql
var embedded string

// Embedded sends the text of a file.
func (s *store) Embedded(ctx context.Context) {
	if s.flags.Billing(ctx) {
		s.db.Query(embedded) // gated: orders.channel
	}
	s.db.Query(embedded) // ungated-use: orders.channel
}

var variable = "SELECT channel FROM orders"

// Held sends the text of a variable, of a field and of a constant elsewhere.
func (s *store) Held(ctx context.Context) {
	q := struct{ read, write string }{read: "SELECT channel FROM orders", write: "UPDATE orders SET status = ''"}
	if s.flags.Billing(ctx) {
		s.db.Query(variable)     // gated: orders.channel
		s.db.Query(q.read)       // gated: orders.channel
		s.db.Query(handed.Query) // gated: orders.channel
	}
	s.db.Query(variable)     // ungated-use: orders.channel
	s.db.Query(q.read)       // ungated-use: orders.channel
	s.db.Query(q.write)      // released
	s.db.Query(handed.Query) // ungated-use: orders.channel
}

// Joined joins the columns of a list.
func (s *store) Joined(ctx context.Context) {
	columns := []string{"id", "status"}
	if s.flags.Billing(ctx) {
		columns = append(columns, "channel")
	}
	s.db.Query("SELECT " + strings.Join(columns, ", ") + " FROM orders") // gated: orders.channel
}

// JoinedAlways does so without the flag.
func (s *store) JoinedAlways(n int) {
	columns := []string{"id", "status"}
	if n > 0 {
		columns = append(columns, "channel")
	}
	s.db.Query("SELECT " + strings.Join(columns, ", ") + " FROM orders") // ungated-use: orders.channel
}
