package databasesql

import (
	"context"
	"database/sql"

	"github.com/lib/pq"
)

// Raise writes a new column.
func (s *store) Raise(ctx context.Context, id int64) error {
	_, err := s.db.ExecContext(ctx, "UPDATE orders SET priority = 1 WHERE id = $1", id) // ungated-use: orders.priority
	return err
}

// GatedRaise writes it behind its flag.
func (s *store) GatedRaise(ctx context.Context, id int64) error {
	if !s.billing(ctx) {
		return nil
	}
	_, err := s.db.ExecContext(ctx, "UPDATE orders SET priority = 1 WHERE id = $1", id) // gated: orders.priority
	return err
}

// Open writes new columns in a transaction, and only with the flag.
func (s *store) Open(ctx context.Context, tx *sql.Tx, customer int64) error {
	var err error
	if s.billing(ctx) {
		_, err = tx.ExecContext(ctx, "INSERT INTO orders (id, customer_id, channel) VALUES (1, $1, 'mail')", customer) // gated: orders.channel
	} else {
		_, err = tx.ExecContext(ctx, "INSERT INTO orders (id, customer_id) VALUES (1, $1)", customer) // released
	}
	return err
}

// OpenAtOnce writes them without.
func (s *store) OpenAtOnce(ctx context.Context, tx *sql.Tx, customer int64) error {
	_, err := tx.ExecContext(ctx, "INSERT INTO orders (id, customer_id, channel) VALUES (1, $1, 'mail')", customer) // ungated-use: orders.channel
	return err
}

// Returned reads a new column of what it writes.
func (s *store) Returned(ctx context.Context, id int64) (channel string, err error) {
	err = s.db.QueryRowContext(ctx, "UPDATE orders SET status = 'closed' WHERE id = $1 RETURNING channel", id).Scan(&channel) // ungated-use: orders.channel
	return channel, err
}

// Forget deletes by a new column.
func (s *store) Forget(ctx context.Context) error {
	_, err := s.db.ExecContext(ctx, "DELETE FROM orders WHERE channel IS NULL") // ungated-use: orders.channel
	return err
}

// Refund writes a new table.
func (s *store) Refund(ctx context.Context, order int64) error {
	_, err := s.db.ExecContext(ctx, "INSERT INTO refunds (id, order_id) VALUES (1, $1)", order) // ungated-use: refunds
	return err
}

// GatedRefund writes it behind its flag.
func (s *store) GatedRefund(ctx context.Context, order int64) error {
	if s.billing(ctx) {
		_, err := s.db.ExecContext(ctx, "INSERT INTO refunds (id, order_id) VALUES (1, $1)", order) // gated: refunds
		return err
	}
	return nil
}

// Prepared sends it in two steps.
func (s *store) Prepared(ctx context.Context) (*sql.Stmt, error) {
	return s.db.PrepareContext(ctx, "UPDATE orders SET channel = $1") // ungated-use: orders.channel
}

// GatedPrepared does so behind the flag.
func (s *store) GatedPrepared(ctx context.Context) (*sql.Stmt, error) {
	if on := s.billing(ctx); !on {
		return nil, nil
	}
	return s.db.PrepareContext(ctx, "UPDATE orders SET channel = $1") // gated: orders.channel
}

// Copy writes by COPY.
func (s *store) Copy(ctx context.Context, tx *sql.Tx) (*sql.Stmt, error) {
	return tx.PrepareContext(ctx, pq.CopyIn("orders", "id", "customer_id", "channel")) // ungated-use: orders.channel
}

// GatedCopy does so behind the flag.
func (s *store) GatedCopy(ctx context.Context, tx *sql.Tx) (*sql.Stmt, error) {
	if s.billing(ctx) {
		return tx.PrepareContext(ctx, pq.CopyIn("orders", "id", "customer_id", "channel")) // gated: orders.channel
	}
	return tx.PrepareContext(ctx, pq.CopyIn("orders", "id", "customer_id")) // released
}
