package store

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"github.com/trefoil-graph/trefoil/subgraphs/product/catalog"
)

// LoadEmpty loads a whole catalogue into an empty database, in one transaction, and announces its
// products. It does nothing if the database has a category already.
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

func (s *Store) loadShelf(
	ctx context.Context, tx *sqlx.Tx, position int, shelf catalog.Shelf,
) error {
	c := shelf.Category
	_, err := tx.ExecContext(ctx, tx.Rebind(`
		INSERT INTO category (id, slug, title, description, position) VALUES (?, ?, ?, ?, ?)`),
		c.ID, c.Slug, c.Title, c.Description, position)
	if err != nil {
		return err
	}
	for _, item := range shelf.Items {
		if err := s.add(ctx, tx, item, c, "system"); err != nil {
			return fmt.Errorf("product %s: %w", item.Product.Slug, err)
		}
	}
	return nil
}
