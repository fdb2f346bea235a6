package store

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/database/sqldb"
	"github.com/trefoil-graph/trefoil/subgraphs/product/catalog"
)

// CreateProduct adds a product, or returns the product that the key created before.
func (s *Store) CreateProduct(
	ctx context.Context, added catalog.NewProduct,
) (*catalog.Product, error) {
	var created *catalog.Product
	err := s.db.WithTx(ctx, func(ctx context.Context, tx *sqlx.Tx) (err error) {
		id, fresh, err := claim(ctx, tx, added)
		if err != nil {
			return err
		}
		if fresh {
			if err := s.add(ctx, tx, added.Item, added.Category, added.Actor); err != nil {
				return err
			}
		}
		created, err = product(ctx, tx, id)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("create product: %w", taken(err))
	}
	return created, nil
}

// claim records which product a key creates. If the key was used before, it returns the id of
// that product.
func claim(
	ctx context.Context, tx *sqlx.Tx, added catalog.NewProduct,
) (id string, fresh bool, err error) {
	p := added.Item.Product
	result, err := tx.ExecContext(ctx, tx.Rebind(`
		INSERT INTO product_creation (key, digest, product_id, created_at)
		VALUES (?, ?, ?, ?) ON CONFLICT (key) DO NOTHING`),
		added.Key, added.Digest, p.ID, p.CreatedAt.UnixMicro())
	if err != nil {
		return "", false, err
	}
	if claimed, err := result.RowsAffected(); err != nil || claimed == 1 {
		return p.ID, true, err
	}
	var before struct {
		Digest    string `db:"digest"`
		ProductID string `db:"product_id"`
	}
	const query = "SELECT digest, product_id FROM product_creation WHERE key = ?"
	err = tx.GetContext(ctx, &before, tx.Rebind(query), added.Key)
	if err == nil && before.Digest != added.Digest {
		err = catalog.NewCreationKeyReused()
	}
	return before.ProductID, false, err
}

// taken converts an error about a slug or SKU of another product, and returns other errors
// unchanged.
func taken(err error) error {
	switch column, _ := sqldb.UniqueViolation(err); column {
	case "product.slug":
		return catalog.NewSlugTaken()
	case "product.sku":
		return catalog.NewSkuTaken()
	}
	return err
}
