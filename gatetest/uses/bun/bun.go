// Package bun uses what the window adds by way of bun.
package bun

import (
	"context"

	"github.com/open-feature/go-sdk/openfeature"
	"github.com/uptrace/bun"
)

type store struct {
	db    *bun.DB
	flags openfeature.IClient
}

// New is a store on a database.
func New(db *bun.DB, flags openfeature.IClient) *store { return &store{db: db, flags: flags} }

func (s *store) billing(ctx context.Context) bool {
	return s.flags.Boolean(ctx, "billing-v2", false, openfeature.EvaluationContext{})
}

// order is the model of before.
type order struct {
	bun.BaseModel `bun:"table:orders"`

	ID         int64 `bun:",pk"`
	CustomerID int64
	Status     string
}

// channelOrder is the model of after.
type channelOrder struct {
	bun.BaseModel `bun:"table:orders"`

	ID         int64 `bun:",pk"`
	CustomerID int64
	Medium     string `bun:"channel"`
}

// ticket has a column of the same name that was always there.
type ticket struct {
	ID      int64 `bun:",pk"`
	Channel string
}

// refund is a new table.
type refund struct {
	ID      int64 `bun:",pk"`
	OrderID int64
}

// Select reads the columns of the model.
func (s *store) Select(ctx context.Context) error {
	var before []order
	if err := s.db.NewSelect().Model(&before).Scan(ctx); err != nil { // released
		return err
	}
	var tickets []ticket
	if err := s.db.NewSelect().Model(&tickets).Scan(ctx); err != nil { // released
		return err
	}
	var after []channelOrder
	if s.billing(ctx) {
		return s.db.NewSelect().Model(&after).Scan(ctx) // gated: orders.channel
	}
	return s.db.NewSelect().Model(&after).Scan(ctx) // ungated-use: orders.channel
}

// Column reads some columns.
func (s *store) Column(ctx context.Context) error {
	var all []order
	if s.billing(ctx) {
		return s.db.NewSelect().Model(&all).Column("id", "priority").Scan(ctx) // gated: orders.priority
	}
	return s.db.NewSelect().Model(&all).Column("id", "priority").Scan(ctx) // ungated-use: orders.priority
}

// Where names it in a condition.
func (s *store) Where(ctx context.Context) (int64, error) {
	if s.billing(ctx) {
		return s.db.NewSelect().Model((*order)(nil)).Where("priority > ?", 1).Count(ctx) // gated: orders.priority
	}
	return s.db.NewSelect().Model((*order)(nil)).Where("priority > ?", 1).Count(ctx) // ungated-use: orders.priority
}

// Insert writes the columns of the model.
func (s *store) Insert(ctx context.Context) error {
	if _, err := s.db.NewInsert().Model(&order{ID: 1}).Exec(ctx); err != nil { // released
		return err
	}
	if s.billing(ctx) {
		_, err := s.db.NewInsert().Model(&channelOrder{ID: 1}).Exec(ctx) // gated: orders.channel
		return err
	}
	_, err := s.db.NewInsert().Model(&channelOrder{ID: 1}).Exec(ctx) // ungated-use: orders.channel
	return err
}

// Update writes a column.
func (s *store) Update(ctx context.Context) error {
	if s.billing(ctx) {
		_, err := s.db.NewUpdate().Model((*order)(nil)).Set("channel = ?", "mail").Where("id = 1").Exec(ctx) // gated: orders.channel
		return err
	}
	_, err := s.db.NewUpdate().Model((*order)(nil)).Set("channel = ?", "mail").Where("id = 1").Exec(ctx) // ungated-use: orders.channel
	return err
}

// Delete writes a new table.
func (s *store) Delete(ctx context.Context) error {
	if s.billing(ctx) {
		_, err := s.db.NewDelete().Model((*refund)(nil)).Where("id = 1").Exec(ctx) // gated: refunds
		return err
	}
	_, err := s.db.NewDelete().Model((*refund)(nil)).Where("id = 1").Exec(ctx) // ungated-use: refunds
	return err
}

// Raw sends a text.
func (s *store) Raw(ctx context.Context) error {
	var channels []string
	if s.billing(ctx) {
		return s.db.NewRaw("SELECT channel FROM orders").Scan(ctx, &channels) // gated: orders.channel
	}
	return s.db.NewRaw("SELECT channel FROM orders").Scan(ctx, &channels) // ungated-use: orders.channel
}

// Exclude leaves the new column out.
func (s *store) Exclude(ctx context.Context) error {
	if err := s.db.NewSelect().Model((*channelOrder)(nil)).ExcludeColumn("channel").Scan(ctx); err != nil { // released
		return err
	}
	_, err := s.db.NewInsert().Model(&channelOrder{ID: 1}).ExcludeColumn("channel").Exec(ctx) // released
	return err
}

// Branch adds a column under the flag.
func (s *store) Branch(ctx context.Context) error {
	query := s.db.NewSelect().Model((*order)(nil)).Column("id")
	if s.billing(ctx) {
		query = query.Column("priority")
	}
	return query.Scan(ctx) // gated: orders.priority
}

// Sorted names a column in an order.
func (s *store) Sorted(ctx context.Context) error {
	if s.billing(ctx) {
		return s.db.NewSelect().Model((*order)(nil)).Order("priority").Scan(ctx) // gated: orders.priority
	}
	return s.db.NewSelect().Model((*order)(nil)).Order("priority").Scan(ctx) // ungated-use: orders.priority
}

// Conflict writes a column where there is a row.
func (s *store) Conflict(ctx context.Context) error {
	if s.billing(ctx) {
		_, err := s.db.NewInsert().Model(&order{ID: 1}).On("CONFLICT (id) DO UPDATE").Set("channel = 'mail'").Exec(ctx) // gated: orders.channel
		return err
	}
	_, err := s.db.NewInsert().Model(&order{ID: 1}).On("CONFLICT (id) DO UPDATE").Set("channel = 'mail'").Exec(ctx) // ungated-use: orders.channel
	return err
}

// Tx writes in a transaction that the flag guards.
func (s *store) Tx(ctx context.Context) error {
	if !s.billing(ctx) {
		return nil
	}
	return s.db.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewUpdate().Model(&channelOrder{ID: 1}).WherePK().Exec(ctx) // gated: orders.channel
		return err
	})
}

// UngatedTx writes in one that it does not guard.
func (s *store) UngatedTx(ctx context.Context) error {
	return s.db.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewUpdate().Model(&channelOrder{ID: 1}).WherePK().Exec(ctx) // ungated-use: orders.channel
		return err
	})
}
