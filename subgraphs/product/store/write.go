package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"github.com/jmoiron/sqlx"

	"github.com/trefoil-graph/trefoil/subgraphs/product/catalog"
	"github.com/trefoil-graph/trefoil/subgraphs/product/stock"
)

// UpdateProduct changes one product and announces it.
func (s *Store) UpdateProduct(
	ctx context.Context, id string, images *[]catalog.Image, change func(*catalog.Product) error,
) (*catalog.Product, error) {
	var found *catalog.Product
	err := s.db.WithTx(ctx, func(ctx context.Context, tx *sqlx.Tx) (err error) {
		if found, err = product(ctx, tx, id); err != nil {
			return err
		}
		if err := change(found); err != nil {
			return err
		}
		if images != nil {
			if err := replaceImages(ctx, tx, id, *images); err != nil {
				return err
			}
		}
		if err := update(ctx, tx, found); err != nil {
			return err
		}
		return s.announce(ctx, tx, found)
	})
	if err != nil {
		return nil, fmt.Errorf("update product %s: %w", id, taken(err))
	}
	return found, nil
}

// product reads a product, on sale or not.
func product(ctx context.Context, tx *sqlx.Tx, id string) (*catalog.Product, error) {
	var row productRow
	const query = "SELECT " + productColumns + " FROM product p WHERE p.id = ?"
	err := tx.GetContext(ctx, &row, tx.Rebind(query), id)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, catalog.NewUnknownProduct("id")
	}
	if err != nil {
		return nil, err
	}
	return row.product(), nil
}

func update(ctx context.Context, tx *sqlx.Tx, p *catalog.Product) error {
	_, err := tx.NamedExecContext(ctx, `UPDATE product SET
		slug = :slug, sku = :sku, title = :title, title_key = :title_key,
		description = :description, category_id = :category_id, price_minor = :price_minor,
		currency = :currency, tax_basis_points = :tax_basis_points, active = :active,
		version = :version, updated_at = :updated_at
		WHERE id = :id`, rowOf(p))
	if err != nil {
		return err
	}
	var title string
	const category = "SELECT title FROM category WHERE id = ?"
	if err := tx.GetContext(ctx, &title, tx.Rebind(category), p.CategoryID); err != nil {
		return err
	}
	return describe(ctx, tx, *p, catalog.Category{Title: title})
}

// add writes a new product with its related rows, and announces it.
func (s *Store) add(
	ctx context.Context, tx *sqlx.Tx, item catalog.Item, c catalog.Category, actor string,
) error {
	p := item.Product
	_, err := tx.NamedExecContext(ctx, `INSERT INTO product (
			id, slug, sku, title, title_key, description, category_id, price_minor, currency,
			tax_basis_points, on_hand, active, version, created_at, updated_at)
		VALUES (:id, :slug, :sku, :title, :title_key, :description, :category_id, :price_minor,
			:currency, :tax_basis_points, :on_hand, :active, :version, :created_at, :updated_at)`,
		rowOf(&p))
	if err != nil {
		return err
	}
	if err := describe(ctx, tx, p, c); err != nil {
		return err
	}
	if err := enter(ctx, tx, stock.Opening(p, actor)); err != nil {
		return err
	}
	if err := replaceImages(ctx, tx, p.ID, item.Images); err != nil {
		return err
	}
	return s.announce(ctx, tx, &p)
}

// replaceImages replaces a product's pictures.
func replaceImages(
	ctx context.Context, tx *sqlx.Tx, productID string, images []catalog.Image,
) error {
	remove := tx.Rebind("DELETE FROM image WHERE product_id = ?")
	if _, err := tx.ExecContext(ctx, remove, productID); err != nil {
		return err
	}
	for i, image := range images {
		_, err := tx.ExecContext(ctx, tx.Rebind(
			"INSERT INTO image (product_id, position, url, alt, width, height) VALUES (?, ?, ?, ?, ?, ?)"),
			productID, i+1, image.URL, image.Alt, image.Width, image.Height)
		if err != nil {
			return err
		}
	}
	return nil
}

// describe stores the words by which a search finds a product.
func describe(ctx context.Context, tx *sqlx.Tx, p catalog.Product, c catalog.Category) error {
	_, err := tx.ExecContext(ctx, tx.Rebind(`
		INSERT INTO product_words (product_id, words) VALUES (?, ?)
		ON CONFLICT (product_id) DO UPDATE SET words = excluded.words`),
		p.ID, strings.Join(catalog.SearchWords(p, c), " "))
	return err
}
