package store

import (
	"context"
	"fmt"
	"slices"

	"github.com/trefoil-graph/trefoil/subgraphs/product/catalog"
)

type tallyRow struct {
	CategoryID string `db:"category_id"`
	Count      int    `db:"in_category"`
	Lowest     *int64 `db:"lowest"`
	Highest    *int64 `db:"highest"`
	Currency   string `db:"currency"`
	InStock    int    `db:"in_stock"`
}

// Tally counts for the facets in one pass over all products that could match. Each facet applies
// all filters except its own.
func (s *Store) Tally(ctx context.Context, c catalog.Criteria) ([]*catalog.Tally, error) {
	walk, elsewhere, unpriced, unstocked := s.walk(c), &selection{}, &selection{}, &selection{}
	elsewhere.priced(c)
	elsewhere.inStock(c)
	unpriced.inCategory(c)
	unpriced.inStock(c)
	unstocked.inCategory(c)
	unstocked.priced(c)
	unstocked.inStock(catalog.Criteria{InStock: true})
	found, args := walk.rows()
	query := "SELECT p.category_id, min(p.currency) AS currency" +
		", count(*) FILTER (WHERE " + elsewhere.condition() + ") AS in_category" +
		", min(p.price_minor) FILTER (WHERE " + unpriced.condition() + ") AS lowest" +
		", max(p.price_minor) FILTER (WHERE " + unpriced.condition() + ") AS highest" +
		", count(*) FILTER (WHERE " + unstocked.condition() + ") AS in_stock" +
		found + " GROUP BY p.category_id ORDER BY p.category_id"
	args = slices.Concat(elsewhere.args, unpriced.args, unpriced.args, unstocked.args, args)
	var rows []tallyRow
	db := s.db.Read()
	if err := db.SelectContext(ctx, &rows, db.Rebind(query), args...); err != nil {
		return nil, fmt.Errorf("count for facets: %w", err)
	}
	tallies := make([]*catalog.Tally, len(rows))
	for i, row := range rows {
		tallies[i] = new(catalog.Tally(row))
	}
	return tallies, nil
}

// Version returns a number that grows with each change that affects counts.
func (s *Store) Version(ctx context.Context) (version int64, err error) {
	err = s.db.Read().GetContext(ctx, &version, "SELECT version FROM catalogue_version")
	if err != nil {
		return 0, fmt.Errorf("version of the catalogue: %w", err)
	}
	return version, nil
}
