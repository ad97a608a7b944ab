package store

import (
	"context"
	"database/sql"
	"time"
)

// A User is a person with an account.
type User struct {
	ID             int64
	Email          string
	Name           string
	Phone          sql.NullString
	MarketingOptIn bool
	CreatedAt      time.Time
}

const userColumns = "id, email, name, phone, marketing_opt_in, created_at"

// CreateUser stores a new user and returns its number. Consent to marketing is
// asked for later, so a new account has the column's default.
func (s *Store) CreateUser(ctx context.Context, email, name, phone string) (int64, error) {
	var id int64
	err := s.db.QueryRowContext(ctx,
		`INSERT INTO users (email, name, phone) VALUES ($1, $2, nullif($3, '')) RETURNING id`,
		email, name, phone).Scan(&id)
	return id, err
}

// User returns a user by number.
func (s *Store) User(ctx context.Context, id int64) (*User, error) {
	return scanUser(s.db.QueryRowContext(ctx, "SELECT "+userColumns+" FROM users WHERE id = $1", id))
}

// UserByEmail returns the user who signs in with an address.
func (s *Store) UserByEmail(ctx context.Context, email string) (*User, error) {
	return scanUser(s.db.QueryRowContext(ctx, "SELECT "+userColumns+" FROM users WHERE email = $1", email))
}

// SetMarketing records a user's answer about marketing.
func (s *Store) SetMarketing(ctx context.Context, id int64, optIn bool) error {
	return changedOne(s.db.ExecContext(ctx,
		`UPDATE users SET marketing_opt_in = $2 WHERE id = $1`, id, optIn))
}

// ForgetPhone removes a telephone number on request.
func (s *Store) ForgetPhone(ctx context.Context, id int64) error {
	return changedOne(s.db.ExecContext(ctx, `UPDATE users SET phone = NULL WHERE id = $1`, id))
}

func scanUser(row *sql.Row) (*User, error) {
	var u User
	err := row.Scan(&u.ID, &u.Email, &u.Name, &u.Phone, &u.MarketingOptIn, &u.CreatedAt)
	if err != nil {
		return nil, found(err)
	}
	return &u, nil
}
