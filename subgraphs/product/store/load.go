package store

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"github.com/trefoil-graph/trefoil/subgraphs/product/catalog"
	"github.com/trefoil-graph/trefoil/subgraphs/product/stock"
)

// LoadEmpty loads a whole catalogue into an empty database, all of it or nothing, and tells
// others of its products. A database that has a category already is left as it is.
func (s *Store) LoadEmpty(ctx context.Context, shelves []catalog.Shelf) (loaded bool, err error) {
	err = s.db.WithTx(ctx, func(ctx context.Context, tx *sqlx.Tx) error {
		var categories int
		if err := tx.GetContext(ctx, &categories, "SELECT count(*) FROM category"); err != nil {
			return err
		}
		if loaded = categories == 0; !loaded {
			return nil
		}
		for position, shelf := range shelves {
			if err := s.loadShelf(ctx, tx, position, shelf); err != nil {
				return fmt.Errorf("category %s: %w", shelf.Category.Slug, err)
			}
		}
		return nil
	})
	if err != nil {
		return false, fmt.Errorf("load catalogue: %w", err)
	}
	return loaded, nil
}

func (s *Store) loadShelf(ctx context.Context, tx *sqlx.Tx, position int, shelf catalog.Shelf) error {
	c := shelf.Category
	_, err := tx.ExecContext(ctx,
		"INSERT INTO category (id, slug, title, description, search_text, position) VALUES (?, ?, ?, ?, ?, ?)",
		c.ID, c.Slug, c.Title, c.Description, catalog.Fold(c.Title), position)
	if err != nil {
		return err
	}
	for _, item := range shelf.Items {
		if err := s.loadItem(ctx, tx, item); err != nil {
			return fmt.Errorf("product %s: %w", item.Product.Slug, err)
		}
	}
	return nil
}

func (s *Store) loadItem(ctx context.Context, tx *sqlx.Tx, item catalog.Item) error {
	_, err := tx.NamedExecContext(ctx, `INSERT INTO product (id, slug, sku, title, title_key, description,
		search_text, category_id, price_minor, currency, tax_basis_points, on_hand, active, version, created_at,
		updated_at) VALUES (:id, :slug, :sku, :title, :title_key, :description, :search_text, :category_id,
		:price_minor, :currency, :tax_basis_points, :on_hand, :active, :version, :created_at, :updated_at)`,
		rowOf(&item.Product))
	if err != nil {
		return err
	}
	if err := enter(ctx, tx, stock.Opening(item.Product)); err != nil {
		return err
	}
	for i, image := range item.Images {
		_, err := tx.ExecContext(ctx,
			"INSERT INTO image (product_id, position, url, alt, width, height) VALUES (?, ?, ?, ?, ?, ?)",
			item.Product.ID, i+1, image.URL, image.Alt, image.Width, image.Height)
		if err != nil {
			return err
		}
	}
	return s.tell(ctx, tx, &item.Product)
}
