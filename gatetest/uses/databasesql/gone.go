package databasesql

import (
	"context"
	"database/sql"
)

// Fax reads a column that is dropped.
func (s *store) Fax(ctx context.Context) (*sql.Rows, error) {
	return s.db.QueryContext(ctx, "SELECT fax FROM customers") // use-of-removed: customers.fax
}

// GatedFax does so behind a flag, which is no help.
func (s *store) GatedFax(ctx context.Context) (*sql.Rows, error) {
	if !s.billing(ctx) {
		return nil, nil
	}
	return s.db.QueryContext(ctx, "SELECT fax FROM customers") // use-of-removed: customers.fax
}

// Phone writes a column by its old name.
func (s *store) Phone(ctx context.Context) error {
	_, err := s.db.ExecContext(ctx, "UPDATE customers SET phone = NULL") // use-of-removed: customers.phone
	return err
}

// Mobile writes it by its new name.
func (s *store) Mobile(ctx context.Context) error {
	_, err := s.db.ExecContext(ctx, "UPDATE customers SET mobile = NULL") // ungated-use: customers.mobile
	return err
}

// GatedMobile does so behind a flag; the migration names none.
func (s *store) GatedMobile(ctx context.Context) error {
	if !s.search(ctx) {
		return nil
	}
	_, err := s.db.ExecContext(ctx, "UPDATE customers SET mobile = NULL") // gated: customers.mobile
	return err
}

// Credit reads a column whose type changes.
func (s *store) Credit(ctx context.Context) (*sql.Rows, error) {
	return s.db.QueryContext(ctx, "SELECT credit FROM customers") // use-of-retyped: customers.credit
}

// Sessions reads a table that is dropped.
func (s *store) Sessions(ctx context.Context) (*sql.Rows, error) {
	return s.db.QueryContext(ctx, "SELECT id FROM sessions") // use-of-removed: sessions
}

// Names reads what stays.
func (s *store) Names(ctx context.Context) (*sql.Rows, error) {
	return s.db.QueryContext(ctx, "SELECT name, email FROM customers") // released
}
