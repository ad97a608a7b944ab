// Package sqlcsql uses what the window adds by way of methods that sqlc wrote
// for database/sql: the call of a method is the use.
package sqlcsql

import (
	"context"
	"database/sql"

	"github.com/open-feature/go-sdk/openfeature"

	"github.com/migracheck/migracheck/gatetest/uses/sqlcsql/db"
)

type store struct {
	db      *sql.DB
	queries *db.Queries
	querier db.Querier
	flags   openfeature.IClient
}

// New is a store on a database.
func New(pool *sql.DB, flags openfeature.IClient) *store {
	queries := db.New(pool)
	return &store{db: pool, queries: queries, querier: queries, flags: flags}
}

func (s *store) billing(ctx context.Context) bool {
	return s.flags.Boolean(ctx, "billing-v2", false, openfeature.EvaluationContext{})
}

// Method calls a method that reads new columns.
func (s *store) Method(ctx context.Context, id int64) (db.Order, error) {
	if s.billing(ctx) {
		return s.queries.GetOrder(ctx, id) // gated: orders.channel orders.priority
	}
	return s.queries.GetOrder(ctx, id) // ungated-use: orders.channel orders.priority
}

// Interface calls it by the interface.
func (s *store) Interface(ctx context.Context, id int64) (db.Order, error) {
	if s.billing(ctx) {
		return s.querier.GetOrder(ctx, id) // gated: orders.channel orders.priority
	}
	return s.querier.GetOrder(ctx, id) // ungated-use: orders.channel orders.priority
}

// Write calls one that writes a new column.
func (s *store) Write(ctx context.Context, id int64) error {
	if !s.billing(ctx) {
		return s.queries.SetChannel(ctx, db.SetChannelParams{ID: id}) // ungated-use: orders.channel
	}
	return s.queries.SetChannel(ctx, db.SetChannelParams{ID: id}) // gated: orders.channel
}

// Open calls it behind a flag that counts as on when nobody answers.
func (s *store) Open(ctx context.Context, id int64) error {
	if s.flags.Boolean(ctx, "billing-v2", true, openfeature.EvaluationContext{}) {
		return s.queries.SetChannel(ctx, db.SetChannelParams{ID: id}) // flag-fails-open: orders.channel
	}
	return nil
}

// Table calls one that writes a new table.
func (s *store) Table(ctx context.Context, order int64) error {
	if s.billing(ctx) {
		return s.querier.CreateRefund(ctx, db.CreateRefundParams{ID: 1, OrderID: order}) // gated: refunds
	}
	return s.querier.CreateRefund(ctx, db.CreateRefundParams{ID: 1, OrderID: order}) // ungated-use: refunds
}

// Released calls those that use what was always there.
func (s *store) Released(ctx context.Context, id int64) error {
	if _, err := s.queries.ListTickets(ctx); err != nil { // released
		return err
	}
	if _, err := s.querier.OrderStatus(ctx, id); err != nil { // released
		return err
	}
	return s.queries.CloseOrder(ctx, id) // released
}

// Tx calls one in a transaction.
func (s *store) Tx(ctx context.Context, tx *sql.Tx, id int64) error {
	q := s.queries.WithTx(tx)
	if s.billing(ctx) {
		if err := q.SetChannel(ctx, db.SetChannelParams{ID: id}); err != nil { // gated: orders.channel
			return err
		}
	}
	return q.SetChannel(ctx, db.SetChannelParams{ID: id}) // ungated-use: orders.channel
}
