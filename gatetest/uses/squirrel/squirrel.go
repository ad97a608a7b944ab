// Package squirrel uses what the window adds by way of squirrel.
package squirrel

import (
	"context"
	"database/sql"

	sq "github.com/Masterminds/squirrel"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/open-feature/go-sdk/openfeature"
)

var psql = sq.StatementBuilder.PlaceholderFormat(sq.Dollar)

type store struct {
	db    *sql.DB
	flags openfeature.IClient
}

// New is a store on a database.
func New(db *sql.DB, flags openfeature.IClient) *store { return &store{db: db, flags: flags} }

func (s *store) billing(ctx context.Context) bool {
	return s.flags.Boolean(ctx, "billing-v2", false, openfeature.EvaluationContext{})
}

// Select reads columns.
func (s *store) Select(ctx context.Context) (*sql.Rows, error) {
	if s.billing(ctx) {
		return psql.Select("id", "channel").From("orders").RunWith(s.db).QueryContext(ctx) // gated: orders.channel
	}
	return psql.Select("id", "channel").From("orders").RunWith(s.db).QueryContext(ctx) // ungated-use: orders.channel
}

// Tickets reads a column of the same name that was always there.
func (s *store) Tickets(ctx context.Context) (*sql.Rows, error) {
	return psql.Select("id", "channel").From("tickets").RunWith(s.db).QueryContext(ctx) // released
}

// Where names it in a condition.
func (s *store) Where(ctx context.Context) (*sql.Rows, error) {
	if s.billing(ctx) {
		return psql.Select("id").From("orders").Where(sq.Eq{"priority": 1}).RunWith(s.db).QueryContext(ctx) // gated: orders.priority
	}
	return psql.Select("id").From("orders").Where(sq.Eq{"priority": 1}).RunWith(s.db).QueryContext(ctx) // ungated-use: orders.priority
}

// Text sends the text of what is built.
func (s *store) Text(ctx context.Context) (*sql.Rows, error) {
	query, args, err := psql.Select("id").From("orders").Where("priority > ?", 1).ToSql()
	if err != nil {
		return nil, err
	}
	if s.billing(ctx) {
		return s.db.QueryContext(ctx, query, args...) // gated: orders.priority
	}
	return s.db.QueryContext(ctx, query, args...) // ungated-use: orders.priority
}

// Insert writes columns.
func (s *store) Insert(ctx context.Context) error {
	if s.billing(ctx) {
		_, err := psql.Insert("orders").Columns("id", "channel").Values(1, "mail").RunWith(s.db).ExecContext(ctx) // gated: orders.channel
		return err
	}
	_, err := psql.Insert("orders").Columns("id", "channel").Values(1, "mail").RunWith(s.db).ExecContext(ctx) // ungated-use: orders.channel
	return err
}

// Update writes a column.
func (s *store) Update(ctx context.Context) error {
	if s.billing(ctx) {
		_, err := psql.Update("orders").Set("channel", "mail").Where(sq.Eq{"id": 1}).RunWith(s.db).ExecContext(ctx) // gated: orders.channel
		return err
	}
	_, err := psql.Update("orders").Set("channel", "mail").Where(sq.Eq{"id": 1}).RunWith(s.db).ExecContext(ctx) // ungated-use: orders.channel
	return err
}

// Delete writes a new table.
func (s *store) Delete(ctx context.Context) error {
	if s.billing(ctx) {
		_, err := psql.Delete("refunds").RunWith(s.db).ExecContext(ctx) // gated: refunds
		return err
	}
	_, err := psql.Delete("refunds").RunWith(s.db).ExecContext(ctx) // ungated-use: refunds
	return err
}

// Branch adds a column under the flag, and sends the query without.
func (s *store) Branch(ctx context.Context) (*sql.Rows, error) {
	query := psql.Select("id").From("orders")
	if s.billing(ctx) {
		query = query.Column("channel")
	}
	return query.RunWith(s.db).QueryContext(ctx) // gated: orders.channel
}

// BranchAlways adds it without the flag.
func (s *store) BranchAlways(ctx context.Context, all bool) (*sql.Rows, error) {
	query := psql.Select("id").From("orders")
	if all {
		query = query.Column("channel")
	}
	return query.RunWith(s.db).QueryContext(ctx) // ungated-use: orders.channel
}

// Star reads whatever columns there are.
func (s *store) Star(ctx context.Context) (*sql.Rows, error) {
	return psql.Select("*").From("orders").RunWith(s.db).QueryContext(ctx) // star
}

// Sorted names a column in an order.
func (s *store) Sorted(ctx context.Context) (*sql.Rows, error) {
	if s.billing(ctx) {
		return psql.Select("id").From("orders").OrderBy("channel").RunWith(s.db).QueryContext(ctx) // gated: orders.channel
	}
	return psql.Select("id").From("orders").OrderBy("channel").RunWith(s.db).QueryContext(ctx) // ungated-use: orders.channel
}

// SetMap writes the columns of a map.
func (s *store) SetMap(ctx context.Context) error {
	if s.billing(ctx) {
		_, err := psql.Update("orders").SetMap(map[string]any{"priority": 1}).RunWith(s.db).ExecContext(ctx) // gated: orders.priority
		return err
	}
	_, err := psql.Update("orders").SetMap(map[string]any{"priority": 1}).RunWith(s.db).ExecContext(ctx) // ungated-use: orders.priority
	return err
}

// Suffix reads a column of what it writes.
func (s *store) Suffix(ctx context.Context) (*sql.Rows, error) {
	if s.billing(ctx) {
		return psql.Insert("orders").Columns("id").Values(1).Suffix("RETURNING channel").RunWith(s.db).QueryContext(ctx) // gated: orders.channel
	}
	return psql.Insert("orders").Columns("id").Values(1).Suffix("RETURNING channel").RunWith(s.db).QueryContext(ctx) // ungated-use: orders.channel
}

// Join joins a new table.
func (s *store) Join(ctx context.Context) (*sql.Rows, error) {
	if s.billing(ctx) {
		return psql.Select("o.id").From("orders o").Join("refunds r ON r.order_id = o.id").RunWith(s.db).QueryContext(ctx) // gated: refunds
	}
	return psql.Select("o.id").From("orders o").Join("refunds r ON r.order_id = o.id").RunWith(s.db).QueryContext(ctx) // ungated-use: refunds
}

// Pgx sends what is built by another driver.
func (s *store) Pgx(ctx context.Context, pool *pgxpool.Pool) error {
	query, args := psql.Update("orders").Set("channel", sq.Expr("upper(channel)")).MustSql()
	if s.billing(ctx) {
		_, err := pool.Exec(ctx, query, args...) // gated: orders.channel
		return err
	}
	_, err := pool.Exec(ctx, query, args...) // ungated-use: orders.channel
	return err
}

// Subquery has a query in another.
func (s *store) Subquery(ctx context.Context) (*sql.Rows, error) {
	refunds := sq.Select("order_id").From("refunds")
	if s.billing(ctx) {
		return psql.Select("id").From("orders").Where(sq.Expr("id IN (?)", refunds)).RunWith(s.db).QueryContext(ctx) // gated: refunds
	}
	return psql.Select("id").FromSelect(refunds, "r").RunWith(s.db).QueryContext(ctx) // ungated-use: refunds
}
