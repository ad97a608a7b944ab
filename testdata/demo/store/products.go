package store

import (
	"context"
	"database/sql"
	"errors"
)

// A Product is something for sale.
type Product struct {
	ID         int64
	SKU        string
	Title      string
	PriceCents int64
	Currency   string
	Stock      int
}

// ErrOutOfStock is returned where fewer pieces are left than were asked for.
var ErrOutOfStock = errors.New("out of stock")

// Product returns a product by its stock keeping unit.
func (s *Store) Product(ctx context.Context, sku string) (*Product, error) {
	var p Product
	err := s.db.QueryRowContext(ctx, `
		SELECT id, sku, title, price_cents, currency, stock
		FROM products
		WHERE sku = $1`, sku).
		Scan(&p.ID, &p.SKU, &p.Title, &p.PriceCents, &p.Currency, &p.Stock)
	if err != nil {
		return nil, found(err)
	}
	return &p, nil
}

// Search returns products that match the words and can be delivered, best
// matches first.
func (s *Store) Search(ctx context.Context, words string, limit int) ([]Product, error) {
	rows, err := s.db.QueryContext(ctx, `
		SELECT id, sku, title, price_cents, currency, stock
		FROM products, plainto_tsquery('simple', $1) AS query
		WHERE search @@ query AND stock > 0
		ORDER BY ts_rank(search, query) DESC, id
		LIMIT $2`, words, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var products []Product
	for rows.Next() {
		var p Product
		if err := rows.Scan(&p.ID, &p.SKU, &p.Title, &p.PriceCents, &p.Currency, &p.Stock); err != nil {
			return nil, err
		}
		products = append(products, p)
	}
	return products, rows.Err()
}

// PutProduct stores a product, or the new title and price of one that exists.
func (s *Store) PutProduct(ctx context.Context, p Product) error {
	_, err := s.db.ExecContext(ctx, `
		INSERT INTO products (sku, title, price_cents, currency)
		VALUES ($1, $2, $3, $4)
		ON CONFLICT (sku) DO UPDATE
		SET title = excluded.title, price_cents = excluded.price_cents, currency = excluded.currency`,
		p.SKU, p.Title, p.PriceCents, p.Currency)
	return err
}

// takeStock reserves pieces of a product and returns its price.
func takeStock(ctx context.Context, tx *sql.Tx, productID int64, quantity int) (priceCents int64, err error) {
	err = tx.QueryRowContext(ctx, `
		UPDATE products SET stock = stock - $2
		WHERE id = $1 AND stock >= $2
		RETURNING price_cents`, productID, quantity).Scan(&priceCents)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, ErrOutOfStock
	}
	return priceCents, err
}
