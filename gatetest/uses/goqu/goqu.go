// Package goqu uses what the window adds by way of goqu.
package goqu

import (
	"context"

	"github.com/doug-martin/goqu/v9"
	_ "github.com/doug-martin/goqu/v9/dialect/postgres" // its quoting
	"github.com/open-feature/go-sdk/openfeature"
)

type store struct {
	db    *goqu.Database
	flags openfeature.IClient
}

// New is a store on a database.
func New(db *goqu.Database, flags openfeature.IClient) *store { return &store{db: db, flags: flags} }

func (s *store) billing(ctx context.Context) bool {
	return s.flags.Boolean(ctx, "billing-v2", false, openfeature.EvaluationContext{})
}

// Select reads columns.
func (s *store) Select(ctx context.Context) (channels []string, err error) {
	if s.billing(ctx) {
		err = s.db.From("orders").Select("channel").ScanValsContext(ctx, &channels) // gated: orders.channel
		return channels, err
	}
	err = s.db.From("orders").Select("channel").ScanValsContext(ctx, &channels) // ungated-use: orders.channel
	return channels, err
}

// Tickets reads a column of the same name that was always there.
func (s *store) Tickets(ctx context.Context) (channels []string, err error) {
	err = s.db.From("tickets").Select("channel").ScanValsContext(ctx, &channels) // released
	return channels, err
}

// Where names it in a condition.
func (s *store) Where(ctx context.Context) (ids []int64, err error) {
	if s.billing(ctx) {
		err = s.db.From("orders").Select("id").Where(goqu.C("priority").Gt(1)).ScanValsContext(ctx, &ids) // gated: orders.priority
		return ids, err
	}
	err = s.db.From("orders").Select("id").Where(goqu.Ex{"priority": 1}).ScanValsContext(ctx, &ids) // ungated-use: orders.priority
	return ids, err
}

// Insert writes columns.
func (s *store) Insert(ctx context.Context) error {
	if s.billing(ctx) {
		_, err := s.db.Insert("orders").Rows(goqu.Record{"id": 1, "channel": "mail"}).Executor().ExecContext(ctx) // gated: orders.channel
		return err
	}
	_, err := s.db.Insert("orders").Rows(goqu.Record{"id": 1, "channel": "mail"}).Executor().ExecContext(ctx) // ungated-use: orders.channel
	return err
}

// Update writes a column.
func (s *store) Update(ctx context.Context) error {
	if s.billing(ctx) {
		_, err := s.db.Update("orders").Set(goqu.Record{"channel": "mail"}).Executor().ExecContext(ctx) // gated: orders.channel
		return err
	}
	_, err := s.db.Update("orders").Set(goqu.Record{"channel": "mail"}).Executor().ExecContext(ctx) // ungated-use: orders.channel
	return err
}

// Delete writes a new table.
func (s *store) Delete(ctx context.Context) error {
	if s.billing(ctx) {
		_, err := s.db.Delete("refunds").Executor().ExecContext(ctx) // gated: refunds
		return err
	}
	_, err := s.db.Delete("refunds").Executor().ExecContext(ctx) // ungated-use: refunds
	return err
}

// Text sends the text of what is built.
func (s *store) Text(ctx context.Context) error {
	query, args, err := goqu.Dialect("postgres").From("orders").Select("id", "priority").ToSQL()
	if err != nil || !s.billing(ctx) {
		return err
	}
	_, err = s.db.ExecContext(ctx, query, args...) // gated: orders.priority
	return err
}

// Sorted names a column in an order.
func (s *store) Sorted(ctx context.Context) (ids []int64, err error) {
	if s.billing(ctx) {
		err = s.db.From("orders").Select("id").Order(goqu.C("channel").Asc()).ScanValsContext(ctx, &ids) // gated: orders.channel
		return ids, err
	}
	err = s.db.From("orders").Select("id").Order(goqu.I("orders.channel").Desc()).ScanValsContext(ctx, &ids) // ungated-use: orders.channel
	return ids, err
}

// Literal has a text within.
func (s *store) Literal(ctx context.Context) (ids []int64, err error) {
	if s.billing(ctx) {
		err = s.db.From("orders").Select("id").Where(goqu.L("priority > 1")).ScanValsContext(ctx, &ids) // gated: orders.priority
		return ids, err
	}
	err = s.db.From("orders").Select("id").Where(goqu.L("priority > 1")).ScanValsContext(ctx, &ids) // ungated-use: orders.priority
	return ids, err
}

// Branch adds a condition under the flag.
func (s *store) Branch(ctx context.Context) (ids []int64, err error) {
	query := s.db.From("orders").Select("id")
	if s.billing(ctx) {
		query = query.Where(goqu.C("priority").Gt(1))
	}
	err = query.ScanValsContext(ctx, &ids) // gated: orders.priority
	return ids, err
}

// row has a field for a new column.
type row struct {
	ID      int64  `db:"id"`
	Channel string `db:"channel"`
}

// Struct reads and writes the columns of a struct, which are not known.
func (s *store) Struct(ctx context.Context) (all []row, err error) {
	if s.billing(ctx) {
		if _, err = s.db.Insert("orders").Rows(row{ID: 1}).Executor().ExecContext(ctx); err != nil { // not seen: orders.channel
			return nil, err
		}
		err = s.db.From("orders").ScanStructsContext(ctx, &all) // not seen: orders.channel
		return all, err
	}
	if _, err = s.db.Insert("orders").Rows(row{ID: 1}).Executor().ExecContext(ctx); err != nil { // not seen: orders.channel
		return nil, err
	}
	err = s.db.From("orders").ScanStructsContext(ctx, &all) // not seen: orders.channel
	return all, err
}

// Returning reads a column of what it writes.
func (s *store) Returning(ctx context.Context) (channels []string, err error) {
	if s.billing(ctx) {
		err = s.db.Update("orders").Set(goqu.Record{"status": "closed"}).Returning("channel").Executor().ScanValsContext(ctx, &channels) // gated: orders.channel
		return channels, err
	}
	err = s.db.Update("orders").Set(goqu.Record{"status": "closed"}).Returning("channel").Executor().ScanValsContext(ctx, &channels) // ungated-use: orders.channel
	return channels, err
}
