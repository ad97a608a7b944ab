// Package databasesql uses what the window adds and takes away by way of
// database/sql.
package databasesql

import (
	"context"
	"database/sql"

	"github.com/open-feature/go-sdk/openfeature"
)

type store struct {
	db    *sql.DB
	flags openfeature.IClient
}

// New is a store on a database.
func New(db *sql.DB, flags openfeature.IClient) *store { return &store{db: db, flags: flags} }

func (s *store) billing(ctx context.Context) bool {
	return s.flags.Boolean(ctx, "billing-v2", false, openfeature.EvaluationContext{})
}

func (s *store) search(ctx context.Context) bool {
	return s.flags.Boolean(ctx, "search", false, openfeature.EvaluationContext{})
}

// Priority reads a new column.
func (s *store) Priority(ctx context.Context, id int64) (priority sql.NullInt64, err error) {
	err = s.db.QueryRowContext(ctx, "SELECT priority FROM orders WHERE id = $1", id).Scan(&priority) // ungated-use: orders.priority
	return priority, err
}

// GatedPriority reads it behind its flag.
func (s *store) GatedPriority(ctx context.Context, id int64) (priority sql.NullInt64, err error) {
	if s.billing(ctx) {
		err = s.db.QueryRowContext(ctx, "SELECT priority FROM orders WHERE id = $1", id).Scan(&priority) // gated: orders.priority
	}
	return priority, err
}

// PriorityOfAnotherFlag reads it behind another flag.
func (s *store) PriorityOfAnotherFlag(ctx context.Context, id int64) (priority sql.NullInt64, err error) {
	if s.search(ctx) {
		err = s.db.QueryRowContext(ctx, "SELECT priority FROM orders WHERE id = $1", id).Scan(&priority) // mismatched-flag: orders.priority
	}
	return priority, err
}

// TicketPriority reads a column of the same name that was always there.
func (s *store) TicketPriority(ctx context.Context, id int64) (priority int64, err error) {
	err = s.db.QueryRowContext(ctx, "SELECT priority FROM tickets WHERE id = $1", id).Scan(&priority) // released
	return priority, err
}

// TicketsOfOrders joins both, and reads the released one.
func (s *store) TicketsOfOrders(ctx context.Context) (*sql.Rows, error) {
	return s.db.QueryContext(ctx, "SELECT o.id, t.priority FROM orders o JOIN tickets t ON t.order_id = o.id") // released
}

// OrdersOfTickets joins both, and reads the new one.
func (s *store) OrdersOfTickets(ctx context.Context) (*sql.Rows, error) {
	return s.db.QueryContext(ctx, "SELECT o.priority, t.id FROM orders o JOIN tickets t ON t.order_id = o.id") // ungated-use: orders.priority
}

// Urgent names it in a condition only.
func (s *store) Urgent(ctx context.Context) (*sql.Rows, error) {
	if !s.billing(ctx) {
		return s.db.QueryContext(ctx, "SELECT id FROM orders WHERE status = 'open'") // released
	}
	return s.db.QueryContext(ctx, "SELECT id FROM orders WHERE priority > 1") // gated: orders.priority
}

// Sorted names it in an order.
func (s *store) Sorted(ctx context.Context) (*sql.Rows, error) {
	return s.db.QueryContext(ctx, "SELECT id FROM orders ORDER BY channel, id") // ungated-use: orders.channel
}

// Words has the name in a string and as an alias.
func (s *store) Words(ctx context.Context) (*sql.Rows, error) {
	return s.db.QueryContext(ctx, "SELECT status AS channel, 'priority' FROM orders") // released
}

// Refunds reads a new table.
func (s *store) Refunds(ctx context.Context) (*sql.Rows, error) {
	return s.db.QueryContext(ctx, "SELECT id FROM refunds") // ungated-use: refunds
}

// GatedRefunds reads it behind its flag.
func (s *store) GatedRefunds(ctx context.Context) (*sql.Rows, error) {
	if !s.billing(ctx) {
		return nil, sql.ErrNoRows
	}
	return s.db.QueryContext(ctx, "SELECT id FROM refunds") // gated: refunds
}

// Everything reads whatever columns there are.
func (s *store) Everything(ctx context.Context) (*sql.Rows, error) {
	return s.db.QueryContext(ctx, "SELECT * FROM orders") // star
}

// GatedEverything does so behind the flag.
func (s *store) GatedEverything(ctx context.Context) (*sql.Rows, error) {
	if !s.billing(ctx) {
		return nil, sql.ErrNoRows
	}
	return s.db.QueryContext(ctx, "SELECT * FROM orders") // star
}

// EveryTicket reads all columns of a table that stays as it is.
func (s *store) EveryTicket(ctx context.Context) (*sql.Rows, error) {
	return s.db.QueryContext(ctx, "SELECT * FROM tickets") // released
}
