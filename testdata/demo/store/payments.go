package store

import (
	"context"
	"database/sql"
	"fmt"
)

// A Payment is what a provider reports.
type Payment struct {
	OrderID     int64
	Provider    string
	ProviderRef string
	AmountCents int64
}

// RecordPayment stores a payment and marks the order as paid. Providers report
// some payments twice; the second time changes nothing.
func (s *Store) RecordPayment(ctx context.Context, p Payment) error {
	return s.inTx(ctx, func(tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, `
			INSERT INTO payments (order_id, provider, provider_ref, amount_cents, captured_at)
			VALUES ($1, $2, $3, $4, now())
			ON CONFLICT (provider, provider_ref) DO NOTHING`,
			p.OrderID, p.Provider, p.ProviderRef, p.AmountCents)
		if err != nil {
			return fmt.Errorf("insert payment: %w", err)
		}
		if n, err := result.RowsAffected(); err != nil || n == 0 {
			return err
		}
		_, err = tx.ExecContext(ctx, `
			UPDATE orders SET status = 'paid' WHERE id = $1 AND status = 'pending'`, p.OrderID)
		return err
	})
}

// PaidCents returns how much has been paid for an order.
func (s *Store) PaidCents(ctx context.Context, orderID int64) (int64, error) {
	var cents int64
	err := s.db.QueryRowContext(ctx, `
		SELECT coalesce(sum(amount_cents), 0) FROM payments WHERE order_id = $1`, orderID).Scan(&cents)
	return cents, err
}
