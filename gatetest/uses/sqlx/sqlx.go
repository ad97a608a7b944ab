// Package sqlx uses what the window adds by way of sqlx.
package sqlx

import (
	"context"

	"github.com/jmoiron/sqlx"
	"github.com/open-feature/go-sdk/openfeature"
)

type store struct {
	db    *sqlx.DB
	flags openfeature.IClient
}

// New is a store on a database.
func New(db *sqlx.DB, flags openfeature.IClient) *store { return &store{db: db, flags: flags} }

func (s *store) billing(ctx context.Context) bool {
	return s.flags.Boolean(ctx, "billing-v2", false, openfeature.EvaluationContext{})
}

// order has a field for a new column, which is no use of it.
type order struct {
	ID       int64   `db:"id"`
	Status   string  `db:"status"`
	Channel  *string `db:"channel"`
	Priority *int    `db:"priority"`
}

// Get reads one row.
func (s *store) Get(ctx context.Context, id int64) (o order, err error) {
	if s.billing(ctx) {
		err = s.db.GetContext(ctx, &o, "SELECT id, channel FROM orders WHERE id = $1", id) // gated: orders.channel
		return o, err
	}
	if err = s.db.Get(&o, "SELECT id, status FROM orders WHERE id = $1", id); err != nil { // released
		return o, err
	}
	err = s.db.Get(&o, "SELECT id, channel FROM orders WHERE id = $1", id) // ungated-use: orders.channel
	return o, err
}

// Select reads rows.
func (s *store) Select(ctx context.Context) (all []order, err error) {
	if err = s.db.SelectContext(ctx, &all, "SELECT id, priority FROM orders"); err != nil { // ungated-use: orders.priority
		return nil, err
	}
	if !s.billing(ctx) {
		return all, nil
	}
	err = s.db.Select(&all, "SELECT id, priority FROM orders") // gated: orders.priority
	return all, err
}

// Package reads by functions of the package.
func (s *store) Package(ctx context.Context, q sqlx.QueryerContext) (all []order, err error) {
	if s.billing(ctx) {
		if err = sqlx.SelectContext(ctx, q, &all, "SELECT id, priority FROM orders"); err != nil { // gated: orders.priority
			return nil, err
		}
	}
	var one order
	err = sqlx.GetContext(ctx, q, &one, "SELECT id, priority FROM orders LIMIT 1") // ungated-use: orders.priority
	return append(all, one), err
}

// NamedExec has parameters with the names of fields.
func (s *store) NamedExec(ctx context.Context, o order) error {
	if _, err := s.db.NamedExecContext(ctx, "UPDATE orders SET status = :channel WHERE id = :id", o); err != nil { // released
		return err
	}
	if s.billing(ctx) {
		if _, err := s.db.NamedExec("UPDATE orders SET channel = :channel WHERE id = :id", o); err != nil { // gated: orders.channel
			return err
		}
	}
	_, err := s.db.NamedExec("UPDATE orders SET channel = :channel WHERE id = :id", o) // ungated-use: orders.channel
	return err
}

// NamedQuery reads rows by the names of parameters.
func (s *store) NamedQuery(ctx context.Context, o order) (*sqlx.Rows, error) {
	if s.billing(ctx) {
		return s.db.NamedQueryContext(ctx, "SELECT id FROM refunds WHERE order_id = :id", o) // gated: refunds
	}
	return s.db.NamedQuery("SELECT id FROM refunds WHERE order_id = :id", o) // ungated-use: refunds
}

// StructScan maps rows; what counts is the query.
func (s *store) StructScan(ctx context.Context) (o order, err error) {
	rows, err := s.db.Queryx("SELECT id, status FROM orders") // released
	if err != nil {
		return o, err
	}
	for rows.Next() {
		if err = rows.StructScan(&o); err != nil {
			return o, err
		}
	}
	if s.billing(ctx) {
		err = s.db.QueryRowx("SELECT channel FROM orders").StructScan(&o) // gated: orders.channel
		return o, err
	}
	err = s.db.QueryRowx("SELECT channel FROM orders").StructScan(&o) // ungated-use: orders.channel
	return o, err
}

// In expands a list.
func (s *store) In(ctx context.Context, ids []int64) error {
	query, args, err := sqlx.In("UPDATE orders SET channel = NULL WHERE id IN (?)", ids)
	if err != nil {
		return err
	}
	if s.billing(ctx) {
		_, err = s.db.ExecContext(ctx, s.db.Rebind(query), args...) // gated: orders.channel
		return err
	}
	s.db.MustExec("UPDATE orders SET priority = 0") // ungated-use: orders.priority
	return nil
}

// Tx writes in a transaction.
func (s *store) Tx(ctx context.Context, tx *sqlx.Tx) error {
	if s.billing(ctx) {
		tx.MustExecContext(ctx, "DELETE FROM refunds") // gated: refunds
	}
	_, err := tx.Exec("DELETE FROM refunds") // ungated-use: refunds
	return err
}

// Everything reads whatever columns there are.
func (s *store) Everything() (all []order, err error) {
	err = s.db.Select(&all, "SELECT * FROM orders") // star
	return all, err
}

// Prepared sends it in two steps.
func (s *store) Prepared(ctx context.Context) error {
	if s.billing(ctx) {
		if _, err := s.db.PrepareNamedContext(ctx, "UPDATE orders SET channel = :channel"); err != nil { // gated: orders.channel
			return err
		}
		_, err := s.db.Preparex("UPDATE orders SET channel = $1") // gated: orders.channel
		return err
	}
	if _, err := s.db.PrepareNamed("UPDATE orders SET channel = :channel"); err != nil { // ungated-use: orders.channel
		return err
	}
	_, err := s.db.Preparex("UPDATE orders SET channel = $1") // ungated-use: orders.channel
	return err
}

// Named turns names into numbers first.
func (s *store) Named(ctx context.Context, o order) error {
	query, args, err := sqlx.Named("UPDATE orders SET channel = :channel", o)
	if err != nil {
		return err
	}
	if s.billing(ctx) {
		_, err = s.db.ExecContext(ctx, s.db.Rebind(query), args...) // gated: orders.channel
		return err
	}
	_, err = s.db.ExecContext(ctx, s.db.Rebind(query), args...) // ungated-use: orders.channel
	return err
}
