// Package store keeps the shop's users, products, orders and payments in
// PostgreSQL.
//
// It is the version of the shop that is running while migrations 0010 to 0012
// are applied: it knows the schema of 0009 and nothing later.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// ErrNotFound is returned where a row was asked for that does not exist.
var ErrNotFound = errors.New("not found")

// A Store runs the shop's queries.
type Store struct{ db *sql.DB }

// New returns a Store on a database that has been migrated.
func New(db *sql.DB) *Store { return &Store{db: db} }

// inTx runs f in a transaction, committed if f returns nil.
func (s *Store) inTx(ctx context.Context, f func(*sql.Tx) error) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	if err := f(tx); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}

// found turns the absence of a row into ErrNotFound.
func found(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return ErrNotFound
	}
	return err
}

// changedOne reports ErrNotFound where a statement changed no row.
func changedOne(result sql.Result, err error) error {
	if err != nil {
		return err
	}
	n, err := result.RowsAffected()
	if err == nil && n == 0 {
		return ErrNotFound
	}
	return err
}
