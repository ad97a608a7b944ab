package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// An OrderLine is a product and how many pieces of it.
type OrderLine struct {
	ProductID int64
	Quantity  int
}

// An OrderTotal is an order as lists show it.
type OrderTotal struct {
	ID         int64
	Status     string
	PlacedAt   time.Time
	TotalCents int64
}

// PlaceOrder reserves stock and stores an order; its status is the column's
// default.
func (s *Store) PlaceOrder(ctx context.Context, userID int64, note string, lines []OrderLine) (id int64, err error) {
	err = s.inTx(ctx, func(tx *sql.Tx) error {
		err := tx.QueryRowContext(ctx,
			`INSERT INTO orders (user_id, note) VALUES ($1, $2) RETURNING id`, userID, note).Scan(&id)
		if err != nil {
			return fmt.Errorf("insert order: %w", err)
		}
		for _, l := range lines {
			price, err := takeStock(ctx, tx, l.ProductID, l.Quantity)
			if err != nil {
				return fmt.Errorf("product %d: %w", l.ProductID, err)
			}
			_, err = tx.ExecContext(ctx, `
				INSERT INTO order_items (order_id, product_id, quantity, unit_price_cents)
				VALUES ($1, $2, $3, $4)`, id, l.ProductID, l.Quantity, price)
			if err != nil {
				return fmt.Errorf("insert item: %w", err)
			}
		}
		return nil
	})
	return id, err
}

// OrdersOf returns the orders of a user, newest first.
func (s *Store) OrdersOf(ctx context.Context, userID int64) ([]OrderTotal, error) {
	rows, err := s.db.QueryContext(ctx, `
		SELECT id, status, placed_at, total_cents
		FROM order_totals
		WHERE user_id = $1
		ORDER BY placed_at DESC`, userID)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var orders []OrderTotal
	for rows.Next() {
		var o OrderTotal
		if err := rows.Scan(&o.ID, &o.Status, &o.PlacedAt, &o.TotalCents); err != nil {
			return nil, err
		}
		orders = append(orders, o)
	}
	return orders, rows.Err()
}

// CancelOrder cancels an order that nobody has paid for.
func (s *Store) CancelOrder(ctx context.Context, id int64) error {
	return changedOne(s.db.ExecContext(ctx, `
		UPDATE orders SET status = 'cancelled'
		WHERE id = $1 AND status = 'pending'`, id))
}

// CancelStale cancels orders that were left unpaid since before a time and
// returns how many there were.
func (s *Store) CancelStale(ctx context.Context, before time.Time) (int64, error) {
	result, err := s.db.ExecContext(ctx, `
		UPDATE orders SET status = 'cancelled'
		WHERE status = 'pending' AND placed_at < $1`, before)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}
