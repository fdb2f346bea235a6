package store

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"github.com/trefoil-graph/trefoil/subgraphs/product/catalog"
)

// describeAll stores the words of the products that have none. Their database is older than the
// full-text index.
func (s *Store) describeAll(ctx context.Context) error {
	for {
		described, err := s.describeSome(ctx)
		if err != nil || described == 0 {
			return err
		}
	}
}

func (s *Store) describeSome(ctx context.Context) (described int, err error) {
	const atOnce = 1000
	err = s.db.WithTx(ctx, func(ctx context.Context, tx *sqlx.Tx) error {
		var rows []struct {
			productRow
			Category string `db:"category_title"`
		}
		err := tx.SelectContext(ctx, &rows, tx.Rebind(`
			SELECT `+productColumns+`, c.title AS category_title
			FROM product p JOIN category c ON c.id = p.category_id
			WHERE NOT EXISTS (SELECT 1 FROM product_words w WHERE w.product_id = p.id)
			LIMIT ?`), atOnce)
		if err != nil {
			return err
		}
		described = len(rows)
		for _, row := range rows {
			if err := describe(ctx, tx, *row.product(), catalog.Category{Title: row.Category}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("index products for search: %w", err)
	}
	return described, nil
}
