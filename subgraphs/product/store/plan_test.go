package store_test

import (
	"context"
	"testing"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/testing/sqldbtest"
	"github.com/trefoil-graph/trefoil/subgraphs/product/catalog"
	"github.com/trefoil-graph/trefoil/subgraphs/product/producttest"
)

// Postgres has no statistics about single words, and estimates that a word is in one row of
// fifty. It must not read all products by name until it has found enough.
func TestARareWordIsLookedForFirst(t *testing.T) {
	t.Parallel()
	if !sqldbtest.OnPostgres() {
		t.Skip("SQLite does not estimate")
	}
	shop := producttest.Stocked(t, producttest.Shelf("shelf", catalog.Product{Title: "tea"}))
	require.NoError(t, shop.DB.WithTx(t.Context(), func(ctx context.Context, tx *sqlx.Tx) error {
		for _, statement := range []string{
			`INSERT INTO product SELECT (jsonb_populate_record(p, jsonb_build_object(
				'id', p.id || n, 'slug', p.slug || n, 'sku', p.sku || n, 'title_key', p.title_key || n))).*
				FROM product p, generate_series(1, 10000) n`,
			`INSERT INTO product_words (product_id, words) SELECT id, 'tea ' || sku FROM product ON CONFLICT DO NOTHING`,
			`ANALYZE product, product_words`,
		} {
			if _, err := tx.ExecContext(ctx, statement); err != nil {
				return err
			}
		}
		return nil
	}))
	statement, args, err := shop.Store.List(catalog.Listing{Criteria: catalog.Criteria{Words: []string{"zebra"}}, Sort: catalog.NameAsc, Limit: 5})
	require.NoError(t, err)
	require.Contains(t, sqldbtest.Plan(t, shop.DB, statement, args...), "product_words_search")
}
