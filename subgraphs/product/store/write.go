package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/jmoiron/sqlx"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/bus"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/events"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/ids"
	"github.com/trefoil-graph/trefoil/subgraphs/product/catalog"
)

// UpdateProduct changes one product and tells others of it.
func (s *Store) UpdateProduct(ctx context.Context, id string, change func(*catalog.Product) error) (*catalog.Product, error) {
	var found *catalog.Product
	err := s.db.WithTx(ctx, func(ctx context.Context, tx *sqlx.Tx) error {
		var row productRow
		err := tx.GetContext(ctx, &row, "SELECT "+productColumns+" FROM product p WHERE p.id = ?", id)
		if errors.Is(err, sql.ErrNoRows) {
			return catalog.ErrNotFound
		}
		if err != nil {
			return err
		}
		found = row.product()
		if err := change(found); err != nil {
			return err
		}
		if err := update(ctx, tx, found); err != nil {
			return err
		}
		return s.tell(ctx, tx, found)
	})
	if err != nil {
		return nil, fmt.Errorf("update product %s: %w", id, err)
	}
	return found, nil
}

func update(ctx context.Context, tx *sqlx.Tx, p *catalog.Product) error {
	_, err := tx.NamedExecContext(ctx, `UPDATE product SET title = :title, title_key = :title_key,
		description = :description, search_text = :search_text, price_minor = :price_minor, currency = :currency,
		active = :active, version = :version, updated_at = :updated_at WHERE id = :id`, rowOf(p))
	return err
}

// TellAll tells others of every product again: for when what they were told is lost.
func (s *Store) TellAll(ctx context.Context) error {
	return s.db.WithTx(ctx, func(ctx context.Context, tx *sqlx.Tx) error {
		var rows []productRow
		if err := tx.SelectContext(ctx, &rows, "SELECT "+productColumns+" FROM product p ORDER BY p.id"); err != nil {
			return fmt.Errorf("tell of all products: %w", err)
		}
		for _, p := range productsOf(rows) {
			if err := s.tell(ctx, tx, p); err != nil {
				return err
			}
		}
		return nil
	})
}

// tell puts the product's present state into the outbox.
func (s *Store) tell(ctx context.Context, tx *sqlx.Tx, p *catalog.Product) error {
	data, err := json.Marshal(changed(p))
	if err != nil {
		return fmt.Errorf("tell of product: %w", err)
	}
	return s.outbox.Add(ctx, tx, bus.Message{ID: ids.New("msg"), Subject: events.ProductSubject(p.ID), Data: data})
}

func changed(p *catalog.Product) events.ProductChanged {
	return events.ProductChanged{
		ID: p.ID, SKU: p.SKU, Slug: p.Slug, Title: p.Title,
		PriceMinor: p.Price.AmountMinor, Currency: p.Price.Currency, TaxBasisPoints: int64(p.TaxBasisPoints),
		MaximumQuantity: p.Stock().MaximumQuantity, Active: p.Active, Version: int64(p.Version),
	}
}
