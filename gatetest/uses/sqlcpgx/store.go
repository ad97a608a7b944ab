// Package sqlcpgx uses what the window adds by way of methods that sqlc wrote
// for pgx, with the database as an argument.
package sqlcpgx

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/open-feature/go-sdk/openfeature"

	"github.com/migracheck/migracheck/gatetest/uses/sqlcpgx/db"
)

type store struct {
	pool    *pgxpool.Pool
	queries *db.Queries
	querier db.Querier
	flags   openfeature.IClient
}

// New is a store on a pool.
func New(pool *pgxpool.Pool, flags openfeature.IClient) *store {
	queries := db.New()
	return &store{pool: pool, queries: queries, querier: queries, flags: flags}
}

func (s *store) billing(ctx context.Context) bool {
	return s.flags.Boolean(ctx, "billing-v2", false, openfeature.EvaluationContext{})
}

// Many reads rows.
func (s *store) Many(ctx context.Context) ([]db.Order, error) {
	if s.billing(ctx) {
		return s.queries.ListOrders(ctx, s.pool) // gated: orders.channel orders.priority
	}
	return s.queries.ListOrders(ctx, s.pool) // ungated-use: orders.channel orders.priority
}

// Batch queues statements.
func (s *store) Batch(ctx context.Context, all []db.SetChannelsParams) error {
	if s.billing(ctx) {
		return s.queries.SetChannels(ctx, s.pool, all).Close() // gated: orders.channel
	}
	return s.querier.SetChannels(ctx, s.pool, all).Close() // ungated-use: orders.channel
}

// Copy copies rows.
func (s *store) Copy(ctx context.Context, all []db.CopyOrdersParams) (int64, error) {
	if _, err := s.queries.CopyTickets(ctx, s.pool, nil); err != nil { // released
		return 0, err
	}
	if s.billing(ctx) {
		return s.queries.CopyOrders(ctx, s.pool, all) // gated: orders.channel
	}
	return s.queries.CopyOrders(ctx, s.pool, all) // ungated-use: orders.channel
}

// Tx calls methods in a transaction.
func (s *store) Tx(ctx context.Context) error {
	return pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		if _, err := s.querier.OrderStatus(ctx, tx, 1); err != nil { // released
			return err
		}
		if !s.billing(ctx) {
			return nil
		}
		_, err := s.querier.CopyOrders(ctx, tx, nil) // gated: orders.channel
		return err
	})
}
