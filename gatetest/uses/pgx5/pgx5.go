// Package pgx5 uses what the window adds by way of pgx v5.
package pgx5

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/open-feature/go-sdk/openfeature"
)

type store struct {
	conn  *pgx.Conn
	pool  *pgxpool.Pool
	flags openfeature.IClient
}

// New is a store on a pool and a connection of its own.
func New(pool *pgxpool.Pool, conn *pgx.Conn, flags openfeature.IClient) *store {
	return &store{conn: conn, pool: pool, flags: flags}
}

func (s *store) billing(ctx context.Context) bool {
	on, err := s.flags.BooleanValue(ctx, "billing-v2", false, openfeature.EvaluationContext{})
	return err == nil && on
}

// Conn asks the connection.
func (s *store) Conn(ctx context.Context) (pgx.Rows, error) {
	if s.billing(ctx) {
		return s.conn.Query(ctx, "SELECT id, channel FROM orders") // gated: orders.channel
	}
	return s.conn.Query(ctx, "SELECT id, channel FROM orders") // ungated-use: orders.channel
}

// Pool asks the pool.
func (s *store) Pool(ctx context.Context, id int64) (n int, err error) {
	if s.billing(ctx) {
		err = s.pool.QueryRow(ctx, "SELECT priority FROM orders WHERE id = $1", id).Scan(&n) // gated: orders.priority
		return n, err
	}
	err = s.pool.QueryRow(ctx, "SELECT priority FROM orders WHERE id = $1", id).Scan(&n) // ungated-use: orders.priority
	return n, err
}

// Tx writes in a transaction.
func (s *store) Tx(ctx context.Context) error {
	return pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		if s.billing(ctx) {
			if _, err := tx.Exec(ctx, "UPDATE orders SET priority = priority + 1"); err != nil { // gated: orders.priority
				return err
			}
		}
		_, err := tx.Exec(ctx, "UPDATE orders SET priority = priority + 1") // ungated-use: orders.priority
		return err
	})
}

// GatedTx begins it behind the flag.
func (s *store) GatedTx(ctx context.Context) error {
	if !s.billing(ctx) {
		return nil
	}
	return pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "UPDATE orders SET channel = 'mail'") // gated: orders.channel
		return err
	})
}

// Batch queues statements.
func (s *store) Batch(ctx context.Context) error {
	batch := &pgx.Batch{}
	batch.Queue("UPDATE orders SET status = 'closed'")    // released
	batch.Queue("UPDATE orders SET channel = $1", "mail") // ungated-use: orders.channel
	if s.billing(ctx) {
		batch.Queue("INSERT INTO refunds (id, order_id) VALUES ($1, $2)", 1, 2) // gated: refunds
	}
	return s.pool.SendBatch(ctx, batch).Close()
}

// CopyFrom copies rows.
func (s *store) CopyFrom(ctx context.Context, rows [][]any) (int64, error) {
	if s.billing(ctx) {
		return s.pool.CopyFrom(ctx, pgx.Identifier{"orders"}, []string{"id", "customer_id", "channel"}, pgx.CopyFromRows(rows)) // gated: orders.channel
	}
	return s.conn.CopyFrom(ctx, pgx.Identifier{"orders"}, []string{"id", "customer_id", "channel"}, pgx.CopyFromRows(rows)) // ungated-use: orders.channel
}

// CopyFromTable copies rows into a new table, and into one that stays.
func (s *store) CopyFromTable(ctx context.Context, tx pgx.Tx, rows [][]any) (int64, error) {
	if n, err := tx.CopyFrom(ctx, pgx.Identifier{"public", "tickets"}, []string{"id", "channel"}, pgx.CopyFromRows(rows)); err != nil { // released
		return n, err
	}
	return tx.CopyFrom(ctx, pgx.Identifier{"public", "refunds"}, []string{"id", "order_id"}, pgx.CopyFromRows(rows)) // ungated-use: refunds
}

// NamedArgs has parameters with the names of columns.
func (s *store) NamedArgs(ctx context.Context) error {
	if _, err := s.pool.Exec(ctx, "UPDATE orders SET status = @channel", pgx.NamedArgs{"channel": "mail"}); err != nil { // released
		return err
	}
	if s.billing(ctx) {
		if _, err := s.pool.Exec(ctx, "UPDATE orders SET channel = @channel", pgx.NamedArgs{"channel": "mail"}); err != nil { // gated: orders.channel
			return err
		}
	}
	_, err := s.pool.Exec(ctx, "UPDATE orders SET channel = @channel", pgx.NamedArgs{"channel": "mail"}) // ungated-use: orders.channel
	return err
}

// Prepare prepares by name.
func (s *store) Prepare(ctx context.Context) error {
	if s.billing(ctx) {
		if _, err := s.conn.Prepare(ctx, "channels", "SELECT channel FROM orders"); err != nil { // gated: orders.channel
			return err
		}
	}
	_, err := s.conn.Prepare(ctx, "channels", "SELECT channel FROM orders") // ungated-use: orders.channel
	return err
}

type order struct {
	ID      int64
	Channel string
}

// Collect maps rows to structs; what counts is the query.
func (s *store) Collect(ctx context.Context) ([]order, error) {
	if !s.billing(ctx) {
		rows, err := s.pool.Query(ctx, "SELECT id, '' AS channel FROM orders") // released
		if err != nil {
			return nil, err
		}
		return pgx.CollectRows(rows, pgx.RowToStructByName[order])
	}
	rows, err := s.pool.Query(ctx, "SELECT id, channel FROM orders") // gated: orders.channel
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[order])
}

// Everything reads whatever columns there are.
func (s *store) Everything(ctx context.Context) (pgx.Rows, error) {
	return s.pool.Query(ctx, "SELECT * FROM orders") // star
}

// Acquire asks a connection of the pool.
func (s *store) Acquire(ctx context.Context) error {
	conn, err := s.pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	if s.billing(ctx) {
		_, err = conn.Exec(ctx, "DELETE FROM refunds") // gated: refunds
		return err
	}
	_, err = conn.Exec(ctx, "DELETE FROM refunds") // ungated-use: refunds
	return err
}

// Queued reads what a batch answers.
func (s *store) Queued(ctx context.Context) error {
	batch := &pgx.Batch{}
	if s.billing(ctx) {
		batch.Queue("SELECT channel FROM orders").Query(func(pgx.Rows) error { // gated: orders.channel
			return nil
		})
	}
	batch.Queue("SELECT channel FROM orders").QueryRow(func(pgx.Row) error { // ungated-use: orders.channel
		return nil
	})
	return s.pool.SendBatch(ctx, batch).Close()
}
